// The engine: for each request, what it asks of the language worker and of the execution worker, in which order.
// Rule: compile, run, tell the language worker what is bound now; every path ends in exactly one outcome.

import type {
  Cell,
  CellError,
  CellId,
  CommMessage,
  Completeness,
  Completions,
  EditorConnection,
  EditorEvents,
  Engine,
  EngineEvents,
  ExpressionOutcome,
  MimeBundle,
  Outcome,
} from '../api';
import { type Bound, type Declaration, nothingBound } from '../compile/types';
import type { CustomMagic } from '../magics/catalog';
import { diagnosticOf } from '../text/problem';
import type { RunOutcome } from '../threads/execution-protocol';
import { Answers } from './answers';
import { CellCompiler } from './cell-compiler';
import { Compiler } from './compiler';
import { interrupted, kernelError } from './deaths';
import { EngineDebugging } from './debugging';
import { Editors } from './editors';
import { ExecutionClient } from './execution-client';
import { type ExecutionThread, ownStartFile } from './execution-thread';
import type { ForeignPipes } from './foreign-output';
import type { RunResult } from './given-runs';
import { LanguageClient } from './language-client';
import { type RunFile, readRunFile } from './run-file';
import type { Settings } from './settings';
import { StaleNames } from './stale-names';
import { TypeChecks } from './type-checks';

/** How long the language worker and the compiler wait for the first cell, in milliseconds. */
const idleStart = 200;
/**
 * The same of the language worker where cells do not have their types checked. A program that starts a kernel has run its first
 * cell by then, and will not need the worker; a person has not typed anything yet.
 */
const idleStartUnchecked = 1500;

export interface EngineOptions {
  readonly settings: Settings;
  /** Takes what belongs to no cell and is for the log. */
  log(message: string): void;
  /** Where the notebook lives: modules and relative files are found from here. Absolute. */
  readonly directory: string;
  /** Where output of the process arrives that the thread of the cells does not send. */
  readonly foreign?: ForeignPipes;
  /** Options of Node for the thread of the cells, such as what they may do; those of this process when absent. */
  readonly nodeOptions?: readonly string[];
  /** What both workers start with; tests have one of their own. */
  readonly startFile?: string;
  /** The thread of the cells, where it was started ahead (`ahead.ts`), with the same options. */
  readonly started?: ExecutionThread | undefined;
}

/**
 * Starts an engine: the execution worker begins to load at once, and requests wait for it. What only cells or questions
 * need loads with the first of them, or when none has come for a while.
 */
export function createEngine(options: EngineOptions): Engine {
  return new NotebookEngine(options);
}

/** A cell between its request and its outcome. */
interface RunningCell {
  readonly cell: Cell;
  interrupted: boolean;
  stage: 'compile' | 'run' | 'check';
}

/** The main lane, for cells that name none. */
const mainLane = '';

class NotebookEngine implements Engine {
  readonly #compiler: Compiler;
  readonly #cellCompiler: CellCompiler;
  readonly #language: LanguageClient;
  #idleStart: NodeJS.Timeout;
  readonly #execution: ExecutionClient;
  readonly #checks: TypeChecks;
  readonly #editors: Editors;
  readonly #answers: Answers;
  readonly debugger: EngineDebugging;
  /** What the debugger declares is of no cell of the host's. */
  #lastAdopted: CellId = 0;
  readonly #staleNames = new StaleNames();
  readonly #comms = new Map<string, { readonly target: string }>();
  /** One a lane at most. */
  readonly #running = new Set<RunningCell>();
  /** The cells that have left their lane and go on in the background. */
  readonly #background = new Map<CellId, Cell>();
  /** The cell of each input question that waits for the user, by the question's number. A cell may ask several at once. */
  readonly #questions = new Map<number, CellId>();
  /** The outcome of the last cell of each lane that was requested, until it is there. */
  readonly #latest = new Map<string, Promise<Outcome>>();

  #events: EngineEvents = { output() {}, input() {} };

  constructor(readonly options: EngineOptions) {
    const { directory, settings, startFile = ownStartFile } = options;
    const log = (message: string) => options.log(message);
    this.debugger = new EngineDebugging({
      cache: settings.cache,
      compile: (source) => this.#cellCompiler.compileText(source),
      compileExpression: (text, locals) => this.#compiler.compileExpression(text, locals),
      isBusy: () => this.#running.size > 0 || this.#execution.isBusy,
      namesAt: (source, line, column) => this.#compiler.namesAt(source, line, column),
      compileInput: (source, locals) => this.#compiler.compileInput(source, locals),
      bindingsAt: (source, line, column) => this.#compiler.bindingsAt(source, line, column),
      renameIn: (source, codes) => this.#compiler.renameIn(source, codes),
      pendingAt: (source, line, column) => this.#compiler.pendingAt(source, line, column),
      signatureAt: (source, line, column) => this.#compiler.signatureAt(source, line, column),
      names: () => this.#compiler.names,
      adopt: (declarations, source) => this.#adopt(declarations, source),
      pathOf: (source) => this.#events.pathOf?.(source) ?? source,
      tell: (event, body) => this.#events.debug?.(event, body),
    });
    this.#execution = new ExecutionClient({
      directory,
      settings,
      startFile,
      nodeOptions: options.nodeOptions,
      started: options.started,
      foreign: options.foreign,
      debugging: this.debugger,
      events: {
        output: (cell, output) => {
          if (output.kind === 'comm') this.#noteComm(output.message);
          this.#events.output(cell, output);
        },
        ask: (cell, { id, prompt, password }) => {
          this.#questions.set(id, cell);
          this.#events.input(cell, { id, prompt, password });
        },
        typeOf: (question) => this.#language.typeOf(question),
        takeRead: (patience) => this.#events.takeRead?.(patience) ?? Promise.resolve(0),
        history: (query) => this.#events.history?.(query).catch(() => []) ?? Promise.resolve([]),
        replaced: () => {
          this.#noteMagics([]);
          this.#comms.clear();
          this.#forgetNames();
        },
        magics: (magics) => this.#noteMagics(magics),
        forgotten: () => this.#forgetNames(),
        packages: () => this.#language.packagesChanged(),
        log,
      },
    });
    this.#language = new LanguageClient({
      directory,
      settings,
      startFile,
      events: {
        checked: (cell, check) => this.#checks.receive(cell, check),
        observe: (names) => this.#execution.observe(names),
        died: () => this.#editors.drop(),
        left: () => this.#editors.rest(),
        // Not while it is being started: whoever is told comes back at once.
        returned: () => setImmediate(() => this.#editors.wake()),
        log,
      },
    });
    this.#editors = new Editors({
      attach: (client) => this.#language.attach(client),
      tell: () => this.#language.start(),
      used: () => this.#language.noteUse(),
      values: {
        value: async ({ path }) => {
          const preview = this.#execution.isComputing ? undefined : await this.#execution.preview(path);
          return preview ? String(preview['text/plain']) : null;
        },
        members: async ({ path, prefix }) =>
          this.#execution.isComputing ? [] : this.#execution.members(path, prefix),
      },
    });
    this.#checks = new TypeChecks({
      check: (cell, failure, isShown) => this.#language.check(cell, failure, isShown),
      show: (cell, output) => this.#events.output(cell, output),
    });
    this.#compiler = new Compiler({
      cache: settings.cache,
      directory,
      isReplaced: !!settings.typescript,
      log,
    });
    this.#cellCompiler = new CellCompiler({
      compiler: this.#compiler,
      language: this.#language,
      settings: { dispatch: settings.dispatch, types: settings.types },
    });
    this.#answers = new Answers({
      compiler: this.#compiler,
      language: this.#language,
      execution: this.#execution,
    });
    this.#idleStart = setTimeout(() => {
      this.#compiler.load();
      if (settings.types !== 'off') this.#language.startSoon();
      else {
        const more = idleStartUnchecked - idleStart;
        this.#idleStart = setTimeout(() => this.#language.startSoon(), more).unref();
      }
    }, idleStart).unref();
  }

  listen(events: EngineEvents): void {
    this.#events = events;
  }

  /** The debugger has declared names. @param source what declares them; without it only their values say what they are */
  #adopt(declarations: readonly Declaration[], source: string | undefined): void {
    const cell = --this.#lastAdopted;
    const values = declarations.map(({ name }) => name);
    this.#compiler.begin(cell, declarations);
    this.#compiler.settle(cell, values);
    const text = source ?? values.map((name) => `let ${name}: any;`).join(' ');
    this.#language.begin({ cell, label: 'Debug console', source: text, values, types: 'off' });
    this.#language.settle(cell, { values, types: [], completed: true });
  }

  #noteMagics(magics: readonly CustomMagic[]): void {
    this.#compiler.noteMagics(magics);
    this.#language.noteMagics(magics);
  }

  #forgetNames(): void {
    this.#staleNames.forget();
    this.#compiler.forget();
    this.#language.forget();
  }

  execute(cell: Cell): Promise<Outcome> {
    const begin = () =>
      this.#execute(cell).catch(
        (error: unknown): Outcome => ({ status: 'error', error: kernelError(error) }),
      );
    const { lane = mainLane } = cell;
    const latest = this.#latest.get(lane);
    // Without any wait when nothing runs: not even a turn of the microtask queue between the request and its worker.
    const outcome = latest ? latest.then(begin) : begin();
    this.#latest.set(lane, outcome);
    outcome.then(() => {
      if (this.#latest.get(lane) === outcome) this.#latest.delete(lane);
    });
    return outcome;
  }

  async #execute(cell: Cell): Promise<Outcome> {
    this.#execution.announce();
    clearTimeout(this.#idleStart);
    this.#stopEarlier(cell);
    const running: RunningCell = { cell, interrupted: false, stage: 'compile' };
    this.#running.add(running);
    this.#staleNames.remove(cell.removed ?? []);
    try {
      const file = readRunFile(cell.source, cell.label);
      if (file && 'name' in file) return { status: 'error', error: file };
      const text = { ...cell, ...file };
      const outcome = await this.#run(running, text, text.source);
      running.stage = 'check';
      const told = await this.#checks.end(cell.id, outcome);
      if (outcome.status === 'error' || told.status === 'error') return told;
      const expressions: Record<string, ExpressionOutcome> = {};
      for (const [index, [name, source]] of Object.entries(cell.expressions).entries()) {
        const value = await this.#run(running, cell, source, index + 1);
        expressions[name] =
          value.status === 'error'
            ? value
            : {
                status: 'ok',
                rendering: value.result ?? { data: { 'text/plain': 'undefined' }, metadata: {} },
              };
      }
      return { ...told, expressions };
    } finally {
      this.#running.delete(running);
      if (!this.#background.has(cell.id)) this.#forgetQuestions(cell.id);
    }
  }

  #forgetQuestions(cell: CellId): void {
    for (const [question, asker] of this.#questions) if (asker === cell) this.#questions.delete(question);
  }

  /** A cell that is run again takes the place of its run in the background, whose output nobody would see. */
  #stopEarlier({ place }: Cell): void {
    for (const [id, earlier] of this.#background)
      if (place !== undefined && earlier.place === place) this.#execution.stop(id);
  }

  /** A cell goes on in the background. @returns what it comes to */
  async #follow(cell: Cell, rest: Promise<RunResult>): Promise<Outcome> {
    this.#background.set(cell.id, cell);
    const { outcome, bound } = await rest;
    this.#background.delete(cell.id);
    this.#forgetQuestions(cell.id);
    this.#noteBound(cell, bound);
    if (outcome.status === 'error' && !cell.allowInput) this.#tellOfFailure(cell, outcome.error);
    return this.#complete(cell, outcome);
  }

  /** Where nobody watches, nobody reads what comes under a cell that has ended: it is said in the latest one as well. */
  #tellOfFailure({ id, label }: Cell, { traceback }: CellError): void {
    const { latestCell } = this.#execution;
    const text = `${label}, in the background, failed:\n${traceback.join('\n')}\n`;
    if (latestCell !== id) this.#events.output(latestCell, { kind: 'text', stream: 'stderr', text });
  }

  /** What the cell has declared has a value now, or has none. */
  #noteBound(cell: Cell, bound: Bound): void {
    this.#compiler.settle(cell.id, bound.values);
    this.#staleNames.settle(bound.values);
    this.#language.settle(cell.id, bound);
  }

  async #complete(cell: Cell, outcome: RunOutcome, background?: Promise<Outcome>): Promise<Outcome> {
    if (outcome.status === 'error') return outcome;
    const payloads = await this.#answers.fill(outcome.payloads, (text) =>
      this.#events.output(cell.id, { kind: 'text', stream: 'stdout', text }),
    );
    return { ...outcome, payloads, expressions: {}, ...(background && { background }) };
  }

  /** Runs the cell's source, or one of its expressions, which declares nothing and is not checked. */
  async #run(
    running: RunningCell,
    cell: Cell & Partial<RunFile>,
    source: string,
    expression?: number,
  ): Promise<Outcome> {
    running.stage = 'compile';
    const { name, label, path, allowInput, canLeave } = cell;
    const isCell = expression === undefined;
    const wanted = this.#cellCompiler.want(cell, source, isCell);
    const here = this.#cellCompiler.compileHere(wanted);
    // Now, so that the thread is awake again when the run is posted.
    this.#execution.noteGiven();
    const elsewhere = here ? undefined : this.#cellCompiler.compileElsewhere(wanted);
    const compilation = here ?? (await elsewhere!.answer);
    const { types } = this.#cellCompiler.changeSettings(wanted, compilation.settings);
    if (running.interrupted) {
      elsewhere?.end();
      if (isCell) this.#language.settle(cell.id, nothingBound);
      return { status: 'error', error: interrupted };
    }
    if (compilation.status === 'error') {
      elsewhere?.end();
      if (isCell) this.#checks.refuse(cell);
      const { error, problems } = compilation;
      if (!problems) return { status: 'error', error };
      const diagnostics = problems.map((problem) => diagnosticOf(problem, source));
      return { status: 'error', error, checked: { diagnostics } };
    }
    running.stage = 'run';
    const { compiled } = compilation;
    const { declarations } = compiled;
    // Before the run: the debugger compiles conditions for it, which mention names.
    if (isCell) this.#compiler.begin(cell.id, declarations);
    const run = this.#execution.run({
      cell: cell.id,
      expression,
      name,
      label,
      number: isCell ? cell.number : undefined,
      source,
      ...(path !== undefined && { path }),
      compiled,
      wantsResult: !isCell || cell.wantsResult,
      allowInput,
      canLeave: isCell && canLeave,
    });
    elsewhere?.end();
    // The rest while the cell runs.
    if (isCell) {
      if (here) this.#cellCompiler.tell(cell, wanted, compilation);
      this.#staleNames.begin(cell, declarations);
      this.#checks.begin(cell, types, () => this.#staleNames.tell(cell, compiled));
    }
    // Its check is waited for: it may begin beside the cell.
    if (isCell && this.#checks.isAwaited(cell.id)) this.#language.start();
    const { outcome, bound, rest } = await run;
    if (rest) return this.#complete(cell, outcome, this.#follow(cell, rest));
    if (isCell) this.#noteBound(cell, bound);
    return this.#complete(cell, outcome);
  }

  complete(source: string, offset: number): Promise<Completions> {
    return this.#answers.complete(source, offset);
  }

  inspect(source: string, offset: number, detail: 0 | 1): Promise<MimeBundle | undefined> {
    return this.#answers.inspect(source, offset, detail);
  }

  checkCompleteness(source: string): Promise<Completeness> {
    return this.#answers.checkCompleteness(source);
  }

  answerInput(cell: CellId, question: number, line: string | null): void {
    if (this.#questions.get(question) !== cell) return;
    this.#questions.delete(question);
    this.#execution.answer(question, line);
  }

  async deliver(cell: CellId, name: string, message: CommMessage): Promise<void> {
    if (message.kind === 'open' && message.target !== undefined) this.#noteComm(message);
    if (message.kind === 'close') this.#noteComm(message);
    // After the cell that came first: it may register the target of this message.
    const { underway } = this.#cellCompiler;
    if (underway) await underway;
    await this.#execution.deliver(cell, name, message);
  }

  comms(): ReadonlyMap<string, { readonly target: string }> {
    return this.#comms;
  }

  #noteComm({ kind, commId, target }: { kind: string; commId: string; target?: string }): void {
    if (kind === 'open') this.#comms.set(commId, { target: target ?? '' });
    else if (kind === 'close') this.#comms.delete(commId);
  }

  attachEditor(version: string, events: EditorEvents): EditorConnection {
    return this.#editors.attach(version, events);
  }

  interrupt(): void {
    if (this.debugger.interrupt()) return this.#execution.signalChildren();
    const isWaitedFor = this.#checks.interrupt();
    const stages = Array.from(this.#running, ({ stage }) => stage);
    if (isWaitedFor && stages.every((stage) => stage === 'check')) return;
    for (const running of this.#running) {
      if (running.stage === 'compile') running.interrupted = true;
    }
    if (stages.includes('compile')) this.#language.cancelCompile();
    // Also when no cell runs: a callback of an earlier cell may block the worker.
    this.#execution.interrupt();
  }

  async saveCaches(): Promise<void> {
    this.#compiler.saveCache();
    await Promise.all([this.#execution.saveCache(), this.#language.saveCache()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#execution.close(), this.#language.close()]);
  }
}
