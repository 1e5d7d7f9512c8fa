// Flow control of a cell's output.
// Rule: a burst is never slowed down; endless output is, so that memory stays bounded.

/** A token bucket of bytes: a large burst passes at once, a steady stream at the refill rate. */
export class Allowance {
  /** Bytes. */
  static readonly most = 32 * 2 ** 20;
  /** Bytes a millisecond. */
  static readonly refill = 16 * 1024;
  #left = Allowance.most;
  #since = performance.now();

  spend(bytes: number): void {
    const now = performance.now();
    this.#left = Math.min(Allowance.most, this.#left + (now - this.#since) * Allowance.refill) - bytes;
    this.#since = now;
  }

  isSpent(): boolean {
    this.spend(0);
    return this.#left < 0;
  }

  /** How long to wait until the bucket has bytes again, in milliseconds. */
  get delay(): number {
    return Math.ceil(Math.max(0, -this.#left) / Allowance.refill);
  }
}
