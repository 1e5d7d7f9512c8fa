// Which of TypeScript's libraries describe the JavaScript that runs here.
// Rule: Node is asked for what a library declares, so that nothing is completed, or passes unwarned, that is not there.
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';

/** What every Node that the kernel runs on has. */
const base = 'lib.es2023.d.ts';

/** The libraries after that, each with what its first member is a member of. */
const later: readonly (readonly [library: string, owner: () => unknown, member: string])[] = [
  ['es2024.arraybuffer', () => ArrayBuffer.prototype, 'transfer'],
  ['es2024.collection', () => Map, 'groupBy'],
  ['es2024.object', () => Object, 'groupBy'],
  ['es2024.promise', () => Promise, 'withResolvers'],
  ['es2024.regexp', () => RegExp.prototype, 'unicodeSets'],
  ['es2024.sharedmemory', () => Atomics, 'waitAsync'],
  ['es2024.string', () => String.prototype, 'isWellFormed'],
  ['es2025.collection', () => Set.prototype, 'union'],
  ['es2025.float16', () => globalThis, 'Float16Array'],
  ['es2025.intl', () => Intl, 'DurationFormat'],
  ['es2025.iterator', () => globalThis, 'Iterator'],
  ['es2025.promise', () => Promise, 'try'],
  ['es2025.regexp', () => RegExp, 'escape'],
  ['esnext.array', () => Array, 'fromAsync'],
  ['esnext.collection', () => Map.prototype, 'getOrInsert'],
  ['esnext.date', () => Date.prototype, 'toTemporalInstant'],
  ['esnext.error', () => Error, 'isError'],
  ['esnext.intl', () => globalThis, 'Temporal'],
  ['esnext.sharedmemory', () => Atomics, 'pause'],
  ['esnext.temporal', () => globalThis, 'Temporal'],
  ['esnext.typedarrays', () => Uint8Array.prototype, 'toBase64'],
];

/** Syntax that the kernel translates, and what it needs. */
const translated = ['esnext.decorators', 'esnext.disposable'];

/** The libraries as the compiler option `lib` has them. Those of a TypeScript that divides them in another way are all there. */
export function librariesOfNode(directory = dirname(ts.getDefaultLibFilePath({}))): string[] {
  const names = [
    ...later.filter(([, owner, member]) => member in Object(owner())).map(([library]) => library),
    ...translated,
  ].map((library) => `lib.${library}.d.ts`);
  const there = new Set(readdirSync(directory));
  return names.every((name) => there.has(name)) ? [base, ...names] : ['lib.esnext.d.ts'];
}
