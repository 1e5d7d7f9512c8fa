import { totalmem } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, SHARE_ENV, Worker, type WorkerOptions } from 'node:worker_threads';
import type {
  CellError,
  CellId,
  CommMessage,
  CompletionItem,
  InputQuestion,
  MimeBundle,
  Output,
} from '../api';
import { type Bound, nothingBound } from '../compile/types';
import { WorkerInspector } from '../control/inspector';
import { executionArguments, Interruption } from '../control/interruption';
import { headroom, MemoryWatch } from '../control/memory';
import { isAllowed } from '../system/permissions';
import { endGroup, findWaitedFor, signalAll } from '../system/processes';
import { cellError } from '../text/errors';
import type { CacheReply, CacheRequest, StartData } from '../threads/caches';
import {
  blockingQuestion,
  type ExecutionReply,
  type ExecutionRequest,
  type ExecutionWorkerData,
  type Run,
  type RunOutcome,
} from '../threads/execution-protocol';
import { createRingBuffer, RingReader } from '../threads/ring';
import { Activity, messageWeight, SharedState } from '../threads/shared';
import { Allowance } from './allowance';
import { describeDeath, type WorkerEnd } from './deaths';
import { FollowedFiles } from './followed-files';

/** How long printed text may gather before it is shown, in milliseconds. The first piece is shown at once. */
const gatherTime = 25;
const maximumFailedStarts = 3;
/** How long the cells' listeners of `exit` may take, in milliseconds, with what runs being stopped before. */
const exitPatience = 800;
/** How long a worker may take to end, in milliseconds. A thread that is inside the system may never notice that it should. */
const endPatience = 500;
export interface ExecutorEvents {
  output(cell: CellId, output: Output): void;
  ask(cell: CellId, question: InputQuestion): void;
  /** The worker died and took the namespace along. */
  replaced(): void;
  /** The namespace is empty, the worker lives on. */
  forgotten(): void;
  /** Packages were installed or removed. */
  packages(): void;
  log(message: string): void;
}

export interface ExecutionClientOptions {
  readonly directory: string;
  readonly data: string | undefined;
  /** Limit of the worker's heap in MB. */
  readonly memory: number | undefined;
  /** Node was told a size for all heaps of the process. */
  readonly isHeapGiven: boolean;
  /** Options of Node for the worker; those of this process when absent. */
  readonly nodeOptions: readonly string[] | undefined;
  readonly events: ExecutorEvents;
}

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly bound: Bound;
}

/** A worker with all that belongs to it; nothing of it outlives it. */
interface WorkerInstance {
  readonly worker: Worker;
  readonly answers: MessagePort;
  readonly shared: SharedState;
  readonly reader: RingReader;
  readonly inspector: WorkerInspector;
  readonly interruption: Interruption;
  /** Where the inspector is forbidden there is none. */
  readonly memory: MemoryWatch | undefined;
  /** Runs from when it was told to end. */
  deadline?: NodeJS.Timeout;
  isBuried: boolean;
}

export class ExecutionClient {
  #created: WorkerInstance | undefined;
  #end: WorkerEnd | undefined;
  /** Threads that have not ended, those that nobody waits for any more included. */
  readonly #threads = new Set<Worker>();
  #running: { readonly cell: CellId; readonly resolve: (result: RunResult) => void } | undefined;
  readonly #questions = new Map<number, (reply: ExecutionReply | undefined) => void>();
  #lastQuestion = 0;
  #latestCell: CellId = 0;
  /** Workers in a row that died before they were ready. */
  #failedStarts = 0;
  #broken: CellError | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #followed: FollowedFiles | undefined;
  readonly #allowance = new Allowance();
  #cacheSaved: (() => void) | undefined;
  #exited: (() => void) | undefined;

  constructor(readonly options: ExecutionClientOptions) {
    if (options.isHeapGiven) {
      // Node's option would go before the limits that workers are given. This thread has had its own since its start.
      // Loaded only here, because it takes longer than all the rest.
      const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
      setFlagsFromString('--max-old-space-size=0');
    }
    void this.#instance;
  }

  get #instance(): WorkerInstance {
    this.#created ??= this.#createWorker();
    return this.#created;
  }

  /** Never rejects. */
  async run(run: Run): Promise<RunResult> {
    // What an interrupt still has to stop must not take this run along.
    while (this.#instance.interruption.underway) await this.#instance.interruption.underway;
    if (this.#broken) return { outcome: { status: 'error', error: this.#broken }, bound: nothingBound };
    this.#latestCell = run.cell;
    return new Promise((resolve) => {
      this.#running = { cell: run.cell, resolve };
      this.#post({ kind: 'run', run });
    });
  }

  /** Stops what runs, also a callback that keeps the event loop from turning while no cell runs. */
  interrupt(): void {
    this.#instance.interruption.start();
  }

  answer(id: number, line: string | null): void {
    if (id !== blockingQuestion) return this.#post({ kind: 'answer', id, line });
    this.#instance.answers.postMessage(line);
    this.#instance.shared.raiseAnswer();
  }

  /** Nothing when the worker is too busy to tell. */
  async members(path: readonly string[], prefix: string): Promise<readonly CompletionItem[]> {
    const reply = await this.#ask((id) => ({ kind: 'members', id, path, prefix }), this.#patience);
    return reply?.kind === 'members' ? reply.items : [];
  }

  async preview(path: readonly string[]): Promise<MimeBundle | undefined> {
    const reply = await this.#ask((id) => ({ kind: 'preview', id, path }), this.#patience);
    return reply?.kind === 'preview' ? reply.data : undefined;
  }

  /** In milliseconds. A cell that computes does not answer; a worker at rest does, however busy the machine is. */
  get #patience(): number {
    return this.#running ? 50 : 1000;
  }

  async deliver(cell: CellId, message: CommMessage): Promise<void> {
    await this.#ask((id) => ({ kind: 'deliver', id, cell, message }));
  }

  /** Resolves when the worker has come to it, or is gone. */
  saveCache(): Promise<void> {
    return new Promise((resolve) => {
      this.#cacheSaved = resolve;
      this.#instance.worker.postMessage({ kind: 'saveCache' } satisfies CacheRequest);
    });
  }

  /**
   * Ends the cells' thread, politely where it listens, and what the cells have started, unless it was detached on purpose.
   * Resolves within two seconds, unless the thread is inside the system and does not come back.
   */
  async close(): Promise<void> {
    const instance = this.#created;
    // Before the first cell there is nobody to be polite to.
    const hasCells = this.#latestCell > 0;
    if (instance && this.#end !== 'close') {
      this.#end = 'close';
      if (hasCells) await this.#sayExit(instance);
      this.#dismiss(instance, 'close');
    }
    const threads = [...this.#threads].map((thread) => thread.terminate());
    await Promise.all([...threads, ...(hasCells ? [endGroup()] : [])]);
  }

  /** Lets the cells' listeners of `exit` do their last work, after what runs was stopped. */
  #sayExit(instance: WorkerInstance): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, exitPatience);
      this.#exited = () => {
        clearTimeout(timer);
        resolve();
      };
      const { shared, interruption, worker } = instance;
      if (this.#running || shared.activity !== Activity.idle) interruption.start();
      worker.postMessage({ kind: 'exit' } satisfies ExecutionRequest);
    });
  }

  /** Tells a worker to end. If it does not, it counts as dead all the same. */
  #dismiss(instance: WorkerInstance, end: WorkerEnd): void {
    this.#end = end;
    // The thread would wait for the child that it waits for.
    if (instance.shared.activity === Activity.child)
      void findWaitedFor(instance.shared.waitingSince).then((found) => signalAll(found, 'SIGTERM'));
    void instance.worker.terminate();
    instance.deadline ??= setTimeout(() => this.#bury(instance, 1, undefined), endPatience);
  }

  #post(request: ExecutionRequest): void {
    this.#instance.worker.postMessage(request);
  }

  #ask(request: (id: number) => ExecutionRequest, patience?: number): Promise<ExecutionReply | undefined> {
    return new Promise((resolve) => {
      const id = ++this.#lastQuestion;
      const timer = patience === undefined ? undefined : setTimeout(() => settle(undefined), patience);
      const settle = (reply: ExecutionReply | undefined) => {
        clearTimeout(timer);
        this.#questions.delete(id);
        resolve(reply);
      };
      this.#questions.set(id, settle);
      this.#post(request(id));
    });
  }

  #createWorker(): WorkerInstance {
    this.#failedStarts++;
    const shared = new SharedState();
    const ring = createRingBuffer();
    const { port1: answers, port2: workerAnswers } = new MessageChannel();
    const data: ExecutionWorkerData & StartData = {
      script: 'execution.cjs',
      directory: this.options.directory,
      data: this.options.data,
      shared: shared.buffer,
      ring,
      answers: workerAnswers,
    };
    const limit = this.options.memory ?? Math.min(4096, Math.floor(totalmem() / 2 ** 20 / 2));
    const isWatched = isAllowed('inspector');
    const worker = createWorker([...(this.options.nodeOptions ?? process.execArgv), ...executionArguments], {
      workerData: data,
      transferList: [workerAnswers],
      resourceLimits: { maxOldGenerationSizeMb: isWatched ? limit + headroom : limit },
      // What reaches these came past the user's realm: it is lost to the cell, but must not reach the real stdout.
      stdout: true,
      stderr: true,
      // Files for the output of children are opened there and closed here.
      trackUnmanagedFds: false,
      // The process's own environment, as in plain Node: TZ takes effect, native code sees what a cell sets, and names
      // ignore case on Windows. It outlives a worker that is replaced.
      env: SHARE_ENV,
      name: 'execution',
    });
    answers.unref();
    const { output, log } = this.options.events;
    const reader = new RingReader(ring, (cell, stream, text) => output(cell, { kind: 'text', stream, text }));
    const inspector = new WorkerInspector(worker);
    const interruption = new Interruption({
      inspector,
      shared,
      ask: (token, isForced) =>
        worker.postMessage({ kind: 'interrupt', token, isForced } satisfies ExecutionRequest),
      replace: () => this.#dismiss(instance, this.#end ?? 'interrupt'),
    });
    const memory = isWatched
      ? new MemoryWatch({
          limit,
          inspector,
          exceeded: () => {
            if (!instance.isBuried && !this.#end) this.#dismiss(instance, 'memory');
          },
        })
      : undefined;
    const instance: WorkerInstance = {
      worker,
      answers,
      shared,
      reader,
      inspector,
      interruption,
      memory,
      isBuried: false,
    };
    this.#threads.add(worker);
    let failure: Error | undefined;
    worker.on('message', (reply: ExecutionReply | CacheReply) => this.#receive(instance, reply));
    worker.on('error', (error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error), { cause: error });
    });
    worker.on('exit', (code) => {
      this.#threads.delete(worker);
      this.#bury(instance, code, failure);
    });
    worker.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => log(`execution worker: ${text.trimEnd()}`));
    worker.stdout.resume();
    return instance;
  }

  #receive(instance: WorkerInstance, reply: ExecutionReply | CacheReply): void {
    if (instance.isBuried) return;
    if ('position' in reply) instance.reader.drainTo(reply.position);
    switch (reply.kind) {
      case 'ready':
        this.#failedStarts = 0;
        return;
      case 'bell':
        return this.#gather(instance);
      case 'output':
        this.options.events.output(reply.cell, reply.output);
        return this.#makeRoom(instance, reply);
      case 'done':
        return this.#settle({ outcome: reply.outcome, bound: reply.bound }, reply.cell);
      case 'ask':
        return this.options.events.ask(reply.cell, reply);
      case 'interrupted':
        return instance.interruption.acknowledge(reply.token);
      case 'members':
      case 'preview':
      case 'delivered':
        return this.#questions.get(reply.id)?.(reply);
      case 'changeDirectory':
        return this.answer(blockingQuestion, changeDirectory(reply.directory));
      case 'follow':
        this.#followed = new FollowedFiles(reply.stdout, reply.stderr, (stream, text) =>
          this.options.events.output(reply.cell, { kind: 'text', stream, text }),
        );
        return;
      case 'unfollow':
        this.#followed?.close();
        this.#followed = undefined;
        return;
      case 'forgotten':
        return this.options.events.forgotten();
      case 'packages':
        return this.options.events.packages();
      case 'log':
        return this.options.events.log(reply.message);
      case 'exited':
        return this.#exited?.();
      case 'cacheSaved':
        return this.#cacheSaved?.();
      default:
        reply satisfies never;
    }
  }

  /** Shows what is there now, then what gathers, until nothing comes any more. */
  #gather(instance: WorkerInstance): void {
    const look = () => {
      const size = instance.reader.drain();
      this.#allowance.spend(size);
      if (size > 0 || !instance.reader.sleep()) this.#gathering = setTimeout(look, gatherTime);
      else this.#gathering = undefined;
    };
    // A cell that prints for ever rings all the time, because the ring is full; once it has had much, it has to wait.
    if (this.#gathering && this.#allowance.isSpent()) return;
    clearTimeout(this.#gathering);
    look();
  }

  /** Lets the worker send the next output: at once, or later when the cell has shown much already. */
  #makeRoom({ shared }: WorkerInstance, { weight, sent }: { weight: number; sent: number }): void {
    this.#allowance.spend(weight - messageWeight);
    const { delay } = this.#allowance;
    if (delay === 0) shared.noteArrival(sent);
    else setTimeout(() => shared.noteArrival(sent), delay).unref();
  }

  #settle(result: RunResult, cell = this.#running?.cell): void {
    if (!this.#running || this.#running.cell !== cell) return;
    const { resolve } = this.#running;
    this.#running = undefined;
    resolve(result);
  }

  /** The worker is gone: shows its last words, answers whoever waits, and starts a new one. */
  #bury(instance: WorkerInstance, code: number, failure: Error | undefined): void {
    if (instance.isBuried) return;
    instance.isBuried = true;
    clearTimeout(instance.deadline);
    instance.interruption.close();
    instance.memory?.close();
    instance.inspector.close();
    instance.answers.close();
    clearTimeout(this.#gathering);
    instance.reader.drainAll();
    this.#followed?.close();
    this.#followed = undefined;
    for (const settle of [...this.#questions.values()]) settle(undefined);
    this.#cacheSaved?.();
    this.#exited?.();
    const end = this.#end;
    if (end === 'close')
      return this.#settle({
        outcome: { status: 'error', error: cellError('WorkerLost', 'the kernel is shutting down') },
        bound: nothingBound,
      });
    this.#end = undefined;
    const error = describeDeath(end, code, failure);
    // A worker that cannot even load will not do better for ever.
    if (this.#failedStarts >= maximumFailedStarts) {
      this.#broken = error;
      return this.#settle({ outcome: { status: 'error', error }, bound: nothingBound });
    }
    // Nobody has a hold of what the cells started any more, and what it occupies they will want again.
    void endGroup();
    this.#created = this.#createWorker();
    this.options.events.replaced();
    if (this.#running) this.#settle({ outcome: { status: 'error', error }, bound: nothingBound });
    else {
      const text = `${error.traceback.join('\n')}\n`;
      this.options.events.output(this.#latestCell, { kind: 'text', stream: 'stderr', text });
    }
  }
}

/**
 * @param nodeOptions those that only processes have are left out: what they say of V8 holds for all threads
 */
function createWorker(nodeOptions: readonly string[], options: WorkerOptions): Worker {
  try {
    return new Worker(join(__dirname, 'start.cjs'), { ...options, execArgv: [...nodeOptions] });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = /flags: (.*)/.exec(message)?.[1]?.split(', ') ?? [];
    const accepted = nodeOptions.filter((option) => !refused.includes(option));
    if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || accepted.length === nodeOptions.length) throw error;
    return createWorker(accepted, options);
  }
}

/** @returns null, or what went wrong */
function changeDirectory(directory: string): string | null {
  try {
    process.chdir(directory);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
