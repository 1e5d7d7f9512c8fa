// The language worker without its thread: requests and notices in, replies and events out.
// Rule: a cell that waits to be compiled goes first; work that it interrupts is started again afterwards.
import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import ts from 'typescript';
import type { CellError, CellId, ErrorPlace } from '../api';
import { blankMagics, type CompileResult, checkCompleteness, compile } from '../compile';
import { compileNotebookCell } from '../compile/magics/translate';
import { completeMagic, inspectMagic } from '../completion/magics';
import type { CustomMagic, TypeChecking } from '../magics/catalog';
import { areProcessorsTaken } from '../system/processors';
import { refuseCell } from '../text/refusal';
import type { Warning } from '../text/warnings';
import {
  awaited,
  type Check,
  type LanguageEvent,
  type LanguageNotice,
  type LanguageQuestions,
  type LanguageRequest,
  type LanguageWorkerData,
} from '../threads/language-protocol';
import { answerTo, type Reply, type Request } from '../threads/requests';
import { complete } from './answers/complete';
import { checkCell, checkWithValues, typesPackageOf } from './answers/diagnostics';
import { adviceFrom, findingsAt, suggestionsIn } from './answers/failure';
import { inspectAt } from './answers/inspect';
import { typeOf } from './answers/type-of';
import { diagnosticsOf, displayOf, problemsOf, settingsWarnings } from './answers/warnings';
import type { Finding } from './answers/wording';
import { Notebook, type NotebookState } from './notebook/cells';
import type { CellModule } from './notebook/module';
import { Observations } from './observations';
import { type Observed, ObservedCells, type Unchecked } from './observed-cells';
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

/** @returns nothing where no front end shows the cell */
export type IsToldElsewhere = (cell: CellModule) => ((finding: Finding) => boolean) | undefined;

export type Post = (message: Reply | LanguageEvent) => void;

/** A cell that was checked. */
interface Checked {
  readonly id: CellId;
  readonly cell: CellModule;
  readonly findings: readonly Finding[];
  /** Those that a front end shows where the cell is typed: they are not shown under it as well. */
  readonly told: ReadonlySet<Finding>;
  /** What is wrong with the notebook's settings: told with the first cell. */
  readonly settings: readonly Warning[];
}

/** What a session knows, as data: what V8 can write as bytes and read again. */
interface SessionState {
  readonly notebook: NotebookState;
  readonly holes: ReadonlyMap<CellModule, ReadonlyMap<string, Hole>>;
  readonly unchecked: readonly Unchecked[];
  readonly observed: readonly Observed[];
  readonly checked: ReadonlyMap<CellId, Checked>;
  readonly isReported: boolean;
}

/** A step of background work that is to come. */
interface Next {
  /** By the clock of `performance`, in milliseconds. */
  readonly due: number;
  /** Absent where it comes with the next turn of the event loop. */
  readonly timer?: NodeJS.Timeout;
}

/** How long to wait, in milliseconds. */
const patience = {
  /** Before asking again whether cells wait to be compiled. */
  whileCompiling: 2,
  /** After the start, before the warm-up begins. */
  beforeWarmUp: 100,
  /** Before the processors are looked at again, about, and for how long what nobody waits for gives way to others at most. */
  whileTaken: 50,
  givingWay: 2000,
};

/** With more cells than this waiting for their check, the check no longer waits for a pause between cells. */
const largestBacklog = 1000;

/** How many cells are checked in one program at most; a larger one would delay the warnings of its first cell. */
const largestBatch = 16;

/** How many cells that were checked are kept to be asked about. */
const keptChecks = 8;

export class LanguageSession {
  readonly #directory: string;
  readonly #project: string | undefined;
  readonly #waiting: Int32Array;
  readonly #post: Post;
  readonly #beforeChecks: number;
  readonly #areTaken: () => boolean;
  readonly notebook = new Notebook();
  /** The files that were parsed, for whoever else asks TypeScript on this thread. */
  readonly registry = createRegistry();
  /** Requests that a compile interrupted: to be answered after it. */
  readonly #postponed: Question[] = [];
  /** Requests for checks that have not been made. */
  #awaited: Request<LanguageQuestions, 'check'>[] = [];
  /** The latest cells that were checked, the oldest first: of those that run beside each other any may be asked about. */
  readonly #checked = new Map<CellId, Checked>();
  #unchecked: Unchecked[] = [];
  /** Cells that are being checked. */
  #batch: Unchecked[] = [];
  readonly #observed: ObservedCells;
  readonly #observations: Observations | undefined;
  readonly #typesPackages: TypesPackages;
  /** What the session before knew of values, until there is a service for types. */
  #restoredHoles: SessionState['holes'] = new Map();
  #warmUp: Generator<void> | undefined;
  /** False while it is being warmed up. */
  #isWarm: boolean | undefined;
  #isAnnounced = false;
  #lastCompile = 0;
  /** When the background work began that goes on, and when it was last looked at. */
  #begun = Number.NEGATIVE_INFINITY;
  #latestStep = Number.NEGATIVE_INFINITY;
  /** The step that is to come. */
  #next: Next | undefined;
  /** To be called once no work is left. */
  readonly #awaitsQuiet: (() => void)[] = [];
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
    this.#observed = new ObservedCells(this.notebook, this.#observations, () => this.#schedule());
    this.#typesPackages = new TypesPackages(directory, isPublished);
    this.#beforeChecks = beforeChecks;
    this.#areTaken = areTaken;
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
      checked: this.#checked,
      isReported: this.#isReported,
    };
    return serialize(state);
  }

  #restore({ notebook, holes, unchecked, observed, checked, isReported }: SessionState): void {
    this.notebook.restore(notebook);
    this.#restoredHoles = holes;
    this.#unchecked = [...unchecked];
    this.#observed.restore(observed);
    for (const [id, one] of checked) this.#checked.set(id, one);
    this.#isReported = isReported;
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
        this.#awaited.push(message);
        this.#answerAwaited();
        break;
      default:
        message satisfies never;
    }
    this.#schedule();
  }

  /** Warms TypeScript up in the background, so that the first request is fast. Cells and requests interrupt it. */
  rehearse(): void {
    setTimeout(() => {
      this.#isWarm ??= false;
      this.#schedule();
    }, patience.beforeWarmUp).unref();
  }

  /** Calls back once no work is left. */
  whenQuiet(then: () => void): void {
    if (this.#next) this.#awaitsQuiet.push(then);
    else then();
  }

  #answer(request: Exclude<LanguageRequest, { kind: 'check' }>): void {
    try {
      switch (request.kind) {
        case 'compile':
          Atomics.sub(this.#waiting, awaited.compiles, 1);
          this.#compile(request);
          this.#lastCompile = performance.now();
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
    this.#lastCompile = performance.now();
  }

  #publish(unchecked: Unchecked, values: readonly string[]): void {
    const { id, cell } = unchecked;
    this.notebook.publish(id, cell, values);
    if (isBlank(cell)) this.#tell(unchecked, []);
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
    this.#checked.clear();
    this.#answerAwaited();
    this.#knownTypes?.close();
  }

  // Between two steps of background work the thread reads its messages. What comes may make the next one more urgent.
  #schedule(): void {
    if (!this.#hasWork) return;
    const delay = this.#delay;
    const due = performance.now() + delay;
    if (this.#next && this.#next.due <= due) return;
    clearTimeout(this.#next?.timer);
    const next = () => {
      this.#next = undefined;
      if (this.#delay === 0) this.#step();
      this.#schedule();
      if (!this.#next) for (const then of this.#awaitsQuiet.splice(0)) then();
    };
    if (delay > 0) this.#next = { due, timer: setTimeout(next, delay) };
    else {
      this.#next = { due };
      setImmediate(next);
    }
  }

  /** Whether something is left to be done. */
  get isBusy(): boolean {
    return this.#hasWork || this.#awaited.length > 0;
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

  /** How long to wait before the next step: checks must not take the processor from cells that run back to back. */
  get #delay(): number {
    if (this.#isInterrupted) return patience.whileCompiling;
    if (this.#awaited.length > 0) return 0;
    if (this.#postponed.length > 0 || this.#unchecked.length > largestBacklog) return 0;
    const left = this.#lastCompile + this.#beforeChecks - performance.now();
    return left > 0 ? left : this.#givesWay() ? patience.whileTaken * (0.5 + Math.random()) : 0;
  }

  /** Whether the next step waits since the processors have something else to do, for a while at most. */
  #givesWay(): boolean {
    const now = performance.now();
    // A new piece of work.
    if (now - this.#latestStep > patience.givingWay) this.#begun = now;
    this.#latestStep = now;
    return now - this.#begun < patience.givingWay && this.#areTaken();
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
    return this.#awaited.length > 0 || Atomics.load(this.#waiting, awaited.questions) > 0;
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
    if (!this.#observed.add(unchecked, findings)) this.#tell(unchecked, findings);
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
    this.#tell(observed, told);
  }

  #reconsider(cell: CellModule, findings: readonly Finding[]): readonly Finding[] {
    const text = this.notebook.withValues(cell);
    if (text === undefined) return findings;
    const focus = this.#types.focus(text, cell.outline.jsx);
    return checkWithValues(focus, this.notebook, { ...cell, text }, findings);
  }

  #tell({ id, cell, types, repeats }: Unchecked, findings: readonly Finding[]): void {
    if (types === 'off') return;
    const isTold = repeats || findings.length === 0 ? undefined : this.isToldElsewhere(cell);
    const checked = {
      id,
      cell,
      findings: this.#withoutVainHints(findings),
      told: new Set(isTold && findings.filter(isTold)),
      settings: this.#takeSettingsReport(),
    };
    this.#checked.set(id, checked);
    if (this.#checked.size > keptChecks) this.#checked.delete(this.#checked.keys().next().value!);
    this.#askForTypes(checked, findings);
    if (this.#awaited.some((request) => request.cell === id)) return;
    this.#post({ kind: 'checked', cell: id, check: checkOf(checked) });
  }

  /** Without hints to install what is not there, or not known to be. */
  #withoutVainHints(findings: readonly Finding[]): readonly Finding[] {
    return findings.filter((finding) => {
      const name = typesPackageOf(finding);
      return name === undefined || this.#typesPackages.has(name);
    });
  }

  /** Nothing waits for the answer: a hint is told when it comes, while the cell is one of the latest. */
  #askForTypes(checked: Checked, findings: readonly Finding[]): void {
    const names = findings.flatMap((finding) => typesPackageOf(finding) ?? []);
    void this.#typesPackages.ask(names)?.then((isThere) => {
      if (!isThere || this.#checked.get(checked.id) !== checked) return;
      const complete = { ...checked, findings: this.#withoutVainHints(findings) };
      this.#checked.set(checked.id, complete);
      this.#post({ kind: 'checked', cell: checked.id, check: checkOf(complete) });
    });
  }

  #takeSettingsReport(): Warning[] {
    if (this.#isReported) return [];
    this.#isReported = true;
    return settingsWarnings(this.#settings);
  }
  #isReported = false;

  /** Answers who asks for the check that was just made, and for one that will not be made. */
  #answerAwaited(): void {
    this.#awaited = this.#awaited.filter((request) => {
      const { cell: id, failure, isShown } = request;
      const checked = this.#checked.get(id);
      const isUnchecked = [...this.#batch, ...this.#unchecked].some((one) => one.id === id);
      if (!checked && (isUnchecked || this.#observed.isAwaited(id))) return true;
      this.#post(answer(request, checked && checkOf(checked, failure, isShown)));
      return false;
    });
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

/** @param isShown the error was shown without what there is to say of its place: what it lacked is a hint then */
function checkOf({ cell, findings, told, settings }: Checked, failure?: ErrorPlace, isShown = false): Check {
  const causes = failure ? findingsAt(failure, findings, cell) : new Set<Finding>();
  const advice = adviceFrom(causes);
  const rest = findings.filter((finding) => !causes.has(finding) && !told.has(finding));
  const warnings = displayOf(rest, cell, settings, isShown ? suggestionsIn(advice) : []);
  return {
    diagnostics: diagnosticsOf(findings, cell),
    advice,
    ...(warnings && { warnings }),
  };
}

const valuesOf = ({ cell }: Extract<CompileResult, { ok: true }>): string[] =>
  cell.declarations.map(({ name }) => name);
