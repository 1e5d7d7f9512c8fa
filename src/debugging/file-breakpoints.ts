// The breakpoints that a person wants in files, and how V8 has them before the code of a file begins.
// Rule: what is wanted outlives the thread; what V8 has dies with it. What is wanted again stays set, as in cells.
//
// Where the code of a source stands is known once its script was parsed, and the script does not wait. So V8 stops it:
// modules with a map by its instrumentation; a body of CommonJS, to which V8 does not apply that, by a breakpoint at its
// beginning, which the loader's own first statement is. A file that is its own source has its breakpoints by name and
// line, and one that a map on the disk leads to by the place in that map.
import type { Debugger } from 'node:inspector';
import { extname } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Binding } from '../compile/bindings';
import { isPackaged } from '../system/lookup';
import { isAlike, take } from './breakpoints';
import { conditionOf } from './conditions';
import { type Files, isMadeOf, withoutLinks } from './files';
import { findGenerated } from './generated';
import { type MappedCode, renamingIn } from './renaming';
import { type FileScript, urlPattern } from './scripts';
import type { Position } from './source-maps';
import { stopsBetween } from './stops';
import type { Place, Target } from './target';
import { Turns } from './turns';

type Wanted = DebugProtocol.SourceBreakpoint;

export interface FileBreakpointsOptions {
  readonly files: Files;
  /** TypeScript to what V8 takes. @param locals names that are no cell's */
  compileExpression(text: string, locals: readonly string[]): string;
  /** An expression in which some names are said otherwise. */
  renameIn(source: string, codes: ReadonlyMap<string, string>): string;
  /** The names that a place of a file sees. @param line and column from 1 */
  bindingsAt(source: string, line: number, column: number): readonly Binding[];
  /** A number for a breakpoint that no other has. */
  newId(): number;
  /** A breakpoint that was told of has found its place, or another one. */
  changed(breakpoint: DebugProtocol.Breakpoint): void;
}

interface Breakpoint {
  readonly id: number;
  readonly source: WantedSource;
  readonly wanted: Wanted;
  /** What is wrong with it: it is not set then. */
  readonly problem: string | undefined;
  place: Place | undefined;
  isTold: boolean;
  /** V8's names of what is set for it. */
  readonly set: string[];
  /** Where it is set: V8's numbers of scripts, and files that V8 has by name. */
  readonly bound: Set<string>;
}

interface WantedSource {
  /** As the front end has it. */
  path: string;
  /** Without links. */
  readonly file: string;
  breakpoints: Breakpoint[];
  /** V8's name of what keeps a body from beginning. */
  hold: string | undefined;
  /** The files that V8 knows by name to stop in. */
  readonly named: Set<string>;
}

/** True in the body of a CommonJS module only. */
const inBody = "typeof exports === 'object' && arguments.length === 5 && arguments[0] === exports";

/** How many lines further down a breakpoint may come to stand. */
const furthest = 50;

export class FileBreakpoints {
  readonly #options: FileBreakpointsOptions;
  /** By the file. */
  readonly #wanted = new Map<string, WantedSource>();
  /** What V8 has by the name of a file, by V8's name for it. */
  readonly #named = new Map<string, { readonly breakpoint: Breakpoint; readonly isSource: boolean }>();
  /** V8's names of what only keeps a body from beginning. */
  readonly #holds = new Set<string>();
  #target: Target | undefined;
  #stopListening = () => {};
  #instrumentation: string | undefined;
  /** One thing after the other: what is being parsed may be what breakpoints are being set in. */
  readonly #turns = new Turns();
  #blackbox: string | undefined;

  constructor(options: FileBreakpointsOptions) {
    this.#options = options;
  }

  /**
   * Begins with a thread: what is wanted is wanted there.
   * @param enabled resolves when V8 looks at the thread
   */
  attach(target: Target, enabled: Promise<unknown>): Promise<void> {
    this.#target = target;
    this.#named.clear();
    this.#holds.clear();
    this.#instrumentation = undefined;
    this.#blackbox = undefined;
    this.#stopListening = target.on('Debugger.breakpointResolved', (event) => this.#resolved(event));
    this.#turns.restart(enabled);
    return this.#turns.take(async () => {
      for (const source of this.#wanted.values()) {
        source.hold = undefined;
        source.named.clear();
        for (const { set, bound } of source.breakpoints) {
          set.length = 0;
          bound.clear();
        }
        await this.#place(source);
      }
      await this.#setBlackbox();
    });
  }

  detach(): void {
    this.#stopListening();
  }

  /** What is wanted, by path. */
  get wanted(): ReadonlyMap<string, readonly Wanted[]> {
    return new Map(
      [...this.#wanted.values()].map(({ path, breakpoints }) => [path, breakpoints.map(toWanted)]),
    );
  }

  clear(): void {
    this.#wanted.clear();
  }

  /** Those of a file, instead of all that were there. */
  setBreakpoints(path: string, wanted: readonly Wanted[]): Promise<DebugProtocol.Breakpoint[]> {
    return this.#turns.take(async () => {
      const file = withoutLinks(path);
      const found = this.#wanted.get(file);
      const source = found ?? { path, file, breakpoints: [], hold: undefined, named: new Set<string>() };
      source.path = path;
      const before = source.breakpoints;
      source.breakpoints = wanted.map(
        (each) => take(before, (one) => this.#isSame(one, each)) ?? this.#create(source, each),
      );
      if (wanted.length > 0) this.#wanted.set(file, source);
      else this.#wanted.delete(file);
      for (const breakpoint of before) await this.#unset(breakpoint);
      await (wanted.length > 0 ? this.#place(source) : this.#forget(source));
      await this.#setBlackbox();
      return source.breakpoints.map((breakpoint) => {
        breakpoint.isTold = true;
        return this.#describe(breakpoint);
      });
    });
  }

  /** Front ends say a breakpoint again as they had it, or as they were told where it stands. */
  #isSame(one: Breakpoint, wanted: Wanted): boolean {
    if (one.problem !== undefined || !(isAlike(one.wanted, wanted) || isAlike(toWanted(one), wanted)))
      return false;
    // One that should have found its place by now is looked for anew.
    return one.place !== undefined || this.#options.files.scriptsOf(one.source.file).length === 0;
  }

  #create(source: WantedSource, wanted: Wanted): Breakpoint {
    const id = this.#options.newId();
    let problem: string | undefined;
    try {
      this.#conditionOf({ id, wanted });
    } catch (error) {
      problem = (error as Error).message;
    }
    return { id, source, wanted, problem, place: undefined, isTold: false, set: [], bound: new Set() };
  }

  /** @param place where it stands in code that was made of the source */
  #conditionOf({ id, wanted }: Pick<Breakpoint, 'id' | 'wanted'>, code?: MappedCode, place?: Place) {
    const { compileExpression, renameIn } = this.#options;
    if (!wanted.condition && !wanted.logMessage) return conditionOf(wanted, id, (text) => text);
    const codes = code && place && renamingIn(code, place, this.#options)?.codes;
    return conditionOf(wanted, id, (text) => {
      const renamed = codes?.size ? renameIn(text, codes) : text;
      return compileExpression(renamed, namesIn(renamed));
    });
  }

  /** A script of the user's is there, and may begin at any moment. */
  parsed(script: FileScript): void {
    if (this.#wanted.size === 0) return;
    script.ready = this.#turns.take(async () => {
      for (const source of this.#wanted.values())
        if (isMadeOf(script, source.file)) await this.#bind(script, source);
      await this.#setBlackbox();
    });
  }

  /**
   * Whether a pause only keeps a file from beginning before it has its breakpoints.
   * @returns what resolves when it may begin
   */
  hold({
    reason,
    data,
    hitBreakpoints = [],
    callFrames,
  }: Debugger.PausedEventDataType): Promise<void> | undefined {
    const { files } = this.#options;
    if (reason === 'instrumentation')
      return files.script((data as { scriptId: string }).scriptId)?.ready ?? Promise.resolve();
    const script = files.script(callFrames[0]?.location.scriptId ?? '');
    if (!script || hitBreakpoints.length === 0) return undefined;
    return hitBreakpoints.every((id) => this.#holds.has(id) || this.#isElsewhere(id, script))
      ? script.ready
      : undefined;
  }

  /** Steps go into a file of a package when a breakpoint is in it. */
  async #setBlackbox(): Promise<void> {
    const { files } = this.#options;
    const wanted = [...this.#wanted.values()].filter(({ file }) => isPackaged(file));
    const scripts = wanted.flatMap(({ file, named }) => [
      file,
      ...named,
      ...files.scriptsOf(file).map((script) => script.file),
    ]);
    const patterns = files.blackboxPatterns([...new Set(scripts)]);
    if (patterns.join('\n') === this.#blackbox) return;
    this.#blackbox = patterns.join('\n');
    await this.#target!.call('Debugger.setBlackboxPatterns', { patterns });
  }

  async #unset({ set }: Breakpoint): Promise<void> {
    for (const breakpointId of set) {
      this.#named.delete(breakpointId);
      await this.#target!.call('Debugger.removeBreakpoint', { breakpointId });
    }
  }

  /** Nothing is wanted any more in a file. */
  async #forget({ hold }: WantedSource): Promise<void> {
    if (hold !== undefined) {
      this.#holds.delete(hold);
      await this.#target!.call('Debugger.removeBreakpoint', { breakpointId: hold });
    }
    if (this.#wanted.size > 0 || this.#instrumentation === undefined) return;
    await this.#target!.call('Debugger.removeBreakpoint', { breakpointId: this.#instrumentation });
    this.#instrumentation = undefined;
  }

  /** Sets what is wanted in a source, as far as it is not: in what is loaded of it, and in what will be. */
  async #place(source: WantedSource): Promise<void> {
    const { file, named } = source;
    const breakpoints = source.breakpoints.filter(({ problem }) => problem === undefined);
    const target = this.#target!;
    const instrumentation = 'beforeScriptWithSourceMapExecution';
    this.#instrumentation ??= (
      await target.call('Debugger.setInstrumentationBreakpoint', { instrumentation })
    ).breakpointId;
    const extension = extname(file);
    if (source.hold === undefined && !/^\.[cm]js$/.test(extension)) {
      source.hold = await this.#setByName(file, start, inBody);
      this.#holds.add(source.hold);
    }
    const scripts = this.#options.files.scriptsOf(file);
    if (/^\.[cm]?js$/.test(extension)) {
      named.add(file);
      for (const breakpoint of breakpoints) {
        const { line, column = 1 } = breakpoint.wanted;
        await this.#setNamed(breakpoint, file, { lineNumber: line - 1, columnNumber: column - 1 });
      }
    }
    for (const generated of scripts.length > 0 ? [] : findGenerated(file)) {
      named.add(generated.file);
      for (const breakpoint of breakpoints) {
        const [line] = generated.map.linesFrom(file, breakpoint.wanted.line);
        if (line) await this.#setNamed(breakpoint, generated.file, line.stretches[0]!.start, generated);
      }
    }
    for (const script of scripts) await this.#bind(script, source);
  }

  async #setNamed(
    breakpoint: Breakpoint,
    file: string,
    position: Position,
    code?: MappedCode,
  ): Promise<void> {
    const { source, set, bound } = breakpoint;
    if (bound.has(file)) return;
    const condition = this.#conditionOf(breakpoint, code, code?.map.locate(position));
    const isSource = file === source.file;
    const note = (id: string) => this.#named.set(id, { breakpoint, isSource });
    // V8 refuses a second one in the same place.
    const id = await this.#setByName(file, position, condition, note).catch(() => undefined);
    if (id === undefined) return;
    set.push(id);
    bound.add(file);
  }

  async #setByName(
    file: string,
    position: Position,
    condition: string | undefined,
    note: (id: string) => void = () => undefined,
  ): Promise<string> {
    const { breakpointId, locations } = await this.#target!.call('Debugger.setBreakpointByUrl', {
      urlRegex: urlPattern(file),
      ...position,
      ...(condition !== undefined && { condition }),
    });
    note(breakpointId);
    for (const location of locations) this.#resolved({ breakpointId, location });
    return breakpointId;
  }

  /** Sets what is wanted in a script that was made of the source. */
  async #bind(script: FileScript, source: WantedSource): Promise<void> {
    const isMade = script.file === source.file && script.map !== undefined;
    await script.load(this.#target!);
    for (const breakpoint of source.breakpoints) {
      const { problem, bound } = breakpoint;
      if (problem !== undefined || bound.has(script.id) || (bound.has(script.file) && !isMade)) continue;
      const location = await this.#findStop(script, breakpoint);
      const place = location && script.locate(location);
      if (!place) continue;
      this.#placed(breakpoint, place);
      const condition = this.#conditionOf(breakpoint, script.mapped, place);
      const set = await this.#target!.call('Debugger.setBreakpoint', {
        location,
        ...(condition !== undefined && { condition }),
      }).catch(() => undefined);
      if (!set) continue;
      breakpoint.set.push(set.breakpointId);
      bound.add(script.id);
    }
  }

  /** The first place at or below the one that is wanted where V8 can stop. */
  async #findStop(
    script: FileScript,
    { source, wanted: { line, column = 1 } }: Breakpoint,
  ): Promise<Debugger.Location | undefined> {
    const target = this.#target!;
    const { id: scriptId } = script;
    for (const { stretches } of script.linesFrom(source.file, line).slice(0, furthest)) {
      for (const { start, end } of stretches) {
        const locations = await stopsBetween(target, { scriptId, ...start }, end && { scriptId, ...end });
        const found = locations.find((location) => {
          const place = script.locate(location);
          return place?.path === source.file && (place.line > line || place.column >= column);
        });
        if (found) return { scriptId, lineNumber: found.lineNumber, columnNumber: found.columnNumber ?? 0 };
      }
    }
    return undefined;
  }

  /** V8 has found the place of a breakpoint that it had by name. */
  #resolved({ breakpointId, location }: Debugger.BreakpointResolvedEventDataType): void {
    const script = this.#options.files.script(location.scriptId);
    const breakpoint = this.#named.get(breakpointId)?.breakpoint;
    if (!breakpoint || !script || this.#isElsewhere(breakpointId, script)) return;
    const place = script.locate(location);
    if (place?.path === breakpoint.source.file) this.#placed(breakpoint, place);
  }

  /** Whether a breakpoint by the line of a source is in code that the loader has made of that, with lines of its own. */
  #isElsewhere(id: string, script: FileScript): boolean {
    return this.#named.get(id)?.isSource === true && script.map !== undefined;
  }

  #placed(breakpoint: Breakpoint, place: Place): void {
    const before = breakpoint.place;
    breakpoint.place = place;
    if (breakpoint.isTold && before?.line !== place.line) this.#options.changed(this.#describe(breakpoint));
  }

  #describe({ id, source, wanted: { line }, problem, place }: Breakpoint): DebugProtocol.Breakpoint {
    const { path, file } = source;
    const found = { id, source: { path } };
    if (problem !== undefined) return { ...found, verified: false, line, message: problem };
    if (place) return { ...found, verified: true, line: place.line };
    const isLoaded = this.#options.files.scriptsOf(file).length > 0;
    const message = isLoaded ? 'There is no code here.' : 'Waits until the file is loaded.';
    return { ...found, verified: false, line, message };
  }
}

const start: Position = { lineNumber: 0, columnNumber: 0 };
/** In files cells' names mean nothing. */
const namesIn = (text: string): string[] => text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
/** Where it stands, once that is known. */
const toWanted = ({ wanted, place }: Breakpoint): Wanted => ({ ...wanted, line: place?.line ?? wanted.line });
