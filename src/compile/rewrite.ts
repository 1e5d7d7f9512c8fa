// Makes a cell's declarations assignments to the properties of globalThis, where every cell and closure sees them.
// Works on JavaScript text: a cell whose types are blanked, or what the emitter made of it.
import ts from 'typescript';
import { forEachInner, headList, listKind, namesOfList } from './declarations';
import { isErased } from './erased';
import { initialOf } from './keys';
import type { CellText } from './text';

export interface Rewritten {
  /** What must run before the body. */
  readonly hoisted: string;
}

/**
 * @param keyOf how code of the cell says a name
 * @param isGlobal whether a name is the cell's own; what the emitter declared for itself stays local
 */
export function rewriteDeclarations(
  file: ts.SourceFile,
  text: CellText,
  keyOf: (name: string) => string,
  isGlobal: (name: string) => boolean,
): Rewritten {
  const functions = new Set<string>();
  const locals = new Set<string>();

  for (const statement of file.statements) {
    if (isErased(statement)) continue;
    if (ts.isFunctionDeclaration(statement)) rewriteFunction(statement);
    else if (ts.isClassDeclaration(statement)) rewriteClass(statement);
    else if (ts.isVariableStatement(statement)) rewriteStatement(statement, true);
    else rewriteVars(statement, true);
  }
  let hoisted = locals.size > 0 ? `let ${[...locals].join()};` : '';
  for (const name of functions) hoisted += `${keyOf(name)}=${name};`;
  return { hoisted };

  function rewriteFunction({ name }: ts.FunctionDeclaration): void {
    if (name === undefined || !isGlobal(name.text)) return;
    functions.add(name.text);
  }

  function rewriteClass(statement: ts.ClassDeclaration): void {
    const { name } = statement;
    if (name === undefined || !isGlobal(name.text)) return;
    text.open(statement.getStart(file), `${initialOf(name.text)}=`);
    text.terminate(statement.end);
  }

  /** A `var` in a nested statement binds the namespace too. */
  function rewriteVars(statement: ts.Statement, inList: boolean): void {
    if (ts.isVariableStatement(statement)) {
      if (listKind(statement.declarationList) === 'var') rewriteStatement(statement, inList);
      return;
    }
    const head = headList(statement);
    if (head !== undefined && listKind(head) === 'var' && takes(head)) {
      const start = head.getStart(file);
      text.blank(start, start + 'var'.length);
      if (ts.isForStatement(statement)) fillBare(head);
    }
    forEachInner(statement, rewriteVars);
  }

  function rewriteStatement(statement: ts.VariableStatement, inList: boolean): void {
    const list = statement.declarationList;
    if (isErased(statement) || !takes(list)) return;
    const kind = listKind(list);
    const start = list.getStart(file);
    const first = list.declarations[0]!;
    // A name on a new line begins a new statement; a bracket could continue the one before.
    const isPattern = !ts.isIdentifier(first.name);
    text.blank(start, start + kind.length, isPattern && inList ? ';' : '');
    if (ts.isObjectBindingPattern(first.name)) {
      // After the comma, what throws at once stands at the assignment, not at the beginning of the pattern.
      text.open(first.name.getStart(file), '(0,');
      text.close(first.end, ')');
    }
    // V8's message for an object pattern quotes the initialiser: it must stay as it is written.
    for (const { name, initializer } of list.declarations)
      if (initializer !== undefined && !ts.isObjectBindingPattern(name)) keepPlace(initializer);
    if (kind === 'var') fillBare(list);
    else
      for (const { name, initializer } of list.declarations)
        if (initializer === undefined) text.close(name.end, '=void 0');
    if (kind === 'const') text.close(list.end, `,${sealing(namesOfList(list).map(keyOf))}`);
    text.terminate(statement.end);
  }

  /**
   * V8 reports what throws at the very beginning of an assignment (`a = missing.b`) at the assignment, but in a declaration
   * at the initialiser. After a comma it is at its place too, so the variable is read there first.
   */
  function keepPlace(initializer: ts.Expression): void {
    const name = firstRead(initializer);
    if (name === undefined) return;
    text.open(initializer.getStart(file), name === initializer ? '(0,' : `(0,${keyOf(name.text)},`);
    text.close(initializer.end, ')');
  }

  /** `var a` keeps the value that a has: nothing to assign, and nothing to read. */
  function fillBare(list: ts.VariableDeclarationList): void {
    for (const { name, initializer } of list.declarations)
      if (initializer === undefined) text.blank(name.getStart(file), name.end, '0');
  }

  /** Whether a list declares names of the cell. The emitter's own names in it become locals. */
  function takes(list: ts.VariableDeclarationList): boolean {
    const names = namesOfList(list);
    if (!names.some(isGlobal)) return false;
    for (const name of names) if (!isGlobal(name)) locals.add(name);
    return true;
  }
}

/** The variable whose reading begins the evaluation of an expression. */
function firstRead(expression: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(expression)) return expression;
  if (ts.isBinaryExpression(expression))
    return isAssignment(expression.operatorToken) ? undefined : firstRead(expression.left);
  if (ts.isConditionalExpression(expression)) return firstRead(expression.condition);
  if (ts.isTaggedTemplateExpression(expression)) return firstRead(expression.tag);
  if (ts.isTemplateExpression(expression)) return firstRead(expression.templateSpans[0]!.expression);
  if (ts.isPrefixUnaryExpression(expression) || ts.isPostfixUnaryExpression(expression))
    return firstRead(expression.operand);
  if (
    ts.isPropertyAccessExpression(expression) ||
    ts.isElementAccessExpression(expression) ||
    ts.isCallExpression(expression) ||
    ts.isNewExpression(expression) ||
    ts.isParenthesizedExpression(expression) ||
    ts.isNonNullExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isAwaitExpression(expression)
  )
    return firstRead(expression.expression);
  return undefined;
}

function isAssignment({ kind }: ts.BinaryOperatorToken): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** An expression that makes constants of properties that have their value. */
export function sealing(keys: readonly string[]): string {
  return `__tsk_.seal(${keys.map((key) => JSON.stringify(key)).join()})`;
}
