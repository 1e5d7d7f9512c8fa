// The order in which shell messages run: executions one after the other, first come first served.
// Rule: what is not exclusive runs as soon as everything before it has started.

/** One message's turn. Neither function may throw or reject. */
export interface Turn {
  /** Nothing exclusive may run beside it. */
  readonly exclusive: boolean;
  run(): void | Promise<void>;
  /** Instead of `run`, when something before it failed. Only for exclusive turns. */
  abort(): void;
}

export class ExecutionQueue {
  #waiting: { readonly turn: Turn; aborted: boolean }[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  enter(turn: Turn): void {
    this.#waiting.push({ turn, aborted: this.#closed });
    this.#advance();
  }

  /** Exclusive turns that wait now will be aborted when they are due; those that enter later run. */
  abortWaiting(): void {
    for (const entry of this.#waiting) entry.aborted = true;
  }

  /** Resolves when no exclusive turn runs or waits. */
  async empty(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Exclusive turns that wait or enter later will be aborted. */
  close(): void {
    this.#closed = true;
    this.abortWaiting();
  }

  #advance(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { turn, aborted } = next;
      if (!turn.exclusive) {
        this.#waiting.shift();
        void turn.run();
        continue;
      }
      if (this.#running) return;
      this.#waiting.shift();
      if (aborted) {
        turn.abort();
        continue;
      }
      this.#running = this.#finish(turn.run());
    }
  }

  async #finish(work: void | Promise<void>): Promise<void> {
    await work;
    this.#running = undefined;
    this.#advance();
  }
}
