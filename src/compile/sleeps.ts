// Tells a `sleep(100)` that is a step of the program, and blocks, from one whose value is taken, which is a promise.
// Rule: only where nothing can take the value does it block. What `sleep` is there is asked when it runs: it may be the cell's
// own, and then it is called as it is.
import ts from 'typescript';
import { walk } from './erased';
import type { CellText } from './text';

/**
 * Makes `__tsk_.step(sleep).sleep(100)` of such calls: V8 says that a call stands where its name does, if it has one, and at
 * the parenthesis otherwise. To be called when the mentions of names are marked: both say the name as that does.
 */
export function markSleeps(file: ts.SourceFile, text: CellText): void {
  if (!/\bsleep\s*\(/.test(file.text)) return;
  walk(file, 'values', (node) => {
    if (ts.isExpressionStatement(node)) markDropped(node.expression);
    else if (ts.isForStatement(node)) {
      if (node.initializer && !ts.isVariableDeclarationList(node.initializer)) markDropped(node.initializer);
      if (node.incrementor) markDropped(node.incrementor);
    } else if (ts.isCallExpression(node)) markMeasured(node);
    return true;
  });

  /** What the user has put `%time` or `%timeit` before: a step as well. */
  function markMeasured({ expression: callee, arguments: given }: ts.CallExpression): void {
    if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return;
    if (callee.expression.text !== '__tsk_') return;
    const measured = given[1];
    if (callee.name.text === 'timed' && measured) markDropped(measured);
    if (callee.name.text !== 'timeit' || !measured || !ts.isArrowFunction(measured)) return;
    if (!ts.isBlock(measured.body)) markDropped(measured.body);
  }

  /** An expression whose value nothing takes. `void` takes it: it says of a promise that nobody waits for it. */
  function markDropped(node: ts.Expression): void {
    if (ts.isParenthesizedExpression(node)) markDropped(node.expression);
    else if (ts.isConditionalExpression(node)) {
      markDropped(node.whenTrue);
      markDropped(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) {
      if (node.operatorToken.kind === ts.SyntaxKind.CommaToken) markDropped(node.left);
      if (endsInRight.has(node.operatorToken.kind)) markDropped(node.right);
    } else if (ts.isCallExpression(node)) {
      const { expression: callee, questionDotToken } = node;
      if (!ts.isIdentifier(callee) || callee.text !== 'sleep' || questionDotToken) return;
      const start = callee.getStart(file);
      text.open(start, `__tsk_.step(${text.prefixAt(start)}sleep).`);
    }
  }
}

/** Operators whose value is that of the right side, if that runs at all. */
const endsInRight: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
