// Which cell does this code belong to? Carried along every promise, timer and emitter, so that late output finds its cell.
// Rule: ask `current()`; nobody else keeps "the cell of now".
//
// Two ways to carry it. Node 24 and newer: AsyncLocalStorage, which lives in V8's own context frame. Before that,
// AsyncLocalStorage rests on async_hooks, and terminating execution in a promise job would leave its stack of ids
// corrupted, which kills the process. There, V8's promise hooks and wrapped timers carry a plain variable instead.
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { promisify } from 'node:util';
import { promiseHookName } from '../threads/execution-protocol';
import { Activity, type SharedState } from '../threads/shared';
import { Listeners } from './listeners';
import type { Origin } from './origin';
import { callbackFunctions } from './requests';

export interface ExecutionContext {
  /** Calls `work` as caused by a cell. Its synchronous part may be terminated by an interrupt. */
  enter<T>(origin: Origin, work: () => T): T;
  /** What caused the calling code, or undefined when nothing tells. */
  current(): Origin | undefined;
  /**
   * What caused the callback that an error has just escaped from.
   * @param promise the one that was rejected with it, if one was
   */
  thrower(promise?: unknown): Origin | undefined;
  /**
   * Forgets what a terminated execution left behind, since its `finally` blocks never ran.
   * Only for the start of a message of the worker's port, when nothing else is on the stack.
   */
  reset(): void;
}

const { apply } = Reflect;

const carriesFrames = Number(process.versions.node.split('.')[0]) >= 24;

export function createContext(shared: SharedState): ExecutionContext {
  return carriesFrames ? createFrameContext(shared) : createHookContext(shared);
}

function createFrameContext(shared: SharedState): ExecutionContext {
  const storage = new AsyncLocalStorage<Origin>();
  // Its methods call each other by name: what the user overwrites of theirs must not be what ours calls.
  Object.defineProperties(storage, Object.getOwnPropertyDescriptors(AsyncLocalStorage.prototype));
  // What a native handle calls carries the cell that made it, which need not be the one that listens.
  const listeners = new Listeners(() => storage.getStore());
  const prototype = EventEmitter.prototype;
  const { emit } = prototype;
  prototype.emit = function (this: EventEmitter, ...rest: Parameters<typeof emit>) {
    const current = storage.getStore();
    const origin = current === undefined ? undefined : listeners.originOf(this, rest[0], current);
    return origin === undefined
      ? apply(emit, this, rest)
      : storage.run(origin, () => apply(emit, this, rest));
  };
  listeners.hearTargets((target, event, work) => {
    const origin = listeners.originOf(target, event, storage.getStore());
    return origin === undefined ? work() : storage.run(origin, work);
  });
  return {
    enter(origin, work) {
      // A listener is entered as its own cell's from within the message that it listens to.
      const outer = shared.activity;
      shared.activity = Activity.cell;
      try {
        return storage.run(origin, work);
      } finally {
        shared.activity = outer;
      }
    },
    current: () => storage.getStore(),
    thrower: () => storage.getStore(),
    reset() {
      shared.activity = Activity.idle;
    },
  };
}

/** Is what it is constructed with, so that a subclass puts its private fields on any object. */
class Identity {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: returning another object is the point of this class
    return target;
  }
}

/** Marks a promise with its cell, invisibly and without a table that the garbage collector would have to walk. */
class Stamp extends Identity {
  readonly #origin: Origin;
  constructor(target: object, origin: Origin) {
    super(target);
    this.#origin = origin;
  }
  static originOf(target: object): Origin | undefined {
    return #origin in target ? (target as Stamp).#origin : undefined;
  }
}

type PromiseHook = (promise: Promise<unknown>) => void;

/** By this name an interrupt knows that it must not strike there. */
const asPromiseHook = (hook: PromiseHook): PromiseHook =>
  Object.defineProperty(hook, 'name', { value: promiseHookName });

function createHookContext(shared: SharedState): ExecutionContext {
  let current: Origin | undefined;
  /** What caused the callback that the latest error escaped from, past all code of cells: Node is about to tell of it. */
  let escaped: Origin | undefined;

  /** Calls `work` with `origin` as the current one; what the thread does meanwhile is `activity`. */
  function within<T>(origin: Origin | undefined, activity: Activity, work: () => T): T {
    const outer = current;
    const outerActivity = shared.activity;
    current = origin;
    shared.activity = activity;
    let hasEscaped = true;
    try {
      const value = work();
      hasEscaped = false;
      return value;
    } finally {
      // Without `catch`: for a debugger that would be code which catches, and it would not stop where the error is thrown.
      if (outer === undefined) escaped = hasEscaped ? origin : undefined;
      current = outer;
      shared.activity = outerActivity;
    }
  }

  // Only here: Node 24 and newer need it for nothing, and loading it takes half a millisecond.
  const { promiseHooks } = require('node:v8') as typeof import('node:v8');
  promiseHooks.createHook({
    init: asPromiseHook((promise) => {
      if (current !== undefined) new Stamp(promise, current);
    }),
    before: asPromiseHook((promise) => {
      current = Stamp.originOf(promise);
      shared.activity = Activity.cell;
    }),
    after: asPromiseHook(() => {
      current = undefined;
      shared.activity = Activity.idle;
    }),
  });

  type Callback = (...rest: unknown[]) => unknown;
  const carry = (callback: unknown, activity: Activity): unknown => {
    if (typeof callback !== 'function') return callback;
    const origin = current;
    return function (this: unknown, ...rest: unknown[]) {
      return within(origin, activity, () => apply(callback as Callback, this, rest));
    };
  };
  function wrapScheduler<Name extends string>(owner: object, name: Name, activity: Activity): void {
    const original = Reflect.get(owner, name) as Callback;
    const wrapped = {
      [name](...given: unknown[]) {
        given[0] = carry(given[0], activity);
        return apply(original, undefined, given);
      },
    }[name]!;
    const promised = Reflect.get(original, promisify.custom) as unknown;
    if (promised) Object.defineProperty(wrapped, promisify.custom, { value: promised });
    Object.defineProperty(owner, name, {
      value: wrapped,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
    wrapScheduler(timers, name, Activity.callback);
    Object.defineProperty(globalThis, name, {
      value: Reflect.get(timers, name),
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  wrapScheduler(globalThis, 'queueMicrotask', Activity.cell);
  wrapScheduler(process, 'nextTick', Activity.cell);

  function thrower(promise?: unknown): Origin | undefined {
    if (typeof promise !== 'object' || promise === null) return current ?? escaped;
    return Stamp.originOf(promise) ?? current;
  }
  /** Whose error the process tells its listeners of. */
  const throwerFor = (emitter: object, { 0: event, 2: promise }: readonly unknown[]) =>
    emitter === process && (event === 'unhandledRejection' || /^uncaughtException/.test(String(event)))
      ? thrower(promise)
      : undefined;

  // Native handles (sockets, children, files) enter JavaScript through an emitter.
  const listeners = new Listeners(() => current);
  const prototype = EventEmitter.prototype;
  const { emit } = prototype;
  prototype.emit = function (this: EventEmitter, ...rest: Parameters<typeof emit>) {
    const isNative = current === undefined;
    const origin =
      (isNative ? throwerFor(this, rest) : undefined) ?? listeners.originOf(this, rest[0], current);
    if (origin === undefined) return apply(emit, this, rest);
    const activity = isNative ? Activity.callback : shared.activity;
    return within(origin, activity, () => apply(emit, this, rest));
  };
  listeners.hearTargets((target, event, work) => {
    const isNative = current === undefined;
    const origin = listeners.originOf(target, event, current);
    return origin === undefined
      ? work()
      : within(origin, isNative ? Activity.callback : shared.activity, work);
  });

  // Callbacks of native requests come without an emitter.
  const functions = callbackFunctions();
  for (let at = 0; at < functions.length; at++) {
    const { 0: owner, 1: names } = functions[at]!;
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      const original = Reflect.get(owner, name) as Callback | undefined;
      if (typeof original !== 'function') continue;
      const wrapped = function (this: unknown, ...rest: unknown[]): unknown {
        const last = rest.length - 1;
        if (typeof rest[last] === 'function') rest[last] = carry(rest[last], Activity.callback);
        return apply(original, this, rest);
      };
      Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
      Object.defineProperty(owner, name, {
        value: wrapped,
        writable: true,
        configurable: true,
        enumerable: true,
      });
    }
  }

  // From the moment that the user's code itself switches async_hooks on, promise jobs are no longer safe to terminate.
  for (const name of ['run', 'enterWith'] as const) {
    const original = AsyncLocalStorage.prototype[name] as Callback;
    Object.defineProperty(AsyncLocalStorage.prototype, name, {
      value(this: unknown, ...rest: unknown[]) {
        shared.noteHooks();
        return apply(original, this, rest);
      },
      writable: true,
      configurable: true,
    });
  }
  const hookPrototype = Object.getPrototypeOf(createHook({})) as { enable(): unknown };
  const { enable } = hookPrototype;
  hookPrototype.enable = function (this: object) {
    shared.noteHooks();
    return apply(enable, this, []);
  };
  syncBuiltinESMExports();

  return {
    enter: (origin, work) => within(origin, Activity.cell, work),
    current: () => current,
    thrower,
    reset() {
      current = undefined;
      shared.activity = Activity.idle;
    },
  };
}
