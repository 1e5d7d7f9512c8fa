// Which names the scopes inside a cell declare.
import ts from 'typescript';
import { headList, listKind, namesOfBinding, namesOfBlock, namesOfList, varLists } from './declarations';
import { parseCell } from './parse';

/** What a node that is no function or class declares for what is inside it. */
export function namesOfScope(node: ts.Node): string[] {
  if (ts.isBlock(node)) return namesOfBlock(node.statements);
  if (ts.isCaseBlock(node)) return namesOfBlock(node.clauses.flatMap(({ statements }) => [...statements]));
  if (ts.isClassStaticBlockDeclaration(node)) return namesOfBody(node.body.statements);
  const head = ts.isStatement(node) ? headList(node) : undefined;
  return head && listKind(head) !== 'var' ? namesOfList(head) : [];
}

/** A function's body also has the `var`s of the statements inside it. */
export function namesOfBody(statements: readonly ts.Statement[]): string[] {
  const vars = statements.flatMap((statement) => [...varLists(statement)]);
  return [...namesOfBlock(statements), ...vars.flatMap(namesOfList)];
}

/**
 * The names that hide those of cells at a place in a cell, whose magics are blanked.
 * @param offset in UTF-16 units
 */
export function namesWithin(source: string, offset: number): string[] {
  const { file, isObject } = parseCell(source);
  const at = offset + (isObject ? 1 : 0);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (at < node.getStart(file) || at >= node.end) return;
    names.push(...namesOf(node));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return names;
}

/** What a node declares for what is inside it. */
export function namesOf(node: ts.Node): string[] {
  if (ts.isFunctionLike(node)) {
    const { body } = node as ts.FunctionLikeDeclaration;
    const own = node.parameters.flatMap(({ name }) => namesOfBinding(name));
    if (ts.isFunctionExpression(node) && node.name) own.push(node.name.text);
    return body && ts.isBlock(body) ? [...own, ...namesOfBody(body.statements)] : own;
  }
  if (ts.isClassLike(node) && node.name) return [node.name.text];
  if (ts.isCatchClause(node) && node.variableDeclaration)
    return namesOfBinding(node.variableDeclaration.name);
  return namesOfScope(node);
}
