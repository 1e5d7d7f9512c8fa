// Stopping the execution worker: first by asking, then by terminating what runs, at last by replacing the worker.
// Rule: a termination is only sent while the worker is known to run code that survives it (facts in threads/shared.ts).
import { Session } from 'node:inspector';
import type { Worker } from 'node:worker_threads';
import { isAllowed } from './permissions';
import { signalFamily } from './processes';
import { Activity, type SharedState } from './threads/shared';

/** How long the worker may take to answer before something stronger is tried, in milliseconds. */
const patience = 30;
/** How long between two attempts. */
const interval = 50;
/** After this many attempts the worker is given up. */
const attempts = 100;

/** Node 24 and newer survive a termination anywhere (started with --no-force-async-hooks-checks). */
const survivesAnywhere = Number(process.versions.node.split('.')[0]) >= 24;
export const executionArguments = survivesAnywhere ? ['--no-force-async-hooks-checks'] : [];

/** Sends V8's terminateExecution to one worker thread. */
class Terminator {
  readonly #session = new Session();
  readonly #ready: Promise<string>;
  #last = 0;

  constructor(worker: Worker) {
    this.#session.connect();
    this.#ready = new Promise((resolve) => {
      this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
        // The inspector counts workers in its own way, but their titles carry the thread id: `[worker 2] execution`.
        if (new RegExp(`\\b${worker.threadId}\\b`).test(params.workerInfo.title)) resolve(params.sessionId);
      });
      this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    });
  }

  async terminate(): Promise<void> {
    const sessionId = await this.#ready;
    const message = JSON.stringify({ id: ++this.#last, method: 'Runtime.terminateExecution' });
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  }

  close(): void {
    this.#session.disconnect();
  }
}

export interface InterruptionOptions {
  readonly worker: Worker;
  readonly shared: SharedState;
  /** Posts the question; the worker answers when its event loop turns. */
  ask(token: number): void;
  /** The worker cannot be stopped and live: replace it. */
  replace(): void;
}

/** The interrupts of one execution worker. */
export class Interruption {
  #terminator: Terminator | undefined;
  #timer: NodeJS.Timeout | undefined;
  #token = 0;
  #over: (() => void) | undefined;
  /** Set from the start of an interrupt until the worker has answered or is being replaced. */
  underway: Promise<void> | undefined;

  constructor(readonly options: InterruptionOptions) {}

  start(): void {
    this.#token = this.options.shared.raiseInterrupt();
    this.options.ask(this.#token);
    if (this.#timer) return;
    this.underway = new Promise((resolve) => {
      this.#over = resolve;
    });
    let tries = 0;
    const attempt = () => {
      tries++;
      this.#timer = setTimeout(attempt, interval);
      this.#force(tries);
    };
    this.#timer = setTimeout(attempt, patience);
  }

  /** The worker answered. */
  acknowledge(token: number): void {
    if (token === this.#token) this.#stop();
  }

  close(): void {
    this.#stop();
    this.#terminator?.close();
    this.#terminator = undefined;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.underway = undefined;
    this.#over?.();
  }

  #force(tries: number): void {
    const { shared, worker } = this.options;
    const replace = () => {
      clearTimeout(this.#timer);
      this.options.replace();
    };
    if (tries > attempts) return replace();
    const { activity } = shared;
    if (activity === Activity.child) return void signalFamily(process.pid, tries > 20 ? 'SIGKILL' : 'SIGINT');
    // Between two promise jobs it looks idle; the next attempt sees more.
    if (!survivesAnywhere && activity === Activity.idle && tries < 20) return;
    if (!survivesAnywhere && (activity !== Activity.cell || shared.hooksInUse)) return replace();
    if (!isAllowed('inspector')) return replace();
    this.#terminator ??= new Terminator(worker);
    // A termination may hit the handler of the question itself, so it is asked again each time.
    this.#terminator.terminate().then(() => {
      if (this.#timer) this.options.ask(this.#token);
    }, replace);
  }
}
