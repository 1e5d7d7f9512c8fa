// What a thread says over the inspector, as the main thread hears it.
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from '@jest/globals';
import { WorkerInspector } from '../../../src/control/inspector';

let worker: Worker;
let inspector: WorkerInspector;
afterEach(async () => {
  inspector.close();
  await worker.terminate();
});

async function open(): Promise<void> {
  worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  inspector = new WorkerInspector(worker);
  await inspector.call('Runtime.evaluate', { expression: '1' });
}

/** Code of this thread that V8 may interrupt. */
function compute(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('is heard between two turns, never in the middle of code: that may be of Node’s timers, which a listener sets', async () => {
  await open();
  let isComputing = false;
  const heard: unknown[] = [];
  inspector.listen((method) => heard.push([method, isComputing]));
  const answer = inspector.call('Runtime.enable').then(() => heard.push('the answer'));
  await null;
  isComputing = true;
  compute(500);
  isComputing = false;
  expect(heard).toEqual([]);
  await answer;
  expect(heard).toEqual([['Runtime.executionContextCreated', false], 'the answer']);
});

test('is heard no more once the thread has ended', async () => {
  await open();
  const heard: string[] = [];
  inspector.listen((method) => heard.push(method));
  await inspector.post('Runtime.enable');
  compute(500);
  inspector.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(heard).toEqual([]);
});
