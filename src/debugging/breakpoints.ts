// The breakpoints that a person wants, by path, and those that V8 has for them, by run.
// Rule: what is wanted outlives the thread; what is set dies with it.
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type CellRun, type Cells, placeIn } from './cells';
import type { Place, Target } from './target';

export type Wanted = DebugProtocol.SourceBreakpoint;

export interface BreakpointsOptions {
  readonly cells: Cells;
  /** The code of a text, as of a cell that is about to run; nothing when it does not compile. */
  compile(source: string): Promise<Pick<CellRun, 'code' | 'map'> | undefined>;
  /** TypeScript with the names of cells to what V8 takes. @param locals what scopes around the place declare */
  compileExpression(text: string, locals: readonly string[]): string;
}

/** Where V8 can stop. */
interface Stop extends Place {
  /** Of the code, from 0, the first line being that of the body. */
  readonly at: { readonly lineNumber: number; readonly columnNumber: number };
}

export class Breakpoints {
  readonly #options: BreakpointsOptions;
  readonly #wanted = new Map<string, readonly Wanted[]>();
  /** V8's numbers of what is set, by path. */
  readonly #set = new Map<string, string[]>();
  #target: Target | undefined;
  #last = 0;

  constructor(options: BreakpointsOptions) {
    this.#options = options;
  }

  attach(target: Target): void {
    this.#target = target;
    this.#set.clear();
  }

  /** What is wanted, by path. */
  get wanted(): ReadonlyMap<string, readonly Wanted[]> {
    return this.#wanted;
  }

  clear(): void {
    this.#wanted.clear();
    this.#set.clear();
  }

  /** A run is about to begin. Resolves when V8 has its breakpoints. */
  async begin(run: CellRun): Promise<void> {
    const wanted = this.#wanted.get(run.path);
    if (wanted?.length) await this.#apply([run], wanted);
  }

  /** Those of a cell's text, instead of all that were there. */
  async setBreakpoints(path: string, wanted: readonly Wanted[]): Promise<DebugProtocol.Breakpoint[]> {
    const { cells } = this.#options;
    const target = this.#target!;
    const ids = this.#set.get(path) ?? [];
    this.#set.delete(path);
    await Promise.all(ids.map((breakpointId) => target.call('Debugger.removeBreakpoint', { breakpointId })));
    const source = cells.source(path);
    const compiled = source === undefined ? undefined : await this.#options.compile(source);
    const stops = compiled ? await this.#stopsIn({ ...compiled, path, source: source! }) : [];
    const placed = wanted.map((breakpoint) => ({ breakpoint, stop: findStop(stops, breakpoint) }));
    this.#wanted.set(
      path,
      placed.map(({ breakpoint, stop }) => ({ ...breakpoint, line: stop?.line ?? breakpoint.line })),
    );
    await this.#apply(cells.runsOf(path), this.#wanted.get(path)!);
    return placed.map(({ breakpoint: { line }, stop }) => ({
      id: ++this.#last,
      source: { path },
      ...(stop
        ? { verified: true, line: stop.line }
        : { verified: false, line, message: 'There is no code here.' }),
    }));
  }

  async #apply(runs: readonly CellRun[], wanted: readonly Wanted[]): Promise<void> {
    for (const run of runs) {
      const stops = await this.#stopsIn(run);
      for (const breakpoint of wanted) {
        const stop = findStop(stops, breakpoint);
        if (!stop) continue;
        const condition = this.#conditionOf(breakpoint);
        const { breakpointId } = await this.#target!.call('Debugger.setBreakpointByUrl', {
          ...stop.at,
          urlRegex: `${run.ending.replace('.', '\\.')}$`,
          ...(condition !== undefined && { condition }),
        });
        this.#set.set(run.path, [...(this.#set.get(run.path) ?? []), breakpointId]);
      }
    }
  }

  #conditionOf({ condition }: Wanted): string | undefined {
    return condition ? this.#options.compileExpression(condition, []) : undefined;
  }

  /** Where V8 can stop in a code: it is compiled once more, and not run. */
  async #stopsIn(run: Pick<CellRun, 'code' | 'map' | 'path' | 'source'>): Promise<Stop[]> {
    const target = this.#target!;
    // While it is on, V8 keeps whatever is printed.
    const [, { scriptId }] = await Promise.all([
      target.call('Runtime.enable'),
      target.call('Runtime.compileScript', { expression: run.code, sourceURL: '', persistScript: true }),
    ]);
    try {
      if (scriptId === undefined) return [];
      const { locations } = await target.call('Debugger.getPossibleBreakpoints', {
        // A line before the body.
        start: { scriptId, lineNumber: 1, columnNumber: 0 },
      });
      const lines = run.source.split('\n').length;
      return locations.flatMap(({ lineNumber, columnNumber = 0 }) => {
        const at = { lineNumber: lineNumber - 1, columnNumber };
        const place = placeIn(run, at.lineNumber, at.columnNumber);
        return place && place.line <= lines ? [{ ...place, at }] : [];
      });
    } finally {
      await target.call('Runtime.disable');
    }
  }
}

/** The first at or behind a place. */
function findStop(stops: readonly Stop[], { line, column = 1 }: Wanted): Stop | undefined {
  const rank = (stop: Place) => stop.line * 1e6 + stop.column;
  let found: Stop | undefined;
  for (const stop of stops)
    if (rank(stop) >= line * 1e6 + column && (!found || rank(stop) < rank(found))) found = stop;
  return found;
}
