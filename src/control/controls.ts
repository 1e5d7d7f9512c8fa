// All that the main thread has to control one execution worker with: what interrupts it, watches its memory, evaluates for a debugger.
// Rule: nothing of it outlives the worker, and nothing keeps a worker from its end that is told to end.
import type { Worker } from 'node:worker_threads';
import { isAllowed } from '../system/permissions';
import type { ExecutionNotice } from '../threads/execution-protocol';
import type { SharedState } from '../threads/shared';
import { Evaluations } from './evaluations';
import { WorkerInspector } from './inspector';
import { Interruption, type InterruptionOptions } from './interruption';
import { MemoryWatch, type MemoryWatchOptions } from './memory';
import { Whereabouts } from './whereabouts';

/** How long a thread that was told to end takes when nothing holds it, in milliseconds. */
const endedByItself = 50;

export interface ControlsOptions
  extends Pick<InterruptionOptions, 'hasSeveral' | 'isPaused' | 'replace' | 'tell'>,
    Pick<MemoryWatchOptions, 'exceeded' | 'group' | 'limit'> {
  readonly worker: Worker;
  readonly shared: SharedState;
}

export class Controls {
  readonly interruption: Interruption;
  readonly evaluations: Evaluations;
  /** The debugger's own session with V8: what the kernel's looks enable and disable is not its. */
  readonly debugged: WorkerInspector;
  readonly #inspector: WorkerInspector;
  /** Where the inspector is forbidden there is none. */
  readonly #memory: MemoryWatch | undefined;
  /** Runs from when the worker was told to end. */
  #freeing: NodeJS.Timeout | undefined;

  constructor(readonly options: ControlsOptions) {
    const { worker, shared, limit, group } = options;
    const inspector = new WorkerInspector(worker);
    const evaluations = new Evaluations(shared);
    worker.once('exit', () => evaluations.close());
    this.#inspector = inspector;
    this.evaluations = evaluations;
    this.interruption = new Interruption({
      inspector,
      evaluations,
      whereabouts: new Whereabouts(inspector),
      shared,
      ask: (token, isForced, places) =>
        worker.postMessage({ kind: 'interrupt', token, isForced, places } satisfies ExecutionNotice),
      isPaused: () => options.isPaused(),
      hasSeveral: () => options.hasSeveral(),
      tell: () => options.tell(),
      replace: () => options.replace(),
    });
    this.#memory = isAllowed('inspector')
      ? new MemoryWatch({
          limit,
          group,
          inspector,
          evaluations,
          exceeded: (which) => options.exceeded(which),
        })
      : undefined;
    this.debugged = new WorkerInspector(worker);
  }

  /** The worker is about to be ended: it must not be held. */
  release(): void {
    this.evaluations.cutOff('end');
    this.interruption.release();
    this.#memory?.close();
    // terminate() waits for a debugger that has paused the thread, too: ours, or one that the cells have let in.
    if (isAllowed('inspector'))
      this.#freeing = setTimeout(() => this.interruption.free(), this.options.isPaused() ? 0 : endedByItself);
  }

  /** The worker is gone. */
  close(): void {
    this.interruption.close();
    this.#memory?.close();
    this.#inspector.close();
    this.debugged.close();
    clearTimeout(this.#freeing);
  }
}
