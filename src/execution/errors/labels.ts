// The cells as errors know them: a script's file name leads to the label, the source and the position map of a cell.
// Rule: a file name is unique per run, so a frame of an old closure still finds the text it was compiled from. This is kept
// for every run for ever, so there is little of it.
import { join } from 'node:path';
import type { CellId } from '../../api';
import { beforeEdits, mapPosition, nowhere } from '../../compile/position';
import type { PositionMap } from '../../compile/types';
import { positionOf } from '../../text/lines';

export interface LabelledCell {
  /** What front ends know it by. */
  readonly name: string;
  readonly label: string;
  readonly source: string;
  readonly map: PositionMap;
}

export interface SourcePosition {
  readonly cell: LabelledCell;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export class Labels {
  readonly #cells = new Map<CellId, LabelledCell>();
  /** By file name: the cells, and the expressions that were evaluated after them. */
  readonly #scripts = new Map<string, LabelledCell>();
  readonly #latest = new Map<string, LabelledCell>();

  constructor(readonly directory: string) {}

  /**
   * @param expression from 1, when it is one of the cell's expressions
   * @returns the file name under which to compile the cell: absolute, so that import() resolves from the notebook
   */
  register(id: CellId, cell: LabelledCell, expression?: number): string {
    const file = join(
      this.directory,
      `${cell.label}#${id}${expression === undefined ? '' : `.${expression}`}`,
    );
    this.#scripts.set(file, cell);
    this.#latest.set(cell.label, cell);
    if (expression === undefined) this.#cells.set(id, cell);
    return file;
  }

  findById(id: CellId): LabelledCell | undefined {
    return this.#cells.get(id);
  }

  /** The cell that ran last under this label. */
  findByLabel(label: string): LabelledCell | undefined {
    return this.#latest.get(label);
  }

  /** Nothing for code of a cell that its person did not write. @param line and column of the generated code, from 1 */
  find(fileName: string, line: number, column: number): SourcePosition | undefined {
    const cell = this.findByName(fileName);
    if (!cell) return undefined;
    const position = mapPosition(cell.map, line - 1, column - 1);
    if (position.line === nowhere) return undefined;
    return { cell, line: position.line + 1, column: position.column + 1 };
  }

  /** @param offset in the cell's source */
  findOffset(fileName: string, offset: number): SourcePosition | undefined {
    const cell = this.findByName(fileName);
    return cell && { cell, ...positionOf(cell.source, offset) };
  }

  /** @param line and column of the text that was compiled, from 0 */
  findCompiled(fileName: string, line: number, column: number): SourcePosition | undefined {
    const cell = this.findByName(fileName);
    const position = cell && beforeEdits(cell.map, { line, column });
    return position && { cell, line: position.line + 1, column: position.column + 1 };
  }

  /** Names the cell in a frame that has its script's file name: what the user's own `Error.prepareStackTrace` made. */
  nameIn(frame: string): string {
    const start = frame.indexOf(this.directory);
    const file = start < 0 ? undefined : /^.*?#\d+(?=:\d+:\d+)/.exec(frame.slice(start))?.[0];
    const cell = file === undefined ? undefined : this.findByName(file);
    return cell ? frame.slice(0, start) + cell.label + frame.slice(start + file!.length) : frame;
  }

  /** The call of `import()` or `require()` that failed: the only one of the cell, or of what the error's message names. */
  findImport(fileName: string, message: string): SourcePosition | undefined {
    const source = this.findByName(fileName)?.source ?? '';
    const calls = [...source.matchAll(/\b(?:import|require)\s*\(\s*(?:(["'`])(.*?)\1)?/g)];
    const named = calls.filter((call) => call[2] && message.includes(`'${call[2]}'`));
    const [found, ...others] = calls.length === 1 ? calls : named;
    return found && others.length === 0 ? this.findOffset(fileName, found.index) : undefined;
  }

  /** The number of a script's cell. */
  findId(fileName: string): CellId | undefined {
    return this.#scripts.has(fileName) ? Number(/#(\d+)(?:\.\d+)?$/.exec(fileName)![1]) : undefined;
  }

  /** The cell of a script. */
  findByName(fileName: string): LabelledCell | undefined {
    return this.#scripts.get(fileName);
  }
}
