// Enforces the limit of the execution worker's heap from the main thread. At its own limit Node raises V8's heap by 16 MB so
// that the worker can exit; growing a large array or Map, or promoting a full young generation, can need more in one
// allocation, and V8 then aborts the whole process. So V8's limit is set 1 GB above ours, and we enforce ours.
// Of a control group's limit the whole process counts, for the system kills at it.
// Rule: only what a garbage collection leaves counts; the worker is not asked before the whole process is that large.
import { headroom } from './allowances';
import type { Evaluations } from './evaluations';
import type { WorkerInspector } from './inspector';

/** A heap that is still this full after a collection is taken for full: V8 would do nothing but collect. */
const full = 0.95;
/** The fastest that a cell can allocate, in MB a millisecond: from it follows when to look again. */
const pace = 1;
/** How long a worker may be silent while the process is larger than its heap can ever make it, in seconds. */
const patience = 5;
/** The shortest time between two looks, in milliseconds. */
const shortest = 20;
const longest = 1000;

/** A process that takes this much of its control group's memory after a collection is about to be killed by the system. */
const nearlyAll = 0.9;
/** What the process has grown since the worker began, as a part of the group's memory: less is not for the cells to answer. */
const leastGrowth = 0.5;

export interface MemoryWatchOptions {
  /** Of the heap, in MB. */
  readonly limit: number;
  /** What the control group of the process may take, in MB: of the whole process, buffers too. */
  readonly group?: number | undefined;
  /** What the process takes, in MB. */
  readonly resident?: () => number;
  readonly inspector: Pick<WorkerInspector, 'call' | 'post'>;
  /** What the debugger has had evaluated: the worker does not answer before that has ended. */
  readonly evaluations: Pick<Evaluations, 'cutOff' | 'growth'>;
  /** Called once, when the worker's heap is over its limit, or the process at that of its group; the watch ends then. */
  exceeded(which: 'memory' | 'group'): void;
}

export class MemoryWatch {
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #atStart: number;

  constructor(readonly options: MemoryWatchOptions) {
    this.#atStart = (options.resident ?? residentMemory)();
    this.#wait(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** @param size what was in use at the last look, in MB */
  #wait(size: number): void {
    if (this.#isClosed) return;
    const time = Math.min(longest, Math.max(shortest, (this.#smallest - size) / pace));
    // If the inspector fails, V8's own limit applies.
    const look = () => this.#look().catch(() => this.close());
    this.#timer = setTimeout(look, time).unref();
  }

  async #look(): Promise<void> {
    const { limit, inspector, exceeded, resident = residentMemory } = this.options;
    const size = resident();
    if (size < this.#smallest) return this.#wait(size);
    const used = await this.#heap();
    if (used === runaway) return this.#isClosed ? undefined : exceeded('memory');
    if (this.#isClosed) return;
    if (used < limit && !this.#isNear()) return this.#wait(used);
    // The end of a sampling collects all garbage, and does so in the middle of a loop. HeapProfiler.collectGarbage would wait
    // for the event loop to turn. Sent together: the cell does not go on before the size is taken.
    void inspector.post('HeapProfiler.startSampling', { samplingInterval: 2 ** 30 });
    void inspector.post('HeapProfiler.stopSampling');
    const left = await this.#heap();
    const isFull = left >= limit * full;
    if (!isFull && !this.#isNear()) return this.#wait(left);
    if (!this.#isClosed) exceeded(isFull ? 'memory' : 'group');
  }

  /** What is evaluated is cut off when it may have filled the heap: then the worker can say what is in use. */
  #limitEvaluation(): void {
    const { limit, evaluations } = this.options;
    const { growth } = evaluations;
    if (!growth) return;
    const room = Math.max(0, limit - (growth.from - this.#atStart)) + headroom / 2;
    if (growth.by >= room || this.#isNear()) evaluations.cutOff('memory');
  }

  #isNear(): boolean {
    const { resident = residentMemory, group = 0 } = this.options;
    return resident() >= this.#ofGroup && resident() - this.#atStart >= leastGrowth * group;
  }

  get #ofGroup(): number {
    return (this.options.group ?? Number.POSITIVE_INFINITY) * nearlyAll;
  }

  /** Nothing has to be asked of a process that is smaller than this. */
  get #smallest(): number {
    return Math.min(this.options.limit, this.#ofGroup);
  }

  /**
   * In MB. V8 of Node 24 and newer leaves the check for interrupts out of some loops (`while (true) new Array(1000).fill(0)`), when
   * it unrolls what it made of the builtin (`--no-turboshaft-loop-unrolling` helps, and costs small inner loops a third): nothing
   * reaches the worker then, neither this question nor V8's own limit. It is a runaway when it does not answer while the process is
   * larger than V8's limit for the heap allows.
   */
  async #heap(): Promise<number> {
    const { limit, inspector, resident = residentMemory } = this.options;
    const answer = inspector.call('Runtime.getHeapUsage') as Promise<{ usedSize: number }>;
    const evaluating = setInterval(() => this.#limitEvaluation(), shortest).unref();
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<number>((resolve) => {
      let seconds = 0;
      timer = setInterval(() => {
        seconds = resident() - this.#atStart >= limit + headroom ? seconds + 1 : 0;
        if (this.#isClosed || seconds >= patience) resolve(runaway);
      }, 1000).unref();
    });
    try {
      return await Promise.race([answer.then(({ usedSize }) => megabytes(usedSize)), silence]);
    } finally {
      clearInterval(timer);
      clearInterval(evaluating);
    }
  }
}

/** The size of a heap that cannot be asked. */
const runaway = Number.POSITIVE_INFINITY;

const residentMemory = () => megabytes(process.memoryUsage.rss());

const megabytes = (bytes: number): number => bytes / 2 ** 20;
