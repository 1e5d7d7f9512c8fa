// Two threads agree on what must not be cut off (who takes shelter waits for a termination that is under way), and on what comes.

import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SharedState } from '../../../src/threads/shared';

let worker: Worker | undefined;
afterEach(async () => void (await worker?.terminate()));

/** Another thread that notes in its second word that the first has become 0. */
function waitElsewhere(words: Int32Array, index: number): Promise<string> {
  worker = new Worker(
    "const { workerData: { words, index }, parentPort } = require('node:worker_threads'); parentPort.postMessage(Atomics.wait(words, index, 1, 5000))",
    { eval: true, workerData: { words, index } },
  );
  return new Promise((resolve) => worker!.once('message', resolve));
}

describe('a termination', () => {
  test('is not sent to a worker that has taken shelter, until that was long enough', async () => {
    const shared = new SharedState();
    await shared.shelter(async () => {
      expect(shared.beginStrike(false)).toBe(false);
      expect(shared.beginStrike(true)).toBe(true);
    });
    shared.endStrike();
    expect(shared.beginStrike(false)).toBe(true);
  });

  test('that has struck lets go on who waits for it', async () => {
    const shared = new SharedState();
    shared.beginStrike(false);
    const words = new Int32Array(shared.buffer);
    const woken = waitElsewhere(words, words.lastIndexOf(1));
    await new Promise((resolve) => setTimeout(resolve, 200));
    shared.endStrike();
    // Either way it has gone on: the thread may have started after that.
    expect(await woken).toMatch(/^(ok|not-equal)$/);
  });
});

const timeOf = (work: () => void) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

describe('what the debugger evaluates', () => {
  test('begins when what follows it was sent, a second later at most', () => {
    const shared = new SharedState();
    shared.beginSending();
    expect(timeOf(() => shared.awaitSent())).toBeGreaterThan(900);
    shared.beginSending();
    shared.endSending();
    shared.endSending();
    expect(timeOf(() => shared.awaitSent())).toBeLessThan(500);
  });

  test('goes on as soon as that was sent', async () => {
    const shared = new SharedState();
    shared.beginSending();
    const words = new Int32Array(shared.buffer);
    const woken = waitElsewhere(words, words.lastIndexOf(1));
    await new Promise((resolve) => setTimeout(resolve, 200));
    shared.endSending();
    expect(await woken).toMatch(/^(ok|not-equal)$/);
  });
});

describe('a run that was announced', () => {
  test('is waited for until it is there, or for as long as it may take', () => {
    const shared = new SharedState();
    expect(timeOf(() => shared.awaitGiven(1, 50))).toBeGreaterThan(40);
    expect(shared.hasGoneOn(1)).toBe(false);
    shared.noteAnnounced(1);
    expect(shared.hasGoneOn(1)).toBe(true);
    shared.noteGiven(2);
    expect(timeOf(() => shared.awaitGiven(1, 5000))).toBeLessThan(1000);
    expect(timeOf(() => shared.awaitGiven(2, 5000))).toBeLessThan(1000);
  });
});
