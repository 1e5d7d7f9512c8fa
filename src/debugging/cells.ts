// The cells as the debugger knows them: which script is which run, and where its code stands in the text that was typed.
// Rule: two runs of one text are two scripts with one path, each with a position map of its own.
import type { Debugger } from 'node:inspector';
import { mapPosition, nowhere } from '../compile/position';
import type { PositionMap } from '../compile/types';
import type { Place } from './target';

/** One execution of a cell, or of an expression after it. */
export interface CellRun {
  /** How the name of its script ends; no other script's does. */
  readonly ending: string;
  readonly path: string;
  readonly label: string;
  readonly source: string;
  /** How many the source has. */
  readonly lines: number;
  readonly map: PositionMap;
  /** The names that it declares. */
  readonly names: readonly string[];
}

export class Cells {
  /** By the ending. */
  readonly #runs = new Map<string, CellRun>();
  /** By V8's number of the script. */
  readonly #scripts = new Map<string, string>();
  /** The text of each path, of cells that have not run, too. */
  readonly #sources = new Map<string, string>();

  add(run: CellRun): void {
    this.#runs.set(run.ending, run);
    this.#sources.set(run.path, run.source);
  }

  /** The host tells of a text: breakpoints may be set in it before it runs. */
  addSource(path: string, source: string): void {
    this.#sources.set(path, source);
  }

  source(path: string): string | undefined {
    return this.#sources.get(path);
  }

  /** @returns whether the script is a cell's */
  parsed({ scriptId, url }: Debugger.ScriptParsedEventDataType): boolean {
    const ending = endingOf(url);
    if (ending !== undefined) this.#scripts.set(scriptId, ending);
    return ending !== undefined;
  }

  /** The scripts of the runs of a text, as far as V8 still has them, oldest first. */
  scriptsOf(path: string): { readonly id: string; readonly run: CellRun }[] {
    const found: { id: string; run: CellRun }[] = [];
    for (const [id, ending] of this.#scripts) {
      const run = this.#runs.get(ending);
      if (run?.path === path) found.push({ id, run });
    }
    return found;
  }

  runOf(scriptId: string): CellRun | undefined {
    return this.#runs.get(this.#scripts.get(scriptId) ?? '');
  }

  has(scriptId: string): boolean {
    return this.#scripts.has(scriptId);
  }

  /** Nothing for code that its person did not write. */
  locate({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): Place | undefined {
    const run = this.runOf(scriptId);
    const place = run && placeIn(run, lineNumber, columnNumber);
    // Behind the text is what ends the function of the cell.
    return place && place.line <= run.lines ? place : undefined;
  }

  /** V8 tells of the scripts anew. */
  forgetScripts(): void {
    this.#scripts.clear();
  }

  /** The thread that ran them is gone. */
  forget(): void {
    this.#scripts.clear();
    this.#runs.clear();
  }
}

/** @param line and column of the code as V8 counts them in the script of a run, from 0 */
export function placeIn(
  run: Pick<CellRun, 'map' | 'path' | 'source'>,
  line: number,
  column: number,
): Place | undefined {
  // What stands before the body is hoisted.
  if (line < 0) return undefined;
  const position = mapPosition(run.map, line, column);
  if (position.line === nowhere) return undefined;
  return { path: run.path, line: position.line + 1, column: position.column + 1 };
}

/** `Cell [3]#17`: the number of the run, which the worker puts at the end of the name (`execution/errors/labels`). */
export const endingFor = (cell: number, expression: number | undefined): string =>
  `%23${cell}${expression === undefined ? '' : `.${expression}`}`;

const endingOf = (url: string): string | undefined => /%23\d+(?:\.\d+)?$/.exec(url)?.[0];
