// Collects garbage when the worker has worked and rests: V8 does so by itself only when it needs the room, or much later.
// Rule: never while something is to be done, and only where much has come together, since it takes the thread for 50 ms.
import { getHeapStatistics } from 'node:v8';
import { collectGarbage } from '../system/garbage';

/** How long nothing must have come, in milliseconds. */
const pause = 1500;

/** How much must have come since the last time, in bytes. */
const worthwhile = 12 * 2 ** 20;

export interface Heap {
  /** What is on it, garbage included, in bytes. */
  size(): number;
  collect(): void;
}

export class Tidying {
  readonly #isBusy: () => boolean;
  readonly #heap: Heap;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The size of the heap after the last time. */
  #clean = 0;

  constructor(isBusy: () => boolean, heap: Heap = thisHeap) {
    this.#isBusy = isBusy;
    this.#heap = heap;
  }

  /** Something has come for the worker to do. */
  note(): void {
    this.#last = performance.now();
    this.#timer ??= this.#wait(pause);
  }

  #wait(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const left = this.#isBusy() ? pause : this.#last + pause - performance.now();
      this.#timer = left > 0 ? this.#wait(left) : undefined;
      if (!this.#timer) this.#tidy();
    }, milliseconds).unref();
  }

  #tidy(): void {
    if (this.#heap.size() < this.#clean + worthwhile) return;
    this.#heap.collect();
    this.#clean = this.#heap.size();
  }
}

const thisHeap: Heap = {
  size() {
    const { used_heap_size, external_memory } = getHeapStatistics();
    return used_heap_size + external_memory;
  },
  collect: collectGarbage,
};
