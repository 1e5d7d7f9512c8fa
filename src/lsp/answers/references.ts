// All places of a name: to list them, to mark them, to give them another name, in all cells at once.
// Rule: TypeScript finds what is one symbol to it. A variable of another cell is another symbol in the tail of each cell that
// mentions it, so what is found in a tail leads on: to the cell that declares the name, and to all cells that mean that one.
import ts from 'typescript';
import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  LSPErrorCodes,
  type Range,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { findAround, wordAround } from '../../completion/places';
import { isMade } from '../../language/notebook/module';
import { isLibrary } from '../../language/types/resolution';
import type { Focus } from '../../language/types/service';
import type { DocumentCell } from '../cell';
import type { OpenNotebook } from '../notebook';
import { inModule, locationOf, type Subject } from '../subject';
import { declarationsOf, definition } from './definition';

/** A place of the name that TypeScript found, and what goes with it. */
interface Place extends ts.DocumentSpan {
  readonly isDefinition?: boolean | undefined;
  readonly prefixText?: string | undefined;
  readonly suffixText?: string | undefined;
}

type Ask = (focus: Focus, fileName: string, offset: number) => readonly Place[];

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export function references(subject: Subject, withDeclaration: boolean): Location[] {
  const ask: Ask = ({ service }, fileName, offset) =>
    (service.findReferences(fileName, offset) ?? []).flatMap((symbol) => symbol.references);
  const { focus, places } = gather(subject, ask);
  return places.flatMap((place) => {
    if (place.isDefinition && !withDeclaration) return [];
    return locationOf(subject.notebook, focus, place) ?? [];
  });
}

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export function highlights(subject: Subject): DocumentHighlight[] {
  const { notebook, cell } = subject;
  if (!cell.isCode) return [];
  const { service, file } = notebook.open(cell);
  const found = service.getDocumentHighlights(file.fileName, inModule(subject), [file.fileName]) ?? [];
  return found.flatMap(({ highlightSpans }) =>
    highlightSpans.flatMap(({ textSpan, kind }) => {
      const range = cell.rangeOfSpan(textSpan);
      const isWritten = kind === ts.HighlightSpanKind.writtenReference;
      return range
        ? [{ range, kind: isWritten ? DocumentHighlightKind.Write : DocumentHighlightKind.Read }]
        : [];
    }),
  );
}

const refused = (reason: string) => new ResponseError(LSPErrorCodes.RequestFailed, reason);

/**
 * What would get another name.
 * @throws ResponseError with the reason when it cannot have one
 */
export function prepareRename(subject: Subject): { range: Range; placeholder: string } | undefined {
  const { notebook, cell } = subject;
  if (!cell.isCode) return undefined;
  const focus = notebook.open(cell);
  const home = broughtFrom(subject, focus);
  if (home) {
    const { start, end } = wordAround(cell.source, subject.offset);
    return { range: cell.rangeOf(start, end), placeholder: cell.source.slice(start, end) };
  }
  const info = focus.service.getRenameInfo(focus.file.fileName, inModule(subject), {});
  if (!info.canRename) throw refused(info.localizedErrorMessage);
  const range = cell.rangeOfSpan(info.triggerSpan);
  if (!range) return undefined;
  const homes = definition(subject);
  const isOurs = homes.some(({ targetUri }) => !targetUri.includes('/node_modules/') && !isMade(targetUri));
  if (!isOurs) throw refused(`${info.displayName} is not of this notebook.`);
  return { range, placeholder: info.displayName };
}

/**
 * The edits, in all cells that mean the same.
 * @throws ResponseError with the reason when it cannot have that name
 */
export function rename(subject: Subject, newName: string): WorkspaceEdit | undefined {
  const current = prepareRename(subject);
  if (!current) return undefined;
  const isPrivate = current.placeholder.startsWith('#');
  if (!isName(newName.replace(isPrivate ? /^#/ : '', ''))) throw refused(`${newName} is no name.`);
  const ask: Ask = ({ service }, fileName, offset) =>
    service.findRenameLocations(fileName, offset, false, false, {
      providePrefixAndSuffixTextForRename: true,
    }) ?? [];
  const { focus, places } = gather(subject, ask);
  const changes: { [uri: string]: TextEdit[] } = {};
  for (const { prefixText = '', suffixText = '', ...place } of places) {
    const location = locationOf(subject.notebook, focus, place);
    if (!location || isLibrary(place.fileName)) continue;
    const edits = changes[location.uri] ?? [];
    changes[location.uri] = [
      ...edits,
      { range: location.range, newText: `${prefixText}${newName}${suffixText}` },
    ];
  }
  return { changes };
}

function isName(text: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  const token = scanner.scan();
  const isWord = token === ts.SyntaxKind.Identifier || token > ts.SyntaxKind.LastReservedWord;
  return isWord && scanner.getTokenEnd() === text.length && text !== '';
}

/** All places of the name at the cursor; the cells that may have one are open in the focus. */
function gather(subject: Subject, ask: Ask): { focus: Focus; places: Place[] } {
  const { notebook, cell, offset } = subject;
  const { start, end } = wordAround(cell.source, offset);
  const name = cell.source.slice(start, end).replace(/^#/, '');
  const cells = cell.isCode && name ? cellsWith(notebook, name) : [];
  const focus = notebook.open(cell, cells);
  if (!cell.isCode || !name) return { focus, places: [] };
  const places = new Map<string, Place>();
  const asked = new Set<string>();
  const pending: { fileName: string; at: number }[] = [];
  const askIn = ({ fileName }: ts.SourceFile, at: number) => pending.push({ fileName, at });
  const visited = new Set<DocumentCell>();
  /** A name that cells share: where it is declared, and where the tails of others bring it in. */
  const visit = (home: DocumentCell) => {
    if (visited.has(home) || !(home === cell || cells.includes(home))) return;
    visited.add(home);
    const declaring = notebook.focus(home);
    for (const node of declarationsOf(declaring, name)) askIn(declaring.file, node.getStart(declaring.file));
    for (const other of home.dependents) {
      if (notebook.world.homeOf(name, other) !== home || !cells.includes(other)) continue;
      for (const at of inTail(other, name)) askIn(notebook.focus(other).file, at);
    }
  };
  const brought = broughtFrom(subject, focus);
  if (brought) visit(brought);
  else askIn(focus.file, start + cell.shift);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const key = `${next.fileName}:${next.at}`;
    if (asked.has(key)) continue;
    asked.add(key);
    for (const place of ask(focus, next.fileName, next.at)) {
      const { fileName, textSpan } = place;
      const at = notebook.cellAt(fileName);
      if (!at || at.rangeOfSpan(textSpan)) {
        places.set(`${fileName}:${textSpan.start}`, place);
        continue;
      }
      const isOwn = at.outline.values.has(name) || at.outline.types.has(name);
      const home = isOwn ? at : notebook.world.homeOf(name, at);
      if (home) visit(home);
    }
  }
  return { focus, places: [...places.values()].sort(byPlace) };
}

/** The cell that declares the name at the cursor, where the tail brings it in. */
function broughtFrom(
  { notebook, cell, offset }: Subject,
  { program, file }: Focus,
): DocumentCell | undefined {
  const { start } = wordAround(cell.source, offset);
  const name = findAround(file, start + cell.shift, isNameAt(file, start + cell.shift));
  if (!name) return undefined;
  const checker = program.getTypeChecker();
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  const [declaration] = symbol?.declarations ?? [];
  const isInTail =
    declaration?.getSourceFile() === file && declaration.getStart(file) >= cell.code.length + cell.shift;
  return isInTail ? notebook.world.homeOf(name.text, cell) : undefined;
}

const isNameAt =
  (file: ts.SourceFile, start: number) =>
  (node: ts.Node): node is ts.Identifier =>
    ts.isIdentifier(node) && node.getStart(file) === start;

const byPlace = (a: Place, b: Place): number =>
  a.fileName === b.fileName ? a.textSpan.start - b.textSpan.start : a.fileName < b.fileName ? -1 : 1;

/** The cells whose text, or whose declarations, have a word. */
function cellsWith({ world }: OpenNotebook, word: string): DocumentCell[] {
  return world.cells.filter(({ code, frozen }) => code.includes(word) || frozen?.includes(word));
}

/** Where the tail of a cell brings a name in. */
function* inTail({ text, code, shift }: DocumentCell, name: string): Generator<number> {
  const start = code.length + shift;
  const escaped = name.replaceAll('$', '\\$');
  const pattern = new RegExp(`(?<=declare (?:let|const) |import (?:type )?\\{ )${escaped}(?=[: ])`, 'gu');
  pattern.lastIndex = start;
  for (const { index } of text.matchAll(pattern)) yield index;
}
