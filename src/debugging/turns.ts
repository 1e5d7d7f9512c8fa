// One thing after the other. Rule: what fails keeps nobody behind it from its turn.

export class Turns {
  #latest: Promise<unknown> = Promise.resolve();

  /** Begins anew: nobody waits for what was under way. @param first what the next ones wait for */
  restart(first: Promise<unknown> = Promise.resolve()): void {
    this.#latest = first;
  }

  /** @returns what it comes to, once everything before it has ended */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#latest.then(work);
    this.#latest = done.catch(() => undefined);
    return done;
  }
}
