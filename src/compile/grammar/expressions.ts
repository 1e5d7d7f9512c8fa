// Expressions, and the members of enums.
import ts from 'typescript';
import { type Report, wordOf } from './report';
import { checkTarget, isPattern } from './targets';

const SyntaxKind = ts.SyntaxKind;

export function checkExpression(node: ts.Node, isGenerator: boolean, report: Report): void {
  switch (node.kind) {
    case SyntaxKind.BinaryExpression:
      return checkBinary(node as ts.BinaryExpression, report);
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression: {
      const { operator, operand } = node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression;
      if (operator !== SyntaxKind.PlusPlusToken && operator !== SyntaxKind.MinusMinusToken) return;
      const message =
        'The operand of an increment or decrement operator must be a variable or a property access.';
      return checkTarget(operand, false, 2357, message, report);
    }
    case SyntaxKind.ObjectLiteralExpression:
      return checkObject(node as ts.ObjectLiteralExpression, report);
    case SyntaxKind.YieldExpression:
      if (!isGenerator) report(node, 1163, "A 'yield' expression is only allowed in a generator body.");
      return;
    case SyntaxKind.CallExpression:
      return checkCall(node as ts.CallExpression, report);
    case SyntaxKind.NewExpression:
      if ((node as ts.NewExpression).typeArguments?.length === 0)
        report(node, 1099, 'Type argument list cannot be empty.');
      return;
    case SyntaxKind.MetaProperty: {
      const { keywordToken, name } = node as ts.MetaProperty;
      if (keywordToken === SyntaxKind.ImportKeyword && !['meta', 'defer', 'source'].includes(name.text))
        report(
          name,
          17012,
          `'${name.text}' is not a valid meta-property for keyword 'import'. Did you mean 'meta'?`,
        );
      return;
    }
    case SyntaxKind.EnumMember: {
      const { name } = node as ts.EnumMember;
      if (ts.isComputedPropertyName(name) && !ts.isStringLiteralLike(name.expression))
        report(name, 1164, 'Computed property names are not allowed in enums.');
      return;
    }
    default:
  }
}

function checkCall(
  { expression, arguments: values, typeArguments }: ts.CallExpression,
  report: Report,
): void {
  if (typeArguments?.length === 0) report(expression, 1099, 'Type argument list cannot be empty.');
  if (expression.kind !== SyntaxKind.ImportKeyword) return;
  const spread = values.find(ts.isSpreadElement);
  if (spread) report(spread, 1325, 'Argument of dynamic import cannot be spread element.');
  else if (values.length === 0 || values.length > 2)
    report(
      values[2] ?? expression,
      1450,
      'Dynamic imports can only accept a module specifier and an optional set of attributes as arguments',
    );
}

function checkBinary({ left, operatorToken, right }: ts.BinaryExpression, report: Report): void {
  const { kind } = operatorToken;
  if (kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) {
    const message = 'The left-hand side of an assignment expression must be a variable or a property access.';
    checkTarget(left, kind === SyntaxKind.EqualsToken, 2364, message, report);
  } else if (kind === SyntaxKind.QuestionQuestionToken || isLogical(kind)) {
    for (const side of [left, right]) {
      if (!ts.isBinaryExpression(side)) continue;
      const other = side.operatorToken.kind;
      const isMixed =
        kind === SyntaxKind.QuestionQuestionToken
          ? isLogical(other)
          : other === SyntaxKind.QuestionQuestionToken;
      if (isMixed)
        report(
          side,
          5076,
          `'${wordOf(kind)}' and '${wordOf(other)}' operations cannot be mixed without parentheses.`,
        );
    }
  }
}

const isLogical = (kind: ts.SyntaxKind): boolean =>
  kind === SyntaxKind.BarBarToken || kind === SyntaxKind.AmpersandAmpersandToken;

/** Objects that are values: as the left side of an assignment they are patterns, which may say more. */
function checkObject(object: ts.ObjectLiteralExpression, report: Report): void {
  for (const property of object.properties) {
    const { questionToken, exclamationToken } = property as ts.PropertyAssignment & {
      readonly questionToken?: ts.Node;
      readonly exclamationToken?: ts.Node;
    };
    if (questionToken) report(questionToken, 1162, 'An object member cannot be declared optional.');
    if (exclamationToken)
      report(exclamationToken, 1255, "A definite assignment assertion '!' is not permitted in this context.");
    if (!ts.isShorthandPropertyAssignment(property) || !property.equalsToken) continue;
    if (!isPattern(object))
      report(
        property.equalsToken,
        1312,
        "Did you mean to use a ':'? An '=' can only follow a property name when the containing object literal is part of a destructuring pattern.",
      );
  }
}
