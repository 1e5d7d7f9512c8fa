// The language worker without its thread: requests and notices in, replies and events out.
// Rule: a cell that waits to be compiled goes first; work that it interrupts is started again afterwards.
import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import ts from 'typescript';
import type { CellError } from '../api';
import { blankMagics, type CompileResult, checkCompleteness, compile } from '../compile';
import { compileNotebookCell } from '../compile/magics/translate';
import { completeMagic, inspectMagic } from '../completion/magics';
import type { CustomMagic, TypeChecking } from '../magics/catalog';
import { areProcessorsTaken } from '../system/processors';
import { refuseCell } from '../text/refusal';
import {
  awaited,
  type LanguageEvent,
  type LanguageNotice,
  type LanguageQuestions,
  type LanguageRequest,
  type LanguageWorkerData,
} from '../threads/language-protocol';
import { answerTo, type Reply, type Request } from '../threads/requests';
import { complete } from './answers/complete';
import { checkCell, checkWithValues } from './answers/diagnostics';
import { inspectAt } from './answers/inspect';
import { typeOf } from './answers/type-of';
import { problemsOf, settingsWarnings } from './answers/warnings';
import type { Finding } from './answers/wording';
import { Notebook, type NotebookState } from './notebook/cells';
import type { CellModule } from './notebook/module';
import { Observations } from './observations';
import { type Observed, ObservedCells, type Unchecked } from './observed-cells';
import { Steps } from './steps';
import { type IsToldElsewhere, ToldChecks, type ToldState } from './told-checks';
import type { Hole } from './types/holes';
import { type IsPublished, TypesPackages } from './types/packages';
import { createRegistry } from './types/registry';
import { TypeService } from './types/service';
import { findDeclarations, type ProjectSettings, readSettings } from './types/tsconfig';

type Begun = Extract<LanguageNotice, { kind: 'begun' }>;
/** A request that waits while a cell is compiled. */
type Question = Request<LanguageQuestions, 'complete' | 'inspect' | 'typeOf'>;

type Refused = Extract<CompileResult, { ok: false }>;

const answer = answerTo<LanguageQuestions>();

export interface SessionOptions
  extends Pick<LanguageWorkerData, 'directory' | 'waiting' | 'observes'>,
    Partial<Pick<LanguageWorkerData, 'known'>> {
  /** The kernel's own project for the directory, where packages are looked for last; it need not exist. */
  readonly project?: string | undefined;
  /** Whether a package is there to be installed; npm is asked when absent. */
  readonly isPublished?: IsPublished;
  /** Whether the processors have something else to do; the system is asked when absent. */
  readonly areTaken?: () => boolean;
}

export type Post = (message: Reply | LanguageEvent) => void;

/** What a session knows, as data: what V8 can write as bytes and read again. */
interface SessionState extends ToldState {
  readonly notebook: NotebookState;
  readonly holes: ReadonlyMap<CellModule, ReadonlyMap<string, Hole>>;
  readonly unchecked: readonly Unchecked[];
  readonly observed: readonly Observed[];
}

/** After the start, before the warm-up begins, in milliseconds. */
const beforeWarmUp = 100;

/** With more cells than this waiting for their check, the check no longer waits for a pause between cells. */
const largestBacklog = 1000;

/** How many cells are checked in one program at most; a larger one would delay the warnings of its first cell. */
const largestBatch = 16;

export class LanguageSession {
  readonly #directory: string;
  readonly #project: string | undefined;
  readonly #waiting: Int32Array;
  readonly #post: Post;
  readonly notebook = new Notebook();
  /** The files that were parsed, for whoever else asks TypeScript on this thread. */
  readonly registry = createRegistry();
  /** Requests that a compile interrupted: to be answered after it. */
  readonly #postponed: Question[] = [];
  readonly #told: ToldChecks;
  readonly #steps: Steps;
  #unchecked: Unchecked[] = [];
  /** Cells that are being checked. */
  #batch: Unchecked[] = [];
  readonly #observed: ObservedCells;
  readonly #observations: Observations | undefined;
  /** What the session before knew of values, until there is a service for types. */
  #restoredHoles: SessionState['holes'] = new Map();
  #warmUp: Generator<void> | undefined;
  /** False while it is being warmed up. */
  #isWarm: boolean | undefined;
  #isAnnounced = false;
  #isUninterruptible = false;

  /** @param beforeChecks how long the notebook must be quiet before cells are checked, in milliseconds */
  constructor(
    {
      directory,
      project,
      waiting,
      observes,
      isPublished,
      known,
      areTaken = () => areProcessorsTaken(),
    }: SessionOptions,
    post: Post,
    beforeChecks = 50,
  ) {
    if (observes) {
      const holesOf = (cell: CellModule) => this.#types.holesOf(cell);
      this.#observations = new Observations({ notebook: this.notebook, holesOf, post });
    }
    this.#observed = new ObservedCells(this.notebook, this.#observations, () => this.#steps.schedule());
    this.#told = new ToldChecks({
      packages: new TypesPackages(directory, isPublished),
      isToldElsewhere: (cell) => this.isToldElsewhere(cell),
      warnOfSettings: () => settingsWarnings(this.#settings),
      post,
    });
    this.#steps = new Steps({
      beforeChecks,
      areTaken,
      isInterrupted: () => this.#isInterrupted,
      hasWork: () => this.#hasWork,
      isUrgent: () => this.#isUrgent,
      step: () => this.#step(),
    });
    this.#directory = directory;
    this.#project = project;
    this.#waiting = new Int32Array(waiting);
    this.#post = post;
    if (known) this.#restore(deserialize(known));
  }

  /** All that a successor has to know, unless there is something to be done. */
  #save(): Uint8Array | undefined {
    if (this.isBusy || this.#observed.isAsking) return undefined;
    const notebook = this.notebook.save();
    const holes = new Map<CellModule, ReadonlyMap<string, Hole>>();
    for (const cell of notebook.modules.values()) {
      const found = this.#knownTypes?.holesOf(cell);
      if (found && found.size > 0) holes.set(cell, found);
    }
    const state: SessionState = {
      notebook,
      holes,
      unchecked: this.#unchecked,
      observed: this.#observed.all,
      ...this.#told.state,
    };
    return serialize(state);
  }

  #restore({ notebook, holes, unchecked, observed, ...told }: SessionState): void {
    this.notebook.restore(notebook);
    this.#restoredHoles = holes;
    this.#unchecked = [...unchecked];
    this.#observed.restore(observed);
    this.#told.restore(told);
  }

  /** Which findings a front end shows where a cell is typed. */
  isToldElsewhere: IsToldElsewhere = () => undefined;

  receive(message: LanguageRequest | Exclude<LanguageNotice, { kind: 'attach' }>): void {
    switch (message.kind) {
      case 'begun':
        this.#begin(message);
        break;
      case 'settled':
        this.notebook.settle(message.cell, message.bound);
        this.#observed.settle(message.cell);
        break;
      case 'observed':
        this.#observations?.take(message.question, message.shapes);
        break;
      case 'magics':
        this.#magics = message.magics;
        this.notebook.noteMagics(message.magics.map(({ sign, name }) => sign + name));
        break;
      case 'forget':
        this.#forget();
        break;
      case 'packages':
        this.#knownTypes?.packagesChanged();
        break;
      case 'compile':
      case 'leave':
        this.#answer(message);
        break;
      case 'complete':
      case 'inspect':
      case 'typeOf':
      case 'completeness':
        Atomics.sub(this.#waiting, awaited.questions, 1);
        this.#answer(message);
        break;
      case 'check':
        Atomics.sub(this.#waiting, awaited.questions, 1);
        this.#told.await(message);
        this.#answerAwaited();
        break;
      default:
        message satisfies never;
    }
    this.#steps.schedule();
  }

  /** Warms TypeScript up in the background, so that the first request is fast. Cells and requests interrupt it. */
  rehearse(): void {
    setTimeout(() => {
      this.#isWarm ??= false;
      this.#steps.schedule();
    }, beforeWarmUp).unref();
  }

  /** Calls back once no work is left. */
  whenQuiet(then: () => void): void {
    this.#steps.whenQuiet(then);
  }

  #answer(request: Exclude<LanguageRequest, { kind: 'check' }>): void {
    try {
      switch (request.kind) {
        case 'compile':
          Atomics.sub(this.#waiting, awaited.compiles, 1);
          this.#compile(request);
          this.#steps.noteCell();
          return;
        case 'completeness': {
          const { source } = request;
          const completeness = checkCompleteness(blankMagics(source, this.#isKnown), source);
          return this.#post(answer(request, completeness));
        }
        case 'complete':
          return this.#post(answer(request, this.#complete(request)));
        case 'inspect':
          return this.#post(answer(request, this.#inspect(request)));
        case 'typeOf':
          return this.#post(answer(request, typeOf(this.#types, this.notebook, request)));
        case 'leave':
          return this.#post(answer(request, this.#save()));
        default:
          request satisfies never;
      }
    } catch (error) {
      if (error instanceof ts.OperationCanceledException && request.kind !== 'compile') {
        if (request.kind !== 'completeness' && request.kind !== 'leave') this.#postponed.push(request);
        return;
      }
      this.#post({ kind: 'failed', id: request.id, message: inspect(error) });
    }
  }

  /** Whether a name that a cell does not declare has a meaning for it. */
  readonly #isKnown = (name: string): boolean =>
    this.notebook.names.has(name) || name in globalThis || this.notebook.magics.has(name);
  #magics: readonly CustomMagic[] = [];

  #compile(request: Request<LanguageQuestions, 'compile'>): void {
    const { cell: id, label, place, source, settings: before } = request;
    const { jsx, classes } = this.#settings;
    const compiled = compileNotebookCell(source, this.#isKnown, (code, { dispatch }) =>
      compile(code, {
        dispatch: dispatch ?? before.dispatch,
        jsx,
        ...classes,
        ...this.notebook.earlier,
      }),
    );
    const { result, text, settings: changes } = compiled;
    const settings = { ...before, ...changes };
    if (!result.ok) {
      const refusal = refuseCell('SyntaxError', result.problems, source, label);
      return this.#post(answer(request, { settings: changes, result, refusal }));
    }
    const cell = this.notebook.create(label, source, text, place);
    const failure = settings.types === 'error' && this.#refuse(cell);
    if (failure) {
      this.notebook.discard(cell);
      return this.#post(answer(request, { settings: changes, ...failure }));
    }
    // The answer is posted, so the cell can start; its names are published while it runs.
    this.#post(answer(request, { settings: changes, result }));
    if (id === undefined) return this.notebook.discard(cell);
    const repeats = request.repeats === true || changes.types !== undefined;
    this.#publish({ id, cell, types: settings.types, repeats }, valuesOf(result));
  }

  #begin({ cell: id, label, place, source, values, types, repeats = false }: Begun): void {
    try {
      const text = blankMagics(source, this.#isKnown);
      const cell = this.notebook.create(label, source, text, place);
      this.#publish({ id, cell, types, repeats }, values);
    } catch (error) {
      // No request waits for this: the cell runs on, and its names have type `any`.
      console.error(error);
    }
    this.#steps.noteCell();
  }

  #publish(unchecked: Unchecked, values: readonly string[]): void {
    const { id, cell } = unchecked;
    this.notebook.publish(id, cell, values);
    if (isBlank(cell)) this.#told.tell(unchecked, []);
    else this.#unchecked.push(unchecked);
    this.#prune();
  }

  /** Must not be called while a program has cells open. Keeps what the cells that wait for their check refer to. */
  #prune(): void {
    if (!this.notebook.isCrowded || this.#batch.length > 0) return;
    const awaited = [...this.#unchecked.filter(({ types }) => types !== 'off'), ...this.#observed.all];
    const wanted = awaited.map(({ cell }) => cell);
    const cells = this.notebook.prune(wanted);
    this.#unchecked = this.#unchecked.filter(({ cell }) => this.notebook.find(cell.name));
    if (cells.length > 0) this.#post({ kind: 'pruned', cells });
  }

  /** With `%types error`: what keeps the cell from running. Nothing interrupts this check, the cell waits for it. */
  #refuse(cell: CellModule): { result: Refused; refusal: CellError } | undefined {
    this.#isUninterruptible = true;
    try {
      // Cells that come without a pause must not depend on ever longer chains of unchecked cells.
      while (this.#unchecked.length + this.#batch.length >= largestBatch) this.#lookAtNext();
      const focus = this.#types.focus(cell.text, cell.outline.jsx);
      const findings = checkCell(focus, this.notebook, cell);
      // The type of a value takes an objection away, but never makes one.
      const told = findings.length > 0 ? this.#reconsider(cell, findings) : findings;
      const problems = problemsOf(
        told.filter((finding) => findings.includes(finding)),
        cell,
      );
      if (problems.length === 0) return undefined;
      return {
        result: { ok: false, problems },
        refusal: refuseCell('TypeScriptError', problems, cell.source, cell.label),
      };
    } finally {
      this.#isUninterruptible = false;
    }
  }

  #complete({ source, offset }: Request<LanguageQuestions, 'complete'>) {
    if (this.#knownTypes) this.#observed.refresh(source);
    const completions = completeMagic(source, offset, this.#directory, this.#isKnown, this.#magics);
    if (completions) return { completions };
    const text = blankMagics(source, this.#isKnown);
    return complete(this.#types, this.notebook, text, offset, this.#directory);
  }

  #inspect({ source, offset, detail }: Request<LanguageQuestions, 'inspect'>) {
    if (this.#knownTypes) this.#observed.refresh(source);
    const data = inspectMagic(source, offset, this.#isKnown);
    if (data) return { data };
    return inspectAt(this.#types, this.notebook, blankMagics(source, this.#isKnown), offset, detail);
  }

  #forget(): void {
    this.notebook.forget();
    this.#unchecked = [];
    this.#batch = [];
    this.#observed.forget();
    this.#told.forget();
    this.#answerAwaited();
    this.#knownTypes?.close();
  }

  /** Whether something is left to be done. */
  get isBusy(): boolean {
    return this.#hasWork || this.#told.areAwaited;
  }

  get #hasWork(): boolean {
    return this.#postponed.length > 0 || this.#isWarm === false || this.#wantsLook;
  }

  /** With `%types off` no cell is checked, and TypeScript is not warmed up before the first completion. */
  get #wantsLook(): boolean {
    if (this.#observed.due) return true;
    const isAsked = this.#knownTypes !== undefined || this.#unchecked.some(({ types }) => types !== 'off');
    return this.#batch.length > 0 || (this.#unchecked.length > 0 && isAsked);
  }

  get #isUrgent(): boolean {
    return this.#told.areAwaited || this.#postponed.length > 0 || this.#unchecked.length > largestBacklog;
  }

  get #isInterrupted(): boolean {
    return !this.#isUninterruptible && this.isCellWaiting();
  }

  /** Whether a cell waits to be compiled. */
  isCellWaiting(): boolean {
    return Atomics.load(this.#waiting, awaited.compiles) > 0;
  }

  /** Whether somebody waits for an answer. */
  isAsked(): boolean {
    return this.#told.areAwaited || Atomics.load(this.#waiting, awaited.questions) > 0;
  }

  #step(): void {
    const question = this.#postponed.shift();
    if (question) return this.#answer(question);
    try {
      this.#warmUp ??= this.#types.warmUp();
      this.#isWarm = this.#warmUp.next().done === true;
      if (this.#isWarm && !this.#isAnnounced) {
        this.#isAnnounced = true;
        this.#post({ kind: 'warm' });
      }
      if (this.#isWarm) this.#lookAtNext();
      this.#prune();
    } catch (error) {
      // A compile interrupted the check, or TypeScript failed on this cell: go on with the next one.
      if (error instanceof ts.OperationCanceledException) return;
      console.error(error);
      this.#batch.shift();
    }
    this.#answerAwaited();
  }

  #lookAtNext(): void {
    if (this.#batch.length === 0) {
      const { due } = this.#observed;
      if (due) return this.#conclude(due);
      this.#batch = this.#unchecked.splice(0, largestBatch);
      this.#types.open(this.#batch.map(({ cell }) => cell));
    }
    const [unchecked] = this.#batch;
    if (!unchecked) return;
    this.#look(unchecked);
    this.#batch.shift();
    if (this.#batch.length === 0) this.#types.close();
  }

  #look(unchecked: Unchecked): void {
    const { cell, types } = unchecked;
    const findings = isWarned(types) ? checkCell(this.#types.focusCell(cell), this.notebook, cell) : [];
    // Before anything is told: a compile may interrupt it, and then all of this comes again.
    this.#types.freeze(cell);
    if (!this.#observed.add(unchecked, findings)) this.#told.tell(unchecked, findings);
  }

  /** Tells of a cell, now that the values of the names in it are known. */
  #conclude(observed: Observed): void {
    const { cell, findings } = observed;
    let told = findings;
    try {
      told = this.#reconsider(cell, findings);
    } catch (error) {
      if (error instanceof ts.OperationCanceledException) throw error;
      console.error(error);
    }
    this.#observed.conclude(observed);
    this.#told.tell(observed, told);
  }

  #reconsider(cell: CellModule, findings: readonly Finding[]): readonly Finding[] {
    const text = this.notebook.withValues(cell);
    if (text === undefined) return findings;
    const focus = this.#types.focus(text, cell.outline.jsx);
    return checkWithValues(focus, this.notebook, { ...cell, text }, findings);
  }

  #answerAwaited(): void {
    this.#told.answer(
      (id) =>
        [...this.#batch, ...this.#unchecked].some((one) => one.id === id) || this.#observed.isAwaited(id),
    );
  }

  get #settings(): ProjectSettings {
    this.#knownSettings ??= readSettings(this.#directory);
    return this.#knownSettings;
  }
  #knownSettings: ProjectSettings | undefined;

  get #types(): TypeService {
    const { options, path } = this.#settings;
    this.#knownTypes ??= new TypeService({
      directory: this.#directory,
      project: this.#project,
      compilerOptions: options,
      declarations: path === undefined ? [] : findDeclarations(path),
      notebook: this.notebook,
      registry: this.registry,
      holes: this.#restoredHoles,
      isCancelled: () => this.#isInterrupted,
    });
    return this.#knownTypes;
  }
  #knownTypes: TypeService | undefined;
}

/** Whether there is nothing to look at: comments, and magics that were blanked. */
const isBlank = ({ source, text }: CellModule): boolean =>
  ts
    .createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text.slice(0, source.length))
    .scan() === ts.SyntaxKind.EndOfFileToken;

const isWarned = (types: TypeChecking): boolean => types === 'warn' || types === 'wait';

const valuesOf = ({ cell }: Extract<CompileResult, { ok: true }>): string[] =>
  cell.declarations.map(({ name }) => name);
