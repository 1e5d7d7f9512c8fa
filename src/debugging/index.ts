// The debugger: commands of the Debug Adapter Protocol in, its events out (https://microsoft.github.io/debug-adapter-protocol).
// Rule: it is loaded with the first `initialize`, and looks at a thread only between that and `disconnect`.
import type { Debugger as Inspector } from 'node:inspector';
import { dirname } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Rendering } from '../api';
import type { Binding } from '../compile/bindings';
import type { CompiledCell } from '../compile/types';
import { linesOf } from '../text/lines';
import { checkArguments } from './arguments';
import { Breakpoints, type BreakpointsOptions } from './breakpoints';
import { type CellRun, Cells, endingFor } from './cells';
import { Exceptions, exceptionFilters, thrownIn } from './exceptions';
import { FileBreakpoints } from './file-breakpoints';
import { Files, withoutLinks } from './files';
import { stackOf } from './frames';
import { HeldCalls } from './held-calls';
import { OwnFiles } from './own-files';
import { Pauses } from './pauses';
import { renamingIn } from './renaming';
import { type Channel, type Evaluations, type Frame, type Place, type Target, targetOf } from './target';
import { Variables, type VariablesOptions } from './variables';

export type { Channel, Evaluations };

export interface DebuggerOptions
  extends Omit<BreakpointsOptions, 'cells' | 'newId'>,
    Pick<VariablesOptions, 'adopt' | 'compileInput' | 'names' | 'renameIn'> {
  /** By which front ends know the text of a cell. */
  pathOf(source: string): string;
  /** What is declared around a place of a text, by a declaration behind it. @param line and column from 1 */
  pendingAt(source: string, line: number, column: number): ReadonlySet<string>;
  /** The names that a place of a file sees. @param line and column from 1 */
  bindingsAt(source: string, line: number, column: number): readonly Binding[];
  /** The head of a function that begins at a place of a text. @param line and column from 1 */
  signatureAt(source: string, line: number, column: number): string | undefined;
  /** Whether code of cells runs, or is about to. */
  isBusy(): boolean;
  /** Tells front ends of an event. */
  tell(event: string, body?: object): void;
}

/** An execution of compiled code. */
export interface DebuggedRun {
  readonly cell: number;
  readonly expression?: number | undefined;
  readonly label: string;
  readonly source: string;
  /** The file that the source is of, where it is no cell's. */
  readonly path?: string;
  readonly compiled: Pick<CompiledCell, 'code' | 'declarations' | 'map'>;
}

/** What there is of one thread, as long as somebody debugs it. */
interface Session {
  readonly target: Target;
  readonly pauses: Pauses;
  /** It hears of nothing any more. */
  close(): void;
}

const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsModulesRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsExceptionInfoRequest: true,
  exceptionBreakpointFilters: [...exceptionFilters],
};

export class Debugger {
  readonly #options: DebuggerOptions;
  readonly #cells = new Cells();
  readonly #exceptions = new Exceptions();
  readonly #breakpoints: Breakpoints;
  /** Those that were run as cells. */
  readonly #filesOfRuns = new Set<string>();
  readonly #files = new Files(new OwnFiles(__dirname));
  readonly #fileBreakpoints: FileBreakpoints;
  #channel: HeldCalls | undefined;
  /** Of the thread, also while nobody debugs. */
  #variables: Variables | undefined;
  #session: Session | undefined;
  /** Until V8 looks at the thread. Never rejects. */
  #starting: Promise<void> = Promise.resolve();

  constructor(options: DebuggerOptions) {
    this.#options = options;
    let last = 0;
    const newId = () => ++last;
    this.#breakpoints = new Breakpoints({ ...options, newId, cells: this.#cells });
    this.#fileBreakpoints = new FileBreakpoints({
      ...options,
      newId,
      files: this.#files,
      changed: (breakpoint) => options.tell('breakpoint', { reason: 'changed', breakpoint }),
    });
  }

  get isStarted(): boolean {
    return this.#session !== undefined;
  }

  /** Whether it is to stop where a run that begins fails. */
  get stopsOnFailure(): boolean {
    return this.#exceptions.stopsOnFailure;
  }

  get isPaused(): boolean {
    return this.#session?.pauses.current !== undefined;
  }

  /** What is wanted, by path. */
  get breakpoints(): ReadonlyMap<string, readonly DebugProtocol.SourceBreakpoint[]> {
    const inCells = [...this.#breakpoints.wanted].filter(([path]) => this.#isCell(path));
    return new Map([...inCells, ...this.#fileBreakpoints.wanted]);
  }

  /** The host tells of the text of a cell, which may not have run yet. */
  addSource(path: string, source: string): void {
    this.#cells.addSource(path, source);
  }

  /** A run that has been. */
  note({ cell, expression, label, source, path, compiled: { map, declarations } }: DebuggedRun): CellRun {
    const run = {
      ending: endingFor(cell, expression),
      path: path === undefined ? this.#options.pathOf(source) : withoutLinks(path),
      label,
      source,
      lines: linesOf(source).length,
      map,
      names: declarations.map(({ name }) => name),
    };
    if (path !== undefined) this.#filesOfRuns.add(run.path);
    this.#cells.add(run);
    return run;
  }

  /** A run is about to begin. @returns what it has to wait for: nothing when nobody debugs */
  begin(run: DebuggedRun): Promise<void> | undefined {
    const noted = this.note(run);
    if (!this.#session) return undefined;
    const { code } = run.compiled;
    // Without its breakpoints rather than not at all.
    return this.#starting.then(() => this.#breakpoints.begin(noted, code)).catch(() => undefined);
  }

  /** No run is under way any more. */
  end(): void {
    this.#session?.pauses.calm();
  }

  /** Ends what is being evaluated at a pause, which stays. @returns whether nothing else is to be ended */
  interrupt(): boolean {
    return this.#variables?.interrupt() ?? false;
  }

  /** The thread is about to be interrupted or ended, by who lets it go on: from now on it must not stop. */
  release(): void {
    this.#channel?.hold();
    this.#session?.pauses.release();
  }

  /** That is over: it may stop again. */
  hold(): void {
    this.#session?.pauses.hold();
    this.#channel?.letGo();
  }

  /** Another thread runs cells from now on: the one before, and what it ran, are gone. */
  attach(given: Channel, evaluations: Evaluations): void {
    // Who still waits for the thread before is told that it has ended.
    this.#channel?.letGo();
    const channel = new HeldCalls(given);
    this.#channel = channel;
    this.#variables = new Variables({
      ...this.#options,
      target: targetOf(channel),
      evaluations,
      isPaused: () => this.isPaused,
      isWritten: ({ path }, name) => this.#cells.source(path)?.includes(name) ?? true,
      evaluateAnywhere: (evaluate) => this.#session?.pauses.evaluate(evaluate, evaluations) ?? evaluate(),
      declaredIn: ({ call }) => this.#cells.runOf(call.location.scriptId)?.names ?? [],
      pendingAt: ({ path, line, column }) => this.#options.pendingAt(this.#textOf(path), line, column),
      thrownBy: ({ call }) => {
        const pause = this.#session?.pauses.current;
        return pause?.frames[0]?.call === call ? thrownIn(pause.event) : undefined;
      },
      renamingOf: ({ call, place }) => {
        const code = this.#files.script(call.location.scriptId)?.mapped;
        return code && renamingIn(code, place, this.#options);
      },
      signatureAt: (location) => {
        const script = this.#files.script(location.scriptId);
        const place = script ? script.locateFunction(location) : this.#cells.locate(location);
        return place && this.#options.signatureAt(this.#textOf(place.path), place.line, place.column);
      },
    });
    this.#cells.forget();
    this.#session?.close();
    if (this.#session) this.#start(channel);
  }

  /** The names of the notebook, as the protocol has variables. */
  async inspectNames(): Promise<DebugProtocol.Variable[]> {
    return this.#known.inspect();
  }

  /** A value as cells show it. @param frame nothing: of the notebook */
  async render(expression: string, frame?: number): Promise<Rendering> {
    return this.#known.render(expression, this.#frame(frame));
  }

  /** Gives a name of the notebook the value of an expression. @param frame nothing: of the notebook */
  async bind(name: string, expression: string, frame?: number): Promise<object> {
    return this.#known.bind(name, expression, this.#frame(frame));
  }

  #textOf(path: string): string {
    return this.#cells.source(path) ?? this.#files.source(path) ?? '';
  }

  #locate(location: Inspector.Location): Place | undefined {
    const owner = this.#cells.has(location.scriptId) ? this.#cells : this.#files;
    return owner.locate(location);
  }

  get #known(): Variables {
    if (!this.#variables) throw new Error('There is no thread that runs cells.');
    return this.#variables;
  }

  /** @throws Error when there is no such frame */
  #frame(id: number | undefined): Frame | undefined {
    return id === undefined || !this.isPaused ? undefined : this.#started.pauses.frame(id);
  }

  /**
   * A command of the Debug Adapter Protocol.
   * @returns the body of the response
   * @throws Error what a person is told in place of it
   */
  async request(command: string, args: object): Promise<object | undefined> {
    if (command === 'initialize') return this.#initialize();
    const { target, pauses } = this.#started;
    const given = checkArguments(command, args);
    const variables = this.#known;
    switch (command) {
      case 'attach':
        this.#options.tell('initialized');
        return undefined;
      case 'configurationDone':
        return undefined;
      case 'threads':
        return { threads: [{ id: 1, name: 'cells' }] };
      case 'setBreakpoints':
        return this.#setBreakpoints(given as DebugProtocol.SetBreakpointsArguments);
      case 'setExceptionBreakpoints':
        await this.#exceptions.set(target, given as DebugProtocol.SetExceptionBreakpointsArguments);
        return undefined;
      case 'exceptionInfo':
        if (!pauses.current) throw new Error('Nothing is paused.');
        return this.#exceptions.infoOf(pauses.current.event, (value) => variables.textOf(value));
      case 'stackTrace':
        if (!pauses.current) throw new Error('Nothing is paused.');
        return stackOf(
          pauses.current.frames,
          given as DebugProtocol.StackTraceArguments,
          (scriptId) => this.#cells.runOf(scriptId)?.label,
        );
      case 'scopes':
        return {
          scopes: await variables.scopes(pauses.frame((given as DebugProtocol.ScopesArguments).frameId)),
        };
      case 'variables':
        return { variables: await variables.variables(given as DebugProtocol.VariablesArguments) };
      case 'setVariable':
        return variables.setVariable(given as DebugProtocol.SetVariableArguments);
      case 'evaluate':
      case 'setExpression':
      case 'completions': {
        const { frameId } = given as { frameId?: number };
        const frame = frameId === undefined ? undefined : pauses.frame(frameId);
        if (command === 'evaluate') {
          const asked = given as DebugProtocol.EvaluateArguments;
          try {
            return await variables.evaluate(asked, frame);
          } finally {
            if (asked.context === 'repl') pauses.renumber();
          }
        }
        if (command === 'setExpression')
          return variables.setExpression(given as DebugProtocol.SetExpressionArguments, frame);
        return { targets: await variables.completions(given as DebugProtocol.CompletionsArguments, frame) };
      }
      case 'source':
        return this.#source(given as DebugProtocol.SourceArguments);
      case 'modules': {
        const modules = this.#files.modules();
        return { modules, totalModules: modules.length };
      }
      case 'continue':
        await pauses.resume();
        return { allThreadsContinued: true };
      case 'next':
        await pauses.step('stepOver');
        return undefined;
      case 'stepIn':
        await pauses.step('stepInto');
        return undefined;
      case 'stepOut':
        await pauses.step('stepOut');
        return undefined;
      case 'pause':
        await pauses.pause();
        return undefined;
      case 'disconnect':
      case 'terminate':
        return this.#disconnect();
      default:
        throw new Error(`The debugger does not know the command ${JSON.stringify(command)}.`);
    }
  }

  get #started(): Session {
    if (!this.#session) throw new Error('The debugger is not started.');
    return this.#session;
  }

  async #initialize(): Promise<DebugProtocol.Capabilities> {
    if (!this.#session && this.#channel) this.#start(this.#channel);
    await this.#starting;
    return capabilities;
  }

  #start(channel: HeldCalls): void {
    const target = targetOf(channel);
    const files = this.#files;
    files.forgetScripts();
    const pauses = new Pauses({
      target,
      locate: (location) => this.#locate(location),
      isFile: ({ location }) => files.script(location.scriptId) !== undefined,
      functionName: (call) => files.functionName(call),
      firstLineOf: (scriptId) => (this.#cells.has(scriptId) ? -1 : 0),
      load: (event) => files.load(event, target),
      hold: (event) => this.#fileBreakpoints.hold(event),
      textOf: (value) => this.#known.textOf(value),
      isInside: () => channel.isInside(),
      isBusy: () => this.#options.isBusy(),
      stopped: (body) => this.#options.tell('stopped', body),
      continued: () => {
        this.#known.forget();
        this.#options.tell('continued', { threadId: 1, allThreadsContinued: true });
      },
    });
    this.#known.forget();
    this.#cells.forgetScripts();
    const stopListening = target.on('Debugger.scriptParsed', (script) => {
      const file = this.#cells.parsed(script) ? undefined : files.parsed(script);
      if (file) this.#fileBreakpoints.parsed(file);
    });
    const close = () => {
      stopListening();
      pauses.close();
      this.#fileBreakpoints.detach();
    };
    this.#session = { target, pauses, close };
    this.#breakpoints.attach(target);
    this.#starting = Promise.all([
      this.#fileBreakpoints.attach(target, target.call('Debugger.enable')),
      this.#exceptions.attach(target),
      // V8 of Node 26 remembers it from a session that has ended.
      target.call('Debugger.setBreakpointsActive', { active: true }),
    ]).then(
      () => undefined,
      () => undefined,
    );
  }

  async #setBreakpoints({
    source: { path = '' },
    breakpoints = [],
  }: DebugProtocol.SetBreakpointsArguments): Promise<DebugProtocol.SetBreakpointsResponse['body']> {
    if (this.#isCell(withoutLinks(path)))
      return { breakpoints: await this.#breakpoints.setBreakpoints(path, breakpoints) };
    // A file may be imported, and run as a cell: what is wanted there is wanted in both.
    const inFile = await this.#fileBreakpoints.setBreakpoints(path, breakpoints);
    const inRuns = await this.#breakpoints.setBreakpoints(withoutLinks(path), breakpoints);
    const told = inFile.map((breakpoint, index): DebugProtocol.Breakpoint => {
      const { verified, line } = inRuns[index]!;
      if (breakpoint.verified || !verified) return breakpoint;
      const { message, ...found } = breakpoint;
      return { ...found, verified, ...(line !== undefined && { line }) };
    });
    return { breakpoints: told };
  }

  #isCell(path: string): boolean {
    if (this.#filesOfRuns.has(path)) return false;
    // Front ends bring the breakpoints of a kernel before this one before they tell of the texts of its cells.
    return this.#cells.source(path) !== undefined || dirname(path) === dirname(this.#options.pathOf(''));
  }

  #source({ source }: DebugProtocol.SourceArguments): DebugProtocol.SourceResponse['body'] {
    const path = source?.path ?? '';
    const content = this.#cells.source(path) ?? this.#files.source(path);
    if (content === undefined) throw new Error('source unavailable');
    return { content, mimeType: 'application/typescript' };
  }

  async #disconnect(): Promise<undefined> {
    const { target, pauses, close } = this.#started;
    // Nothing may be said of a pause once V8 is told to forget them: a step would end the process.
    pauses.release();
    await pauses.resume();
    await target.call('Debugger.disable');
    close();
    this.#session = undefined;
    this.#breakpoints.clear();
    this.#exceptions.clear();
    this.#fileBreakpoints.clear();
    this.#options.tell('terminated');
    return undefined;
  }
}
