import { describe, expect, test } from '@jest/globals';
import { type Codec, createCodec, type Frame, wellFormed } from '../../../kernel/wire';
import { encode, type Parts, sign, signed } from '../../messages';

const signingKey = 'a secret';
const header = {
  msg_id: 'm1',
  session: 's1',
  username: 'u',
  date: 'd',
  msg_type: 'execute_request',
  version: '5.3',
};

const route = Buffer.from('id');

function frames(parts: Partial<Parts> = {}, key = signingKey): Buffer[] {
  return [route, ...encode(key, { header, content: { code: '1' }, ...parts })];
}

function problem(codec: Codec, sent: readonly Buffer[]): string | undefined {
  const decoded = codec.decode(sent);
  return 'problem' in decoded ? decoded.problem : undefined;
}

function bytes(sent: readonly Frame[]): Buffer[] {
  return sent.map((frame) => (typeof frame === 'string' ? Buffer.from(frame) : Buffer.from(frame)));
}

describe('a message that comes in', () => {
  test('is taken apart', () => {
    const decoded = createCodec(signingKey, 'sha256').decode([
      Buffer.from('route'),
      ...frames({ parent: { msg_id: 'p1' }, metadata: { cellId: 'c' }, content: { code: 'x = "€😀"' } }),
      Buffer.from([1, 2]),
      Buffer.alloc(0),
      Buffer.from([3]),
    ]);
    expect(decoded).toMatchObject({
      message: {
        header,
        headerText: JSON.stringify(header),
        parentId: 'p1',
        metadata: { cellId: 'c' },
        content: { code: 'x = "€😀"' },
      },
    });
    if (!('message' in decoded)) throw new Error();
    expect(decoded.message.identities.map(String)).toEqual(['route', 'id']);
    expect(decoded.message.buffers.map((buffer) => [...buffer])).toEqual([[1, 2], [], [3]]);
  });

  test('is refused when its signature is missing, wrong, cut off or of another key', () => {
    const codec = createCodec(signingKey, 'sha256');
    const good = frames();
    const withSignature = (signature: string): Buffer[] => [
      good[0]!,
      good[1]!,
      Buffer.from(signature),
      ...good.slice(3),
    ];
    expect(problem(codec, withSignature(''))).toBe('not signed');
    expect(problem(codec, withSignature('0'.repeat(64)))).toBe('wrong signature');
    expect(problem(codec, withSignature(good[2]!.toString().slice(0, 63)))).toBe('wrong signature');
    expect(problem(codec, withSignature(good[2]!.toString().toUpperCase()))).toBe('wrong signature');
    expect(problem(codec, frames({}, 'another key'))).toBe('wrong signature');
    expect(problem(codec, good)).toBeUndefined();
  });

  test('is refused the second time', () => {
    const codec = createCodec(signingKey, 'sha256');
    expect(problem(codec, frames())).toBeUndefined();
    expect(problem(codec, frames())).toBe('duplicate signature');
    expect(problem(codec, frames({ header: { ...header, msg_id: 'm2' } }))).toBeUndefined();
    expect(problem(codec, frames())).toBe('duplicate signature');
  });

  test('is checked before it is parsed', () => {
    const codec = createCodec(signingKey, 'sha256');
    const nonsense = ['{', 'null', '{}', '{}'].map((text) => Buffer.from(text));
    expect(problem(codec, [route, ...signed('another key', nonsense)])).toBe('wrong signature');
    expect(problem(codec, [route, ...signed(signingKey, nonsense)])).toBe(
      'a frame that is not a JSON object',
    );
  });

  test.each([
    ['no frames', []],
    ['no delimiter', [Buffer.from('a'), Buffer.from('b')]],
    ['one frame after the delimiter', frames().slice(0, 3)],
    ['four frames after the delimiter', frames().slice(0, 6)],
  ])('is refused with %s', (_, sent) => {
    expect(problem(createCodec(signingKey, 'sha256'), sent)).toMatch(/delimiter/);
  });

  test.each([
    ['an array as content', { content: [] }],
    ['null as metadata', { metadata: 'text' }],
    ['a header without msg_id', { header: { session: 's', msg_type: 't' } }],
    ['a header without msg_type', { header: { session: 's', msg_id: 't' } }],
    ['a number as msg_id', { header: { ...header, msg_id: 1 } }],
  ])('is refused with %s', (_, parts) => {
    expect(problem(createCodec(signingKey, 'sha256'), frames(parts))).toMatch(/header|JSON/);
  });

  test('needs no signature when there is no key, and may be repeated', () => {
    const codec = createCodec('', 'sha256');
    expect(problem(codec, frames({}, ''))).toBeUndefined();
    expect(problem(codec, frames({}, ''))).toBeUndefined();
    expect(problem(codec, frames({}, 'some key'))).toBeUndefined();
  });

  test('may be signed with another hash', () => {
    const message = frames();
    const signature = sign(signingKey, message.slice(3), 'sha512');
    message[2] = Buffer.from(signature);
    expect(problem(createCodec(signingKey, 'sha512'), message)).toBeUndefined();
  });

  test('is remembered among 65,536, and forgotten after that', () => {
    const codec = createCodec(signingKey, 'sha256');
    const message = (number: number): Buffer[] => frames({ header: { ...header, msg_id: String(number) } });
    for (let number = 0; number < 65_536; number++) codec.decode(message(number));
    expect(problem(codec, message(0))).toBe('duplicate signature');
    codec.decode(message(65_536));
    expect(problem(codec, message(1))).toBe('duplicate signature');
    expect(problem(codec, message(0))).toBeUndefined();
  });
});

describe('a message that goes out', () => {
  const outgoing = {
    type: 'stream',
    parent: JSON.stringify(header),
    metadata: '{}',
    content: '{"text":"€"}',
  };

  test('is signed over its bytes, and carries its parent as it came', () => {
    const [delimiter, signature, ...rest] = bytes(
      createCodec(signingKey, 'sha256', 'session').encode(outgoing).frames,
    );
    expect(String(delimiter)).toBe('<IDS|MSG>');
    expect(String(signature)).toBe(sign(signingKey, rest));
    expect(String(rest[1])).toBe(outgoing.parent);
    expect(JSON.parse(String(rest[0]))).toEqual({
      msg_id: `session_${process.pid}_1`,
      session: 'session',
      username: 'kernel',
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      msg_type: 'stream',
      version: '5.5',
    });
  });

  test('has an id of its own, so that equal messages are not taken for a replay', () => {
    const codec = createCodec(signingKey, 'sha256');
    const ids = new Set(Array.from({ length: 100 }, () => codec.encode(outgoing).id));
    expect(ids.size).toBe(100);
  });

  test('has an empty signature when there is no key', () => {
    expect(String(createCodec('', 'sha256').encode(outgoing).frames[1])).toBe('');
  });

  test('is the same whether its content is short or long', () => {
    const codec = createCodec(signingKey, 'sha256');
    for (const length of [10, 100_000]) {
      const content = JSON.stringify({ text: '€😀'.repeat(length) });
      const [, signature, ...rest] = bytes(codec.encode({ ...outgoing, content }).frames);
      expect(String(rest[3])).toBe(content);
      expect(String(signature)).toBe(sign(signingKey, rest));
    }
  });

  test('has its buffers behind the content, empty ones too', () => {
    const buffers = [Buffer.from([1]), Buffer.alloc(0), new Uint8Array([2, 3])];
    const { frames: sent } = createCodec(signingKey, 'sha256').encode({ ...outgoing, buffers });
    expect(bytes(sent.slice(6)).map((buffer) => [...buffer])).toEqual([[1], [], [2, 3]]);
  });
});

describe('text that is no well-formed Unicode', () => {
  test.each([
    ['a lone high surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a lone low surrogate', '\udfff', '\ufffd'],
    ['a pair', '😀', '😀'],
    ['text about an escape', '\\ud800', '\\ud800'],
    ['a backslash before a lone surrogate', '\\\ud800', '\\\ufffd'],
    ['other escapes', '"\n\\u0001', '"\n\\u0001'],
  ])('%s', (_, text, expected) => {
    expect(JSON.parse(wellFormed(JSON.stringify({ text })))).toEqual({ text: expected });
  });
});
