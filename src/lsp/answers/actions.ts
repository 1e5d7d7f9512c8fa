// What mends a mistake: TypeScript's own fixes, the import that is missing, the line that installs a package; and the imports of a
// cell in order. Rule: a fix that cannot be made as a whole, in cells and files of the user's, is not offered.
import ts from 'typescript';
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Position,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { findAround } from '../../completion/places';
import { cellPrefix, valuePrefix } from '../../language/notebook/module';
import type { DocumentCell } from '../cell';
import { editsIn, textEdit, workspaceEdit } from '../edits';
import type { OpenNotebook } from '../notebook';
import type { Selection } from '../subject';
import { formatting, preferences } from './completion';

/**
 * @param diagnostics what is known to be wrong there
 * @param only kinds that are wanted; all but those of the whole cell when absent
 * @throws ts.OperationCanceledException when the answer is no longer wanted
 */
export function actions(
  selection: Selection,
  diagnostics: readonly Diagnostic[],
  only: readonly string[] | undefined,
): CodeAction[] {
  const { notebook, cell } = selection;
  if (!cell.isCode) return [];
  const found: CodeAction[] = [];
  if (wants(only, CodeActionKind.QuickFix))
    for (const diagnostic of diagnostics) {
      const place = placeOf(selection, diagnostic);
      found.push(
        ...installing(cell, diagnostic),
        ...respelling(cell, diagnostic),
        ...awaiting(place, diagnostic),
        ...fixesOf(place, diagnostic),
      );
    }
  if (only?.length && wants(only, CodeActionKind.SourceOrganizeImports))
    found.push(...organize(notebook, cell));
  return found;
}

const wants = (only: readonly string[] | undefined, kind: string): boolean =>
  only === undefined || only.length === 0 || only.some((one) => kind === one || kind.startsWith(`${one}.`));

/** Where a finding is, which an editor asks about wherever in it, or near it, the cursor is. */
function placeOf({ notebook, cell }: Selection, { range }: Diagnostic): Selection {
  const { document, start } = cell.place;
  const offsetOf = (position: Position) =>
    Math.min(Math.max(0, document.offsetAt(position) - start), cell.source.length);
  return { notebook, cell, offset: offsetOf(range.start), end: offsetOf(range.end) };
}

function fixesOf({ notebook, cell, offset, end }: Selection, diagnostic: Diagnostic): CodeAction[] {
  const { code } = diagnostic;
  if (typeof code !== 'number') return [];
  // A fix may be one of another cell: a member that its interface lacks.
  const focus = notebook.open(cell, cell.dependencies);
  const { service, file } = focus;
  const fixes = service.getCodeFixesAtPosition(
    file.fileName,
    offset + cell.shift,
    end + cell.shift,
    [code],
    formatting,
    preferences,
  );
  const actions: CodeAction[] = [];
  for (const { description, changes, commands } of fixes) {
    if (commands?.length || description.includes(cellPrefix) || description.includes(valuePrefix)) continue;
    const edit = workspaceEdit(notebook, focus, changes);
    if (edit) actions.push(quickFix(description, diagnostic, edit));
  }
  const [first] = actions;
  if (first && actions.length === 1) actions[0] = { ...first, isPreferred: true };
  return actions;
}

const textOf = ({ message }: Diagnostic): string => (typeof message === 'string' ? message : message.value);

/** A finding that says which line installs something: that line, above the cell. */
function installing(cell: DocumentCell, diagnostic: Diagnostic): CodeAction[] {
  const line = /%npm install [^\n]+$/m.exec(textOf(diagnostic))?.[0];
  if (line === undefined) return [];
  const edits = [textEdit(cell, { start: 0, end: 0, text: `${line}\n` })];
  const edit: WorkspaceEdit = { changes: { [cell.place.document.uri]: edits } };
  return [quickFix(`Add ${line}`, diagnostic, edit)];
}

/** The name of another cell that may have been meant. */
function respelling(cell: DocumentCell, diagnostic: Diagnostic): CodeAction[] {
  const [, name] =
    /^Cannot find name '[^']*'\. Did you mean ([\p{ID_Continue}$]+)\?$/u.exec(textOf(diagnostic)) ?? [];
  if (name === undefined) return [];
  const edit = { changes: { [cell.place.document.uri]: [{ range: diagnostic.range, newText: name }] } };
  return [quickFix(`Change spelling to '${name}'`, diagnostic, edit)];
}

/** A member of a promise that its value has. TypeScript mends that in functions, a cell may wait anywhere. */
function awaiting({ notebook, cell, offset }: Selection, diagnostic: Diagnostic): CodeAction[] {
  const said = [textOf(diagnostic), ...(diagnostic.relatedInformation ?? []).map(({ message }) => message)];
  if (!said.some((text) => text.includes("Did you forget to use 'await'?"))) return [];
  const { file } = notebook.open(cell);
  const at = offset + cell.shift;
  const isMeant = (node: ts.Node): node is ts.PropertyAccessExpression =>
    ts.isPropertyAccessExpression(node) && node.name.getStart(file) === at;
  const receiver = findAround(file, at, isMeant)?.expression;
  if (!receiver || receiver.flags & ts.NodeFlags.AwaitContext) return [];
  const [start, end] = [receiver.getStart(file) - cell.shift, receiver.end - cell.shift];
  const edits = [
    textEdit(cell, { start, end: start, text: '(await ' }),
    textEdit(cell, { start: end, end, text: ')' }),
  ];
  return [quickFix("Add 'await'", diagnostic, { changes: { [cell.place.document.uri]: edits } })];
}

const quickFix = (title: string, diagnostic: Diagnostic, edit: WorkspaceEdit): CodeAction => ({
  title,
  kind: CodeActionKind.QuickFix,
  diagnostics: [diagnostic],
  edit,
});

/** Sorted and put together. None is taken away: other cells may use it. */
function organize(notebook: OpenNotebook, cell: DocumentCell): CodeAction[] {
  const { service, file } = notebook.openText(cell.code, cell.outline.jsx);
  const [changed] = service.organizeImports(
    { type: 'file', fileName: file.fileName, mode: ts.OrganizeImportsMode.SortAndCombine },
    formatting,
    preferences,
  );
  const edits = changed && editsIn(cell, changed.textChanges);
  if (!edits || edits.length === 0) return [];
  const changes = { [cell.place.document.uri]: edits.map((edit) => textEdit(cell, edit)) };
  return [{ title: 'Organize imports', kind: CodeActionKind.SourceOrganizeImports, edit: { changes } }];
}
