// TypeScript's changes of modules as edits of the cells that the modules are of.
// Rule: what would change the tail of a cell, or a magic, is no edit; an import that TypeScript puts there goes to the imports of the
// cell instead.
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { parseEither } from '../compile/parse';
import { isLibrary } from '../language/types/resolution';
import type { Focus } from '../language/types/service';
import type { DocumentCell } from './cell';
import type { OpenNotebook } from './notebook';

/** An edit of the source of a cell, by offsets. */
export interface CellEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The edits of a cell that changes of its module come to.
 * @returns nothing when one of them is of what the cell does not contain
 */
export function editsIn(cell: DocumentCell, changes: readonly ts.TextChange[]): CellEdit[] | undefined {
  const edits: CellEdit[] = [];
  for (const { span, newText } of changes) {
    const start = span.start - cell.shift;
    const end = start + span.length;
    if (start >= 0 && end <= cell.source.length && !importsAbove(start, newText, cell)) {
      if (cell.magics.some((magic) => start < (magic.code?.start ?? magic.end) && end > magic.start))
        return undefined;
      edits.push({ start, end, text: newText });
      continue;
    }
    const imported = /^\s*(import\b[^\n]*)\n?\s*$/.exec(newText)?.[1];
    if (imported === undefined || span.length > 0) return undefined;
    edits.push(importing(cell, imported));
  }
  return edits;
}

/** Whether an import would come above the magics of a cell of another kind, or into the line of one. */
const importsAbove = (start: number, text: string, cell: DocumentCell): boolean =>
  /^\s*import\b/.test(text) && start === 0 && cell.magics.some(({ isFirst }) => isFirst);

/** Adds an import to those that a cell has, else above its first statement and below its magics. */
function importing(cell: DocumentCell, text: string): CellEdit {
  const { file } = parseEither(cell.code);
  const last = file.statements.findLast(ts.isImportDeclaration);
  if (last) return { start: last.end, end: last.end, text: `\n${text}` };
  const first = file.statements[0]?.getStart(file) ?? cell.source.length;
  const magic = cell.magics.findLast(({ isFirst, start }) => isFirst && start < first);
  if (magic && (magic.code === undefined || magic.end < first))
    return { start: magic.end, end: magic.end, text: `\n${text}` };
  return { start: 0, end: 0, text: `${text}\n` };
}

export const textEdit = (cell: DocumentCell, { start, end, text }: CellEdit): TextEdit => ({
  range: cell.rangeOf(start, end),
  newText: text,
});

/**
 * Changes of several files.
 * @returns nothing when one of them cannot be made: that of a library, or of what only TypeScript sees
 */
export function workspaceEdit(
  notebook: OpenNotebook,
  focus: Focus,
  changes: readonly ts.FileTextChanges[],
): WorkspaceEdit | undefined {
  const edits: { [uri: string]: TextEdit[] } = {};
  const add = (uri: string, more: readonly TextEdit[]) => {
    edits[uri] = [...(edits[uri] ?? []), ...more];
  };
  for (const { fileName, textChanges, isNewFile } of changes) {
    const cell = notebook.cellAt(fileName);
    const file = focus.program.getSourceFile(fileName);
    if (cell && file && !file.isDeclarationFile) {
      const own = editsIn(cell, textChanges);
      if (!own) return undefined;
      add(
        cell.place.document.uri,
        own.map((edit) => textEdit(cell, edit)),
      );
    } else {
      if (isNewFile || !file || notebook.isVirtual(fileName) || isLibrary(fileName)) return undefined;
      const place = (offset: number) => file.getLineAndCharacterOfPosition(offset);
      add(
        pathToFileURL(fileName).href,
        textChanges.map(({ span, newText }) => ({
          range: { start: place(span.start), end: place(span.start + span.length) },
          newText,
        })),
      );
    }
  }
  return Object.values(edits).some((one) => one.length > 0) ? { changes: edits } : undefined;
}
