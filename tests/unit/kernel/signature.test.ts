import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createSigner } from '../../../kernel/signature';
import type { Frame } from '../../../kernel/wire';

const messages: { readonly [what: string]: readonly Frame[] } = {
  empty: ['', '{}'],
  texts: ['{"a":1}', '{}', '{}', '{"code":"€😀"}'],
  bytes: [Buffer.from('{"a":1}'), Buffer.from([0xff, 0x00]), new Uint8Array([1, 2])],
  'half a pair': ['\ud800'],
  long: ['{}', '😀'.repeat(50_000), Buffer.alloc(100_000, 'x')],
};

describe.each(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256'])('%s', (hash) => {
  test.each(['k', 'k'.repeat(64), 'k'.repeat(128), 'ü'.repeat(200)])(
    'signs as createHmac does, with the key %s',
    (key) => {
      const sign = createSigner(Buffer.from(key), hash);
      // A short message after a long one, too.
      for (const frames of [...Object.values(messages), ...Object.values(messages)]) {
        const hmac = createHmac(hash, key);
        for (const frame of frames) hmac.update(frame);
        expect(sign(frames)).toBe(hmac.digest('hex'));
      }
    },
  );
});
