// The main thread's side of the language worker: asks it, and tells it which cells ran.
// Rule: every request is answered when the language worker dies, and its successor learns of all cells that matter.
import { inspect } from 'node:util';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { CellError, CellId, Completeness, ErrorPlace } from '../api';
import type { Bound, CompiledCell } from '../compile/types';
import type { CellSettings, CustomMagic } from '../magics/catalog';
import { frugalLimits, refuseThread } from '../system/address-space';
import { collectGarbage } from '../system/garbage';
import { watchFreeProcessors } from '../system/processors';
import type { SyntaxProblem } from '../text/problem';
import {
  awaited,
  type Check,
  type LanguageEvent,
  type LanguageNotice,
  type LanguageQuestions,
  type LanguageWorkerData,
  sharedAwaited,
} from '../threads/language-protocol';
import type { StartData } from '../threads/requests';
import type { Shape, TypeQuestion } from '../threads/shape';
import { kernelError } from './deaths';
import type { Settings } from './settings';
import { type Death, SupervisedWorker, Unanswered } from './supervised-worker';

export interface LanguageClientOptions {
  readonly directory: string;
  readonly settings: Settings;
  /** What the worker starts with. */
  readonly startFile: string;
  readonly events: {
    /** A cell was checked for which nobody waits. */
    checked(cell: CellId, check: Check): void;
    /** The worker wants to know what the values of names are like. @throws when nobody can say */
    observe(names: readonly string[]): Promise<readonly (Shape | undefined)[]>;
    /** The worker has ended. */
    died(): void;
    /** The worker leaves since nobody uses it, and will be back. */
    left(): void;
    /** It is back. */
    returned(): void;
    log(message: string): void;
  };
  /** Tells how many processors are free; the system is asked when absent. */
  readonly watchFree?: typeof watchFreeProcessors;
}

export type CompletionAnswer = LanguageQuestions['complete']['answers'];

/** A cell, or an expression, that is to be compiled. */
export type SourceCell = LanguageQuestions['compile']['asks'];

export type Compilation =
  | { readonly status: 'ok'; readonly compiled: CompiledCell; readonly settings?: Partial<CellSettings> }
  | {
      readonly status: 'error';
      readonly error: CellError;
      /** What keeps it from running, if that is in its text. */
      readonly problems?: readonly SyntaxProblem[];
      readonly settings?: Partial<CellSettings>;
    };

/** How long a compilation may go on after it was interrupted, in milliseconds. */
const hurriedPatience = 1000;

/**
 * How long after its start a cell that the main thread compiled is told to the worker, in milliseconds, unless a request comes
 * first. The worker's thread must not take the processor from the cell.
 */
const tellingDelay = 10;
/**
 * A worker that nobody has asked is started when a whole processor was free for about so long, in milliseconds: starting takes one for
 * a while. More cells may follow, and other kernels may be starting.
 */
const startingDelay = 200;
/** How long it waits for that, in milliseconds. */
const startingPatience = 5000;
/** A processor that does nothing still has a tick now and then. */
const wholeProcessor = 0.9;

/** As many cells as nobody watches are kept for a worker that nobody has needed; then it starts, and takes them. */
const mostUntold = 100;

/** After this many consecutive crashes while replaying earlier cells, stop replaying. Names of those cells then have type `any`. */
const maximumRelapses = 3;

/**
 * How long V8 keeps the pages of a thread that has ended for others, and a little more, in milliseconds. On Node 26 they go back to the
 * system only when a thread that is left collects its garbage after that.
 */
const poolTimeout = 10_000;

type Begun = Extract<LanguageNotice, { kind: 'begun' }>;

export class LanguageClient {
  readonly #worker: SupervisedWorker<LanguageQuestions, LanguageNotice, LanguageEvent>;
  readonly #notices: LanguageNotice[] = [];
  /** Cells that later ones may refer to, to be replayed to the next worker. */
  readonly #cells = new Map<CellId, { readonly begun: Begun; bound?: Bound }>();
  #relapses = 0;
  /** How many workers have died: the next one has asked other questions. */
  #deaths = 0;
  #isWarm = false;
  #magics: readonly CustomMagic[] = [];
  /** The cells that are being compiled. */
  readonly #compiling = new Set<{ isCancelled: boolean }>();
  #hurry: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  /** Somebody has needed the worker, or will: it is told of every cell. */
  #isNeeded = false;
  /** When the worker was last asked or told something. */
  #lastUse = 0;
  #resting: NodeJS.Timeout | undefined;
  /** What the worker knew that left since nobody used it: for the next one. */
  #known: Uint8Array | undefined;
  #hasLeft = false;
  /** Counts of what waits in the worker: it drops other work for that, and counts down as it takes one. */
  readonly #waiting = sharedAwaited();

  constructor(readonly options: LanguageClientOptions) {
    this.#worker = new SupervisedWorker({
      name: 'language',
      create: () => this.#createWorker(),
      receive: (event) => this.#receive(event),
      died: (death) => this.#bury(death),
      log: options.events.log,
    });
  }

  /** Starts the worker if it does not run, and sends it the pending notices. */
  start(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#isNeeded = true;
    if (!this.#worker.start()) return;
    this.#lastUse = performance.now();
    this.#restLater();
    for (const notice of this.#notices.splice(0)) {
      this.#worker.post(notice);
      this.#remember(notice);
    }
  }

  async compile(cell: SourceCell): Promise<Compilation> {
    const compiling = { isCancelled: false };
    this.#compiling.add(compiling);
    try {
      const answer = await this.#ask('compile', cell, compiling);
      const { settings } = answer;
      if (answer.refusal)
        return { status: 'error', error: answer.refusal, problems: answer.result.problems, settings };
      const compiled = answer.result.cell;
      if (cell.cell !== undefined) {
        const values = compiled.declarations.map(({ name }) => name);
        const { label, place, source } = cell;
        const known = { cell: cell.cell, label, ...(place !== undefined && { place }), source, values };
        this.#remember({ kind: 'begun', ...known, types: 'off' });
      }
      return { status: 'ok', compiled, settings };
    } catch (error) {
      const reason = isLost(error) ? 'the language worker ended; run the cell again' : error;
      return { status: 'error', error: kernelError(reason) };
    } finally {
      this.#compiling.delete(compiling);
      if (!this.#isHurried()) {
        clearTimeout(this.#hurry);
        this.#hurry = undefined;
      }
    }
  }

  async complete(source: string, offset: number): Promise<CompletionAnswer> {
    const none = { completions: { start: offset, end: offset, items: [] } };
    const answer = await this.#askOr(none, 'complete', { source, offset });
    if (answer !== none) this.#isWarm = true;
    return answer;
  }

  async inspect(
    source: string,
    offset: number,
    detail: 0 | 1,
  ): Promise<LanguageQuestions['inspect']['answers']> {
    const none = {};
    const answer = await this.#askOr(none, 'inspect', { source, offset, detail });
    if (answer !== none) this.#isWarm = true;
    return answer;
  }

  /** Nothing when no cell declares the name, or nobody can answer. */
  typeOf(question: TypeQuestion): Promise<string | undefined> {
    return this.#askOr(undefined, 'typeOf', question);
  }

  checkCompleteness(source: string): Promise<Completeness> {
    return this.#askOr({ status: 'unknown' }, 'completeness', { source });
  }

  /**
   * The check of the cell that ran last, as soon as it is made; nothing when it will not be.
   * @param failure where it failed, if that may have to do with types
   * @param isShown the error was shown without: what belongs to it is a hint of the warnings
   */
  check(cell: CellId, failure?: ErrorPlace, isShown = false): Promise<Check | undefined> {
    return this.#askOr(undefined, 'check', { cell, isShown, ...(failure && { failure }) });
  }

  /**
   * A cell that the main thread compiled begins to run.
   * @param isWatched somebody reads what its types say, or may ask; of other cells a worker is told that is needed anyway
   */
  begin(cell: Omit<Begun, 'kind'>, isWatched = true): void {
    this.#notices.push({ kind: 'begun', ...cell });
    if (isWatched || this.#isNeeded || this.#notices.length > 2 * mostUntold) this.startSoon();
  }

  /** The cell ended. */
  settle(cell: CellId, bound: Bound): void {
    this.#notices.push({ kind: 'settled', cell, bound });
    if (this.#isNeeded) this.startSoon();
  }

  /** Somebody talks to the worker past this client. */
  noteUse(): void {
    this.#lastUse = performance.now();
  }

  #restLater(): void {
    const { rest } = this.options.settings;
    if (rest === false || this.#resting) return;
    const left = this.#lastUse + rest * 1000 - performance.now();
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (!this.#worker.isStarted) return;
      if (performance.now() - this.#lastUse >= rest * 1000) void this.#rest();
      else this.#restLater();
    }, left).unref();
  }

  /** Lets go of a worker that nobody has used for a while. It tells first what the next one has to know. */
  async #rest(): Promise<void> {
    const lastUse = this.#lastUse;
    const known = await this.#worker.ask('leave', {}).catch(() => undefined);
    // Whoever has come meanwhile has spoken to this worker.
    if (known && lastUse === this.#lastUse) {
      this.#known = known;
      this.#isWarm = false;
      this.#isNeeded = false;
      this.#hasLeft = true;
      this.options.events.left();
      await this.#worker.release();
      setTimeout(() => this.#worker.isStarted || collectGarbage(), poolTimeout).unref();
    } else if (this.#worker.isStarted) {
      this.#lastUse = performance.now();
      this.#restLater();
    }
  }

  /** Starts the worker or tells it what is pending, without being in the way of anything. Who asks something does not wait for that. */
  startSoon(): void {
    this.#isNeeded = true;
    if (this.#telling) return;
    this.#telling = setTimeout(() => {
      if (this.#worker.isStarted) return this.start();
      const { watchFree = watchFreeProcessors } = this.options;
      this.#startWhenFree(watchFree(), performance.now() + startingPatience);
    }, tellingDelay);
  }

  #startWhenFree(countFree: () => number, deadline: number): void {
    // Not when all others do that wait.
    const delay = startingDelay * (0.75 + Math.random() / 2);
    this.#telling = setTimeout(() => {
      if (countFree() >= wholeProcessor || performance.now() >= deadline) this.start();
      else this.#startWhenFree(countFree, deadline);
    }, delay);
  }

  /** Cancels what is being compiled: a worker that does not answer soon is replaced. */
  cancelCompile(): void {
    for (const compiling of this.#compiling) compiling.isCancelled = true;
    if (this.#compiling.size > 0) this.#hurry ??= setTimeout(() => this.#worker.dismiss(), hurriedPatience);
  }

  #isHurried(): boolean {
    return [...this.#compiling].some(({ isCancelled }) => isCancelled);
  }

  forget(): void {
    this.#notices.push({ kind: 'forget' });
  }

  /** After what it was told of cells, in order: a name may be another cell's by now. */
  async #observe(question: number, names: readonly string[]): Promise<void> {
    const deaths = this.#deaths;
    const shapes = await this.options.events.observe(names).catch(() => []);
    if (deaths !== this.#deaths) return;
    this.#notices.push({ kind: 'observed', question, shapes });
    this.start();
  }

  /** The magics that cells and packages have added. */
  noteMagics(magics: readonly CustomMagic[]): void {
    this.#magics = magics;
    if (this.#worker.isStarted) this.#notices.push({ kind: 'magics', magics });
  }

  /** A front end is to talk to the language server. @returns whether there is a worker that takes it */
  attach(client: Extract<LanguageNotice, { kind: 'attach' }>): boolean {
    this.start();
    if (this.#worker.isStarted) this.#worker.post(client, [client.port]);
    return this.#worker.isStarted;
  }

  /** Packages were installed or removed. */
  packagesChanged(): void {
    this.#notices.push({ kind: 'packages' });
  }

  /** Resolves when the worker, if there is one, has come to it or is gone. */
  async saveCache(): Promise<void> {
    if (this.#worker.isStarted) await this.#worker.saveCache();
  }

  async close(): Promise<void> {
    clearTimeout(this.#hurry);
    clearTimeout(this.#telling);
    clearTimeout(this.#resting);
    await this.#worker.close();
  }

  /**
   * Asks again, once, when the worker died: mostly another request was the cause.
   * @param work a cancelled one is not asked again
   * @throws Unanswered
   */
  async #ask<Kind extends keyof LanguageQuestions>(
    kind: Kind,
    asks: LanguageQuestions[Kind]['asks'],
    work = { isCancelled: false },
  ): Promise<LanguageQuestions[Kind]['answers']> {
    const ask = () => {
      Atomics.add(this.#waiting, kind === 'compile' ? awaited.compiles : awaited.questions, 1);
      this.start();
      return this.#worker.ask(kind, asks);
    };
    try {
      return await ask();
    } catch (error) {
      if (!isLost(error) || work.isCancelled) throw error;
      return ask();
    }
  }

  /** Whether the worker has read what every answer needs. */
  get isWarm(): boolean {
    return this.#isWarm;
  }

  /** Whether it has to read all that again, since nobody used it for a while. */
  get isComingBack(): boolean {
    return this.#hasLeft && !this.#isWarm;
  }

  /** @param fallback the answer when there is none */
  async #askOr<Kind extends keyof LanguageQuestions>(
    fallback: LanguageQuestions[Kind]['answers'],
    kind: Kind,
    asks: LanguageQuestions[Kind]['asks'],
  ): Promise<LanguageQuestions[Kind]['answers']> {
    try {
      return await this.#ask(kind, asks);
    } catch (error) {
      if (error instanceof Unanswered && error.reason === 'failed')
        this.options.events.log(`${kind} failed: ${error.message}`);
      return fallback;
    }
  }

  #remember(notice: LanguageNotice): void {
    if (notice.kind === 'begun') {
      // A replayed cell is not checked again: its warnings were shown.
      this.#cells.set(notice.cell, { begun: { ...notice, types: 'off' } });
      this.#relapses = 0;
    } else if (notice.kind === 'settled') {
      const known = this.#cells.get(notice.cell);
      if (known) known.bound = notice.bound;
    } else if (notice.kind === 'forget') {
      for (const [cell, { bound }] of this.#cells) if (bound) this.#cells.delete(cell);
    }
  }

  /** @throws Error when the system has no room for it */
  #createWorker(): Worker {
    refuseThread();
    const { cache, data, typescript, observes } = this.options.settings;
    const known = this.#known;
    this.#known = undefined;
    if (known) this.options.events.returned();
    const workerData: LanguageWorkerData & StartData = {
      script: 'language.cjs',
      directory: this.options.directory,
      cache,
      data,
      typescript,
      observes,
      known,
      waiting: this.#waiting.buffer as SharedArrayBuffer,
    };
    const worker = new Worker(this.options.startFile, {
      workerData,
      stdout: true,
      stderr: true,
      // A small young generation saves 20 to 30 MB at no measurable cost. With a limit of 2 GB or more V8 lets garbage grow
      // to three times the live heap; below, to as much again.
      resourceLimits: { ...frugalLimits(), maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 2000 },
      env: SHARE_ENV,
      name: 'language',
    });
    if (this.#magics.length > 0)
      worker.postMessage({ kind: 'magics', magics: this.#magics } satisfies LanguageNotice);
    for (const [cell, { begun, bound }] of known ? [] : this.#cells) {
      worker.postMessage(begun);
      if (bound) worker.postMessage({ kind: 'settled', cell, bound } satisfies LanguageNotice);
    }
    return worker;
  }

  #receive(event: LanguageEvent): void {
    switch (event.kind) {
      case 'warm':
        this.#isWarm = true;
        return;
      case 'pruned':
        for (const cell of event.cells) this.#cells.delete(cell);
        return;
      case 'checked':
        return this.options.events.checked(event.cell, event.check);
      case 'observe':
        return void this.#observe(event.question, event.names);
      default:
        event satisfies never;
    }
  }

  /** If no request was open but for checks, the worker died while it checked a cell, mostly the last one. */
  #bury({ code, error, unanswered }: Death): void {
    this.#deaths++;
    this.#waiting.fill(0);
    this.#isWarm = false;
    this.options.events.died();
    if (error) this.options.events.log(`language worker: ${inspect(error)}`);
    if (!this.#worker.isRetired) this.options.events.log(`language worker ended with code ${code}`);
    if (unanswered.some((kind) => kind !== 'check')) return;
    const last = [...this.#cells.keys()].at(-1);
    if (last !== undefined) this.#cells.delete(last);
    if (++this.#relapses >= maximumRelapses) this.#cells.clear();
  }
}

const isLost = (error: unknown): boolean => error instanceof Unanswered && error.reason === 'lost';
