// What the compiled code of a cell calls: `__tsk_`.
// Rule: it is the run's own. What it does is the run's doing, also late.

import { now } from '../realm/clock';
import { type ActiveRun, type Stop, signalOf } from './active-run';
import { forgetThrown } from './errors/origins';
import { carryOut } from './magics';
import { MagicError, type MagicHost } from './magics/host';
import { startProfile } from './magics/profile';
import { formatTime, measure } from './magics/timing';
import type { Modules } from './modules';
import { asStep } from './process/sleep';

const NativePromise = Promise;

export interface HelperOptions {
  readonly modules: Modules;
  readonly host: MagicHost;
}

/** What compiled code calls `__tsk_`. */
export class Helper {
  readonly now = now;
  readonly step = asStep;
  readonly #active: ActiveRun;
  readonly #options: HelperOptions;

  constructor(active: ActiveRun, options: HelperOptions) {
    this.#active = active;
    this.#options = options;
  }

  /** Makes constants of names that have their value. */
  seal(...keys: string[]): void {
    this.#active.bindings?.seal(...keys);
  }

  /** `import.meta` */
  get meta(): object {
    return this.#options.modules.meta;
  }

  /** `import()` begins, which an interrupt may cut off before it gives its promise; where that goes. */
  loading(): { module?: unknown } {
    return this.#options.modules.beginLoading();
  }

  /** Notes where the cell awaits or throws a value, in the text that was compiled, from 0. One that was stopped goes no further. */
  on<T>(value: T, line?: number, column?: number): T {
    const active = this.#active;
    if (active.stop) return goNoFurther(active.stop) as T;
    active.line = line;
    active.column = column;
    forgetThrown();
    return value;
  }

  /** Carries out a magic of the cell. `%%time` is for the runner itself. */
  magic(index: number): unknown {
    const active = this.#active;
    active.line = undefined;
    const magic = active.run.compiled.magics![index]!;
    switch (magic.name) {
      case '%time':
        active.startedAt = now();
        return undefined;
      case '%prof':
        this.profile(index);
        return undefined;
      case '%bg':
        // The runner has seen it.
        return undefined;
      case 'time':
      case 'timeit':
      case 'prof':
        // Their code stands in the cell, and calls `timed`, `timeit` and `profile`.
        return undefined;
      default:
        return carryOut(magic, this.#options.host, signalOf(active));
    }
  }

  /** The value of `load().then(…)` as the last expression. */
  chained<T>(value: T): T {
    this.#active.chained = value;
    return value;
  }

  /** `%timeit`: its code, made a function. */
  timeit(index: number, work: () => unknown, isAsync: boolean): unknown {
    const magic = this.#active.run.compiled.magics![index]!;
    this.#active.line = undefined;
    return measure({ ...magic, host: this.#options.host, signal: signalOf(this.#active) }, work, isAsync);
  }

  /** `%prof`: what runs from now on, to `profiled` or to the end of the cell. */
  profile(index: number): void {
    const active = this.#active;
    if (active.profile) throw new MagicError('%prof stands within another one: one at a time');
    active.profile = startProfile(active.run.compiled.magics![index]!.arguments, this.#options.host);
  }

  profiled<T>(_begun?: undefined, value?: T): T | undefined {
    const { profile } = this.#active;
    this.#active.profile = undefined;
    profile?.report();
    return value;
  }

  /** `%time` around an expression. */
  timed<T>(start: number, value: T): T {
    this.#options.host.write('stdout', `Time: ${formatTime(now() - start)}\n`);
    return value;
  }
}

/**
 * Ends the code of a cell where it awaits next: by the error once, so that it can tidy up, and for good if it catches that, as
 * a loop does that goes on whatever fails.
 * @returns what stays pending
 */
function goNoFurther(stop: Stop): Promise<never> {
  if (stop.isThrown) return new NativePromise<never>(() => {});
  stop.isThrown = true;
  throw stop.error;
}
