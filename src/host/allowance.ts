// Flow control of what a cell shows.
// Rule: a burst is never slowed down; what goes on for ever is, so that memory stays bounded.

/** How many bytes of text may be shown without a pause: much at once, less for ever. */
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

  /** How long to wait until something is left, in milliseconds. */
  get delay(): number {
    return Math.ceil(Math.max(0, -this.#left) / Allowance.refill);
  }
}
