// Runs compiled cells: from the script to the one `done` that ends the run. Several may be under way, where they await.
// Rule: a run is settled exactly once, by its value, its error or an interrupt; what comes after that is late. Whose doing
// something is, the caller knows, by the cell.
import timers from 'node:timers';
import { stripVTControlCharacters, types } from 'node:util';
import vm from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import type { CellId, Rendering } from '../api';
import { isLeaving } from '../compile/leaving';
import { type Bound, type ImportDeclaration, nothingBound } from '../compile/types';
import { isSilent, render } from '../display/render';
import { now } from '../realm/clock';
import { withIntrinsics } from '../realm/intrinsics';
import { join, select, transform } from '../realm/lists';
import type { Run, RunOutcome, RunPayload } from '../threads/execution-protocol';
import { type ActiveRun, signalOf } from './active-run';
import { type BackgroundRun, PendingOutput } from './background';
import type { ExecutionContext } from './context';
import { encodeLarge } from './encoding';
import type { ErrorFormatter } from './errors/errors';
import type { Labels } from './errors/labels';
import { renewTraces } from './errors/origins';
import { callCell } from './errors/stacks';
import { Helper, type HelperOptions } from './helper';
import { keepFromCells } from './listeners';
import { formatTime } from './magics/timing';
import { plainRendering } from './marks';
import type { Bindings, Namespace } from './namespace';
import { Outstanding } from './outstanding';
import type { Results } from './results';

const { apply } = Reflect;
const NativePromise = Promise;
const { then } = NativePromise.prototype;
const { resolve: resolved } = NativePromise;
const { Script } = vm;
const { setTimeout } = timers;
const { isPromise } = types;
const { abort } = AbortController.prototype;
const dynamicImport = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;

export interface RunnerOptions extends HelperOptions {
  readonly context: ExecutionContext;
  readonly labels: Labels;
  readonly namespace: Namespace;
  readonly results: Results;
  readonly errors: ErrorFormatter;
  /** How long the end of a cell that nobody watches may wait for what it has set going, in milliseconds. */
  readonly linger: number;
  /** Not a turn later: nobody hears of what comes up in it. */
  readonly endsAtOnce?: boolean;
  /** Whether an interrupt has cut off what ran, and is about to say so. */
  isCutOff(): boolean;
  /** Tells the engine that a run goes on in the background, where nobody waits for it. */
  left(run: Run, payloads: readonly RunPayload[]): void;
  /** Tells the engine that the run ended. */
  done(run: Run, outcome: RunOutcome, bound: Bound): void;
}

/** Whether `exit` meant nothing else. */
function wantsToLeave({ canLeave, source }: Run, error: unknown): boolean {
  return canLeave === true && error instanceof ReferenceError && isLeaving(source);
}

/**
 * A promise as the value of a cell. That of `load().then(console.log)` shows nothing while it is pending, nor does one that
 * has come to nothing: what it was for is done elsewhere.
 */
function picturePromise(value: unknown, isChained: boolean): Rendering | undefined {
  const rendering = withIntrinsics(() => render(value)) as Rendering;
  const shown = rendering.data['text/plain'] as string;
  // While async_hooks are on, which `node:test` does, Node lists ids beside what the promise has come to.
  const state =
    /^Promise \{\s+(undefined|<pending>)(?:,\s+\[?Symbol\(\w*async_id_symbol\)\]?: \d+)*\s+\}$/.exec(
      stripVTControlCharacters(shown),
    )?.[1];
  if (state === 'undefined') return undefined;
  if (state === undefined) return rendering;
  return isChained
    ? undefined
    : { ...rendering, data: { ...rendering.data, 'text/plain': `${shown}\nTo see its value, await it.` } };
}

export class Runner {
  /** Those that are under way, in the order in which they began. Looked at without any builtin that a cell may have changed. */
  #active: readonly ActiveRun[] = [];
  #lastTurn = 0;
  /** Those that have ended in the background since they were listed last. */
  readonly #ended: BackgroundRun[] = [];
  /** Steps of runs whose failures nothing handles. */
  readonly #uncaught = new WeakSet<object>();
  readonly #outstanding: Outstanding;
  readonly #endInATurn: (turn: number) => void;

  constructor(readonly options: RunnerOptions) {
    this.#outstanding = new Outstanding(options.linger);
    if (options.endsAtOnce) {
      this.#endInATurn = (turn) => this.#endNow(turn);
      return;
    }
    // A message to itself takes a turn of the event loop, whatever builtins cells overwrote: requests arrive in the same way.
    const { port1, port2 } = new MessageChannel();
    keepFromCells(port1);
    port1.on('message', (turn: number) => this.#endNow(turn));
    port1.unref();
    this.#endInATurn = port2.postMessage.bind(port2);
  }

  /** Those that are under way, in the order in which they began. */
  get runs(): readonly Run[] {
    return transform(this.#active, ({ run }) => run);
  }

  /** The run of a cell that is under way, if one is. */
  find(cell: CellId): Run | undefined {
    return this.#activeOf(cell)?.run;
  }

  #activeOf(cell: CellId): ActiveRun | undefined {
    return this.#findLast((active) => active.run.cell === cell);
  }

  #isActive(active: ActiveRun): boolean {
    return this.#findLast((other) => other === active) !== undefined;
  }

  #findLast(isMeant: (active: ActiveRun) => boolean): ActiveRun | undefined {
    for (let at = this.#active.length - 1; at >= 0; at--)
      if (isMeant(this.#active[at]!)) return this.#active[at];
    return undefined;
  }

  /** Puts a run among those that are under way, or takes it away. */
  #replace(ended: ActiveRun | undefined, begun?: ActiveRun): void {
    const left = select(this.#active, (active) => active !== ended);
    this.#active = begun ? join(left, [begun]) : left;
  }

  /** Whether the code of a cell that is under way has come to its end, and only what it has set going is waited for. */
  isLingering(cell: CellId): boolean {
    return this.#activeOf(cell)?.deadline !== undefined;
  }

  /** What runs beside a cell, in the order of their begin. */
  listOthers(cell: CellId): readonly BackgroundRun[] {
    return this.#active
      .filter(({ run }) => run.cell !== cell)
      .map(({ run, begunAt }) => ({ run, state: 'running', time: now() - begunAt }));
  }

  /** What has ended in the background since this was asked last. */
  takeEnded(): readonly BackgroundRun[] {
    return this.#ended.splice(0);
  }

  /** Whether nobody waits for the run of a cell any more. */
  hasLeft(cell: CellId): boolean {
    return this.#activeOf(cell)?.background !== undefined;
  }

  /** The runs that somebody waits for. */
  get runsInFront(): readonly Run[] {
    return transform(
      select(this.#active, ({ background }) => !background),
      ({ run }) => run,
    );
  }

  start(run: Run): void {
    const active: ActiveRun = {
      run,
      payloads: [],
      displays: [],
      bindings: undefined,
      begunAt: now(),
    };
    this.#replace(undefined, active);
    renewTraces(this.#active.length === 1);
    withIntrinsics(() => this.options.modules.forgetLoaded());
    if (this.#isUnwatched(run)) active.outstanding = withIntrinsics(() => this.#outstanding.begin());
    if (run.number !== undefined) this.options.results.noteInput(run.number, run.source);
    this.options.context.enter({ cell: run.cell }, () => {
      try {
        this.#execute(active);
      } catch (error) {
        this.#fail(active, error);
      }
    });
  }

  /** Aborted when the run of that cell is interrupted. */
  signalOf(cell: CellId): AbortSignal {
    const active = this.#activeOf(cell);
    return active ? signalOf(active) : AbortSignal.abort();
  }

  /**
   * Settles a run with an error that its own code did not throw.
   * @param isWaiting whether the code is where it has last awaited something, if it did
   */
  fail({ id }: Run, error: unknown, isWaiting = true): void {
    const active = this.#findLast(({ run }) => run.id === id);
    if (!active) return;
    active.stop = { error, isThrown: false };
    try {
      if (active.controller) apply(abort, active.controller, [error]);
    } catch {
      // What cells have made of signals keeps nobody from the end of the run.
    }
    if (!isWaiting) active.line = undefined;
    this.#fail(active, error);
  }

  /**
   * A promise was rejected, and nothing handles that. Where it is the value of a cell that is about to end, as of `main()` on its
   * last line, the cell has failed.
   * @returns whether it was
   */
  failBy(promise: unknown, error: unknown): boolean {
    const active = promise ? this.#findLast((one) => one.promise === promise) : undefined;
    if (!active) return false;
    this.#fail(active, error);
    return true;
  }

  /**
   * A promise was rejected, and nothing handles that. Where it is a step of a run, the cell has failed.
   * @returns whether it is one, also one that was settled before
   */
  takeFailure(promise: object, error: unknown): boolean {
    if (!this.#uncaught.has(promise)) return false;
    const active = this.#findLast(({ step }) => step === promise);
    if (active) this.#fail(active, error);
    return true;
  }

  /** Something to hand over at the end of a cell that is under way: a page, a next cell. */
  addPayload(cell: CellId, payload: RunPayload): void {
    this.#activeOf(cell)?.payloads.push(payload);
  }

  /** The cell does not end before this is settled. */
  track(cell: CellId, display: Promise<unknown>): void {
    this.#activeOf(cell)?.displays.push(display);
  }

  #execute(active: ActiveRun): void {
    const { compiled, stopsOnFailure } = active.run;
    const { body, loading } = withIntrinsics(() => this.#prepare(active));
    if (stopsOnFailure) this.#executeUncaught(active, body, loading);
    else if (loading) this.#await(active, loading().then(body));
    else if (compiled.mode === 'task') this.#await(active, body());
    else this.#succeed(active, body());
  }

  /**
   * A debugger is to stop where the cell fails. V8 stops where it sees nobody who catches, and takes `catch` and rejection
   * handlers of the kernel's for that too. So each step is a promise whose failure Node tells of (`takeFailure`): it sees
   * through the executor of a promise, and through a handler of the value alone, but not through a promise that another
   * one was resolved with.
   */
  #executeUncaught(active: ActiveRun, body: () => unknown, loading?: () => Promise<void>): void {
    const begin = (work: () => unknown, next: (value: unknown) => unknown) => {
      let following: unknown;
      const beginning = new NativePromise(() => {
        following = next(work());
      });
      active.step = (following ?? beginning) as object;
      this.#uncaught.add(active.step);
    };
    const settled = (next: (value: unknown) => void) => (value: unknown) =>
      apply(then, apply(resolved, NativePromise, [value]), [next]);
    const succeed = (value: unknown) => this.#succeed(active, value);
    const isAsync = loading !== undefined || active.run.compiled.mode === 'task';
    const run = () => begin(body, isAsync ? settled(succeed) : succeed);
    if (loading) begin(loading, settled(run));
    else run();
  }

  /** Compiles the script and declares its names. What has to be loaded before the body runs is `loading`. */
  #prepare(active: ActiveRun): { body: () => unknown; loading?: () => Promise<void> } {
    const { run } = active;
    const { code, imports, map, magics } = run.compiled;
    const { labels, modules } = this.options;
    const { cell, expression, name, label, source } = run;
    const filename = labels.register(cell, { name, label, source, map }, expression);
    active.file = filename;
    const script = new Script(code, { filename, lineOffset: -1, importModuleDynamically: dynamicImport });
    const bindings = this.options.namespace.begin(cell, run.compiled);
    active.bindings = bindings;
    const compiled = script.runInThisContext() as (helper: object) => unknown;
    const helper = new Helper(active, this.options);
    active.leavesSoon = magics?.some((magic) => magic.name === '%bg') === true;
    const body = () => {
      const value = callCell(compiled, helper);
      if (active.leavesSoon) this.#leaveSoon(active);
      return value;
    };
    const isEarly = magics?.some((magic) => magic.isEarly);
    const preparation = isEarly ? undefined : modules.prepare(run.compiled);
    if (!isEarly && !preparation && imports.length === 0) return { body };
    const loading = async () => {
      if (isEarly) {
        if (active.leavesSoon) this.#leaveSoon(active);
        for (const [index, magic] of magics!.entries()) if (magic.isEarly) await helper.magic(index);
        await modules.prepare(run.compiled);
      }
      await preparation;
      for (const declaration of imports) await this.#bind(active, declaration, bindings, filename);
    };
    return { body, loading };
  }

  /** A cell that comes to its end at once is one like any other; and where nobody watches, one that does so soon. */
  #leaveSoon(active: ActiveRun): void {
    const pause = this.#isUnwatched(active.run) ? this.options.linger : 0;
    setTimeout(() => this.#leave(active), pause).unref();
  }

  #leave(active: ActiveRun): void {
    if (!this.#isActive(active) || active.turn !== undefined || active.background) return;
    const { run, payloads } = active;
    const background = new PendingOutput();
    active.background = background;
    withIntrinsics(() => {
      if (run.number !== undefined) this.options.results.promiseOutput(run.number, background.promise);
      this.options.left(run, payloads.splice(0));
    });
  }

  async #bind(
    active: ActiveRun,
    declaration: ImportDeclaration,
    bindings: Bindings,
    filename: string,
  ): Promise<void> {
    try {
      const values = await this.options.modules.bind(declaration);
      for (const [name, value] of values) bindings.bindImport(name, value);
      for (const { local } of declaration.bindings) if (!values.has(local)) bindings.noteType(local);
    } catch (error) {
      active.failedImport = this.options.labels.findOffset(filename, declaration.offset);
      throw error;
    }
  }

  #await(active: ActiveRun, promise: unknown): void {
    apply(then, promise, [
      (value: unknown) => this.#succeed(active, value),
      (error: unknown) => this.#fail(active, error),
    ]);
  }

  #succeed(active: ActiveRun, value: unknown): void {
    if (!this.#isActive(active)) return;
    active.line = undefined;
    // There is nobody whom it would keep waiting.
    if (isPromise(value) && active.leavesSoon) return this.#await(active, value);
    if (isPromise(value)) active.promise = value;
    try {
      const { run, displays, startedAt } = active;
      if (startedAt !== undefined)
        this.options.host.write('stdout', `Time: ${formatTime(now() - startedAt)}\n`);
      const isShown = run.wantsResult && value !== undefined && !isSilent(value);
      const rendering = isShown ? withIntrinsics(() => render(value)) : undefined;
      if (active.background) active.background.fulfil(value);
      else if (run.number !== undefined && value !== undefined)
        this.options.results.noteOutput(run.number, value);
      const ready =
        rendering && isPromise(value) && !(rendering instanceof NativePromise)
          ? () => picturePromise(value, active.chained === value)
          : rendering;
      if (displays.length === 0 && !(ready instanceof NativePromise)) return this.#end(active, ready);
      const settled = async () => {
        const result = await ready;
        // A display may start another one while it renders.
        for (let index = 0; index < displays.length; index++) await displays[index];
        if (this.#isActive(active)) this.#end(active, result);
      };
      settled().catch((error: unknown) => this.#fail(active, error));
    } catch (error) {
      this.#fail(active, error);
    }
  }

  /**
   * A script of Node's is not over before its promise jobs and ticks are, and what is wrong with a promise that nobody
   * awaited is said after them. That belongs to the cell: clients that stop listening when it ends would miss it.
   */
  #end(active: ActiveRun, result: ActiveRun['result']): void {
    active.result = result;
    active.turn = ++this.#lastTurn;
    this.#endInATurn(active.turn);
  }

  /** Who cannot answer does not stay either. */
  #isUnwatched({ allowInput, number }: Run): boolean {
    return !allowInput && number !== undefined && this.options.linger > 0;
  }

  /**
   * Where nobody watches, the end waits a little for what the cell has set going: clients that stop listening when it ends
   * would miss that as well.
   * @returns whether this comes again
   */
  #lingers(active: ActiveRun, turn: number): boolean {
    if (!this.#isUnwatched(active.run)) return false;
    active.deadline ??= now() + this.options.linger;
    const { deadline } = active;
    if (now() >= deadline || !withIntrinsics(() => this.#outstanding.has(active.outstanding, deadline)))
      return false;
    setTimeout(() => this.#endNow(turn), 1).unref();
    return true;
  }

  #endNow(turn: number): void {
    const active = this.#findLast((one) => one.turn === turn);
    // Ticks that never ended belong to the run: the interrupt that cut them off ends it.
    if (!active || this.options.isCutOff() || this.#lingers(active, turn)) return;
    const { payloads } = active;
    const made = typeof active.result === 'function' ? active.result() : active.result;
    const result = made && withIntrinsics(() => this.#toSend(made, active.run));
    this.#settle(active, { status: 'ok', payloads, ...(result && { result }) });
  }

  /** What an expression gives is looked at on the main thread. */
  #toSend(made: Rendering, { expression }: Run): Rendering {
    const plain = plainRendering(made);
    return expression === undefined ? encodeLarge(plain) : plain;
  }

  #fail(active: ActiveRun, error: unknown): void {
    if (!this.#isActive(active)) return;
    if (withIntrinsics(() => wantsToLeave(active.run, error)))
      return this.#settle(active, { status: 'ok', payloads: [{ kind: 'leave' }] });
    const { file, failedImport, line, column } = active;
    const awaited =
      file !== undefined && line !== undefined
        ? withIntrinsics(() => this.options.labels.findCompiled(file, line, column!))
        : undefined;
    const run = file === undefined ? undefined : { file, place: failedImport, awaited };
    active.background?.fail(error);
    this.#settle(active, { status: 'error', error: this.options.errors.format(error, run) });
  }

  /**
   * An interrupt may cut this off too. The run is over once its end is posted: until then the next question of that
   * interrupt finds it, and ends it again.
   */
  #settle(active: ActiveRun, ended: RunOutcome): void {
    const outcome = this.#reportProfile(active, ended);
    this.options.done(
      active.run,
      outcome,
      withIntrinsics(() => active.bindings?.finish(outcome.status === 'ok') ?? nothingBound),
    );
    this.#replace(active);
    if (active.outstanding) this.#outstanding.end();
    if (active.background) this.#endInBackground(active, outcome);
  }

  #endInBackground({ run, background, begunAt, stop }: ActiveRun, { status }: RunOutcome): void {
    if (run.number !== undefined) this.options.results.keepPromise(run.number, background!);
    const state = status === 'ok' ? 'done' : stop ? 'stopped' : 'failed';
    withIntrinsics(() => this.#ended.push({ run, state, time: now() - begunAt }));
  }

  /** A cell that fails, or is interrupted, has a profile as well; that it could not be written is told if nothing else is. */
  #reportProfile(active: ActiveRun, outcome: RunOutcome): RunOutcome {
    const { profile } = active;
    active.profile = undefined;
    try {
      profile?.report();
      return outcome;
    } catch (error) {
      return outcome.status === 'error'
        ? outcome
        : { status: 'error', error: this.options.errors.format(error, undefined) };
    }
  }
}
