// Supervises one worker thread: starts it, sends it requests, rejects the pending ones when it dies, and starts the next one.
// Rule: every request is resolved or rejected, whatever becomes of the worker. A worker that dies three times in a row before
// it is ready is not started again.
import { inspect } from 'node:util';
import type { Transferable, Worker } from 'node:worker_threads';
import { build } from '../system/scripts';
import type { CacheQuestions, QuestionTable, Ready, Reply } from '../threads/requests';

/** A worker that dies this often in a row before it is ready is not started any more. */
const maximumFailedStarts = 3;
/** How long a worker may take to end, in milliseconds. A thread that is inside the system may never notice that it should. */
const endPatience = 500;

/** Why a request got no answer. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';

  /**
   * @param reason failed: the worker threw · late: it took too long · lost: it died · over: it cannot start, or is retired
   */
  constructor(
    message: string,
    readonly reason: 'failed' | 'late' | 'lost' | 'over',
  ) {
    super(message);
  }
}

/** How a worker ended. */
export interface Death {
  readonly code: number;
  /** What it died of, if it said so. */
  readonly error: Error | undefined;
  /** The thread has been given up: it is inside the system, or in a builtin, and ends when that comes back. */
  readonly isAbandoned: boolean;
  /** The kinds of the requests that were open. */
  readonly unanswered: readonly string[];
  /** Why there will be no other worker, if it cannot even start. */
  readonly broken: string | undefined;
}

export interface SupervisedWorkerOptions<Event> {
  /** What the log calls it. */
  readonly name: string;
  /** Makes the thread. What is posted to it here comes before everything else. What it throws is why there will be none. */
  create(): Worker;
  /** An event from the worker. */
  receive(event: Event): void;
  /** The worker is gone: nothing of it is received any more, and another one has not been made yet. */
  died(death: Death): void;
  log(message: string): void;
}

interface Thread {
  readonly worker: Worker;
  error?: Error;
  /** Runs from when it was told to end. */
  deadline?: NodeJS.Timeout;
}

interface OpenQuestion {
  readonly kind: string;
  resolve(answer: unknown): void;
  reject(reason: Unanswered): void;
}

/** @template Table what the worker can be asked @template Notice what it is told @template Event what it tells */
export class SupervisedWorker<
  Table extends QuestionTable,
  Notice extends { readonly kind: string },
  Event extends { readonly kind: string },
> {
  #thread: Thread | undefined;
  /** Threads that have not ended, abandoned ones included. */
  readonly #threads = new Set<Worker>();
  readonly #open = new Map<number, OpenQuestion>();
  #lastId = 0;
  /** Workers in a row that died before they were ready. */
  #failedStarts = 0;
  #broken: string | undefined;
  /** No other worker will be started. */
  #isRetired = false;

  constructor(readonly options: SupervisedWorkerOptions<Event>) {}

  /** Starts the worker, unless it runs or there is to be none any more. @returns whether it runs */
  start(): boolean {
    if (this.#broken === undefined && !this.#isRetired) this.#thread ??= this.#create();
    return this.#thread !== undefined;
  }

  /** Why there is no worker, and will be none. */
  get broken(): string | undefined {
    return this.#broken;
  }

  get isStarted(): boolean {
    return this.#thread !== undefined;
  }

  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** From now on a worker that dies is not replaced. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Tells the worker something, which starts it. */
  post(notice: Notice, transferred?: readonly Transferable[]): void {
    this.#post(notice, transferred);
  }

  /**
   * Asks the worker something, which starts it.
   * @param patience how long to wait for the answer, in milliseconds; as long as the worker lives when absent
   * @param transferred what changes hands
   * @throws Unanswered
   */
  ask<Kind extends keyof (Table & CacheQuestions)>(
    kind: Kind,
    asks: (Table & CacheQuestions)[Kind]['asks'],
    patience?: number,
    transferred?: readonly Transferable[],
  ): Promise<(Table & CacheQuestions)[Kind]['answers']> {
    return new Promise((resolve, reject) => {
      if (!this.start()) return reject(new Unanswered(this.#broken ?? 'the kernel is shutting down', 'over'));
      const id = ++this.#lastId;
      const timer =
        patience === undefined
          ? undefined
          : setTimeout(() => {
              this.#open.delete(id);
              reject(new Unanswered(`the ${this.options.name} worker is busy`, 'late'));
            }, patience);
      this.#open.set(id, {
        kind: String(kind),
        resolve(answer) {
          clearTimeout(timer);
          resolve(answer as (Table & CacheQuestions)[Kind]['answers']);
        },
        reject(reason) {
          clearTimeout(timer);
          reject(reason);
        },
      });
      this.#post({ kind, id, ...asks }, transferred);
    });
  }

  /** Resolves when the worker has written what makes its next start fast, or is gone. */
  async saveCache(): Promise<void> {
    await this.ask('saveCache', {}).catch(() => undefined);
  }

  /** Ends the worker that runs now; another one takes its place. If its thread does not end, it counts as dead all the same. */
  dismiss(): void {
    const thread = this.#thread;
    if (!thread) return;
    void thread.worker.terminate();
    thread.deadline ??= setTimeout(() => this.#bury(thread, 1), endPatience);
  }

  /** Ends a worker that nobody waits for. The next one starts when something is asked or told. */
  async release(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }

  /** Ends the worker for good. Resolves when no thread is left. */
  async close(): Promise<void> {
    this.retire();
    this.dismiss();
    await Promise.all([...this.#threads].map((worker) => worker.terminate()));
  }

  #post(message: object, transferred: readonly Transferable[] = []): void {
    if (this.start()) this.#thread!.worker.postMessage(message, [...transferred]);
  }

  #create(): Thread | undefined {
    this.#failedStarts++;
    const { name, log } = this.options;
    let worker: Worker;
    try {
      worker = this.options.create();
    } catch (error) {
      // The system refuses what a thread takes: it would refuse that of the next one.
      this.#broken = `the ${name} worker cannot start: ${(error as Error).message}`;
      log(this.#broken);
      return undefined;
    }
    const thread: Thread = { worker };
    this.#threads.add(worker);
    worker.on('message', (message: Reply | Ready | Event) => this.#receive(thread, message));
    worker.on('error', (error: unknown) => {
      thread.error = isError(error) ? error : new Error(inspect(error));
    });
    worker.on('exit', (code) => {
      this.#threads.delete(worker);
      this.#bury(thread, code);
    });
    worker.stderr.setEncoding('utf8').on('data', (text: string) => log(`${name} worker: ${text.trimEnd()}`));
    worker.stdout.resume();
    return thread;
  }

  #receive(thread: Thread, message: Reply | Ready | Event): void {
    if (thread !== this.#thread) return;
    switch (message.kind) {
      case 'ready':
        return this.#noteStart(thread, message as Ready);
      case 'answered': {
        const { id, answer } = message as Extract<Reply, { kind: 'answered' }>;
        return this.#take(id)?.resolve(answer);
      }
      case 'failed': {
        const { id, message: text } = message as Extract<Reply, { kind: 'failed' }>;
        return this.#take(id)?.reject(new Unanswered(text, 'failed'));
      }
      default:
        this.options.receive(message as Event);
    }
  }

  #noteStart(thread: Thread, ready: Ready): void {
    this.#failedStarts = 0;
    if (ready.build === build) return;
    this.#broken = `the kernel's files are of two builds, and its ${this.options.name} worker is of the other one; install or build the kernel again`;
    thread.error = new Error(this.#broken);
    this.options.log(this.#broken);
    this.dismiss();
  }

  #take(id: number): OpenQuestion | undefined {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open;
  }

  #bury(thread: Thread, code: number): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    clearTimeout(thread.deadline);
    if (!this.#isRetired && this.#failedStarts >= maximumFailedStarts)
      this.#broken = `the ${this.options.name} worker cannot start${thread.error ? `: ${thread.error.message}` : ''} (see the server log); tskernel doctor says what is wrong`;
    const unanswered = [...this.#open.values()];
    this.#open.clear();
    this.options.died({
      code,
      error: thread.error,
      isAbandoned: this.#threads.has(thread.worker),
      unanswered: unanswered.map(({ kind }) => kind),
      broken: this.#broken,
    });
    this.start();
    for (const open of unanswered) {
      open.reject(
        this.#broken === undefined
          ? new Unanswered(`the ${this.options.name} worker ended`, 'lost')
          : new Unanswered(this.#broken, 'over'),
      );
    }
  }
}

/** What a worker threw is made anew on this side, from its prototype and its properties. */
const isError = (thrown: unknown): thrown is Error =>
  typeof thrown === 'object' && thrown !== null && 'stack' in thrown && 'message' in thrown;
