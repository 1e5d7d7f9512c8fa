// Chance that can be repeated: the same seed gives the same run. FAULTS_SEED chooses it.

export const seed = Number(process.env.FAULTS_SEED ?? 20_240_229);

export interface Chance {
  /** An integer from 0 to `below` - 1. */
  (below: number): number;
  of<T>(choices: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** Each test has a chance of its own, so that it can be run alone. */
export function createChance(): Chance {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const chance = (below: number): number => Math.floor(next() * below);
  return Object.assign(chance, {
    of: <T>(choices: readonly T[]): T => choices[chance(choices.length)]!,
    bytes: (length: number): Buffer => Buffer.from(Array.from({ length }, () => chance(256))),
  });
}
