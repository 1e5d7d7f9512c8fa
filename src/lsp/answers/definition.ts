// Where a name is defined, and where its type is: in a cell, in a file, in the declarations of a package.
// Rule: TypeScript leads to the declarations that stand for another cell; that cell is opened as source then, and asked again.
import ts from 'typescript';
import type { LocationLink } from 'vscode-languageserver';
import type { Focus } from '../../language/types/service';
import type { DocumentCell } from '../cell';
import type { OpenNotebook } from '../notebook';
import { type FileSpan, inModule, locationOf, type Subject } from '../subject';

/** How many cells may stand between a name and its definition. */
const mostSteps = 20;

type Ask = (focus: Focus, offset: number) => readonly ts.DefinitionInfo[] | undefined;

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export const definition = (subject: Subject): LocationLink[] =>
  find(subject, ({ service, file }, offset) => service.getDefinitionAtPosition(file.fileName, offset));

/** @throws ts.OperationCanceledException when the answer is no longer wanted */
export const typeDefinition = (subject: Subject): LocationLink[] =>
  find(subject, ({ service, file }, offset) => service.getTypeDefinitionAtPosition(file.fileName, offset));

function find(subject: Subject, ask: Ask): LocationLink[] {
  const { notebook, cell } = subject;
  if (!cell.isCode) return [];
  const opened = new Set<DocumentCell>();
  for (let step = 0; ; step++) {
    const focus = notebook.open(cell, opened);
    const closed = new Set<DocumentCell>();
    const isOpen = (home: DocumentCell) => home === cell || opened.has(home);
    const found = (ask(focus, inModule(subject)) ?? []).flatMap((one) => {
      const home = homeOf(notebook, one);
      if (!home) return [one];
      if (!isOpen(home)) closed.add(home);
      else if (notebook.cellAt(one.fileName) !== home) return declaredIn(notebook, home, one);
      return [one];
    });
    if (closed.size === 0 || step === mostSteps) return linksOf(notebook, focus, found);
    for (const home of closed) opened.add(home);
  }
}

/** The cell that a definition is in; of one in a tail, which only mentions it, the cell that declares the name. */
function homeOf(notebook: OpenNotebook, { fileName, textSpan, name }: ts.DefinitionInfo) {
  const cell = notebook.cellAt(fileName);
  if (!cell || fileName.endsWith('.d.ts') || cell.rangeOfSpan(textSpan)) return cell;
  return notebook.world.homeOf(name, cell);
}

/** The definition of a name in an open cell that declares it. */
function declaredIn(
  notebook: OpenNotebook,
  home: DocumentCell,
  found: ts.DefinitionInfo,
): ts.DefinitionInfo[] {
  const focus = notebook.focus(home);
  const { file } = focus;
  return declarationsOf(focus, found.name).map((name) => ({
    ...found,
    fileName: file.fileName,
    textSpan: { start: name.getStart(file), length: name.getWidth(file) },
    contextSpan: { start: name.parent.getStart(file), length: name.parent.getWidth(file) },
  }));
}

/** The names by which a module declares what it exports under a name. */
export function declarationsOf({ program, file }: Focus, name: string): ts.Node[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(file);
  const exported = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
  const specifier = exported?.declarations?.find(ts.isExportSpecifier);
  const symbol = specifier ? checker.getExportSpecifierLocalTargetSymbol(specifier) : exported;
  return (symbol?.declarations ?? []).flatMap((declaration) => {
    const named = ts.getNameOfDeclaration(declaration);
    return declaration.getSourceFile() === file && named ? [named] : [];
  });
}

function linksOf(
  notebook: OpenNotebook,
  focus: Focus,
  found: readonly (FileSpan & { readonly contextSpan?: ts.TextSpan })[],
): LocationLink[] {
  const links = new Map<string, LocationLink>();
  for (const { fileName, textSpan, contextSpan } of found) {
    const name = locationOf(notebook, focus, { fileName, textSpan });
    if (!name) continue;
    const whole = contextSpan && locationOf(notebook, focus, { fileName, textSpan: contextSpan });
    links.set(JSON.stringify(name), {
      targetUri: name.uri,
      targetRange: whole?.range ?? name.range,
      targetSelectionRange: name.range,
    });
  }
  return [...links.values()];
}
