// What notebooks of other kernels call, so that they run here: made when a cell mentions it.
// Rule: only cells find it. It is under no global name, so that libraries which look for `Deno` find none.
import { createDeno } from './deno';
import { createSession, legacyNames } from './ijavascript';
import type { Kernel, StandIn } from './kernel';
import { createTslab } from './tslab';

export interface StandIns {
  readonly names: ReadonlyMap<string, StandIn>;
  /** By specifier, what `require` gives. */
  readonly modules: ReadonlyMap<string, () => object>;
}

/** Nothing is made before it is asked for. */
export function createStandIns(kernel: Kernel): StandIns {
  const session = once(() => createSession(kernel));
  return {
    names: new Map([
      ['Deno', { get: once(() => createDeno(kernel)) }],
      ['$$', { get: session }],
      ...legacyNames(session),
    ]),
    modules: new Map([['tslab', once(() => createTslab(kernel))]]),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
