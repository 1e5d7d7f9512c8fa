// The main thread's side of the language worker: what it is asked, and what it is told of the cells.
// Rule: a failing language worker never leaves a request without an answer, and the next one knows what it knew of the cells.
import { join } from 'node:path';
import { inspect } from 'node:util';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { CellError, CellId, Completeness } from '../api';
import type { Bound, CompiledCell } from '../compile/types';
import type { CellSettings } from '../magics/catalog';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageQuestions,
  LanguageWorkerData,
} from '../threads/language-protocol';
import type { StartData } from '../threads/requests';
import { kernelError } from './deaths';
import type { Settings } from './settings';
import { type Death, SupervisedWorker, Unanswered } from './supervised-worker';

export interface LanguageClientOptions {
  readonly directory: string;
  readonly settings: Settings;
  readonly events: {
    diagnostics(cell: CellId, text: string): void;
    log(message: string): void;
  };
}

export interface SourceCell {
  /** Absent for an expression: later cells know nothing of it. */
  readonly cell: CellId | undefined;
  readonly label: string;
  readonly source: string;
  readonly settings: CellSettings;
}

export type Compilation =
  | { readonly status: 'ok'; readonly compiled: CompiledCell; readonly settings?: Partial<CellSettings> }
  | { readonly status: 'error'; readonly error: CellError; readonly settings?: Partial<CellSettings> };

/** How long a compilation may go on after it was interrupted, in milliseconds. */
const hurriedPatience = 1000;

/**
 * When the worker is told of a cell that somebody else compiled, in milliseconds, unless it is asked something before. Its
 * thread must not be in the way of the cell and of its outcome.
 */
const tellingDelay = 10;
/** The same for a worker that has to be started for it: that takes a processor for a while, and more cells may follow. */
const startingDelay = 200;

/** Workers in a row that died of what they had been told of before the cells are given up: their names have no types then. */
const maximumRelapses = 3;

type Begun = Extract<LanguageNotice, { kind: 'begun' }>;

export class LanguageClient {
  readonly #worker: SupervisedWorker<LanguageQuestions, LanguageNotice, LanguageEvent>;
  readonly #notices: LanguageNotice[] = [];
  /** Cells that somebody may refer to, as the next worker is to be told of them. */
  readonly #cells = new Map<CellId, { readonly begun: Begun; bound?: Bound }>();
  #relapses = 0;
  /** The cell that is being compiled. */
  #compiling: { isCancelled: boolean } | undefined;
  #hurry: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  /** One Int32: compiles that wait; the worker drops what it is doing for them, and counts down as it takes one. */
  readonly #waiting = new Int32Array(new SharedArrayBuffer(4));

  constructor(readonly options: LanguageClientOptions) {
    this.#worker = new SupervisedWorker({
      name: 'language',
      create: () => this.#createWorker(),
      receive: (event) => this.#receive(event),
      died: (death) => this.#bury(death),
      log: options.events.log,
    });
  }

  /** Starts the worker, if it has not been started, and tells it what it has not been told. */
  start(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (!this.#worker.start()) return;
    for (const notice of this.#notices.splice(0)) {
      this.#worker.post(notice);
      this.#remember(notice);
    }
  }

  async compile(cell: SourceCell): Promise<Compilation> {
    const compiling = { isCancelled: false };
    this.#compiling = compiling;
    try {
      const answer = await this.#ask('compile', cell, compiling);
      const { settings } = answer;
      if (answer.refusal) return { status: 'error', error: answer.refusal, settings };
      const compiled = answer.result.cell;
      if (cell.cell !== undefined) {
        const values = compiled.declarations.map(({ name }) => name);
        const { label, source } = cell;
        this.#remember({ kind: 'begun', cell: cell.cell, label, source, values, types: 'off' });
      }
      return { status: 'ok', compiled, settings };
    } catch (error) {
      const reason = isLost(error) ? 'the language worker ended; run the cell again' : error;
      return { status: 'error', error: kernelError(reason) };
    } finally {
      this.#compiling = undefined;
      clearTimeout(this.#hurry);
      this.#hurry = undefined;
    }
  }

  complete(source: string, offset: number): Promise<LanguageQuestions['complete']['answers']> {
    const none = { completions: { start: offset, end: offset, items: [] } };
    return this.#askOr(none, 'complete', { source, offset });
  }

  inspect(source: string, offset: number, detail: 0 | 1): Promise<LanguageQuestions['inspect']['answers']> {
    return this.#askOr({}, 'inspect', { source, offset, detail });
  }

  checkCompleteness(source: string): Promise<Completeness> {
    return this.#askOr({ status: 'unknown' }, 'completeness', { source });
  }

  /** A cell that was compiled by somebody else begins to run. */
  begin(cell: Omit<Begun, 'kind'>): void {
    this.#notices.push({ kind: 'begun', ...cell });
    this.#tellSoon();
  }

  /** The cell ended. */
  settle(cell: CellId, bound: Bound): void {
    this.#notices.push({ kind: 'settled', cell, bound });
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => this.start(), this.#worker.isStarted ? tellingDelay : startingDelay);
  }

  /** What is being compiled is no longer wanted: a worker that does not come back from it soon is replaced. */
  cancelCompile(): void {
    const compiling = this.#compiling;
    if (!compiling || this.#hurry) return;
    compiling.isCancelled = true;
    this.#hurry = setTimeout(() => {
      if (this.#compiling === compiling) this.#worker.dismiss();
    }, hurriedPatience);
  }

  forget(): void {
    this.#notices.push({ kind: 'forget' });
  }

  /** Packages came or went. */
  packagesChanged(): void {
    this.#notices.push({ kind: 'packages' });
  }

  /** Resolves when the worker has come to it, or is gone. */
  saveCache(): Promise<void> {
    return this.#worker.saveCache();
  }

  async close(): Promise<void> {
    clearTimeout(this.#hurry);
    clearTimeout(this.#telling);
    await this.#worker.close();
  }

  /**
   * Asks once more when the worker died: mostly it was another question that it died of.
   * @param work a cancelled one is not asked again
   * @throws Unanswered
   */
  async #ask<Kind extends keyof LanguageQuestions>(
    kind: Kind,
    asks: LanguageQuestions[Kind]['asks'],
    work = { isCancelled: false },
  ): Promise<LanguageQuestions[Kind]['answers']> {
    const ask = () => {
      if (kind === 'compile') Atomics.add(this.#waiting, 0, 1);
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
      // Its warnings are shown once.
      this.#cells.set(notice.cell, { begun: { ...notice, types: 'off' } });
      this.#relapses = 0;
    } else if (notice.kind === 'settled') {
      const known = this.#cells.get(notice.cell);
      if (known) known.bound = notice.bound;
    } else if (notice.kind === 'forget') this.#cells.clear();
  }

  #createWorker(): Worker {
    const { cache, data, typescript } = this.options.settings;
    const workerData: LanguageWorkerData & StartData = {
      script: 'language.cjs',
      directory: this.options.directory,
      cache,
      data,
      typescript,
      waiting: this.#waiting.buffer as SharedArrayBuffer,
    };
    const worker = new Worker(join(__dirname, 'start.cjs'), {
      workerData,
      stdout: true,
      stderr: true,
      // A small nursery keeps 20 to 30 MB out of memory and costs no time that could be measured. From 2 GB on V8 would
      // let garbage pile up to three times of what is in use; below it is content with as much again.
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 2000 },
      env: SHARE_ENV,
      name: 'language',
    });
    for (const [cell, { begun, bound }] of this.#cells) {
      worker.postMessage(begun);
      if (bound) worker.postMessage({ kind: 'settled', cell, bound } satisfies LanguageNotice);
    }
    return worker;
  }

  #receive(event: LanguageEvent): void {
    switch (event.kind) {
      case 'pruned':
        for (const cell of event.cells) this.#cells.delete(cell);
        return;
      case 'diagnostics':
        return this.options.events.diagnostics(event.cell, event.text);
      default:
        event satisfies never;
    }
  }

  /** If nobody asked anything, what the worker died of was a look at the types of a cell, mostly the last one. */
  #bury({ code, error, unanswered }: Death): void {
    Atomics.store(this.#waiting, 0, 0);
    if (error) this.options.events.log(`language worker: ${inspect(error)}`);
    if (!this.#worker.isRetired) this.options.events.log(`language worker ended with code ${code}`);
    if (unanswered > 0) return;
    const last = [...this.#cells.keys()].at(-1);
    if (last !== undefined) this.#cells.delete(last);
    if (++this.#relapses >= maximumRelapses) this.#cells.clear();
  }
}

const isLost = (error: unknown): boolean => error instanceof Unanswered && error.reason === 'lost';
