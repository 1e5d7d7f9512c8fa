// The breakpoints that a person wants in cells, by path, and those that V8 has for them, by run.
// Rule: what is wanted outlives the thread; what is set dies with it. What is wanted again stays set: front ends send the same
// list whenever a notebook comes to the front, and a cell that runs meanwhile must not run over it.
import type { Debugger } from 'node:inspector';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CompiledCell } from '../compile/types';
import { linesOf } from '../text/lines';
import { type CellRun, type Cells, placeIn } from './cells';
import { conditionOf } from './conditions';
import { stopsBetween } from './stops';
import type { Place, Target } from './target';
import { Turns } from './turns';

export interface BreakpointsOptions {
  readonly cells: Cells;
  /** The code of a text, as of a cell that is about to run; nothing when it does not compile. */
  compile(source: string): Promise<Pick<CompiledCell, 'code' | 'map'> | undefined>;
  /**
   * TypeScript with the names of cells to what V8 takes.
   * @param locals what scopes around it declare
   * @throws SyntaxError
   */
  compileExpression(text: string, locals: readonly string[]): string;
  /** A number for a breakpoint that no other has. */
  newId(): number;
  /** What the scopes inside a cell declare around a place in its source. @param line and column from 1 */
  namesAt(source: string, line: number, column: number): readonly string[];
}

interface Wanted extends DebugProtocol.SourceBreakpoint {
  /** As front ends know it, and under which its hits are counted. */
  readonly id: number;
}

/** What V8 has for a breakpoint. */
interface Setting {
  /** V8's names of it. */
  readonly ids: string[];
  readonly runs: Set<CellRun>;
}

/** A place where V8 can stop. */
interface Stop extends Place {
  /** In the code, as V8 counts. */
  readonly at: { readonly lineNumber: number; readonly columnNumber: number };
}

/** A text with its code. */
type Compiled = Pick<CellRun, 'path' | 'source' | 'map'>;

const noCode = 'There is no code here, nor below.';
const unknown = 'Waits for the cell.';
const notCompiled = 'The cell does not compile as it is.';

export class Breakpoints {
  readonly #options: BreakpointsOptions;
  readonly #wanted = new Map<string, readonly Wanted[]>();
  readonly #set = new Map<Wanted, Setting>();
  #target: Target | undefined;
  /** One thing after the other: a run that begins has what was wanted before it. */
  readonly #turns = new Turns();

  constructor(options: BreakpointsOptions) {
    this.#options = options;
  }

  /** Another thread runs cells from now on. */
  attach(target: Target): void {
    this.#target = target;
    this.#set.clear();
    this.#turns.restart();
  }

  /** What is wanted, by path. */
  get wanted(): ReadonlyMap<string, readonly DebugProtocol.SourceBreakpoint[]> {
    return this.#wanted;
  }

  clear(): void {
    this.#wanted.clear();
    this.#set.clear();
  }

  /** A run is about to begin. Resolves when V8 has its breakpoints. */
  begin(run: CellRun, code: string): Promise<void> {
    return this.#turns.take(async () => {
      const wanted = this.#wanted.get(run.path);
      if (!wanted?.length) return;
      const stops = await this.#stopsOf(run, code);
      await Promise.all(
        wanted.map((breakpoint) => this.#place(breakpoint, findStop(stops, breakpoint), [run])),
      );
    });
  }

  /**
   * Those of a cell's text, instead of all that were there.
   * @returns what has become of each; their lines are those where the program will stop
   */
  setBreakpoints(
    path: string,
    breakpoints: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    return this.#turns.take(() => this.#replace(path, breakpoints));
  }

  async #replace(
    path: string,
    breakpoints: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const before = [...(this.#wanted.get(path) ?? [])];
    const source = this.#options.cells.source(path) ?? '';
    const isKnown = this.#options.cells.source(path) !== undefined;
    const compiled = isKnown ? await this.#options.compile(source) : undefined;
    const stops = compiled && (await this.#stopsOf({ ...compiled, path, source }, compiled.code));
    const answers: DebugProtocol.Breakpoint[] = [];
    const wanted: Wanted[] = [];
    for (const breakpoint of breakpoints) {
      const stop = stops && findStop(stops, breakpoint);
      const { line, column } = stop ?? breakpoint;
      const problem = stop
        ? this.#problemOf(breakpoint, stop, source)
        : !isKnown
          ? unknown
          : stops
            ? noCode
            : notCompiled;
      const placed = { ...breakpoint, line, ...(breakpoint.column !== undefined && { column }) };
      const kept = take(before, (one) => isAlike(one, placed));
      const one = kept ?? { ...placed, id: this.#options.newId() };
      wanted.push(one);
      answers.push({
        id: one.id,
        verified: problem === undefined,
        line,
        ...(breakpoint.column !== undefined && { column }),
        source: { path },
        ...(problem !== undefined && { message: problem }),
      });
    }
    this.#wanted.set(path, wanted);
    await Promise.all(before.map((breakpoint) => this.#remove(breakpoint)));
    await this.#apply(path, wanted);
    return answers;
  }

  async #remove(breakpoint: Wanted): Promise<void> {
    const { ids = [] } = this.#set.get(breakpoint) ?? {};
    this.#set.delete(breakpoint);
    await Promise.all(
      ids.map((breakpointId) => this.#target!.call('Debugger.removeBreakpoint', { breakpointId })),
    );
  }

  #isSet(breakpoint: Wanted, run: CellRun): boolean {
    return this.#set.get(breakpoint)?.runs.has(run) === true;
  }

  /** Sets what is wanted in the runs that have been, as far as it is not. */
  async #apply(path: string, wanted: readonly Wanted[]): Promise<void> {
    const scripts = this.#options.cells
      .scriptsOf(path)
      .filter(({ run }) => wanted.some((breakpoint) => !this.#isSet(breakpoint, run)));
    // V8 may have thrown a script away that nothing refers to.
    const stops = await Promise.all(
      scripts.map(async ({ id, run }) => ({ run, stops: await this.#stopsIn(run, id).catch(() => []) })),
    );
    for (const breakpoint of wanted) {
      // The code of one text is nearly always the same: one breakpoint of V8's for all runs then.
      const alike = new Map<string, { stop: Stop; runs: CellRun[] }>();
      for (const { run, stops: inRun } of stops) {
        if (this.#isSet(breakpoint, run)) continue;
        const stop = findStop(inRun, breakpoint);
        const key = stop && `${stop.at.lineNumber}:${stop.at.columnNumber}`;
        if (stop === undefined || key === undefined) continue;
        const found = alike.get(key);
        if (found) found.runs.push(run);
        else alike.set(key, { stop, runs: [run] });
      }
      for (const { stop, runs } of alike.values()) await this.#place(breakpoint, stop, runs);
    }
  }

  async #place(breakpoint: Wanted, stop: Stop | undefined, runs: readonly CellRun[]): Promise<void> {
    if (!stop) return;
    const { source } = runs[0]!;
    let condition: string | undefined;
    try {
      condition = this.#conditionOf(breakpoint, stop, source);
    } catch {
      // It was said beside the breakpoint, which would be another one without it.
      return;
    }
    const endings = runs.map(({ ending }) => ending.replace('.', '\\.')).join('|');
    // V8 refuses a second one in the same place.
    const set = await this.#target!.call('Debugger.setBreakpointByUrl', {
      ...stop.at,
      urlRegex: `(?:${endings})$`,
      ...(condition !== undefined && { condition }),
    }).catch(() => undefined);
    if (!set) return;
    const setting = this.#set.get(breakpoint) ?? { ids: [], runs: new Set() };
    this.#set.set(breakpoint, setting);
    setting.ids.push(set.breakpointId);
    for (const run of runs) setting.runs.add(run);
  }

  #conditionOf(breakpoint: DebugProtocol.SourceBreakpoint & { id?: number }, stop: Place, source: string) {
    const { namesAt, compileExpression } = this.#options;
    return conditionOf(breakpoint, breakpoint.id ?? 0, (text) =>
      compileExpression(text, namesAt(source, stop.line, stop.column)),
    );
  }

  #problemOf(breakpoint: DebugProtocol.SourceBreakpoint, stop: Place, source: string): string | undefined {
    try {
      this.#conditionOf(breakpoint, stop, source);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Where V8 can stop in a code that has not run: it is compiled for that alone. */
  async #stopsOf(compiled: Compiled, code: string): Promise<Stop[]> {
    const target = this.#target!;
    // Sent together: while the first is in force, V8 keeps whatever is printed.
    const [, { scriptId }] = await Promise.all([
      target.call('Runtime.enable'),
      target.call('Runtime.compileScript', { expression: code, sourceURL: '', persistScript: true }),
    ]);
    try {
      // A line comes before the body.
      return scriptId === undefined ? [] : await this.#stopsIn(compiled, scriptId, 1);
    } finally {
      await target.call('Runtime.disable');
    }
  }

  /** @param shift the line on which the body begins, as V8 counts in that script */
  async #stopsIn(compiled: Compiled, scriptId: string, shift = 0): Promise<Stop[]> {
    const start: Debugger.Location = { scriptId, lineNumber: shift, columnNumber: 0 };
    const locations = await stopsBetween(this.#target!, start);
    const lines = linesOf(compiled.source).length;
    return locations.flatMap(({ lineNumber, columnNumber = 0 }) => {
      const at = { lineNumber: lineNumber - shift, columnNumber };
      const place = placeIn(compiled, at.lineNumber, at.columnNumber);
      // Behind the text is what ends the function of the cell.
      return place && place.line <= lines ? [{ ...place, at }] : [];
    });
  }
}

/** The first at or behind a place. */
function findStop(
  stops: readonly Stop[],
  { line, column = 1 }: Pick<DebugProtocol.SourceBreakpoint, 'line' | 'column'>,
): Stop | undefined {
  let found: Stop | undefined;
  for (const stop of stops)
    if (isBefore({ line, column: column - 1 }, stop) && (!found || isBefore(stop, found))) found = stop;
  return found;
}

type Point = Pick<Place, 'line' | 'column'>;
const isBefore = (a: Point, b: Point): boolean =>
  a.line < b.line || (a.line === b.line && a.column < b.column);

/** Takes out the first of a list that is the one. */
export function take<T>(list: T[], isIt: (one: T) => boolean): T | undefined {
  const at = list.findIndex(isIt);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

/** Whether two stop in the same place, and in the same cases. */
export const isAlike = (a: DebugProtocol.SourceBreakpoint, b: DebugProtocol.SourceBreakpoint): boolean =>
  a.line === b.line &&
  a.column === b.column &&
  a.condition === b.condition &&
  a.hitCondition === b.hitCondition &&
  a.logMessage === b.logMessage;
