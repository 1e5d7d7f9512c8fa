// Where displays go, and the order in which they get there.
import type { CellPayload, Output, Rendering } from '../api';
import { messageOf } from '../realm/builtins';
import { textRendering } from './bundle';

/** What the execution worker offers to the display functions. It knows which cell the calling code belongs to. */
export interface DisplaySink {
  /** Sends an output of the cell that the calling code belongs to. */
  emit(output: Output): void;
  addPayload(payload: CellPayload): void;
  /** The cell does not end before this promise has settled. */
  track(promise: Promise<unknown>): void;
  /** The number of the cell that the calling code belongs to. Displays of one cell keep their order. */
  cell?(): number;
  /**
   * Calls `work` so that what it puts out, also later, can be captured by output widgets.
   * @param work is given the name by which front ends know the output, if there is one
   */
  capture?<T>(work: (name: string | undefined) => T): T;
  /** Keeps listeners of widgets with the cell that attached them. */
  readonly carry?: Carry;
}

/** Makes a function that runs as part of the cell that is current now, whenever it is called. */
export type Carry = <Rest extends unknown[]>(work: (...rest: Rest) => unknown) => (...rest: Rest) => void;

export const settled: Promise<void> = Promise.resolve();

/**
 * Sends renderings in the order of the calls, also when some take time: what follows one that takes time waits for it.
 * A rendering that never arrives holds up its own cell only.
 */
export class Sequence {
  readonly #sink: DisplaySink;
  /** By cell: the last of what still waits. */
  readonly #tails = new Map<unknown, Promise<void>>();

  constructor(sink: DisplaySink) {
    this.#sink = sink;
  }

  /** @returns when it was sent */
  send(rendering: Rendering | Promise<Rendering>, toOutput: (rendering: Rendering) => Output): Promise<void> {
    const cell = this.#sink.cell?.();
    const before = this.#tails.get(cell);
    if (before === undefined && !('then' in rendering)) {
      this.#sink.emit(toOutput(rendering as Rendering));
      return settled;
    }
    const sent = this.#sendAfter(before, rendering, toOutput, () => {
      if (this.#tails.get(cell) === sent) this.#tails.delete(cell);
    });
    this.#tails.set(cell, sent);
    this.#sink.track(sent);
    return sent;
  }

  async #sendAfter(
    before: Promise<void> | undefined,
    rendering: Rendering | Promise<Rendering>,
    toOutput: (rendering: Rendering) => Output,
    done: () => void,
  ): Promise<void> {
    await before;
    let arrived: Rendering;
    try {
      arrived = await rendering;
    } catch (error) {
      arrived = textRendering(`(this could not be shown: ${messageOf(error)})`);
    }
    this.#sink.emit(toOutput(arrived));
    done();
  }
}

let count = 0;
/** Unique beyond this process: a page may show outputs of an earlier kernel beside ours. */
const prefix = `tskernel-${process.pid}-${Date.now().toString(36)}`;

export function newDisplayId(): string {
  count += 1;
  return `${prefix}-${count}`;
}
