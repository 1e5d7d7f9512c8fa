// Functions and classes without a name of their own, which get one from where they stand.
import ts from 'typescript';
import { innermost } from './erased';

/** Whether an expression is a function or class that an assignment would name. */
export function isNameless(expression: ts.Expression): boolean {
  const value = innermost(expression);
  if (ts.isArrowFunction(value)) return true;
  return (ts.isFunctionExpression(value) || ts.isClassExpression(value)) && value.name === undefined;
}

/** What comes before a function or class that `export default` gives its name, in an expression with a comma. */
export const namesDefault = '__tsk_.as';

export const isNamedDefault = (node: ts.BinaryExpression): boolean =>
  node.operatorToken.kind === ts.SyntaxKind.CommaToken &&
  ts.isPropertyAccessExpression(node.left) &&
  ts.isIdentifier(node.left.expression) &&
  node.left.expression.text === '__tsk_' &&
  node.left.name.text === 'as';
