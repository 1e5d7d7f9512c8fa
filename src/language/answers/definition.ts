// Where a name is defined, as text to read.
import { basename } from 'node:path/posix';
import ts from 'typescript';
import { parseEither } from '../../compile/parse';
import type { Notebook } from '../notebook/cells';
import type { CellModule } from '../notebook/module';
import { originOf } from '../types/joined';
import { type Focus, globalsName } from '../types/service';

export interface Definition {
  /** The cell or file that it is in. */
  readonly title: string;
  readonly text: string;
}

const mostLines = 60;

/** Finds the definition of the name at an offset: as written in a cell, or as declared by a library. */
export function definitionOf(
  { service, program, file }: Focus,
  notebook: Notebook,
  offset: number,
): Definition | undefined {
  const definitions = service.getDefinitionAtPosition(file.fileName, offset) ?? [];
  for (const definition of definitions) {
    const known = notebook.names.get(definition.name);
    const cell = cellOf(notebook, definition.fileName) ?? known?.value?.cell ?? known?.type;
    const isTail =
      definition.fileName === file.fileName && definition.textSpan.start > file.text.lastIndexOf('\n;\n');
    if (cell && (isTail || definition.fileName !== file.fileName)) {
      const text = declarationIn(cell, definition.name);
      if (text) return { title: cell.label, text: shorten(text) };
    }
    const from = program.getSourceFile(definition.fileName);
    const span = definition.contextSpan ?? definition.textSpan;
    const text = from?.text.slice(span.start, span.start + span.length);
    if (from && text && !isTail) {
      const title = titleOf(originOf(from, span.start).path, file.fileName);
      return { title, text: shorten(text) };
    }
  }
  return undefined;
}

function titleOf(path: string, own: string): string {
  const name = basename(path);
  return path === own ? 'This cell' : name === globalsName ? 'The kernel' : name;
}

const cellOf = (notebook: Notebook, path: string): CellModule | undefined =>
  notebook.find(basename(path).replace(/\..*$/, ''));

/** The text of a top-level declaration, its comment included. */
function declarationIn(cell: CellModule, name: string): string | undefined {
  const { file } = parseEither(cell.source);
  for (const statement of file.statements) {
    if (declares(statement, name)) return cell.source.slice(statement.getFullStart(), statement.end).trim();
  }
  return undefined;
}

function declares(node: ts.Node, name: string): boolean {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.some((child) => declares(child, name));
  const declared = (node as { name?: ts.Node }).name;
  if (!declared) return false;
  if (ts.isIdentifier(declared)) return declared.text === name;
  if (!ts.isObjectBindingPattern(declared) && !ts.isArrayBindingPattern(declared)) return false;
  return declared.elements.some((element) => declares(element, name));
}

function shorten(text: string): string {
  const lines = text.split('\n');
  return lines.length > mostLines ? `${lines.slice(0, mostLines).join('\n')}\n// …` : text;
}
