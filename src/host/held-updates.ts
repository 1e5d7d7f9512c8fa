// Displays that change faster than anybody sees: of what a display was given in between, only the latest is sent.
// Rule: the latest always arrives, before whatever its cell shows or says after it. What makes a new output is never merged.
import type { CellId, Output } from '../api';

type Update = Extract<Output, { readonly kind: 'update' }>;

/** Pause between two contents of a display, in milliseconds. */
const pause = 50;
/** What each of many displays adds to that. */
const pauseForEach = 4;

export class HeldUpdates {
  readonly #held = new Map<string, { readonly cell: CellId; readonly update: Update }>();
  #timer: NodeJS.Timeout | undefined;
  /** Until the next ones may be sent. */
  #pause = pause;

  constructor(readonly send: (cell: CellId, update: Update) => void) {}

  hold(cell: CellId, update: Update): void {
    this.#held.set(update.displayId, { cell, update });
    this.#timer ??= setTimeout(() => this.flush(), this.#pause);
  }

  /** Sends what is held. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held.size === 0) return;
    this.#pause = Math.max(pause, this.#held.size * pauseForEach);
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { cell, update } of held) this.send(cell, update);
  }
}
