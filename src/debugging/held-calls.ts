// The connection to the thread: what was asked over it and not answered yet.
// Rule: what runs code waits until the thread has begun, and until an interrupt is over: V8's termination strikes whatever runs next, and
// is used up by that.
import { type Channel, threadEnded } from './target';

/** What V8 runs code for; the rest it answers without. */
const runningMethods = new Set([
  'Debugger.evaluateOnCallFrame',
  'Runtime.callFunctionOn',
  'Runtime.evaluate',
]);

/** What V8 refuses a thread that has not begun. */
const startedMethods = new Set([...runningMethods, 'Runtime.compileScript']);

/** Answered when a promise settles, whenever that is. */
const isAwaiting = (method: string, params: { awaitPromise?: boolean } = {}): boolean =>
  method === 'Runtime.awaitPromise' || params.awaitPromise === true;

export class HeldCalls implements Channel {
  readonly ready: Promise<void>;
  readonly #channel: Channel;
  /** What V8 answers one after the other, and has not yet. */
  readonly #open = new Set<Promise<object>>();
  #held: Promise<void> | undefined;
  #letGo: (() => void) | undefined;
  #isReady = false;
  #isOver = false;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.ready = channel.ready.then(() => {
      this.#isReady = true;
    });
  }

  /** From now on calls wait that run code. Those that were made before come before what is sent to the thread from now on. */
  hold(): void {
    this.#held ??= new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  letGo(): void {
    this.#letGo?.();
    this.#held = undefined;
  }

  /**
   * Whether the thread, which has stopped, stands in the middle of a call: it answers what was sent later, and not that. V8 does
   * not show it in the stack where it stopped before the first function that it called had begun.
   * @returns nothing when every call has been answered
   */
  isInside(): Promise<boolean> | undefined {
    if (this.#open.size === 0) return undefined;
    const earlier = [...this.#open];
    const later = this.#channel.call('Runtime.releaseObjectGroup', { objectGroup: 'none' });
    return later.then(() => earlier.some((call) => this.#open.has(call)));
  }

  call(method: string, params?: object): Promise<object> {
    if (!this.#isReady && startedMethods.has(method)) return this.ready.then(() => this.call(method, params));
    const make = () => {
      if (this.#isOver) return Promise.reject(new Error(threadEnded));
      const call =
        method === 'Runtime.callFunctionOn'
          ? this.#callWithoutStops(method, params)
          : this.#channel.call(method, params);
      // This comes first: of two answers, the earlier one is noted before anybody sees the later one.
      if (!isAwaiting(method, params)) this.#note(call);
      return call.catch((error: Error) => this.#fail(error));
    };
    return this.#held && runningMethods.has(method) ? this.#held.then(make) : make();
  }

  /** For what runs no code. */
  post(method: string, params?: object): Promise<void> {
    return this.#channel.post(method, params);
  }

  /**
   * A step or a pause that is under way would stop the thread in the code that V8 makes of a call of a function, where V8 ends the
   * process: it cannot tell the scopes there (`Check failed: needs_context …`).
   */
  #callWithoutStops(method: string, params: object | undefined): Promise<object> {
    const skip = (isOn: boolean) =>
      void this.#channel.call('Debugger.setSkipAllPauses', { skip: isOn }).catch(() => undefined);
    skip(true);
    const call = this.#channel.call(method, params);
    skip(false);
    return call;
  }

  /**
   * What has ended the thread at a pause (its own code, V8) leaves it there without its realm, until it goes on. Nothing more is sent
   * then: while a thread is taken down, Node 26 may stand still with whoever speaks to it.
   */
  #fail(error: Error): never {
    if (!this.#isReady || !/Cannot find context/.test(error.message)) throw error;
    if (!this.#isOver) this.#channel.call('Debugger.resume').catch(() => undefined);
    this.#isOver = true;
    throw new Error(threadEnded);
  }

  #note(call: Promise<object>): void {
    this.#open.add(call);
    const forget = () => void this.#open.delete(call);
    call.then(forget, forget);
  }

  listen(listener: (method: string, params: object) => void): () => void {
    return this.#channel.listen(listener);
  }
}
