import { afterEach, expect, test } from '@jest/globals';
import type { WorkerInspector } from '../../../src/control/inspector';
import { MemoryWatch } from '../../../src/control/memory';

let watch: MemoryWatch | undefined;
afterEach(() => watch?.close());

/** Watches a worker whose heap has these sizes, in MB, one after the other; the last one stays. */
function look(limit: number, sizes: number[]): { asked: string[]; readonly times: number } {
  const seen = { asked: [] as string[], times: 0 };
  const inspector = {
    post: async (method: string) => void seen.asked.push(method),
    call: async (method: string) => {
      seen.asked.push(method);
      return { usedSize: (sizes.length > 1 ? sizes.shift()! : sizes[0]!) * 2 ** 20 };
    },
  };
  watch = new MemoryWatch({
    limit,
    inspector: inspector as unknown as WorkerInspector,
    exceeded: () => {
      seen.times++;
    },
  });
  return seen;
}
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

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

test('a watch that is over asks nothing', async () => {
  const seen = look(10, [20]);
  watch!.close();
  await pause(100);
  expect(seen).toMatchObject({ asked: [], times: 0 });
});
