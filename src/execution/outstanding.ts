// What a cell has begun and not ended when its own code has: timers, immediates, children, callbacks of files, names, keys. A
// script of Node's would go on until all of it is done. A client with the user in front shows what comes later; one without stops listening.
// Rule: counted only in cells that nobody watches, by what Node says is under way; nothing is counted for the others.

import timers from 'node:timers';
import { promisify } from 'node:util';
import { now } from '../realm/clock';
import { Requests } from './requests';

const { apply, defineProperty } = Reflect;
const activeResources = process.getActiveResourcesInfo.bind(process);

/** In milliseconds, when nobody says. */
export const usualLinger = 250;

/** Kinds that last as long as their owner wants: those who serve, watch or listen. */
const lasting = /Server|^UDP|FSEvent|StatWatcher|MessagePort|Worker|Signal|TTY/;
const brief = /^(?:Timeout|Immediate|FSReqCallback|FSReqPromise|GetAddrInfoReqWrap|ProcessWrap|PipeWrap)$/;

type Timer = NodeJS.Timeout & { readonly _destroyed?: boolean };

const isActive = (timer: Timer): boolean => timer._destroyed !== true && timer.hasRef();

/** How many of each kind. */
export type Underway = ReadonlyMap<string, number>;

interface Excepted {
  readonly timer: Timer;
  /** When it fires; never for an interval. */
  readonly due: number;
}

export class Outstanding {
  /** How many cells run that nobody watches. */
  #counting = 0;
  /** Timers that no end waits for, as far as can be told when they begin. */
  #excepted: Excepted[] = [];
  readonly #requests = new Requests();
  #isInstalled = false;

  /** @param linger how long a cell's end waits, in milliseconds. Beyond the usual, connections count too */
  constructor(readonly linger: number) {}

  /** A cell begins that nobody watches. @returns what is under way by then */
  begin(): Underway {
    this.#install();
    this.#counting++;
    this.#excepted = this.#excepted.filter(({ timer }) => isActive(timer));
    return this.#count(now() + this.linger);
  }

  /**
   * Whether something of the cell is under way that will have happened at `deadline`, of `now()`; or of another that
   * runs beside it, which cannot be told from it.
   */
  has(before: Underway | undefined, deadline: number): boolean {
    for (const [kind, count] of this.#count(deadline)) if (count > (before?.get(kind) ?? 0)) return true;
    return false;
  }

  /** It has ended. */
  end(): void {
    this.#counting--;
  }

  /** By kind, without timers that are known to fire after the deadline. */
  #count(deadline: number): Underway {
    const late = this.#excepted.filter(({ timer, due }) => due > deadline && isActive(timer)).length;
    const counts = new Map<string, number>([
      ['Timeout', -late],
      ['request', this.#requests.underway],
    ]);
    for (const kind of activeResources()) {
      if (this.linger > usualLinger ? lasting.test(kind) : !brief.test(kind)) continue;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }

  /** Learns of timers that fire too late to be waited for. With the first cell that nobody watches, not before. */
  #install(): void {
    if (this.#isInstalled) return;
    this.#isInstalled = true;
    this.#watch('setTimeout', (delay) => now() + delay);
    this.#watch('setInterval', () => Number.POSITIVE_INFINITY);
    this.#requests.watch();
  }

  #watch(name: 'setTimeout' | 'setInterval', dueAfter: (delay: number) => number): void {
    const original = timers[name] as unknown as (...rest: unknown[]) => NodeJS.Timeout;
    const watched = {
      [name]: (...rest: unknown[]) => {
        const timer = apply(original, timers, rest);
        if (this.#counting > 0) {
          const due = dueAfter(Number(rest[1]) || 0);
          if (due > now() + this.linger / 2) this.#excepted.push({ timer, due });
        }
        return timer;
      },
    }[name]!;
    const promised = Reflect.get(original, promisify.custom) as unknown;
    if (promised) defineProperty(watched, promisify.custom, { value: promised });
    const isOriginal = globalThis[name] === original;
    for (const owner of isOriginal ? [timers, globalThis] : [timers])
      defineProperty(owner, name, { value: watched, writable: true, configurable: true, enumerable: true });
  }
}
