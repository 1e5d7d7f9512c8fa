// The engine's debugger, which is loaded when somebody wants to debug, and the gate through which runs go to the worker.
// Rule: before that, and without anybody who debugs, a run does not wait, and the worker's inspector is not spoken to.
import type { EngineDebugger, JsonObject, Rendering } from '../api';
import type * as Debugging from '../debugging';
import { isAllowed } from '../system/permissions';
import { loadOwnScript } from '../system/scripts';
import type { Run } from '../threads/execution-protocol';

/** Of a notebook that runs for days, the functions of the latest runs can be debugged. */
const mostRuns = 5000;

export interface DebuggingOptions extends Debugging.DebuggerOptions {
  /** The user's directory for our caches. */
  readonly cache: string;
}

export class EngineDebugging implements EngineDebugger {
  #debugger: Debugging.Debugger | undefined;
  /** Of the worker. */
  #thread: readonly [Debugging.Channel, Debugging.Evaluations] | undefined;
  /** The texts that the host told of before there was a debugger. */
  readonly #sources = new Map<string, string>();
  /** The runs before there was one: their functions may be debugged. */
  readonly #runs: Debugging.DebuggedRun[] = [];

  constructor(readonly options: DebuggingOptions) {}

  get isAvailable(): boolean {
    return isAllowed('inspector');
  }

  get isStarted(): boolean {
    return this.#debugger?.isStarted ?? false;
  }

  get isLoaded(): boolean {
    return this.#debugger !== undefined;
  }

  get isPaused(): boolean {
    return this.#debugger?.isPaused ?? false;
  }

  get breakpoints(): ReadonlyMap<string, readonly object[]> {
    return this.#debugger?.breakpoints ?? new Map();
  }

  addSource(path: string, source: string): void {
    if (this.#debugger) this.#debugger.addSource(path, source);
    else this.#sources.set(path, source);
  }

  async request(command: string, given: JsonObject): Promise<object | undefined> {
    // Where there can be none, everybody is told so.
    const started = command === 'initialize' || !this.isAvailable ? this.#known : this.#debugger;
    if (!started) throw new Error('The debugger is not started.');
    return started.request(command, given);
  }

  async inspectNames(): Promise<readonly object[]> {
    return this.#known.inspectNames();
  }

  async render(expression: string, frame?: number): Promise<Rendering> {
    return this.#known.render(expression, frame);
  }

  async bind(name: string, expression: string, frame?: number): Promise<object> {
    return this.#known.bind(name, expression, frame);
  }

  /** @throws Error where Node forbids it */
  get #known(): Debugging.Debugger {
    if (!this.isAvailable)
      throw new Error(
        'There is no debugger here: the kernel runs without --allow-inspector, confined by Node.',
      );
    this.#debugger ??= this.#load();
    return this.#debugger;
  }

  #load(): Debugging.Debugger {
    const { Debugger } = loadOwnScript('debugger.cjs', this.options.cache).exports as typeof Debugging;
    const loaded = new Debugger(this.options);
    if (this.#thread) loaded.attach(...this.#thread);
    for (const [path, source] of this.#sources) loaded.addSource(path, source);
    for (const run of this.#runs.splice(0)) loaded.note(run);
    return loaded;
  }

  /** A worker runs cells from now on. */
  attach(channel: Debugging.Channel, evaluations: Debugging.Evaluations): void {
    this.#thread = [channel, evaluations];
    this.#runs.length = 0;
    this.#debugger?.attach(channel, evaluations);
  }

  /** Whether it is to stop where a run that begins fails. */
  get stopsOnFailure(): boolean {
    return this.#debugger?.stopsOnFailure ?? false;
  }

  /** A run is about to go to the worker. @returns what it has to wait for: nothing when nobody debugs */
  begin(run: Run): Promise<void> | undefined {
    if (this.#debugger) return this.#debugger.begin(run);
    const { cell, expression, label, source, path } = run;
    const { map, declarations } = run.compiled;
    // Without the code, which V8 has.
    const compiled = { code: '', map, declarations };
    this.#runs.push({ cell, expression, label, source, ...(path !== undefined && { path }), compiled });
    if (this.#runs.length > mostRuns) this.#runs.shift();
    return undefined;
  }

  /** No run is under way any more. */
  end(): void {
    this.#debugger?.end();
  }

  /** Ends what is being evaluated at a pause. @returns whether nothing else is to be ended */
  interrupt(): boolean {
    return this.#debugger?.interrupt() ?? false;
  }

  /** The worker is about to be interrupted or ended, by who lets it go on if it is paused: from now on it must not stop. */
  release(): void {
    this.#debugger?.release();
  }

  /** That is over: it may stop again. */
  hold(): void {
    this.#debugger?.hold();
  }
}
