// The completion value of a cell, as the language defines it for a script (ECMA-262, UpdateEmpty and the evaluation of
// statements): found statically, so that the cell can return it.
import ts from 'typescript';
import { forEachInner } from './declarations';
import { isErased } from './erased';
import { isNameless } from './naming';
import type { CellText } from './text';

const SyntaxKind = ts.SyntaxKind;
const variable = '__tsk_value';
const kept = '__tsk_kept';

/** `prefix` and `suffix` surround the body. */
export interface Completion {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * @param isValue whether an expression statement is the user's own (the emitter makes some that are not)
 */
export function rewriteCompletion(
  file: ts.SourceFile,
  text: CellText,
  isValue: (statement: ts.ExpressionStatement) => boolean,
): Completion {
  const { statements } = file;
  let last = statements.length - 1;
  while (last >= 0 && isEmpty(statements[last]!)) last--;
  if (last < 0) return { prefix: '', suffix: '' };
  const final = statements[last]!;
  if (ts.isExpressionStatement(final) && isValue(final)) {
    take(final, 'return (');
    return { prefix: '', suffix: '' };
  }

  // Walks backwards and records an expression's value unless a later statement always produces one. Inside a loop, switch
  // or label a `break` may skip later statements, so every expression there is recorded.
  let isSet = false;
  let isBreakable = false;
  let isUsed = false;
  visitList(statements);
  return isUsed ? { prefix: `let ${variable};`, suffix: `return ${variable}` } : { prefix: '', suffix: '' };

  function take(statement: ts.ExpressionStatement, opening: string): void {
    const { expression } = statement;
    const isChained = isChain(expression);
    text.open(statement.getStart(file), isChained ? `${opening}__tsk_.chained(` : opening);
    // The text was printed; the boolean that write() returns is of no interest as the cell's value.
    for (const print of printsIn(expression)) text.open(print.getStart(file), 'void ');
    text.close(expression.end, isChained ? '))' : ')');
    text.terminate(statement.end);
  }

  function visitList(list: readonly ts.Statement[]): void {
    for (let index = list.length - 1; index >= 0 && (isBreakable || !isSet); index--) visit(list[index]!);
  }

  function visit(statement: ts.Statement): void {
    switch (statement.kind) {
      case SyntaxKind.ExpressionStatement:
        if (isSet || !isValue(statement as ts.ExpressionStatement)) return;
        isUsed = true;
        take(
          statement as ts.ExpressionStatement,
          `${variable}=(${isNameless((statement as ts.ExpressionStatement).expression) ? '0,' : ''}`,
        );
        isSet = true;
        return;
      case SyntaxKind.Block:
        return visitList((statement as ts.Block).statements);
      case SyntaxKind.BreakStatement:
      case SyntaxKind.ContinueStatement:
        isSet = false;
        return;
      case SyntaxKind.LabeledStatement:
        return visitLabeled(statement as ts.LabeledStatement);
      default:
        if (givesValue(statement)) reset(statement, () => visitCompound(statement));
    }
  }

  /** Statements whose value is undefined unless something in them produces one. */
  function visitCompound(statement: ts.Statement): void {
    const isSetAfter = isSet;
    if (ts.isIfStatement(statement)) {
      visit(statement.thenStatement);
      if (statement.elseStatement !== undefined) {
        isSet = isSetAfter;
        visit(statement.elseStatement);
      }
    } else if (ts.isTryStatement(statement)) {
      visit(statement.tryBlock);
      if (statement.catchClause !== undefined) {
        const { block } = statement.catchClause;
        isSet = isSetAfter;
        // A value from the try block before it threw does not count.
        if (isUsed) text.open(block.getStart(file) + 1, `${variable}=void 0;`);
        visit(block);
      }
      if (statement.finallyBlock !== undefined) visitFinally(statement.finallyBlock);
    } else if (ts.isSwitchStatement(statement)) {
      breakable(() => {
        for (let index = statement.caseBlock.clauses.length - 1; index >= 0; index--)
          visitList(statement.caseBlock.clauses[index]!.statements);
      });
    } else if (ts.isIterationStatement(statement, false)) {
      breakable(() => visit(statement.statement));
    } else if (ts.isWithStatement(statement)) visit(statement.statement);
    isSet = true;
  }

  /** The value of `finally` counts only when it jumps; when it ends, what the statement gave before stands again. */
  function visitFinally(block: ts.Block): void {
    if (!isBreakable || !jumps(block)) return;
    isUsed = true;
    text.open(block.getStart(file) + 1, `let ${kept}=${variable};${variable}=void 0;`);
    isSet = true;
    visit(block);
    text.open(block.end - 1, `;${variable}=${kept};`);
  }

  function visitLabeled(statement: ts.LabeledStatement): void {
    let inner: ts.Statement = statement;
    while (ts.isLabeledStatement(inner)) inner = inner.statement;
    if (givesValue(inner)) reset(statement, () => breakable(() => visitCompound(inner)));
    else breakable(() => visit(inner));
  }

  function breakable(visitInner: () => void): void {
    const wasBreakable = isBreakable;
    isBreakable = true;
    visitInner();
    isBreakable = wasBreakable;
  }

  /** In a loop an earlier round may have left a value: the statement begins by resetting it. */
  function reset(statement: ts.Statement, visitInner: () => void): void {
    if (!isBreakable) return visitInner();
    isUsed = true;
    text.open(statement.getStart(file), `{${variable}=void 0;`);
    visitInner();
    text.close(statement.end, '}');
  }
}

function givesValue(statement: ts.Statement): boolean {
  return (
    ts.isIfStatement(statement) ||
    ts.isTryStatement(statement) ||
    ts.isSwitchStatement(statement) ||
    ts.isIterationStatement(statement, false) ||
    ts.isWithStatement(statement)
  );
}

/** The calls of `process.stdout.write`, or that of stderr, whose value may be that of the expression. */
function printsIn(expression: ts.Expression): ts.Expression[] {
  if (isPrint(expression)) return [expression];
  if (
    ts.isAwaitExpression(expression) ||
    ts.isParenthesizedExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isNonNullExpression(expression)
  )
    return printsIn(expression.expression);
  if (ts.isConditionalExpression(expression))
    return [...printsIn(expression.whenTrue), ...printsIn(expression.whenFalse)];
  return ts.isBinaryExpression(expression) && givesItsRight.has(expression.operatorToken.kind)
    ? printsIn(expression.right)
    : [];
}
const givesItsRight = new Set<ts.SyntaxKind>([
  SyntaxKind.CommaToken,
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
]);

function isPrint(expression: ts.Expression): boolean {
  if (!ts.isCallExpression(expression)) return false;
  const { expression: method } = expression;
  if (!ts.isPropertyAccessExpression(method) || method.name.text !== 'write') return false;
  const { expression: stream } = method;
  // Also `const { stdout } = process`.
  if (ts.isIdentifier(stream)) return isOutput(stream);
  return (
    ts.isPropertyAccessExpression(stream) &&
    isOutput(stream.name) &&
    ts.isIdentifier(stream.expression) &&
    stream.expression.text === 'process'
  );
}

const isOutput = ({ text }: ts.MemberName) => text === 'stdout' || text === 'stderr';

/** `load().then(…)`: the code says itself what happens with the promise. */
function isChain(expression: ts.Expression): boolean {
  return (
    ts.isCallExpression(expression) &&
    ts.isPropertyAccessExpression(expression.expression) &&
    /^(then|catch|finally)$/.test(expression.expression.name.text)
  );
}

/** Whether a break or continue stands in a statement. */
function jumps(statement: ts.Statement): boolean {
  let found = ts.isBreakOrContinueStatement(statement);
  forEachInner(statement, (inner) => {
    found ||= jumps(inner);
  });
  return found;
}

/** Declarations that do nothing when control reaches them. */
function isEmpty(statement: ts.Statement): boolean {
  return (
    isErased(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isEmptyStatement(statement)
  );
}
