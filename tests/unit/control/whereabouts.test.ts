// Where a thread is, asked of a real one through V8's debugger, in the middle of a loop. Each wait is bounded, and each thread
// is let go before it is ended: one that the debugger holds cannot be.

import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WorkerInspector } from '../../../src/control/inspector';
import { Whereabouts } from '../../../src/control/whereabouts';

let end: (() => Promise<void>) | undefined;
afterEach(async () => {
  await end?.();
  end = undefined;
});

/** @param work what the thread does, once the first of its shared words is 1 */
async function open(work: string) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const source = `const { workerData: words } = require('node:worker_threads');\nfunction turn() { Atomics.add(words, 1, 1) }\n${work}`;
  const worker = new Worker(source, { eval: true, workerData: words });
  await new Promise((resolve) => worker.once('online', resolve));
  const inspector = new WorkerInspector(worker);
  const whereabouts = new Whereabouts(inspector);
  end = async () => {
    whereabouts.release(true);
    inspector.close();
    await worker.terminate();
  };
  const turns = () => Atomics.load(words, 1);
  return {
    whereabouts,
    async goesOn() {
      const before = turns();
      for (let tries = 0; tries < 200 && turns() === before; tries++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      return turns() > before;
    },
  };
}

describe('a thread in a loop', () => {
  test('says the functions that it is in, innermost first, and stays there until it is let go', async () => {
    const { whereabouts, goesOn } = await open('function spin() { for (;;) turn() }\nspin()');
    expect(await goesOn()).toBe(true);
    const places = await whereabouts.find(5000);
    const names = places.map(({ name }) => name);
    expect(names).toContain('spin');
    expect(places[names.indexOf('spin')]).toMatchObject({ line: 3 });
    whereabouts.release(false);
    expect(await goesOn()).toBe(true);
  }, 15_000);

  test('says nothing while it is inside a builtin, and goes on after that', async () => {
    const { whereabouts, goesOn } = await open(
      'const nothing = new Int32Array(new SharedArrayBuffer(4));\nfor (;;) { turn(); Atomics.wait(nothing, 0, 0, 1000) }',
    );
    expect(await whereabouts.find(1)).toEqual([]);
    whereabouts.release(true);
    expect(await goesOn()).toBe(true);
  }, 15_000);
});
