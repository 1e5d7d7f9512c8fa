// When the language worker does the next step of work in the background. Rule: between two steps the thread reads its messages; a step
// waits while cells come one after the other, and while the processors have something else to do, for a while at most.

/** How long to wait, in milliseconds. */
const patience = {
  /** Before asking again whether cells wait to be compiled. */
  whileCompiling: 2,
  /** Before the processors are looked at again, about, and for how long what nobody waits for gives way to others at most. */
  whileTaken: 50,
  givingWay: 2000,
};

export interface StepsOptions {
  /** How long the notebook must be quiet before a step that nobody waits for, in milliseconds. */
  readonly beforeChecks: number;
  /** Whether the processors have something else to do. */
  areTaken(): boolean;
  /** Whether a cell waits to be compiled. */
  isInterrupted(): boolean;
  hasWork(): boolean;
  /** Whether the next step waits for nothing but a cell that is to be compiled. */
  isUrgent(): boolean;
  /** Does one. */
  step(): void;
}

/** A step that is to come. */
interface Next {
  /** By the clock of `performance`, in milliseconds. */
  readonly due: number;
  /** Absent where it comes with the next turn of the event loop. */
  readonly timer?: NodeJS.Timeout;
}

export class Steps {
  readonly #options: StepsOptions;
  #lastCompile = 0;
  /** When the work began that goes on, and when it was last looked at. */
  #begun = Number.NEGATIVE_INFINITY;
  #latestStep = Number.NEGATIVE_INFINITY;
  #next: Next | undefined;
  /** To be called once no work is left. */
  readonly #awaitsQuiet: (() => void)[] = [];

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  /** A cell has come. */
  noteCell(): void {
    this.#lastCompile = performance.now();
  }

  /** To be called when there may be work, or when it may be more urgent than it was. */
  schedule(): void {
    if (!this.#options.hasWork()) return;
    const delay = this.#delay;
    const due = performance.now() + delay;
    if (this.#next && this.#next.due <= due) return;
    clearTimeout(this.#next?.timer);
    const next = () => {
      this.#next = undefined;
      if (this.#delay === 0) this.#options.step();
      this.schedule();
      if (!this.#next) for (const then of this.#awaitsQuiet.splice(0)) then();
    };
    if (delay > 0) this.#next = { due, timer: setTimeout(next, delay) };
    else {
      this.#next = { due };
      setImmediate(next);
    }
  }

  /** Calls back once no work is left. */
  whenQuiet(then: () => void): void {
    if (this.#next) this.#awaitsQuiet.push(then);
    else then();
  }

  /** How long to wait before the next step: checks must not take the processor from cells that run back to back. */
  get #delay(): number {
    const { beforeChecks, isInterrupted, isUrgent } = this.#options;
    if (isInterrupted()) return patience.whileCompiling;
    if (isUrgent()) return 0;
    const left = this.#lastCompile + beforeChecks - performance.now();
    return left > 0 ? left : this.#givesWay() ? patience.whileTaken * (0.5 + Math.random()) : 0;
  }

  /** Whether the next step waits since the processors have something else to do, for a while at most. */
  #givesWay(): boolean {
    const now = performance.now();
    // A new piece of work.
    if (now - this.#latestStep > patience.givingWay) this.#begun = now;
    this.#latestStep = now;
    return now - this.#begun < patience.givingWay && this.#options.areTaken();
  }
}
