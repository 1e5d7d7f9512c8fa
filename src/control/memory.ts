// Enforces the limit of the execution worker's heap from the main thread. At its own limit Node raises V8's heap by 16 MB so
// that the worker can exit; growing a large array or Map, or promoting a full young generation, can need more in one
// allocation, and V8 then aborts the whole process. So V8's limit is set 1 GB above ours, and we enforce ours.
// Rule: only what a garbage collection leaves counts; the worker is not asked before the whole process is that large.
import type { WorkerInspector } from './inspector';

/** How far V8's limit is set above ours, in MB: the most that one Map allocates while it grows. */
export const headroom = 1024;
/** A heap that is still this full after a collection is taken for full: V8 would do nothing but collect. */
const full = 0.95;
/** The fastest that a cell can allocate, in MB a millisecond: from it follows when to look again. */
const pace = 1;
/** The shortest time between two looks, in milliseconds. */
const shortest = 20;
const longest = 1000;

export interface MemoryWatchOptions {
  /** In MB. */
  readonly limit: number;
  readonly inspector: WorkerInspector;
  /** Called once, when the worker's heap is over the limit; the watch ends then. */
  exceeded(): void;
}

export class MemoryWatch {
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(readonly options: MemoryWatchOptions) {
    this.#wait(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** @param size what was in use at the last look, in MB */
  #wait(size: number): void {
    if (this.#isClosed) return;
    const time = Math.min(longest, Math.max(shortest, (this.options.limit - size) / pace));
    // If the inspector fails, V8's own limit applies.
    const look = () => this.#look().catch(() => this.close());
    this.#timer = setTimeout(look, time).unref();
  }

  async #look(): Promise<void> {
    const { limit, inspector, exceeded } = this.options;
    const resident = megabytes(process.memoryUsage.rss());
    if (resident < limit) return this.#wait(resident);
    const used = await this.#heap();
    if (used < limit) return this.#wait(used);
    // The end of a sampling collects all garbage, and does so in the middle of a loop. HeapProfiler.collectGarbage would wait
    // for the event loop to turn. Sent together: the cell does not go on before the size is taken.
    void inspector.post('HeapProfiler.startSampling', { samplingInterval: 2 ** 30 });
    void inspector.post('HeapProfiler.stopSampling');
    const left = await this.#heap();
    if (left < limit * full) return this.#wait(left);
    if (!this.#isClosed) exceeded();
  }

  async #heap(): Promise<number> {
    const { usedSize } = (await this.options.inspector.call('Runtime.getHeapUsage')) as { usedSize: number };
    return megabytes(usedSize);
  }
}

const megabytes = (bytes: number): number => bytes / 2 ** 20;
