// Runs code that the debugger evaluates so that the main thread can cut it off (`control/evaluations`).
// Rule: V8's inspector hears of nothing before such code has ended, wherever that runs; a signal of the process reaches it.
import vm from 'node:vm';
import type { SharedState } from '../threads/shared';

const { apply } = Reflect;
const { runInThisContext } = vm.Script.prototype;
/** Windows has no signals that a process could send to itself. */
const breakOnSigint = process.platform !== 'win32';

export class Evaluation {
  readonly #shared: SharedState;
  readonly #code: string;
  #script: vm.Script | undefined;
  #work: () => unknown = () => undefined;

  /** @param code calls `proceed` of this */
  constructor(shared: SharedState, code: string) {
    this.#shared = shared;
    this.#code = code;
  }

  /** @throws what the work throws, or that it was cut off */
  run<T>(work: () => T): T {
    this.#script ??= new vm.Script(this.#code);
    this.#work = work;
    this.#shared.awaitSent();
    try {
      return apply(runInThisContext, this.#script, [{ breakOnSigint }]) as T;
    } finally {
      this.#shared.leaveEvaluation();
    }
  }

  /** The script is there, and with it what hears the signal. */
  proceed(): unknown {
    const work = this.#work;
    this.#work = () => undefined;
    this.#shared.beginEvaluation();
    try {
      return work();
    } finally {
      this.#shared.endEvaluation();
    }
  }
}
