// How much may be spent at once, and how soon there is more.
import { expect, test } from '@jest/globals';
import { Allowance } from '../../../src/host/allowance';

/** So slow that a test does not see it. */
const refill = 1e-6;

test('a burst passes, and what is spent beyond it has to be waited for', () => {
  const allowance = new Allowance(1000, refill);
  allowance.spend(1000);
  expect(allowance.delay).toBe(0);
  allowance.spend(1);
  expect(allowance.isSpent()).toBe(true);
  expect(allowance.delay).toBeGreaterThan(0);
});

test('what is no burden any more can be spent again, but not more than at first', () => {
  const allowance = new Allowance(1000, refill);
  allowance.spend(1500);
  allowance.restore(600);
  expect(allowance.delay).toBe(0);
  allowance.restore(5000);
  allowance.spend(1001);
  expect(allowance.isSpent()).toBe(true);
});
