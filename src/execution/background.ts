// Cells that nobody waits for: what is told of them, and what `Out` has of one that still runs.
// Rule: whoever awaits it gets what the cell comes to, by its value or its error; who does not is not told of either.
import type { Run } from '../threads/execution-protocol';

const { apply } = Reflect;
const NativePromise = Promise;
const { then } = NativePromise.prototype;

/** A run beside the one that asks. */
export interface BackgroundRun {
  readonly run: Run;
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** For how long it has run, in milliseconds. */
  readonly time: number;
}

/** A value that is to come. */
export class PendingOutput {
  readonly promise: Promise<unknown>;
  /** Undefined until it is there, and of a cell that has none. */
  value: unknown;
  hasFailed = false;
  #resolve: (value: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor() {
    this.promise = new NativePromise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // The error is shown under its cell.
    apply(then, this.promise, [undefined, () => undefined]);
  }

  fulfil(value: unknown): void {
    this.value = value;
    this.#resolve(value);
  }

  fail(error: unknown): void {
    this.hasFailed = true;
    this.#reject(error);
  }
}
