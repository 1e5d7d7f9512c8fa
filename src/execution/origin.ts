// What caused the code that runs: its cell and, where a listener hears a message of the page, that message.
// Rule: output belongs to the cell whose code makes it. What an output widget captures belongs to the message, while that is
// being handled: a page takes in only what answers something that it sent itself, which after a reload no cell is.
import timers from 'node:timers';
import { types } from 'node:util';
import type { CellId } from '../api';

const { clearTimeout, setImmediate, setTimeout } = timers;

export interface Origin {
  readonly cell: CellId;
  readonly delivery?: Delivery | undefined;
  /** Whether an output widget captures what is put out. */
  readonly isCaptured?: boolean;
}

/** The number under which the engine is told of output. */
export function outputCellOf({ cell, delivery, isCaptured }: Origin): CellId {
  return isCaptured && delivery?.isOpen ? delivery.cell : cell;
}

/** How long a message waits for listeners that have not ended, and may wait for the user, in milliseconds. */
const listenerPatience = 3000;

/** A message of the page, from its arrival until the page is told that it was handled, and stops listening to it. */
export class Delivery {
  #listeners = 0;
  #captures = 0;
  #isReceived = false;
  #patience: NodeJS.Timeout | undefined;
  #isOpen = true;
  readonly #closed: () => void;

  /**
   * @param cell the engine's number of the message
   * @param name what the page knows it by
   * @param closed called once, when it was handled
   */
  constructor(
    readonly cell: CellId,
    readonly name: string,
    closed: () => void,
  ) {
    this.#closed = closed;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A listener hears it. @returns what tells of the listener's end, to be called once */
  awaitListener(): () => void {
    this.#listeners += 1;
    return () => {
      this.#listeners -= 1;
      this.#look();
    };
  }

  /** An output widget begins to capture. @returns what ends that, to be called once */
  hold(): () => void {
    this.#captures += 1;
    return () => {
      this.#captures -= 1;
      // Not in this turn: what follows may begin to capture again.
      if (this.#captures === 0) setImmediate(() => this.#look());
    };
  }

  /** Everybody has heard of it: it closes when the listeners have ended, or have taken long, and nobody captures any more. */
  received(): void {
    this.#isReceived = true;
    this.#look();
    if (!this.#isOpen) return;
    this.#patience = setTimeout(() => {
      this.#listeners = Number.NEGATIVE_INFINITY;
      this.#look();
    }, listenerPatience).unref();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#patience);
    this.#closed();
  }

  #look(): void {
    if (this.#isReceived && this.#listeners <= 0 && this.#captures === 0) this.close();
  }
}

/** Calls `done` when `work` has ended, in whichever way; a promise that it gives is waited for. */
export function after<T>(work: () => T, done: () => void): T {
  let isPending = false;
  try {
    const result = work();
    if (!types.isPromise(result)) return result;
    isPending = true;
    return result.finally(done) as typeof result;
  } finally {
    if (!isPending) done();
  }
}
