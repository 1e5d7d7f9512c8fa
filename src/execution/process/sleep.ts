// sleep(): as a step of a cell it blocks the thread, and its value is a promise, beside which timers and sockets go on.
// Rule: either ends by an interrupt of the cell that sleeps. Which it is, the compiler sees (compile/sleeps); a module, and
// whoever is handed the function, gets the promise.

import timers from 'node:timers';
import type { CellId } from '../../api';
import { keyOf } from '../../compile/keys';
import type { Globals } from '../../globals';
import { now } from '../../realm/clock';
import { KeyboardInterrupt } from '../errors/stops';
import type { Blocker } from './input';

const { apply } = Reflect;
const NativePromise = Promise;
const { then } = NativePromise.prototype;
/** The longest time that a timer takes, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** What blocks in the place of a function. */
const step = Symbol('step');

type Call = (...given: unknown[]) => unknown;
/** What is called, by either way in which code says the name. */
interface Step {
  readonly [name: string]: Call;
}

const stepOf = (sleep: Call): Step => ({ sleep, [keyOf('sleep')]: sleep });

/** What a call of `callee` calls that is a step of a cell. @throws TypeError when it is no function */
export function asStep(callee: unknown): Step {
  if (typeof callee !== 'function') throw new TypeError('sleep is not a function');
  return (
    (callee as { [step]?: Step })[step] ?? stepOf((...given) => apply(callee, undefined, given) as unknown)
  );
}

export interface Sleep {
  readonly sleep: Globals['sleep'];
  /** Ends what a cell that was interrupted waits for. */
  interrupt(cell: CellId): void;
}

/** @param currentCell that of the calling code */
export function createSleep(blocker: Blocker, currentCell: () => CellId): Sleep {
  // As they are when the kernel starts, which is before a cell can change them.
  const { clearTimeout, setTimeout } = timers;
  const sleepers = new Set<{ readonly cell: CellId; readonly stop: () => void }>();

  function sleep(milliseconds: number): Promise<void> {
    const end = now() + checked(milliseconds);
    const promise = new NativePromise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const sleeper = {
        cell: currentCell(),
        stop() {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          reject(new KeyboardInterrupt());
        },
      };
      sleepers.add(sleeper);
      const wait = (left: number): void => {
        timer = setTimeout(
          () => {
            const rest = end - now();
            // A timer counts whole milliseconds, and may come by one too early; and it takes none for longer than it can.
            if (rest > 0) return wait(rest);
            sleepers.delete(sleeper);
            resolve();
          },
          Math.min(left, longestTimer),
        );
      };
      wait(milliseconds);
    });
    // Of an interrupt, nobody has to hear who does not wait.
    apply(then, promise, [undefined, () => undefined]);
    return promise;
  }
  const blocking = stepOf((milliseconds) => blocker.sleep(checked(milliseconds)));
  Object.defineProperty(sleep, step, { value: blocking });

  return {
    sleep,
    interrupt(cell) {
      for (const sleeper of sleepers) if (sleeper.cell === cell) sleeper.stop();
    },
  };
}

/** @throws RangeError when it is no time */
function checked(milliseconds: unknown): number {
  if (typeof milliseconds === 'number' && milliseconds >= 0) return milliseconds;
  throw new RangeError(`sleep() takes milliseconds, 0 or more, but got ${String(milliseconds)}`);
}
