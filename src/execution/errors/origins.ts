// Where something was thrown that has no frame of a cell: a text, a plain object, an error that a callback was given. Compiled
// code gives what its functions throw to the setter.
// Rule: costs a loop that throws all the time next to nothing, and keeps nothing alive that the program has let go.
const { captureStackTrace } = Error;

interface Trace {
  readonly stack?: unknown;
}

/** A stack costs as much as an error does, and a program may throw for every step of a loop: so many a cell. */
const mostTraces = 1000;
let tracesLeft = mostTraces;

/** Where it was thrown first: an error that is caught may be thrown on. */
let ofObjects = new WeakMap<object, Trace>();
/** The latest that is no object: equal ones cannot be told from one another. */
let latest: { readonly value: unknown; readonly trace: Trace } | undefined;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

export const thrownValues = {
  set value(value: unknown) {
    latest = undefined;
    if (tracesLeft === 0 || (isObject(value) && ofObjects.has(value))) return;
    tracesLeft--;
    const trace: Trace = {};
    captureStackTrace(trace);
    if (isObject(value)) ofObjects.set(value, trace);
    else latest = { value, trace };
  },
};

/** The stack of a thrown value, as it would be that of an error. */
export function stackOf(thrown: unknown): unknown {
  if (isObject(thrown)) return ofObjects.get(thrown)?.stack;
  return latest && Object.is(latest.value, thrown) ? latest.trace.stack : undefined;
}

/** A cell begins. @param isAlone no other one runs, which may still fail of what it has thrown */
export function renewTraces(isAlone: boolean): void {
  if (isAlone && tracesLeft < mostTraces) ofObjects = new WeakMap();
  tracesLeft = mostTraces;
  latest = undefined;
}

/** What was thrown before something is awaited is not what comes of that. */
export function forgetThrown(): void {
  latest = undefined;
}
