// The kernel's clock in the realm of the cells.
import { expect, test } from '@jest/globals';
import { now } from '../../../src/realm/clock';

test('goes on at its own pace, whatever a cell makes of the process', async () => {
  const { hrtime } = process;
  const began = now();
  process.hrtime = (() => [0, 0]) as unknown as typeof hrtime;
  try {
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(now() - began).toBeGreaterThan(15);
    expect(now() - began).toBeLessThan(5000);
  } finally {
    process.hrtime = hrtime;
  }
});
