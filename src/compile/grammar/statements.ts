// What each kind of statement may have in it, and where it may stand.
import ts from 'typescript';
import { isAmbient } from '../erased';
import type { Report } from './report';
import { checkTarget } from './targets';

const SyntaxKind = ts.SyntaxKind;

export function checkStatement(
  node: ts.Statement,
  parent: ts.Node,
  file: ts.SourceFile,
  report: Report,
): void {
  switch (node.kind) {
    case SyntaxKind.ImportDeclaration:
    case SyntaxKind.ExportDeclaration:
      return checkModuleSyntax(node as ts.ImportDeclaration | ts.ExportDeclaration, parent, report);
    case SyntaxKind.ImportEqualsDeclaration: {
      const { moduleReference } = node as ts.ImportEqualsDeclaration;
      if (ts.isExternalModuleReference(moduleReference)) checkSpecifier(moduleReference.expression, report);
      return;
    }
    case SyntaxKind.ExportAssignment:
      if (ts.isModuleBlock(parent))
        report(node, 1319, 'A default export can only be used in an ECMAScript-style module.');
      else if (!ts.isSourceFile(parent))
        report(node, 1258, 'A default export must be at the top level of a file or module declaration.');
      return;
    case SyntaxKind.ExpressionStatement:
      return checkLoneDeclare(node as ts.ExpressionStatement, file, report);
    case SyntaxKind.VariableStatement:
      checkAlone(node, parent, report);
      return checkVariables(node as ts.VariableStatement, parent, report);
    case SyntaxKind.ClassDeclaration:
      return checkAlone(node, parent, report);
    case SyntaxKind.FunctionDeclaration:
      if (isAmbient(node) && (node as ts.FunctionDeclaration).body)
        report(
          (node as ts.FunctionDeclaration).body!,
          1183,
          'An implementation cannot be declared in ambient contexts.',
        );
      return;
    case SyntaxKind.ModuleDeclaration:
      if (ts.isStringLiteral((node as ts.ModuleDeclaration).name) && !isAmbient(node))
        report((node as ts.ModuleDeclaration).name, 1035, 'Only ambient modules can use quoted names.');
      return;
    case SyntaxKind.ForInStatement:
    case SyntaxKind.ForOfStatement:
      return checkHead(node as ts.ForInOrOfStatement, report);
    case SyntaxKind.TryStatement: {
      const variable = (node as ts.TryStatement).catchClause?.variableDeclaration;
      if (variable?.initializer)
        report(variable.initializer, 1197, 'Catch clause variable cannot have an initializer.');
      return;
    }
    default:
  }
}

function checkModuleSyntax(
  node: ts.ImportDeclaration | ts.ExportDeclaration,
  parent: ts.Node,
  report: Report,
): void {
  if (ts.isModuleBlock(parent)) {
    if (ts.isImportDeclaration(node))
      report(node, 1147, 'Import declarations in a namespace cannot reference a module.');
    else report(node, 1194, 'Export declarations are not permitted in a namespace.');
  } else if (!ts.isSourceFile(parent)) {
    if (ts.isImportDeclaration(node))
      report(node, 1232, 'An import declaration can only be used at the top level of a namespace or module.');
    else
      report(node, 1233, 'An export declaration can only be used at the top level of a namespace or module.');
  } else if (node.moduleSpecifier) checkSpecifier(node.moduleSpecifier, report);
}

function checkSpecifier(node: ts.Expression, report: Report): void {
  if (ts.isStringLiteral(node)) return;
  const hint = ts.isIdentifier(node) ? `Put the name of the module in quotes: '${node.text}'.` : undefined;
  report(node, 1141, 'String literal expected.', hint);
}

/** The parser expects a declaration after `declare`, and says nothing when none comes. */
function checkLoneDeclare(
  { expression, end }: ts.ExpressionStatement,
  file: ts.SourceFile,
  report: Report,
): void {
  if (!ts.isIdentifier(expression) || expression.text !== 'declare') return;
  const rest = /^[^\S\r\n\u2028\u2029]*(.?)/u.exec(file.text.slice(end))![1]!;
  if (file.text[end - 1] !== ';' && rest !== '' && !';}/'.includes(rest))
    report(expression, 1128, 'Declaration or statement expected.');
}

/** What a block must be around. */
function checkAlone(node: ts.Statement, parent: ts.Node, report: Report): void {
  const word = ts.isVariableStatement(node) ? kindOf(node.declarationList) : 'class';
  if (word === 'var') return;
  const isBody =
    ts.isIfStatement(parent) || ts.isIterationStatement(parent, false) || ts.isWithStatement(parent);
  if (ts.isLabeledStatement(parent)) report(parent.label, 1344, 'A label is not allowed here.');
  else if (isBody) report(node, 1156, `'${word}' declarations can only be declared inside a block.`);
}

function kindOf({ flags }: ts.VariableDeclarationList): string {
  if ((flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) return 'await using';
  if (flags & ts.NodeFlags.Using) return 'using';
  if (flags & ts.NodeFlags.Const) return 'const';
  return flags & ts.NodeFlags.Let ? 'let' : 'var';
}

function checkVariables(node: ts.VariableStatement, parent: ts.Node, report: Report): void {
  const kind = kindOf(node.declarationList);
  const [first] = node.declarationList.declarations;
  if (isAmbient(node)) {
    const initializer = kind === 'const' ? undefined : first?.initializer;
    if (initializer) report(initializer, 1039, 'Initializers are not allowed in ambient contexts.');
  }
  if (!kind.endsWith('using')) return;
  checkUsing(node.declarationList, kind, report);
  const exported = node.modifiers?.find((modifier) => modifier.kind === SyntaxKind.ExportKeyword);
  if (exported) report(exported, 1491, `'export' modifier cannot appear on a '${kind}' declaration.`);
  if (ts.isCaseOrDefaultClause(parent))
    report(
      node,
      1547,
      `'${kind}' declarations are not allowed in 'case' or 'default' clauses unless contained within a block.`,
    );
}

function checkUsing({ declarations }: ts.VariableDeclarationList, kind: string, report: Report): void {
  for (const { name } of declarations)
    if (!ts.isIdentifier(name)) report(name, 1492, `'${kind}' declarations may not have binding patterns.`);
}

function checkHead(node: ts.ForInOrOfStatement, report: Report): void {
  const { initializer } = node;
  const isOf = ts.isForOfStatement(node);
  const loop = isOf ? "'for...of' statement" : "'for...in' statement";
  if (!ts.isVariableDeclarationList(initializer)) {
    if (isOf && !node.awaitModifier && ts.isIdentifier(initializer) && initializer.text === 'async')
      report(initializer, 1106, "The left-hand side of a 'for...of' statement may not be 'async'.");
    const message = `The left-hand side of a ${loop} must be a variable or a property access.`;
    return checkTarget(initializer, true, isOf ? 2487 : 2406, message, report);
  }
  const [first, second] = initializer.declarations;
  const kind = kindOf(initializer);
  if (kind.endsWith('using')) {
    if (isOf) checkUsing(initializer, kind, report);
    else
      report(
        initializer,
        1493,
        `The left-hand side of a 'for...in' statement cannot be a '${kind}' declaration.`,
      );
  }
  if (second)
    report(second, isOf ? 1188 : 1091, `Only a single variable declaration is allowed in a ${loop}.`);
  else if (first?.initializer)
    report(
      first.name,
      isOf ? 1190 : 1189,
      `The variable declaration of a ${loop} cannot have an initializer.`,
    );
}
