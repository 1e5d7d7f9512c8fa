// What TypeScript's parser lets through and its checker, or the language, refuses. It is said here, of the source as it was
// written: rewriting would make something else of it, or V8 would speak of compiled text.
// Rule: in TypeScript's words, under its codes. What V8 says as well and as rightly is left to V8.
import ts from 'typescript';
import type { SyntaxProblem } from '../../text/problem';
import { isErased } from '../erased';
import { checkExpression } from './expressions';
import { checkClass, checkFunction } from './functions';
import { checkModifiers } from './modifiers';
import type { Report } from './report';
import { checkStatement } from './statements';

/** The words of strict mode that TypeScript takes for names. */
const reserved = new Set([
  ...['yield', 'let', 'static', 'implements', 'interface', 'package', 'private', 'protected', 'public'],
]);

/** @param file a cell with its module syntax */
export function checkGrammar(file: ts.SourceFile): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const report: Report = (node, code, message, hint) => {
    const offset = node.getStart(file);
    problems.push({ message, code, offset, length: node.end - offset, ...(hint !== undefined && { hint }) });
  };
  checkDefaults(file, report);
  for (const statement of file.statements) visit(statement, file, false);
  return problems;

  /** @param isGenerator whether the nearest function is one */
  function visit(node: ts.Node, parent: ts.Node, isGenerator: boolean): void {
    checkModifiers(node, parent, report);
    if (ts.isStatement(node)) checkStatement(node, parent, file, report);
    if (isErased(node)) return;
    let inside = isGenerator;
    if (ts.isIdentifier(node)) {
      if (reserved.has(node.text)) checkReserved(node, parent, report);
      return;
    }
    if (ts.isFunctionLike(node)) {
      inside = (node as ts.FunctionLikeDeclaration).asteriskToken !== undefined;
      checkFunction(node, file, report);
    } else if (ts.isClassLike(node)) checkClass(node, report);
    else checkExpression(node, isGenerator, report);
    ts.forEachChild(node, (child) => visit(child, node, inside));
  }
}

/** Of mentions only: what is declared is looked at elsewhere. */
function checkReserved(node: ts.Identifier, parent: ts.Node, report: Report): void {
  const { name, propertyName } = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node };
  const isShorthand = ts.isShorthandPropertyAssignment(parent);
  const isSpecifier =
    ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isJsxNamespacedName(parent);
  if ((name === node && !isShorthand) || propertyName === node || isSpecifier) return;
  report(
    node,
    1214,
    `Identifier expected. '${node.text}' is a reserved word in strict mode. Modules are automatically in strict mode.`,
  );
}

/** A module has one default export. */
function checkDefaults(file: ts.SourceFile, report: Report): void {
  const defaults = file.statements.filter((statement) => {
    if (ts.isExportAssignment(statement)) return !statement.isExportEquals;
    if (!ts.canHaveModifiers(statement) || isErased(statement)) return false;
    return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true;
  });
  for (const other of defaults.slice(1))
    report(other, 2528, 'A module cannot have multiple default exports.');
}
