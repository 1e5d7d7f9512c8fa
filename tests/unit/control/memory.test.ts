import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { headroom } from '../../../src/control/allowances';
import { MemoryWatch, type MemoryWatchOptions } from '../../../src/control/memory';

const idle = { growth: undefined, cutOff: () => false };
let watch: MemoryWatch | undefined;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  watch?.close();
  jest.useRealTimers();
});

/** Watches a worker whose heap has these sizes, in MB, one after the other; the last one stays. */
function look(
  limit: number,
  sizes: number[],
  process: Partial<MemoryWatchOptions> = {},
): { asked: string[]; readonly times: number; readonly which: string } {
  const seen = { asked: [] as string[], times: 0, which: '' };
  const inspector = {
    post: async (method: string) => void seen.asked.push(method),
    call: async (method: string) => {
      seen.asked.push(method);
      return { usedSize: (sizes.length > 1 ? sizes.shift()! : sizes[0]!) * 2 ** 20 };
    },
  };
  watch = new MemoryWatch({
    limit,
    inspector,
    evaluations: idle,
    ...process,
    exceeded: (which) => {
      seen.times++;
      seen.which = which;
    },
  });
  return seen;
}
const pause = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

test('a worker is not asked while the process is smaller than its limit', async () => {
  const limit = process.memoryUsage.rss() / 2 ** 20 + 100;
  const seen = look(limit, [2 * limit]);
  await pause(1200);
  expect(seen.asked).toEqual([]);
});

test('what a collection takes does not count', async () => {
  const seen = look(10, [9, 11, 5]);
  await pause(200);
  expect(seen.asked.slice(0, 5)).toEqual([
    'Runtime.getHeapUsage',
    'Runtime.getHeapUsage',
    'HeapProfiler.startSampling',
    'HeapProfiler.stopSampling',
    'Runtime.getHeapUsage',
  ]);
  expect(seen.asked.filter((method) => method === 'HeapProfiler.stopSampling')).toHaveLength(1);
  expect(seen.times).toBe(0);
});

test('what a collection leaves does, and it is said once', async () => {
  const seen = look(10, [11, 9.9, 5]);
  await pause(200);
  expect(seen.asked).toHaveLength(4);
  expect(seen.times).toBe(1);
});

describe('a worker that does not answer', () => {
  /** Such a loop keeps V8 from every interrupt; the process grows to a size, in MB. */
  function silent(size: number): { times: number; which: string } {
    const seen = { times: 0, which: '' };
    let looks = 0;
    watch = new MemoryWatch({
      limit: 100,
      evaluations: idle,
      inspector: { post: async () => {}, call: () => new Promise<object>(() => {}) },
      resident: () => (looks++ === 0 ? 50 : size),
      exceeded: (which) => {
        seen.times++;
        seen.which = which;
      },
    });
    return seen;
  }

  test('is over its limit once the process is larger than its heap may ever be', async () => {
    const seen = silent(50 + 100 + headroom);
    await pause(4500);
    expect(seen.times).toBe(0);
    await pause(2000);
    expect(seen).toEqual({ times: 1, which: 'memory' });
  });

  test('has time while it is smaller than that: a long sort does not answer either', async () => {
    const seen = silent(50 + 100 + headroom - 1);
    await pause(60_000);
    expect(seen.times).toBe(0);
  });
});

describe('what is evaluated for the debugger, during which the worker does not answer', () => {
  /** The process was of this size before it, and has grown, in MB. @returns why it was cut off */
  async function evaluate(from: number, by: number, group?: number): Promise<string[]> {
    const cut: string[] = [];
    let answer = (_: object) => {};
    const growth = { from, by };
    let looks = 0;
    watch?.close();
    watch = new MemoryWatch({
      limit: 100,
      ...(group !== undefined && { group }),
      resident: () => (looks++ === 0 ? 50 : from + by),
      inspector: {
        post: async () => {},
        call: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      },
      evaluations: {
        growth,
        cutOff: (reason) => {
          cut.push(reason);
          answer({ usedSize: 0 });
          return true;
        },
      },
      exceeded: () => void cut.push('exceeded'),
    });
    await pause(400);
    return cut;
  }

  test('is cut off when it may have filled what is left of the heap, and half of what V8 has beyond it', async () => {
    expect((await evaluate(60, 90 + headroom / 2))[0]).toBe('memory');
    expect((await evaluate(140, 10 + headroom / 2))[0]).toBe('memory');
  });

  test('goes on while it is smaller, whatever the process had before', async () => {
    expect(await evaluate(60, 89 + headroom / 2)).toEqual([]);
    expect(await evaluate(6000, headroom / 2 - 1)).toEqual([]);
  });

  test('is cut off before the system would end the process', async () => {
    expect((await evaluate(60, 400, 500))[0]).toBe('memory');
  });
});

describe('near the limit of the control group', () => {
  /** The process has these sizes, one look after the other; the last one stays. */
  const growing = (...sizes: number[]) => ({
    group: 100,
    resident: () => (sizes.length > 1 ? sizes.shift()! : sizes[0]!),
  });

  test('buffers count, which are in no heap', async () => {
    const seen = look(5000, [10], growing(10, 95));
    await pause(200);
    expect(seen).toMatchObject({ times: 1, which: 'group' });
    expect(seen.asked).toContain('HeapProfiler.stopSampling');
  });

  test('what a collection takes does not count', async () => {
    const seen = look(5000, [10], growing(10, 95, 95, 95, 30));
    await pause(300);
    expect(seen.times).toBe(0);
  });

  test('the cells do not answer for what the kernel itself takes', async () => {
    const seen = look(5000, [10], growing(70, 95));
    await pause(200);
    expect(seen.times).toBe(0);
  });

  test('the heap has its own limit', async () => {
    const seen = look(50, [60], growing(10, 95));
    await pause(200);
    expect(seen).toMatchObject({ times: 1, which: 'memory' });
  });
});

test('a watch that is over asks nothing', async () => {
  const seen = look(10, [20]);
  watch!.close();
  await pause(100);
  expect(seen).toMatchObject({ asked: [], times: 0 });
});
