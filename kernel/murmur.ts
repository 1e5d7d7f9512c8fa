// MurmurHash2, by which JupyterLab and the kernel find the same name for the text of a cell (public domain, Austin Appleby).

const factor = 0x5bd1e995;

/** @returns an unsigned number of 32 bits */
export function murmur2(data: Uint8Array, seed: number): number {
  let hash = (seed ^ data.length) | 0;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const whole = data.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const mixed = Math.imul(view.getUint32(at, true), factor);
    hash = Math.imul(hash, factor) ^ Math.imul(mixed ^ (mixed >>> 24), factor);
  }
  const rest = data.length - whole;
  for (let at = rest - 1; at >= 0; at--) hash ^= data[whole + at]! << (8 * at);
  if (rest > 0) hash = Math.imul(hash, factor);
  hash = Math.imul(hash ^ (hash >>> 13), factor);
  return (hash ^ (hash >>> 15)) >>> 0;
}
