// The signature of a message (messaging spec: The Wire Protocol): HMAC over its four JSON frames, in their order, as lower-case hex.
// Rule: it is that of `createHmac`, which makes an object or two for each message; hashing twice makes none.
import * as crypto from 'node:crypto';

export type Sign = (frames: readonly (Uint8Array | string)[]) => string;

/** How many bytes these hashes take at a time (RFC 2104: B). */
const blockSizes: ReadonlyMap<string, number> = new Map([
  ['md5', 64],
  ['sha1', 64],
  ['sha224', 64],
  ['sha256', 64],
  ['sha384', 128],
  ['sha512', 128],
]);
/** Frames that are longer together are not copied, in bytes. */
const longest = 16 * 1024;

/** @param hash a name that node:crypto knows */
export function createSigner(key: Buffer, hash: string): Sign {
  const secret = crypto.createSecretKey(key);
  const signLong: Sign = (frames) => {
    const hmac = crypto.createHmac(hash, secret);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest('hex');
  };
  const blockSize = blockSizes.get(hash);
  if (blockSize === undefined) return signLong;

  const block = Buffer.alloc(blockSize);
  block.set(key.length > blockSize ? crypto.hash(hash, key, 'buffer') : key);
  const inner = Buffer.allocUnsafe(blockSize + longest);
  inner.set(block.map((byte) => byte ^ 0x36));
  const outer = Buffer.alloc(blockSize + crypto.hash(hash, '', 'buffer').length);
  outer.set(block.map((byte) => byte ^ 0x5c));
  return (frames) => {
    let letters = 0;
    for (const { length } of frames) letters += length;
    // A letter takes three bytes at most.
    if (letters * 3 > longest) return signLong(frames);
    let end = blockSize;
    for (const frame of frames) {
      if (typeof frame === 'string') end += inner.write(frame, end);
      else {
        inner.set(frame, end);
        end += frame.length;
      }
    }
    outer.write(crypto.hash(hash, inner.subarray(0, end), 'latin1'), blockSize, 'latin1');
    return crypto.hash(hash, outer, 'hex');
  };
}
