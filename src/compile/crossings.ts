// A `var` may not cross a block that declares its name. V8 says so for the functions of a cell; the cell's own `var`s are
// assignments by the time V8 sees them, so it is said here.
import ts from 'typescript';
import type { SyntaxProblem } from '../text/problem';
import {
  boundNames,
  forEachInner,
  headList,
  listKind,
  listOf,
  namesOfBinding,
  namesOfBlock,
  namesOfList,
} from './declarations';

/** What encloses a statement, from the inside out; the cell itself is not among them. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

/** The `var`s in nested statements that an enclosing block refuses. */
export function checkCrossings(file: ts.SourceFile): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  if (!file.text.includes('var')) return problems;
  for (const statement of file.statements) visit(statement, undefined);
  return problems;

  function visit(statement: ts.Statement, scope: Scope | undefined): void {
    const head = headList(statement);
    const list = listOf(statement);
    if (list !== undefined && listKind(list) === 'var') checkList(list, scope);
    let inside = scope;
    if (head !== undefined && listKind(head) !== 'var') inside = enter(scope, namesOfList(head));
    if (ts.isBlock(statement)) inside = enter(scope, namesOfBlock(statement.statements));
    else if (ts.isSwitchStatement(statement))
      inside = enter(
        scope,
        namesOfBlock(statement.caseBlock.clauses.flatMap((clause) => [...clause.statements])),
      );
    else if (ts.isTryStatement(statement)) return visitTry(statement, scope);
    forEachInner(statement, (inner) => visit(inner, inside));
  }

  function visitTry(
    { tryBlock, catchClause, finallyBlock }: ts.TryStatement,
    scope: Scope | undefined,
  ): void {
    visit(tryBlock, scope);
    if (catchClause !== undefined) {
      const name = catchClause.variableDeclaration?.name;
      // `catch (e) { var e }` is allowed, for the sake of old scripts.
      const isPattern = name !== undefined && !ts.isIdentifier(name);
      visit(catchClause.block, isPattern ? enter(scope, namesOfBinding(name)) : scope);
    }
    if (finallyBlock !== undefined) visit(finallyBlock, scope);
  }

  function checkList(list: ts.VariableDeclarationList, scope: Scope | undefined): void {
    for (const { name } of list.declarations)
      for (const identifier of boundNames(name)) {
        if (!declares(scope, identifier.text)) continue;
        problems.push({
          message: `Cannot redeclare block-scoped variable '${identifier.text}'.`,
          code: 2451,
          offset: identifier.getStart(file),
          length: identifier.text.length,
        });
      }
  }
}

function enter(outer: Scope | undefined, names: readonly string[]): Scope | undefined {
  return names.length === 0 ? outer : { names: new Set(names), outer };
}

function declares(scope: Scope | undefined, name: string): boolean {
  for (let each = scope; each !== undefined; each = each.outer) if (each.names.has(name)) return true;
  return false;
}
