// The limit of the worker's heap, kept from outside. V8 keeps a limit, too, and Node ends the worker that reaches it; but it
// gives V8 only 16 MB more to come to an end with, and when a large array or Map grows, or everything young turns out to be
// in use, one step takes more than that. V8 then ends the whole process. So its limit lies far above ours.
// Rule: only what a garbage collection leaves counts; the worker is not asked before the whole process is that large.
import type { WorkerInspector } from './inspector';

/** How far V8's limit lies above ours, in MB: what the largest Map takes while it grows. */
export const headroom = 1024;
/** A heap that a collection leaves this full has no future: it would be collected all the time. */
const full = 0.95;
/** Megabytes that a cell may take in a millisecond: how soon it may have reached the limit. */
const pace = 1;
/** Between two looks, in milliseconds. */
const shortest = 20;
const longest = 1000;

export interface MemoryWatchOptions {
  /** In MB. */
  readonly limit: number;
  readonly inspector: WorkerInspector;
  /** The worker holds more than it may. Called once, the watch is over then. */
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
    // Where the inspector cannot be used after all, V8's limit is the one that holds.
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
