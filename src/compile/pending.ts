// Which names a place in a function does not see yet, though their declarations are around it.
import ts from 'typescript';
import { listKind, namesOfBinding } from './declarations';
import { isErased } from './erased';
import { parseCell } from './parse';

/**
 * The names that `let`, `const` and `class` declare in the blocks and heads of loops around a place, behind it.
 * @param line and column from 1, in UTF-16 units
 */
export function pendingAt(source: string, line: number, column: number): ReadonlySet<string> {
  const { file, isObject } = parseCell(source);
  const names = new Set<string>();
  const starts = file.getLineStarts();
  if (line < 1 || line > starts.length) return names;
  const place = starts[line - 1]! + column - 1 + (isObject && line === 1 ? 1 : 0);
  visit(file);
  return names;

  function visit(node: ts.Node): void {
    if (node.pos > place || node.end < place || isErased(node)) return;
    if ((ts.isBlock(node) || ts.isCaseBlock(node)) && node.getStart(file) < place) {
      const statements = ts.isBlock(node)
        ? node.statements
        : node.clauses.flatMap(({ statements: ofClause }) => [...ofClause]);
      for (const statement of statements) if (statement.end > place) note(statement);
    }
    if (ts.isForStatement(node) && node.initializer && node.initializer.pos <= place)
      noteList(node.initializer);
    // A round begins in the head, before it has its value.
    if (ts.isForOfStatement(node) || ts.isForInStatement(node))
      if (node.initializer.pos <= place && place < node.statement.getStart(file))
        noteList(node.initializer, node.statement.pos);
    ts.forEachChild(node, visit);
  }

  function note(statement: ts.Statement): void {
    if (ts.isClassDeclaration(statement) && statement.name) names.add(statement.name.text);
    if (ts.isVariableStatement(statement)) noteList(statement.declarationList);
  }

  /** @param until where the names have their values; nothing: each behind its declaration */
  function noteList(list: ts.ForInitializer, until?: number): void {
    if (!ts.isVariableDeclarationList(list) || listKind(list) === 'var') return;
    for (const { name, end } of list.declarations)
      if ((until ?? end) > place) for (const declared of namesOfBinding(name)) names.add(declared);
  }
}
