// Comms: what is said on either side, and what the other side hears.
import { describe, expect, test } from '@jest/globals';
import type { CommMessage, Output } from '../../../src/api';
import { createComms } from '../../../src/comms/comms';
import { isSilent } from '../../../src/display/symbols';

function page() {
  const heard: CommMessage[] = [];
  const comms = createComms((output: Output) => {
    if (output.kind === 'comm') heard.push(output.message);
  });
  return {
    comms,
    heard,
    say(message: Partial<CommMessage> & Pick<CommMessage, 'kind' | 'commId'>) {
      comms.receive({ data: {}, metadata: {}, buffers: [], ...message });
    },
  };
}

describe('opened here', () => {
  test('the page hears the opening, messages with bytes, and the end', () => {
    const { comms, heard } = page();
    const comm = comms.open('chart', { kind: 'bar' }, { metadata: { version: 1 } });
    comm.send({ n: 1 }, { buffers: [new Uint8Array([9, 1, 2]).subarray(1), new Float32Array([1])] });
    comm.close({ why: 'done' });
    const commId = comm.id;
    expect(heard).toEqual([
      { kind: 'open', commId, target: 'chart', data: { kind: 'bar' }, metadata: { version: 1 }, buffers: [] },
      {
        kind: 'message',
        commId,
        data: { n: 1 },
        metadata: {},
        buffers: [new Uint8Array([1, 2]), new Uint8Array([0, 0, 128, 63])],
      },
      { kind: 'close', commId, data: { why: 'done' }, metadata: {}, buffers: [] },
    ]);
    expect(comm.isOpen).toBe(false);
    expect(() => comm.send({})).toThrow('is closed');
    comm.close();
    expect(heard).toHaveLength(3);
    expect(isSilent(comm)).toBe(true);
  });

  test('a view of a large buffer is sent without the rest of it', () => {
    const { comms, heard } = page();
    comms.open('t', {}, { buffers: [new Uint8Array(new ArrayBuffer(1000), 10, 5)] });
    expect(heard[0]!.buffers[0]!.buffer.byteLength).toBe(5);
  });

  test('what the page says is heard, until it closes', () => {
    const { comms, say } = page();
    const comm = comms.open('t');
    const told: unknown[] = [];
    comm
      .onMessage(({ data, buffers }) => told.push(data, buffers))
      .onClose(({ data }) => told.push('closed', data));
    say({ kind: 'message', commId: comm.id, data: { x: 1 }, buffers: [new Uint8Array([1])] });
    say({ kind: 'close', commId: comm.id, data: { bye: true } });
    say({ kind: 'message', commId: comm.id, data: { x: 2 } });
    expect(told).toEqual([{ x: 1 }, [new Uint8Array([1])], 'closed', { bye: true }]);
    expect(comm.isOpen).toBe(false);
  });

  test('only objects are sent, lone surrogates are mended', () => {
    const { comms, heard } = page();
    const comm = comms.open('t');
    expect(() => comm.send([] as object)).toThrow('a comm sends objects');
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => comm.send(circle)).toThrow(TypeError);
    comm.send({ text: 'a\ud800' });
    expect(heard.at(-1)!.data).toEqual({ text: 'a\ufffd' });
  });
});

describe('opened by the page', () => {
  test('a target that is registered', () => {
    const { comms, heard, say } = page();
    const told: unknown[] = [];
    comms.register('echo', (comm, { data }) => {
      told.push(data);
      comm.onMessage(({ data: said }) => comm.send({ echo: said }));
    });
    say({ kind: 'open', commId: 'c', target: 'echo', data: { hello: 1 } });
    say({ kind: 'message', commId: 'c', data: { a: 1 } });
    expect(told).toEqual([{ hello: 1 }]);
    expect(heard).toEqual([
      { kind: 'message', commId: 'c', data: { echo: { a: 1 } }, metadata: {}, buffers: [] },
    ]);
  });

  test('a target that nobody knows is closed at once', () => {
    const { comms, heard, say } = page();
    comms.register('gone', () => {});
    comms.unregister('gone');
    say({ kind: 'open', commId: 'c', target: 'gone' });
    expect(heard).toEqual([{ kind: 'close', commId: 'c', data: {}, metadata: {}, buffers: [] }]);
  });

  test('messages for a comm that is closed are ignored', () => {
    const { heard, say } = page();
    say({ kind: 'message', commId: 'nobody' });
    say({ kind: 'close', commId: 'nobody' });
    expect(heard).toEqual([]);
  });
});

test('listeners run as part of the cell that attached them', () => {
  let current = 'cell 1';
  const comms = createComms(
    () => {},
    (work) => {
      const cell = current;
      return (...rest) => {
        const outer = current;
        current = cell;
        work(...rest);
        current = outer;
      };
    },
  );
  const comm = comms.open('t');
  const where: string[] = [];
  comm.onMessage(() => where.push(current));
  current = 'cell 2';
  comm.onMessage(() => where.push(current));
  current = 'the message';
  comms.receive({ kind: 'message', commId: comm.id, data: {}, metadata: {}, buffers: [] });
  expect(where).toEqual(['cell 1', 'cell 2']);
});
