// What Node lets only the main thread do to the process: it does it for the cells, whose thread waits for what comes of it.
import type { PerformedCall, ProcessCall } from '../../threads/execution-protocol';

const { apply } = Reflect;
const { assign } = Object;
const errorTypes: { readonly [name: string]: ErrorConstructor } = { Error, RangeError, TypeError };

const calls: readonly ProcessCall[] = [
  'chdir',
  'umask',
  'setuid',
  'setgid',
  'seteuid',
  'setegid',
  'setgroups',
  'initgroups',
];

/** @param perform does it on the main thread, and waits for that */
export function installProcessCalls(
  perform: (call: ProcessCall, given: readonly unknown[]) => PerformedCall,
): void {
  for (const call of calls) {
    const original = Reflect.get(process, call) as ((...given: unknown[]) => unknown) | undefined;
    // Windows has no users that have numbers.
    if (!original) continue;
    const standIn = (...given: unknown[]): unknown => {
      // What is only asked for, every thread may.
      if (call === 'umask' && given[0] === undefined) return apply(original, process, given);
      const { error, value } = perform(call, given);
      if (!error) return value;
      const thrown = new (errorTypes[error.name] ?? Error)(error.message);
      Error.captureStackTrace(thrown, standIn);
      throw assign(thrown, error.properties);
    };
    Object.defineProperty(standIn, 'name', { value: call });
    Reflect.set(process, call, standIn);
  }
}
