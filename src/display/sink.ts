// Where displays go, and the order in which they get there.
import type { Afterthought, Output, Rendering } from '../engine';
import { messageOf } from './builtins';
import { textRendering } from './bundle';

/** What the execution worker offers to the display functions. It knows which cell the calling code belongs to. */
export interface DisplaySink {
  /** Sends an output of the cell that the calling code belongs to. */
  emit(output: Output): void;
  afterthought(afterthought: Afterthought): void;
  /** The cell does not end before this promise has settled. */
  track(promise: Promise<unknown>): void;
  /** Names the cell that the calling code belongs to. Displays of one cell keep their order. */
  scope?(): unknown;
}

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
    const scope = this.#sink.scope?.();
    const before = this.#tails.get(scope);
    if (before === undefined && !('then' in rendering)) {
      this.#sink.emit(toOutput(rendering as Rendering));
      return settled;
    }
    const sent = this.#sendAfter(before, rendering, toOutput, () => {
      if (this.#tails.get(scope) === sent) this.#tails.delete(scope);
    });
    this.#tails.set(scope, sent);
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
