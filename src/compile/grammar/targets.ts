// What is assigned to: names, members, and patterns of them.
// Rule: a target is looked at before what is in it, so that a pattern is known by the time its objects are.
import ts from 'typescript';
import { innermost } from '../erased';
import type { Report } from './report';

/** Objects and arrays that are assigned to. */
const patterns = new WeakSet<ts.Node>();

/** Whether an object is a pattern, not a value. */
export const isPattern = (object: ts.ObjectLiteralExpression): boolean => patterns.has(object);

/** What is assigned to. @param isPatternAllowed a pattern may stand there */
export function checkTarget(
  node: ts.Expression,
  isPatternAllowed: boolean,
  code: number,
  message: string,
  report: Report,
): void {
  if (isPatternAllowed && (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)))
    return checkPattern(node, (target) => checkTarget(target, true, code, message, report), report);
  const target = innermost(node);
  if (ts.isIdentifier(target)) return;
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target))
    report(node, code, message);
  else if (target.flags & ts.NodeFlags.OptionalChain) {
    const isOperand = code === 2357;
    report(
      node,
      isOperand ? 2777 : 2779,
      message.replace('must be a variable or a property access', 'may not be an optional property access'),
    );
  }
}

function checkPattern(
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  check: (target: ts.Expression) => void,
  report: Report,
): void {
  patterns.add(pattern);
  const withDefault = (value: ts.Expression) =>
    check(
      ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken
        ? value.left
        : value,
    );
  const members: readonly ts.Node[] = ts.isArrayLiteralExpression(pattern)
    ? pattern.elements
    : pattern.properties;
  for (const [index, member] of members.entries()) {
    if (ts.isSpreadElement(member) || ts.isSpreadAssignment(member)) {
      if (index < members.length - 1)
        report(member, 2462, 'A rest element must be last in a destructuring pattern.');
      if (ts.isBinaryExpression(member.expression))
        report(member, 1186, 'A rest element cannot have an initializer.');
      else check(member.expression);
    } else if (ts.isPropertyAssignment(member)) withDefault(member.initializer);
    else if (ts.isObjectLiteralElement(member)) {
      if (!ts.isShorthandPropertyAssignment(member)) report(member, 1136, 'Property assignment expected.');
    } else if (!ts.isOmittedExpression(member)) withDefault(member as ts.Expression);
  }
}
