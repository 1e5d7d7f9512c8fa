import { expect, test } from '@jest/globals';
import { publishOutput } from '../../../kernel/outputs';
import { Publisher } from '../../../kernel/publisher';
import { createCodec } from '../../../kernel/wire';
import type { Output } from '../../../src';

/** What a client reads of an output. */
function publish(output: Output): unknown {
  const codec = createCodec('key', 'sha256');
  const read: unknown[] = [];
  const send = (frames: unknown) => {
    const [, ...rest] = (frames as () => (Uint8Array | string)[])();
    const decoded = codec.decode(rest.map((frame) => Buffer.from(frame)));
    read.push('message' in decoded ? decoded.message.content : decoded.problem);
  };
  publishOutput(new Publisher(codec, { send } as ConstructorParameters<typeof Publisher>[1]), '{}', output);
  return read[0];
}

/** JSON in a buffer with free bytes around it. */
function encode(value: unknown, before: number, behind: number): Uint8Array {
  const json = Buffer.from(JSON.stringify(value));
  const buffer = Buffer.alloc(before + json.length + behind, '#');
  buffer.set(json, before);
  return new Uint8Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length)).subarray(
    before,
    before + json.length,
  );
}

const rooms: [before: number, behind: number][] = [
  [0, 0],
  [0, 1],
  [10, 1],
  [500, 0],
  [500, 1],
];

test.each(rooms)(
  'what is JSON already is a part of its message, with %i free bytes before and %i behind',
  (before, behind) => {
    const data = { 'text/plain': 'ä"' };
    expect(
      publish({
        kind: 'display',
        data: {},
        metadata: { width: 1 },
        displayId: 'x',
        encoded: encode(data, before, behind),
      }),
    ).toEqual({ data, metadata: { width: 1 }, transient: { display_id: 'x' } });
    expect(
      publish({ kind: 'text', stream: 'stderr', text: '', encoded: encode('a\n€', before, behind) }),
    ).toEqual({
      name: 'stderr',
      text: 'a\n€',
    });
  },
);

test('where it alone is room for is copied, it stays as it was', () => {
  const encoded = encode('text', 0, 1);
  publish({ kind: 'text', stream: 'stdout', text: '', encoded });
  expect(Buffer.from(encoded).toString()).toBe('"text"');
});
