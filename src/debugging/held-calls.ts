// The connection to the thread, of which an interrupt is the only one to have code run there.
// Rule: what runs code waits until the interrupt is over: V8's termination strikes whatever runs next, and is used up by that.
import type { Channel } from './target';

/** What V8 runs code for; the rest it answers without. */
const runningMethods = new Set([
  'Debugger.evaluateOnCallFrame',
  'Runtime.callFunctionOn',
  'Runtime.evaluate',
]);

export class HeldCalls implements Channel {
  readonly #channel: Channel;
  #held: Promise<void> | undefined;
  #letGo: (() => void) | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
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

  call(method: string, params?: object): Promise<object> {
    const make = () => this.#channel.call(method, params);
    return this.#held && runningMethods.has(method) ? this.#held.then(make) : make();
  }

  listen(listener: (method: string, params: object) => void): () => void {
    return this.#channel.listen(listener);
  }
}
