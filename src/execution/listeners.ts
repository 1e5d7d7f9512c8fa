// Which cell hears an event? The one that listened to it last, where that is later than the cell whose doing the event is: who
// listens in cell 5 to the server of cell 3 expects the output under cell 5.
// Rule: by emitter and event, so that who waits for `close` does not draw the output of `request`.
import { EventEmitter } from 'node:events';
import type { Origin } from './origin';

interface Heard {
  /** The cell that listened to anything first. */
  readonly first: Origin;
  /** By event: the cell that listened to it last. */
  readonly latest: Map<unknown, Origin>;
}

export class Listeners {
  readonly #heard = new WeakMap<object, Heard>();

  /** @param current what caused the calling code */
  constructor(current: () => Origin | undefined) {
    const heard = this.#heard;
    const prototype = EventEmitter.prototype;
    for (const name of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const) {
      const original = prototype[name];
      prototype[name] = function (this: EventEmitter, ...rest: Parameters<typeof original>) {
        const origin = current();
        if (origin !== undefined) {
          const known = heard.get(this);
          if (known) known.latest.set(rest[0], origin);
          else heard.set(this, { first: origin, latest: new Map([[rest[0], origin]]) });
        }
        return original.apply(this, rest);
      };
    }
  }

  /** The cell that an event belongs to, when that is another one than the cell whose doing it is. */
  originOf(emitter: object, event: unknown, current: Origin | undefined): Origin | undefined {
    const heard = this.#heard.get(emitter);
    // The process belongs to nobody.
    if (!heard || emitter === process) return undefined;
    const latest = heard.latest.get(event);
    if (current === undefined) return latest ?? heard.first;
    return latest !== undefined && latest.cell > current.cell ? latest : undefined;
  }
}
