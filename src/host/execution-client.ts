// The main thread's side of the execution worker: runs cells there, several at once, shows what they print, answers for it when it
// dies. Rule: a run is settled exactly once, and what the worker said before its end is shown before that.
import { inspect } from 'node:util';
import type { MessagePort, Worker } from 'node:worker_threads';
import type {
  CellError,
  CellId,
  CommMessage,
  CompletionItem,
  HistoryEntry,
  HistoryQuery,
  InputQuestion,
  MimeBundle,
} from '../api';
import { Controls } from '../control/controls';
import type { CustomMagic } from '../magics/catalog';
import { endFamily, endGroup, findWaitedFor, signalAll } from '../system/processes';
import { cellError } from '../text/errors';
import {
  blockingQuestion,
  type ExecutionEvent,
  type ExecutionNotice,
  type ExecutionQuestions,
  type Run,
} from '../threads/execution-protocol';
import type { Shape, TypeQuestion } from '../threads/shape';
import { Activity, type SharedState } from '../threads/shared';
import { describeDeath, interrupted, lostBeside, type WorkerEnd } from './deaths';
import type { EngineDebugging } from './debugging';
import { type ExecutionThread, type ExecutionThreadOptions, startExecutionThread } from './execution-thread';
import type { ForeignPipes } from './foreign-output';
import { failed, GivenRuns, type RunResult } from './given-runs';
import { type OutputEvents, OutputFlow } from './output-flow';
import { performCall } from './process-calls';
import { type Death, SupervisedWorker } from './supervised-worker';

/** How long the cells' listeners of `exit` may take, in milliseconds, with what runs being stopped before. */
const exitPatience = 800;

export interface ExecutionClientEvents extends OutputEvents {
  ask(cell: CellId, question: InputQuestion): void;
  /** Never rejects. */
  history(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  typeOf(question: TypeQuestion): Promise<string | undefined>;
  /** The worker died and took the namespace along. */
  replaced(): void;
  /** The magics that cells and packages have added. */
  magics(magics: readonly CustomMagic[]): void;
  /** The namespace is empty, the worker lives on. */
  forgotten(): void;
  /** Packages were installed or removed. */
  packages(): void;
  log(message: string): void;
}

export interface ExecutionClientOptions extends ExecutionThreadOptions {
  /** A thread that was started already, for the first worker; nothing of it may have been missed. */
  readonly started?: ExecutionThread | undefined;
  /** Pipes with output of the process that nobody of the cells' thread sends. */
  readonly foreign: ForeignPipes | undefined;
  readonly events: ExecutionClientEvents;
  readonly debugging: Pick<
    EngineDebugging,
    'attach' | 'begin' | 'end' | 'hold' | 'isLoaded' | 'isPaused' | 'release' | 'stopsOnFailure'
  >;
}

/** What belongs to one worker; nothing of it outlives it. */
interface WorkerInstance {
  readonly replies: MessagePort;
  readonly shared: SharedState;
  readonly controls: Controls;
}

export class ExecutionClient {
  readonly #worker: SupervisedWorker<ExecutionQuestions, ExecutionNotice, ExecutionEvent>;
  /** Until the first worker takes it. */
  #started: ExecutionThread | undefined;
  /** Of the worker that runs. */
  #instance: WorkerInstance | undefined;
  #end: WorkerEnd | undefined;
  readonly #runs = new GivenRuns();
  /** Runs that wait until the debugger has set their breakpoints. */
  readonly #atGate = new Set<number>();
  #lastRun = 0;
  /** How many runs were announced. */
  #announced = 0;
  /** How many interrupts there were. */
  #interrupts = 0;
  /** The error of every cell once the worker cannot be started again. */
  #broken: CellError | undefined;
  readonly #flow: OutputFlow;

  constructor(readonly options: ExecutionClientOptions) {
    this.#started = options.started;
    this.#flow = new OutputFlow(options.events, options.foreign);
    this.#worker = new SupervisedWorker({
      name: 'execution',
      create: () => this.#createWorker(),
      receive: (event) => this.#receive(event),
      died: (death) => this.#bury(death),
      log: options.events.log,
    });
    this.#worker.start();
  }

  /** Beside whatever runs already. Never rejects. */
  async run(wanted: Omit<Run, 'id' | 'stopsOnFailure'>): Promise<RunResult> {
    // An interrupt that is still under way must not stop this run; one that comes from now on is meant for it.
    const before = this.#interrupts;
    while (this.#instance?.controls.interruption.underway)
      await this.#instance.controls.interruption.underway;
    if (this.#interrupts > before) return failed(interrupted);
    if (this.#broken) return failed(this.#broken);
    if (!this.#worker.start())
      return failed(cellError('WorkerLost', this.#worker.broken ?? 'the kernel is shutting down'));
    const { debugging } = this.options;
    const run: Run = { ...wanted, id: ++this.#lastRun, stopsOnFailure: debugging.stopsOnFailure };
    this.#flow.begin(run);
    const result = this.#runs.add(run);
    const ready = debugging.begin(run);
    if (ready) {
      this.#atGate.add(run.id);
      void ready.then(() => this.#postLate(run));
    } else {
      // The look at the end of the cell, in front of the reply, is five times as fast when there was one a moment before.
      setImmediate(() => this.#flow.drainForeign());
      this.#worker.post({ kind: 'run', run });
    }
    return result;
  }

  /**
   * A cell has come and is about to be compiled: its thread wakes meanwhile, and waits for `noteGiven`, which says that the run is
   * about to be posted, or will not be.
   */
  announce(): void {
    if (this.#runs.size > 0 || !this.#worker.isStarted) return;
    this.#announced += 1;
    const rehearses = !this.options.debugging.isLoaded;
    this.#worker.post({ kind: 'announce', number: this.#announced, rehearses });
    this.#instance?.shared.noteAnnounced(this.#announced);
  }

  noteGiven(): void {
    this.#instance?.shared.noteGiven(this.#announced);
  }

  /** Unless the worker that it was for has died meanwhile, or it was interrupted. */
  #postLate(run: Run): void {
    if (this.#atGate.delete(run.id) && this.#runs.has(run.id)) this.#worker.post({ kind: 'run', run });
  }

  /** The cell that was begun last. */
  get latestCell(): CellId {
    return this.#flow.latestCell;
  }

  /** Whether a cell runs, or a callback of one. */
  get isBusy(): boolean {
    return this.#runs.size > 0 || this.isComputing;
  }

  /** Whether its event loop does not turn: it would answer later. */
  get isComputing(): boolean {
    return this.#instance?.shared.activity !== Activity.idle;
  }

  /** Stops what runs, also a callback that keeps the event loop from turning while no cell runs. */
  interrupt(): void {
    this.#interrupts += 1;
    if (!this.#instance) return;
    // The worker has not heard of these.
    for (const run of this.#atGate) this.#settle(run, failed(interrupted));
    this.#atGate.clear();
    const { debugging } = this.options;
    const { interruption } = this.#instance.controls;
    debugging.release();
    interruption.start();
    void interruption.underway?.then(() => debugging.hold());
  }

  /** What a child blocks ends when that has. */
  signalChildren(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    const shared = this.#instance?.shared;
    if (shared?.activity === Activity.child)
      void findWaitedFor(shared.waitingSince).then((found) => signalAll(found, signal));
  }

  /** Stops a cell that is in the background. */
  stop(cell: CellId): void {
    this.#worker.post({ kind: 'stop', cell });
  }

  /** The answer to a question of the worker's. */
  answer(id: number, line: string | null): void {
    if (id === blockingQuestion) this.#reply(line);
    else this.#worker.post({ kind: 'answer', id, line });
  }

  /** Tells a worker that blocks what it waits for. */
  #reply(reply: string | null): void {
    this.#instance?.replies.postMessage(reply);
    this.#instance?.shared.raiseReply();
  }

  /** Empty when the worker is too busy to answer. */
  members(path: readonly string[], prefix: string): Promise<readonly CompletionItem[]> {
    return this.#worker.ask('members', { path, prefix }, this.#patience).catch(() => []);
  }

  preview(path: readonly string[]): Promise<MimeBundle | undefined> {
    return this.#worker.ask('preview', { path }, this.#patience).catch(() => undefined);
  }

  /** The shapes of values, once no cell runs. @throws Unanswered when the worker is gone */
  observe(names: readonly string[]): Promise<readonly (Shape | undefined)[]> {
    return this.#worker.ask('observe', { names });
  }

  /** In milliseconds. A cell that computes does not answer; a worker at rest does, however busy the machine is. */
  get #patience(): number {
    return this.#runs.inFront > 0 ? 50 : 1000;
  }

  /** Resolves when the message was handled, or the worker is gone. */
  deliver(cell: CellId, name: string, message: CommMessage): Promise<void> {
    // One copy, which changes hands: the bytes of the host may be no buffer that can.
    const buffers = message.buffers.map((bytes) => new Uint8Array(bytes));
    const moved = buffers.map(({ buffer }) => buffer);
    return this.#worker
      .ask('deliver', { cell, name, message: { ...message, buffers } }, undefined, moved)
      .catch(() => undefined);
  }

  saveCache(): Promise<void> {
    return this.#worker.saveCache();
  }

  /**
   * Ends the cells' thread, politely where it listens, and what the cells have started, unless it was detached on purpose.
   * Resolves within two seconds, unless the thread is inside the system and does not come back.
   */
  async close(): Promise<void> {
    const instance = this.#instance;
    // Before the first cell no listener of `exit` can be there.
    const hasCells = this.latestCell > 0;
    this.#worker.retire();
    if (instance && this.#end !== 'close') {
      this.#end = 'close';
      if (hasCells) await this.#sayExit(instance);
      if (this.#instance === instance) this.#prepareEnd('close');
    }
    await Promise.all([this.#worker.close(), ...(hasCells ? [endGroup()] : [])]);
  }

  /** Lets the cells' listeners of `exit` do their last work, after what runs was stopped. */
  async #sayExit({ shared, controls }: WorkerInstance): Promise<void> {
    const { debugging } = this.options;
    debugging.release();
    if (this.#runs.inFront > 0 || shared.activity !== Activity.idle || debugging.isPaused)
      controls.interruption.start();
    await this.#worker.ask('exit', {}, exitPatience).catch(() => undefined);
  }

  #dismiss(end: WorkerEnd): void {
    this.#prepareEnd(end);
    this.#worker.dismiss();
  }

  #prepareEnd(end: WorkerEnd): void {
    this.#end = end;
    this.options.debugging.release();
    this.#instance?.controls.release();
    // And for the child that blocks it.
    this.signalChildren('SIGTERM');
  }

  /** @throws Error when the system has no room for it */
  #createWorker(): Worker {
    const { memory: limit, groupMemory: group } = this.options.settings;
    const { worker, shared, ring, replies } = this.#started ?? startExecutionThread(this.options);
    this.#started = undefined;
    this.#flow.attach(ring, shared);
    const controls = new Controls({
      worker,
      shared,
      limit,
      group,
      isPaused: () => this.options.debugging.isPaused,
      hasSeveral: () => this.#runs.size > 1,
      tell: () => this.#tellOfBuiltin(),
      replace: () => {
        if (this.#instance === instance) this.#dismiss(this.#end ?? 'interrupt');
      },
      exceeded: (which) => {
        if (this.#instance === instance && !this.#end) this.#dismiss(which);
      },
    });
    const instance: WorkerInstance = { replies, shared, controls };
    this.#instance = instance;
    this.options.debugging.attach(controls.debugged, controls.evaluations);
    return worker;
  }

  #receive(event: ExecutionEvent): void {
    const { controls } = this.#instance!;
    this.#flow.showBefore(event);
    switch (event.kind) {
      case 'bell':
        return this.#flow.gather();
      case 'output':
        return this.#flow.take(event);
      case 'update':
        return this.#flow.hold(event);
      case 'left':
        return this.#runs.leave(event.run, event.payloads);
      case 'done':
        return this.#settle(event.run, { outcome: event.outcome, bound: event.bound });
      case 'ask':
        return this.options.events.ask(event.cell, event);
      case 'interrupted':
        if (controls.interruption.acknowledge(event.token)) this.#settleLost(event.runs);
        return;
      case 'perform':
        return this.#reply(JSON.stringify(performCall(event.call, event.given)));
      case 'history':
        void this.options.events.history(event.query).then((entries) => this.#reply(JSON.stringify(entries)));
        return;
      case 'typeOf':
        void this.options.events
          .typeOf(event.question)
          .then((text) => this.#reply(JSON.stringify(text ?? null)));
        return;
      case 'follow':
        return this.#flow.follow(event);
      case 'unfollow':
        return this.#flow.unfollow();
      case 'endProgram':
        return void endFamily(event.id);
      case 'magics':
        return this.options.events.magics(event.magics);
      case 'forgotten':
        return this.options.events.forgotten();
      case 'packages':
        return this.options.events.packages();
      default:
        event satisfies never;
    }
  }

  /** Whoever can answer can interrupt again. @returns whether there is somebody */
  #tellOfBuiltin(): boolean {
    const run = this.#runs.all.findLast((one) => one.run.allowInput)?.run;
    if (!run || this.#end) return false;
    const text =
      'Still in a builtin, which cannot be cut off: the cell ends when that comes back. Interrupt again to end its thread and lose the variables.\n';
    this.options.events.output(run.cell, { kind: 'text', stream: 'stderr', text });
    return true;
  }

  /**
   * A termination that was meant for what held the thread may have struck the begin of a cell that waited behind it. All of them had
   * been posted when the interrupt began: the others wait for its end, or did so at the gate.
   * @param known the runs that the worker has begun and not ended
   */
  #settleLost(known: readonly number[]): void {
    for (const { run } of this.#runs.all)
      if (!known.includes(run.id)) this.#settle(run.id, failed(interrupted));
  }

  #settle(run: number, result: RunResult): void {
    this.#runs.settle(run, result);
    if (this.#runs.size === 0) this.options.debugging.end();
  }

  /** The worker is gone: shows its last words and ends what ran on it. */
  #bury(death: Death): void {
    const { controls, replies } = this.#instance!;
    this.#instance = undefined;
    controls.close();
    // What has waited for the end of an interrupt is told that the thread is gone.
    this.options.debugging.hold();
    replies.close();
    this.#flow.detach();
    const running = this.#runs.inFront;
    const error = describeDeath(this.#end, death, running);
    const isOver = this.#end === 'close' || death.broken !== undefined;
    if (isOver) this.#broken = error;
    else {
      this.#end = undefined;
      // No name refers to what the cells started any more, and later cells will want its ports again.
      void endGroup();
      this.options.events.replaced();
    }
    if (death.broken !== undefined && death.error)
      this.options.events.log(`execution worker: ${inspect(death.error)}`);
    const ended = this.#runs.all;
    const isBlamed = running > 0 ? lostBeside : error;
    for (const { run, hasLeft } of ended) {
      // Nobody has asked what a cell in the background comes to when the kernel is shut down.
      if (isOver && hasLeft) continue;
      this.#settle(run.id, failed(hasLeft ? isBlamed : error));
    }
    if (isOver || ended.length > 0) return;
    const text = `${error.traceback.join('\n')}\n`;
    this.#flow.put(this.latestCell, { kind: 'text', stream: 'stderr', text });
  }
}
