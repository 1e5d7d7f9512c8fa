// When the next step of background work comes.
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Steps, type StepsOptions } from '../../../src/language/steps';

/** @param count how many steps there are to do */
function open(count: number, given: Partial<StepsOptions> = {}) {
  let left = count;
  const steps = new Steps({
    beforeChecks: 0,
    areTaken: () => false,
    isInterrupted: () => false,
    isUrgent: () => false,
    hasWork: () => left > 0,
    step: () => left--,
    ...given,
  });
  return { steps, left: () => left };
}

test('steps come one a turn of the event loop, and who waits for their end is called behind the last', async () => {
  const { steps, left } = open(3);
  steps.schedule();
  steps.schedule();
  const seen: number[] = [];
  const quiet = new Promise<number>((resolve) => steps.whenQuiet(() => resolve(left())));
  for (let turns = 0; turns < 3; turns++) {
    await turn();
    seen.push(left());
  }
  expect([seen, await quiet]).toEqual([[2, 1, 0], 0]);
});

test('who waits for the end of no work is called at once', () => {
  const { steps } = open(0);
  steps.schedule();
  let isCalled = false;
  steps.whenQuiet(() => {
    isCalled = true;
  });
  expect(isCalled).toBe(true);
});

test('a step waits while cells come, unless it is urgent', async () => {
  let isUrgent = false;
  const { steps, left } = open(1, { beforeChecks: 60_000, isUrgent: () => isUrgent });
  steps.noteCell();
  steps.schedule();
  await delay(20);
  expect(left()).toBe(1);
  isUrgent = true;
  steps.schedule();
  await turn();
  expect(left()).toBe(0);
});

test('a cell that waits to be compiled comes before what is urgent', async () => {
  let isInterrupted = true;
  const { steps, left } = open(1, { isUrgent: () => true, isInterrupted: () => isInterrupted });
  steps.schedule();
  await delay(20);
  expect(left()).toBe(1);
  isInterrupted = false;
  await new Promise<void>((resolve) => steps.whenQuiet(resolve));
  expect(left()).toBe(0);
});

test('it gives way to others for a while, and not for ever', async () => {
  let now = 10_000;
  const { performance } = globalThis;
  const clock = { ...performance, now: () => now };
  Object.defineProperty(globalThis, 'performance', { value: clock, configurable: true });
  try {
    const { steps, left } = open(1, { areTaken: () => true });
    steps.schedule();
    await delay(200);
    expect(left()).toBe(1);
    now += 2000;
    await new Promise<void>((resolve) => steps.whenQuiet(resolve));
    expect(left()).toBe(0);
  } finally {
    Object.defineProperty(globalThis, 'performance', { value: performance, configurable: true });
  }
});
