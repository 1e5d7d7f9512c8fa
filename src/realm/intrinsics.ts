// The realm's builtins as they were before any cell ran. The user's code may overwrite them; the kernel goes on all the same.
// Rule: nothing is checked in advance; only when a step of the kernel throws are the builtins restored for a second try.

type Names = readonly (string | symbol)[];

interface Kept {
  readonly owner: object;
  readonly names: Names;
  readonly descriptors: readonly PropertyDescriptor[];
}

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;

const constructors = [
  Array,
  BigInt,
  Boolean,
  Buffer,
  Date,
  Error,
  Function,
  Map,
  Number,
  Object,
  Promise,
  RegExp,
  Set,
  String,
  Symbol,
  Uint8Array,
  WeakMap,
  WeakSet,
];
/**
 * Of the language and of the web, what the kernel uses. Not all that there is: from Node 24 on a look at `FormData` and the like loads
 * what they are of, which takes longer than all else of a start.
 */
const names = [
  'globalThis',
  'process',
  'AbortController',
  'AbortSignal',
  'AggregateError',
  'ArrayBuffer',
  'Atomics',
  'DataView',
  'FinalizationRegistry',
  'Int32Array',
  'Intl',
  'Iterator',
  'JSON',
  'Math',
  'Proxy',
  'RangeError',
  'ReferenceError',
  'Reflect',
  'SharedArrayBuffer',
  'SyntaxError',
  'TextDecoder',
  'TextEncoder',
  'TypeError',
  'URL',
  'URLSearchParams',
  'Uint32Array',
  'WeakRef',
  ...constructors.map(({ name }) => name),
].filter((name) => name in globalThis);

const kept: readonly Kept[] = [
  keep(globalThis, names),
  ...constructors.flatMap((maker) => [keep(maker, namesOf(maker)), keep(maker.prototype as object)]),
  keep(JSON),
  keep(Math),
  keep(Reflect),
  keep(getPrototypeOf(Uint8Array) as object),
  keep(getPrototypeOf(Uint8Array.prototype) as object),
  // Of arrays, and what all iterators have.
  keep(getPrototypeOf([][Symbol.iterator]()) as object),
  keep(getPrototypeOf(getPrototypeOf([][Symbol.iterator]())) as object),
  keep(getPrototypeOf(new Map()[Symbol.iterator]()) as object),
  keep(getPrototypeOf(new Set()[Symbol.iterator]()) as object),
  keep(getPrototypeOf(''[Symbol.iterator]()) as object),
  keep(getPrototypeOf(''.matchAll(/a/g)) as object),
];

/** All but what the kernel itself sets: `Error.prepareStackTrace`. */
function namesOf(maker: object): Names {
  return ownKeys(maker).filter((name) => name !== 'prepareStackTrace');
}

function keep(owner: object, wanted: Names = ownKeys(owner)): Kept {
  return { owner, names: wanted, descriptors: wanted.map((name) => getOwnPropertyDescriptor(owner, name)!) };
}

/** Puts the builtins back. @returns how to undo it, or undefined when nothing had been changed */
function restore(): (() => void) | undefined {
  // Indices only: iterating an array is one of the things that may be broken.
  const changed: { owner: object; name: string | symbol; descriptor: PropertyDescriptor | undefined }[] = [];
  let count = 0;
  for (let index = 0; index < kept.length; index++) {
    const { owner, names, descriptors } = kept[index]!;
    for (let at = 0; at < names.length; at++) {
      const name = names[at]!;
      const original = descriptors[at]!;
      const now = getOwnPropertyDescriptor(owner, name);
      if (now && now.value === original.value && now.get === original.get && now.set === original.set)
        continue;
      try {
        defineProperty(owner, name, original);
        changed[count++] = { owner, name, descriptor: now };
      } catch {
        // A cell froze it: leave it.
      }
    }
  }
  if (count === 0) return undefined;
  return () => {
    for (let index = 0; index < count; index++) {
      const { owner, name, descriptor } = changed[index]!;
      if (descriptor) defineProperty(owner, name, descriptor);
      else Reflect.deleteProperty(owner, name);
    }
  };
}

/**
 * Does a step of the kernel in the user's realm; when it throws because builtins were overwritten, does it again with
 * the original ones.
 * @param work may be called twice
 */
export function withIntrinsics<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const undo = restore();
    if (!undo) throw error;
    try {
      return work();
    } finally {
      undo();
    }
  }
}
