// Which cell hears an event? The one that listened to it last, where that is later than the cell whose doing the event is: who
// listens in cell 5 to the server of cell 3 expects the output under cell 5.
// Rule: by emitter and event, so that who waits for `close` does not draw the output of `request`.
import { EventEmitter } from 'node:events';
import type { Origin } from './origin';

/** What Node calls the way of all events to the listeners of an `EventTarget`. */
const dispatching = Symbol.for('nodejs.internal.kHybridDispatch');

const { apply } = Reflect;

/** As Node has it. */
const dispatchedByNode = Reflect.get(EventTarget.prototype, dispatching) as Dispatch | undefined;

type Dispatch = (this: object, value: unknown, type: unknown, ...rest: unknown[]) => unknown;

function replaceMethod(owner: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value });
}

/** Has the events of a port of the kernel's own delivered as Node does it, whatever builtins cells overwrote. */
export function keepFromCells(port: object): void {
  if (dispatchedByNode) Object.defineProperty(port, dispatching, { value: dispatchedByNode });
}

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
        note(this, rest[0]);
        return apply(original, this, rest);
      };
    }
    const { addEventListener } = EventTarget.prototype;
    const listen = {
      addEventListener(this: EventTarget, ...rest: Parameters<typeof addEventListener>) {
        note(this ?? globalThis, rest[0]);
        return apply(addEventListener, this, rest);
      },
    }.addEventListener;
    replaceMethod(EventTarget.prototype, 'addEventListener', listen);

    function note(emitter: object, event: unknown): void {
      const origin = current();
      if (origin === undefined) return;
      const known = heard.get(emitter);
      if (known) known.latest.set(event, origin);
      else heard.set(emitter, { first: origin, latest: new Map([[event, origin]]) });
    }
  }

  /**
   * Has the events of `EventTarget` delivered by `deliver`. All of them go one way, also those of signals, ports and sockets,
   * which Node delivers itself.
   */
  hearTargets(deliver: <T>(target: object, event: unknown, work: () => T) => T): void {
    const dispatch = dispatchedByNode;
    if (!dispatch) return;
    const delivered: Dispatch = function (this: object, ...given) {
      return deliver(this, given[1], () => apply(dispatch, this, given));
    };
    replaceMethod(EventTarget.prototype, dispatching, delivered);
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
