// What cells show on its way to the host, with both ends in one thread.
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CommMessage, Output } from '../../../src';
import { OutputFlow } from '../../../src/host/output-flow';
import type { Run } from '../../../src/threads/execution-protocol';
import { createRingBuffer, RingWriter } from '../../../src/threads/ring';
import { SharedState } from '../../../src/threads/shared';

const opened: OutputFlow[] = [];
afterEach(() => {
  for (const flow of opened.splice(0)) flow.detach();
});

const bundle = (text: string) => ({ data: { 'text/plain': text }, metadata: {} });
const message = { kind: 'message', commId: 'c', data: {}, metadata: {}, buffers: [] } as CommMessage;

/** @param reads what the host says was read, each time that it is asked */
function open(reads: number[] = []) {
  const shown: string[] = [];
  const show = (cell: number, output: Output) => {
    const text = 'data' in output ? output.data['text/plain'] : 'text' in output ? output.text : '';
    shown.push(`${cell} ${String(text)}`);
  };
  const flow = new OutputFlow({ output: show, takeRead: async () => reads.shift() ?? 0 });
  /** A worker, which makes outputs of that weight. */
  const attach = () => {
    const shared = new SharedState();
    const buffer = createRingBuffer(1 << 19);
    flow.attach(buffer, shared);
    const ring = new RingWriter(buffer, () => flow.gather());
    let sent = 0;
    const put = (output: Output, weight = 1) => {
      const event = { kind: 'output', cell: 1, output, weight, sent: ++sent, position: ring.mark() } as const;
      flow.showBefore(event);
      flow.take(event);
    };
    const update = (text: string) =>
      flow.hold({
        kind: 'update',
        cell: 1,
        output: { kind: 'update', displayId: 'd', ...bundle(text) },
        sent: ++sent,
      });
    /** How many outputs the worker knows to have arrived. */
    const arrived = () => new Int32Array(shared.buffer)[4];
    return { ring, put, update, arrived };
  };
  opened.push(flow);
  const begin = (cell: number, allowInput: boolean) => flow.begin({ cell, allowInput } as Run);
  return { flow, shown, attach, begin };
}

test('text that was printed before an output is shown before it', () => {
  const { shown, attach } = open();
  const { ring, put } = attach();
  ring.write(1, 'stdout', 'first');
  ring.write(1, 'stdout', ' and more');
  put({ kind: 'display', ...bundle('picture') });
  expect(shown).toEqual(['1 first', '1  and more', '1 picture']);
});

test('of a display that changes in a loop the latest is shown, before what comes after it', () => {
  const { shown, attach } = open();
  const { put, update, arrived } = attach();
  update('10 %');
  update('20 %');
  expect([shown, arrived()]).toEqual([[], 2]);
  put({ kind: 'display', ...bundle('ready') });
  expect(shown).toEqual(['1 20 %', '1 ready']);
});

describe('what has no end', () => {
  test('waits once too much was shown', async () => {
    const { attach } = open();
    const { put, arrived } = attach();
    put({ kind: 'display', ...bundle('large') }, 129 * 2 ** 20);
    expect(arrived()).toBe(0);
    await delay(150);
    expect(arrived()).toBe(1);
  });

  test('waits for a server between, where somebody watches', () => {
    const { attach, begin } = open();
    const { put, arrived } = attach();
    begin(1, true);
    for (let index = 0; index < 800; index++) put({ kind: 'display', ...bundle('') });
    expect(arrived()).toBeLessThan(750);
    begin(2, false);
    put({ kind: 'display', ...bundle('') });
    expect(arrived()).toBe(801);
  });

  test('of a page waits until it was read', async () => {
    const { attach } = open([2 ** 30]);
    const { put, arrived } = attach();
    put({ kind: 'comm', message }, 2 ** 30);
    expect(arrived()).toBe(0);
    await delay(0);
    expect(arrived()).toBe(1);
  });
});

test('a worker that is gone has its last words, and the next one is shown at once', () => {
  const { flow, shown, attach } = open();
  const first = attach();
  first.ring.write(1, 'stdout', 'first');
  first.update('50 %');
  first.ring.write(1, 'stdout', ' and last');
  flow.detach();
  expect(shown).toEqual(['1 first', '1  and last', '1 50 %']);
  attach().ring.write(2, 'stdout', 'next');
  expect(shown.at(-1)).toBe('2 next');
});
