// What a cell gives and what it asks for, read off its syntax tree.
// Rule: looks at names only; what they mean is the type checker's business.
import ts from 'typescript';
import { isObjectLiteral, parseEither } from '../../compile/parse';
import { Declarations, type DeclaredValue } from './declarations';

/** What a cell gives. */
export interface Surface {
  readonly jsx: boolean;
  /** Names with a value, declared at the top level. */
  readonly values: ReadonlyMap<string, DeclaredValue>;
  /** Names with a meaning as a type; a class is in both. */
  readonly types: ReadonlySet<string>;
  /** Names that it makes as properties of `globalThis`; nothing is known of their types. */
  readonly globals: ReadonlySet<string>;
  /** Has `declare global` or `declare module`: other cells are concerned though they mention nothing of it. */
  readonly changesGlobals: boolean;
}

export interface Outline extends Surface {
  /** Names that the source itself exports. */
  readonly exported: ReadonlySet<string>;
  /** Every identifier that may refer to something outside. */
  readonly mentions: ReadonlySet<string>;
  /** Names that it imports, for their value or only for their type: nothing else may have them beside. */
  readonly imported: ReadonlySet<string>;
  /** Imports that bind what it re-exports: a cell has these names too, a module would not. */
  readonly reexports: string;
  /** Names that it assigns to: what an earlier cell gave them says nothing of what they are here. */
  readonly assigned: ReadonlySet<string>;
  /** Names that a check which ends the cell mentions, such as `if (!row) throw …`: after it more is known of them. */
  readonly checked: ReadonlySet<string>;
  /** The whole source is an object literal, which a module would take for a block. */
  readonly isObject: boolean;
}

export function outlineOf(source: string, { file, language } = parseEither(source)): Outline {
  const jsx = language === 'tsx';
  const declared = new Declarations(source);
  const checked = new Set<string>();
  for (const statement of file.statements) {
    declared.add(statement);
    for (const check of checksOf(statement, file)) collectMentions(check, checked);
  }
  const mentions = new Set(jsx ? ['React', 'h'] : []);
  const globals = new Set<string>();
  const assigned = new Set<string>();
  const found = { globals, assigned, hoist: (list: ts.VariableDeclarationList) => declared.addHoisted(list) };
  collectMentions(file, mentions, found);
  const reexports = declared.bindReexports();
  const { values, types, imported, exported, changesGlobals } = declared;
  const asked = { mentions, checked, assigned, isObject: isObjectLiteral(file) };
  return { jsx, values, types, imported, exported, reexports, globals, changesGlobals, ...asked };
}

/** What has to hold for a statement to be passed: conditions whose other side throws, what is asserted. */
function checksOf(statement: ts.Statement, file: ts.SourceFile): readonly ts.Expression[] {
  if (ts.isIfStatement(statement)) {
    const { expression, thenStatement, elseStatement } = statement;
    return throws(thenStatement) || (elseStatement && throws(elseStatement)) ? [expression] : [];
  }
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return [];
  const { expression: callee, arguments: values } = statement.expression;
  return /^(assert|invariant)/i.test(callee.getText(file)) ? values : [];
}

function throws(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && ts.isThrowStatement(last);
}

/** What is found besides mentions. */
interface Found {
  readonly globals: Set<string>;
  readonly assigned: Set<string>;
  /** Takes each list of `var` that belongs to the cell, not to a function. */
  hoist(list: ts.VariableDeclarationList): void;
}

/** Walks the whole tree. */
function collectMentions(tree: ts.Node, mentions: Set<string>, found?: Found): void {
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isIdentifier(node)) {
      mentions.add(node.text);
      return;
    }
    if (isAssignment(node) && isGlobalThis(node.left)) found?.globals.add(node.left.name.text);
    const target = targetOf(node);
    if (target && found) collectTargets(target, found.assigned);
    // What comes after a dot or before a colon names a member.
    const only = ts.isPropertyAccessExpression(node)
      ? node.expression
      : ts.isQualifiedName(node)
        ? node.left
        : ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)
          ? node.initializer
          : undefined;
    if (only) {
      visit(only, inFunction);
      return;
    }
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped) && !inFunction)
      found?.hoist(node);
    const inner = inFunction || ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleBlock(node);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(tree, false);
}

/** What a node assigns to, if it does. */
function targetOf(node: ts.Node): ts.Node | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns ? node.left : undefined;
  }
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return node.initializer;
  const counts = (operator: ts.SyntaxKind) =>
    operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
  const isCount =
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && counts(node.operator);
  return isCount ? node.operand : undefined;
}

/** The names in a target; those in a pattern may be too many, which does no harm. */
function collectTargets(target: ts.Node, names: Set<string>): void {
  if (ts.isParenthesizedExpression(target)) collectTargets(target.expression, names);
  else if (ts.isIdentifier(target)) names.add(target.text);
  else if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target))
    collectMentions(target, names);
}

const isAssignment = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

const isGlobalThis = (node: ts.Expression): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'globalThis';
