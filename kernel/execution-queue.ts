// The order in which the messages of a shell run: executions one after the other, first come first served.
// Rule: what is not exclusive runs as soon as everything before it has started.

/** One message's turn. Neither function may throw or reject. */
export interface Turn {
  /** Nothing exclusive may run beside it. */
  readonly exclusive: boolean;
  run(): void | Promise<void>;
  /** Instead of `run`; only for exclusive turns. @param why the reason, as what follows "because" */
  abort(why: string): void;
}

export class ExecutionQueue {
  #waiting: { readonly turn: Turn; why?: string | undefined }[] = [];
  #running: Promise<void> | undefined;
  #closedBy: string | undefined;

  enter(turn: Turn): void {
    this.#waiting.push({ turn, why: this.#closedBy });
    this.#advance();
  }

  /** Exclusive turns that wait now will be aborted when they are due; those that enter later run. */
  abortWaiting(why: string): void {
    for (const entry of this.#waiting) entry.why ??= why;
  }

  /** Resolves when no exclusive turn runs or waits. */
  async empty(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Exclusive turns that wait or enter later will be aborted. */
  close(why: string): void {
    this.#closedBy = why;
    this.abortWaiting(why);
  }

  /** Nothing waits any longer, not even for what runs: exclusive turns are aborted at once, the others run. */
  end(why: string): void {
    this.close(why);
    for (const { turn, why: reason = why } of this.#waiting.splice(0))
      if (turn.exclusive) turn.abort(reason);
      else void turn.run();
  }

  #advance(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { turn, why } = next;
      if (!turn.exclusive) {
        this.#waiting.shift();
        void turn.run();
        continue;
      }
      if (this.#running) return;
      this.#waiting.shift();
      if (why !== undefined) {
        turn.abort(why);
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
