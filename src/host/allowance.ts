// Flow control of a cell's output.
// Rule: a burst is never slowed down; endless output is, so that memory stays bounded, and nothing is dropped on its way.

/** A token bucket: a large burst passes at once, a steady stream at the refill rate. */
export class Allowance {
  #left: number;
  #since = performance.now();

  /**
   * @param most of what is spent, at once
   * @param refill each millisecond
   */
  constructor(
    readonly most: number,
    readonly refill: number,
  ) {
    this.#left = most;
  }

  spend(amount: number): void {
    const now = performance.now();
    this.#left = Math.min(this.most, this.#left + (now - this.#since) * this.refill) - amount;
    this.#since = now;
  }

  /** What was spent turns out to be no burden any more. */
  restore(amount: number): void {
    this.spend(-amount);
    this.#left = Math.min(this.most, this.#left);
  }

  isSpent(): boolean {
    this.spend(0);
    return this.#left < 0;
  }

  /** How long to wait until the bucket has something again, in milliseconds. */
  get delay(): number {
    return Math.ceil(Math.max(0, -this.#left) / this.refill);
  }
}

/** In bytes. Somebody prints a value of 100 MB at once. */
export const allowBytes = () => new Allowance(128 * 2 ** 20, 16 * 1024);

/**
 * In messages. A Jupyter Server passes on 3,000 in three seconds, unless told otherwise, and drops the rest: 500 that are under
 * way may come on top of these.
 */
export const allowMessages = () => new Allowance(700, 0.5);
