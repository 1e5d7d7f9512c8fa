// How often what the user sees may change from one stream to the other: each change costs a message, and a default Jupyter
// Server drops what comes faster than 1,000 of them a second.
// Rule: exact order for a while and whenever streams change seldom; nobody can read faster than that.

export class Switches {
  /** How many may come at once. */
  static readonly most = 60;
  /** How many may come each second for ever. */
  static readonly refill = 100;
  #left = Switches.most;
  #since = performance.now();

  /** How many may come now. */
  get left(): number {
    const now = performance.now();
    this.#left = Math.min(Switches.most, this.#left + ((now - this.#since) / 1000) * Switches.refill);
    this.#since = now;
    return this.#left;
  }

  spend(count: number): void {
    this.#left = Math.max(0, this.left - count);
  }
}
