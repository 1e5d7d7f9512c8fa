// Runs compiled cells: from the script to the one `done` that ends the run. Several may be under way, where they await.
// Rule: a run is settled exactly once, by its value, its error or an interrupt; what comes after that is late. Whose doing
// something is, the caller knows, by the cell.
import timers from 'node:timers';
import { stripVTControlCharacters, types } from 'node:util';
import vm from 'node:vm';
import type { Rendering } from '../api';
import { isLeaving } from '../compile/leaving';
import { type Bound, type ImportDeclaration, nothingBound } from '../compile/types';
import { isSilent, render } from '../display/render';
import { now } from '../realm/clock';
import { withIntrinsics } from '../realm/intrinsics';
import type { Run, RunOutcome, RunPayload } from '../threads/execution-protocol';
import type { ActiveRun } from './active-run';
import type { ActiveRuns } from './active-runs';
import { type BackgroundRun, PendingOutput } from './background';
import type { ExecutionContext } from './context';
import { encodeLarge } from './encoding';
import { Endings, type EndingsOptions } from './endings';
import type { ErrorFormatter } from './errors/errors';
import type { Labels } from './errors/labels';
import { renewTraces } from './errors/origins';
import { callCell } from './errors/stacks';
import { Helper, type HelperOptions } from './helper';
import { formatTime } from './magics/timing';
import { plainRendering } from './marks';
import type { Bindings, Namespace } from './namespace';
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

export interface RunnerOptions extends HelperOptions, Omit<EndingsOptions, 'end'> {
  readonly context: ExecutionContext;
  /** Those that are under way are kept there. */
  readonly runs: ActiveRuns;
  readonly labels: Labels;
  readonly namespace: Namespace;
  readonly results: Results;
  readonly errors: ErrorFormatter;
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
  /** Those that have ended in the background since they were listed last. */
  readonly #ended: BackgroundRun[] = [];
  /** Steps of runs whose failures nothing handles. */
  readonly #uncaught = new WeakSet<object>();
  readonly #endings: Endings;

  constructor(readonly options: RunnerOptions) {
    this.#endings = new Endings({ ...options, end: (turn) => this.#endNow(turn) });
  }

  /** What has ended in the background since this was asked last. */
  takeEnded(): readonly BackgroundRun[] {
    return this.#ended.splice(0);
  }

  start(run: Run): void {
    const active: ActiveRun = {
      run,
      payloads: [],
      displays: [],
      bindings: undefined,
      begunAt: now(),
    };
    const { runs } = this.options;
    runs.add(active);
    renewTraces(runs.count === 1);
    withIntrinsics(() => this.options.modules.forgetLoaded());
    this.#endings.begin(active);
    if (run.number !== undefined) this.options.results.noteInput(run.number, run.source);
    this.options.context.enter({ cell: run.cell }, () => {
      try {
        this.#execute(active);
      } catch (error) {
        this.#fail(active, error);
      }
    });
  }

  /**
   * Settles a run with an error that its own code did not throw.
   * @param isWaiting whether the code is where it has last awaited something, if it did
   */
  fail({ id }: Run, error: unknown, isWaiting = true): void {
    const active = this.options.runs.findLast(({ run }) => run.id === id);
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
    const active = promise ? this.options.runs.findLast((one) => one.promise === promise) : undefined;
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
    const active = this.options.runs.findLast(({ step }) => step === promise);
    if (active) this.#fail(active, error);
    return true;
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
    const pause = this.#endings.isUnwatched(active.run) ? this.options.linger : 0;
    setTimeout(() => this.#leave(active), pause).unref();
  }

  #leave(active: ActiveRun): void {
    if (!this.options.runs.has(active) || active.turn !== undefined || active.background) return;
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
    if (!this.options.runs.has(active)) return;
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
        if (this.options.runs.has(active)) this.#end(active, result);
      };
      settled().catch((error: unknown) => this.#fail(active, error));
    } catch (error) {
      this.#fail(active, error);
    }
  }

  #end(active: ActiveRun, result: ActiveRun['result']): void {
    active.result = result;
    this.#endings.await(active);
  }

  #endNow(turn: number): void {
    const active = this.options.runs.findLast((one) => one.turn === turn);
    // Ticks that never ended belong to the run: the interrupt that cut them off ends it.
    if (!active || this.options.isCutOff() || this.#endings.waits(active, turn)) return;
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
    if (!this.options.runs.has(active)) return;
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
    this.options.runs.remove(active);
    this.#endings.over(active);
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
