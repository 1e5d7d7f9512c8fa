// Functions and classes, as declarations and as values.
import ts from 'typescript';
import type { Report } from './report';

export function checkFunction(node: ts.SignatureDeclaration, file: ts.SourceFile, report: Report): void {
  if (node.typeParameters?.length === 0) report(node, 1098, 'Type parameter list cannot be empty.');
  for (const parameter of node.parameters.slice(1))
    if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this')
      report(parameter, 2680, "A 'this' parameter must be the first parameter.");
  if (!ts.isArrowFunction(node)) return;
  const arrow = node.equalsGreaterThanToken;
  if (/[\r\n\u2028\u2029]/.test(file.text.slice(arrow.pos, arrow.getStart(file))))
    report(arrow, 1200, 'Line terminator not permitted before arrow.');
}

export function checkClass(node: ts.ClassLikeDeclaration, report: Report): void {
  if (node.typeParameters?.length === 0) report(node, 1098, 'Type parameter list cannot be empty.');
  const clauses = node.heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) ?? [];
  if (clauses.length > 1) report(clauses[1]!, 1172, "'extends' clause already seen.");
  else if (clauses[0]?.types.length === 0) report(clauses[0], 1097, "'extends' list cannot be empty.");
  else if (clauses[0] && clauses[0].types.length > 1)
    report(clauses[0].types[1]!, 1174, 'Classes can only extend a single class.');
}
