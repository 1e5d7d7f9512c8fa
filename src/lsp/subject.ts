// What a request is about: a place in a cell of a notebook, and the way from TypeScript's spans back to the editor.
import { pathToFileURL } from 'node:url';
import type { Location, Position, Range } from 'vscode-languageserver';
import { originOf } from '../language/types/joined';
import type { Focus } from '../language/types/service';
import type { DocumentCell } from './cell';
import type { OpenNotebook } from './notebook';

export interface Subject {
  readonly notebook: OpenNotebook;
  readonly cell: DocumentCell;
  /** UTF-16 units from the start of the cell. */
  readonly offset: number;
}

/** A piece of a cell. */
export interface Selection extends Subject {
  /** Where it ends, likewise. */
  readonly end: number;
}

/** A piece of a file of the program. */
export interface FileSpan {
  readonly fileName: string;
  readonly textSpan: { readonly start: number; readonly length: number };
}

/** The module's offset of a place in a cell. */
export const inModule = ({ cell, offset }: Subject): number => offset + cell.shift;

/** Whether a name has a meaning where the cell stands, for whoever looks for magics. */
export const isKnownIn =
  ({ notebook, cell }: Subject) =>
  (word: string): boolean =>
    notebook.world.isKnown(word, cell);

/** Where a span is for the editor; nothing for what only TypeScript sees. */
export function locationOf(
  notebook: OpenNotebook,
  { program }: Focus,
  { fileName, textSpan }: FileSpan,
): Location | undefined {
  const cell = notebook.cellAt(fileName);
  if (cell) {
    const range = cell.rangeOfSpan(textSpan);
    return range && { uri: cell.place.document.uri, range };
  }
  const file = program.getSourceFile(fileName);
  if (!file) return undefined;
  const { start, length } = textSpan;
  const origin = originOf(file, start);
  if (notebook.isVirtual(origin.path)) return undefined;
  const { line: first } = file.getLineAndCharacterOfPosition(origin.start);
  const positionOf = (offset: number): Position => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    return { line: line - first, character };
  };
  const range: Range = { start: positionOf(start), end: positionOf(start + length) };
  return { uri: pathToFileURL(origin.path).href, range };
}
