// The main thread's side of the language worker: requests by number, one reply each, and a new worker when it dies.
// Rule: a failing language worker never leaves a request without an answer, and the next one knows what it knew of the cells.
import { join } from 'node:path';
import { inspect } from 'node:util';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { CellError, CellId, Completeness, Completions, MimeBundle } from '../api';
import type { Bound, CompiledCell } from '../compile/types';
import type { CellSettings } from '../magics/catalog';
import type { CacheReply, StartData } from '../threads/caches';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageReply,
  LanguageRequest,
  LanguageWorkerData,
  LiveQuestion,
  SaveRequest,
} from '../threads/language-protocol';
import { kernelError } from './deaths';

export interface LanguageClientOptions {
  readonly directory: string;
  readonly data: string | undefined;
  readonly environment: { readonly [name: string]: string | undefined };
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

/** A worker that cannot even load will not do better for ever. */
const maximumFailedStarts = 3;
const cannotStart =
  'the language worker cannot start (see the server log); tskernel doctor says what is wrong';

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

/** A request that waits for its reply. */
interface OpenRequest {
  readonly request: LanguageRequest | SaveRequest;
  readonly resolve: (reply: LanguageReply) => void;
  /** A worker died of it, or while it was waiting: the next one is asked again, the one after that is not. */
  wasRepeated?: boolean;
}

type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

export class LanguageClient {
  #created: Worker | undefined;
  #closed = false;
  #last = 0;
  readonly #notices: LanguageNotice[] = [];
  /** Cells that somebody may refer to, as the next worker is to be told of them. */
  readonly #cells = new Map<CellId, { readonly begun: Begun; bound?: Bound }>();
  #relapses = 0;
  /** Workers in a row that died before they were ready. */
  #failedStarts = 0;
  readonly #open = new Map<number, OpenRequest>();
  #hurry: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  /** One Int32: compiles that wait; the worker drops what it is doing for them, and counts down as it takes one. */
  readonly #waiting = new Int32Array(new SharedArrayBuffer(4));

  constructor(readonly options: LanguageClientOptions) {}

  /** Starts the worker, if it has not been started, and tells it what it has not been told. */
  start(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (!this.#closed && this.#failedStarts < maximumFailedStarts) this.#flush();
  }

  get #worker(): Worker {
    this.#created ??= this.#createWorker();
    return this.#created;
  }

  async compile(cell: SourceCell): Promise<Compilation> {
    const reply = await this.#request({ kind: 'compile', ...cell });
    if (reply.kind !== 'compiled') return { status: 'error', error: kernelError(unexpected(reply)) };
    const { result, settings } = reply;
    if (result.ok && cell.cell !== undefined) {
      const values = result.cell.declarations.map(({ name }) => name);
      this.#remember({
        kind: 'begun',
        cell: cell.cell,
        label: cell.label,
        source: cell.source,
        values,
        types: 'off',
      });
    }
    if (result.ok) return { status: 'ok', compiled: result.cell, settings };
    return { status: 'error', error: reply.refusal ?? kernelError(unexpected(reply)), settings };
  }

  async complete(source: string, offset: number): Promise<{ completions: Completions; live?: LiveQuestion }> {
    const reply = await this.#request({ kind: 'complete', source, offset });
    return reply.kind === 'completions' ? reply : { completions: { start: offset, end: offset, items: [] } };
  }

  async inspect(
    source: string,
    offset: number,
    detail: 0 | 1,
  ): Promise<{ data?: MimeBundle; live?: LiveQuestion }> {
    const reply = await this.#request({ kind: 'inspect', source, offset, detail });
    return reply.kind === 'inspection' ? reply : {};
  }

  async checkCompleteness(source: string): Promise<Completeness> {
    const reply = await this.#request({ kind: 'completeness', source });
    return reply.kind === 'completeness' ? reply.completeness : { status: 'unknown' };
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
    this.#telling ??= setTimeout(() => this.start(), this.#created ? tellingDelay : startingDelay);
  }

  /** What is being compiled is no longer wanted: a worker that does not come back from it soon is replaced. */
  cancelCompile(): void {
    const compiling = [...this.#open.values()].find(({ request }) => request.kind === 'compile');
    if (!compiling || this.#hurry) return;
    compiling.wasRepeated = true;
    this.#hurry = setTimeout(() => {
      this.#hurry = undefined;
      if (this.#open.get(compiling.request.id) === compiling) void this.#created?.terminate();
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
  async saveCache(): Promise<void> {
    await this.#request({ kind: 'saveCache' });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#hurry);
    clearTimeout(this.#telling);
    await this.#created?.terminate();
  }

  #request(request: Unnumbered<LanguageRequest | SaveRequest>): Promise<LanguageReply> {
    return new Promise((resolve) => {
      const id = ++this.#last;
      if (this.#failedStarts >= maximumFailedStarts)
        return resolve({ kind: 'failed', id, message: cannotStart });
      const open: OpenRequest = { request: { ...request, id } as LanguageRequest | SaveRequest, resolve };
      this.#open.set(id, open);
      this.#send(open);
    });
  }

  #send({ request }: OpenRequest): void {
    if (request.kind === 'compile') Atomics.add(this.#waiting, 0, 1);
    this.#flush();
    this.#worker.postMessage(request);
  }

  /** Tells the worker what it has not been told, which also starts it. */
  #flush(): void {
    const worker = this.#worker;
    for (const notice of this.#notices.splice(0)) {
      worker.postMessage(notice);
      this.#remember(notice);
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
    this.#failedStarts++;
    const data: LanguageWorkerData & StartData = {
      script: 'language.cjs',
      directory: this.options.directory,
      data: this.options.data,
      waiting: this.#waiting.buffer as SharedArrayBuffer,
      environment: this.options.environment,
    };
    const worker = new Worker(join(__dirname, 'start.cjs'), {
      workerData: data,
      stdout: true,
      stderr: true,
      // A small nursery keeps 20 to 30 MB out of memory and costs no time that could be measured. From 2 GB on V8 would
      // let garbage pile up to three times of what is in use; below it is content with as much again.
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 2000 },
      env: SHARE_ENV,
      name: 'language',
    });
    worker.on('message', (message: LanguageReply | LanguageEvent | CacheReply) => this.#receive(message));
    worker.on('error', (error: unknown) => this.options.events.log(`language worker: ${inspect(error)}`));
    worker.on('exit', (code) => {
      if (!this.#closed) this.options.events.log(`language worker ended with code ${code}`);
      this.#bury();
    });
    worker.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => this.options.events.log(`language worker: ${text.trimEnd()}`));
    worker.stdout.resume();
    for (const [cell, { begun, bound }] of this.#cells) {
      worker.postMessage(begun);
      if (bound) worker.postMessage({ kind: 'settled', cell, bound } satisfies LanguageNotice);
    }
    return worker;
  }

  #receive(message: LanguageReply | LanguageEvent | CacheReply): void {
    if (message.kind === 'cacheSaved') return;
    if (message.kind === 'ready') {
      this.#failedStarts = 0;
      return;
    }
    if (message.kind === 'pruned') {
      for (const cell of message.cells) this.#cells.delete(cell);
      return;
    }
    if (message.kind === 'diagnostics') return this.options.events.diagnostics(message.cell, message.text);
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    open?.resolve(message);
  }

  /**
   * What was open is asked once more: mostly it was another request that the worker died of. If nothing was, it was a look at
   * the types of a cell, mostly the last one.
   */
  #bury(): void {
    Atomics.store(this.#waiting, 0, 0);
    if (this.#open.size === 0) {
      const last = [...this.#cells.keys()].at(-1);
      if (last !== undefined) this.#cells.delete(last);
      if (++this.#relapses >= maximumRelapses) this.#cells.clear();
    }
    const isHopeless = this.#failedStarts >= maximumFailedStarts;
    const isOver = this.#closed || isHopeless;
    const message = isHopeless ? cannotStart : 'the language worker ended; run the cell again';
    this.#created = undefined;
    if (!isOver) this.start();
    for (const [id, open] of this.#open) {
      if (isOver || open.wasRepeated) {
        this.#open.delete(id);
        open.resolve({ kind: 'failed', id, message });
      } else {
        open.wasRepeated = true;
        this.#send(open);
      }
    }
  }
}

const unexpected = (reply: LanguageReply): string =>
  reply.kind === 'failed' ? reply.message : `unexpected reply ${reply.kind}`;
