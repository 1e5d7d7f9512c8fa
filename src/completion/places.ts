// What is at the cursor: the word around it, the node it is in, the value before the dot.
import ts from 'typescript';
import { walk } from '../compile/erased';

export interface Span {
  readonly start: number;
  readonly end: number;
}

const wordBefore = /[\p{ID_Continue}$#\u200c\u200d]*$/u;
const wordAfter = /^[\p{ID_Continue}$\u200c\u200d]*/u;
/** The longest name that is looked for: bounds the cost in a huge cell. */
const longestName = 300;

/** The identifier that the cursor touches; empty where there is none. */
export function wordAround(source: string, offset: number): Span {
  const before = wordBefore.exec(source.slice(Math.max(0, offset - longestName), offset))![0];
  const after = wordAfter.exec(source.slice(offset, offset + longestName))![0];
  return { start: offset - before.length, end: offset + after.length };
}

/** The innermost node that matches and contains the offset, its ends included. */
export function findAround<Node extends ts.Node>(
  file: ts.SourceFile,
  offset: number,
  matches: (node: ts.Node) => node is Node,
): Node | undefined {
  let found: Node | undefined;
  walk(file, 'all', (node) => {
    if (offset < node.pos || offset > node.end) return false;
    if (matches(node)) found = node;
    return true;
  });
  return found;
}

/** The expression before the dot, when a member's name begins at `start`. */
export function receiverAt(file: ts.SourceFile, start: number): ts.Expression | undefined {
  const access = findAround(file, start, (node): node is ts.PropertyAccessExpression => {
    if (!ts.isPropertyAccessExpression(node) || node.expression.end >= start) return false;
    return /^\s*(?:\?|!)?\.\s*$/.test(file.text.slice(node.expression.end, start));
  });
  return access?.expression;
}

/** The string literal that the cursor is in, with the span between its quotes. One that has no end goes to that of its line. */
export function quotedAt(
  file: ts.SourceFile,
  offset: number,
): (Span & { literal: ts.StringLiteralLike }) | undefined {
  const literal = findAround(file, offset, ts.isStringLiteralLike);
  if (!literal) return undefined;
  const start = literal.getStart(file) + 1;
  const closed = file.text[literal.end - 1] === file.text[start - 1] && literal.end > start;
  const end = closed ? literal.end - 1 : literal.end;
  return offset < start || offset > end ? undefined : { literal, start, end };
}

/** The element access whose quoted key the cursor is in: `data["it|` . */
export function quotedKeyAt(
  file: ts.SourceFile,
  offset: number,
): (Span & { readonly receiver: ts.Expression }) | undefined {
  const quoted = quotedAt(file, offset);
  if (!quoted || !ts.isElementAccessExpression(quoted.literal.parent)) return undefined;
  return { ...quoted, receiver: quoted.literal.parent.expression };
}

/** The name of the module that the cursor is in: `import zlib from "node:z|"` . */
export function specifierAt(file: ts.SourceFile, offset: number): Span | undefined {
  const quoted = quotedAt(file, offset);
  if (!quoted) return undefined;
  const { parent } = quoted.literal;
  const isSpecifier =
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    (ts.isCallExpression(parent) && loadsModule(parent.expression)) ||
    (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent));
  return isSpecifier ? quoted : undefined;
}

/** `import(…)`, `require(…)`, `require.resolve(…)` */
function loadsModule(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const isResolve = ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve';
  const loader = isResolve ? callee.expression : callee;
  return ts.isIdentifier(loader) && loader.text === 'require';
}

/**
 * The names that lead from a global to a value: `data.items[0]` is data, items, 0.
 * Undefined when the path contains a call, or begins at a local variable of a function.
 * @param isLocal whether a name is one of a scope inside the cell
 */
export function livePathOf(
  expression: ts.Expression,
  isLocal: (name: ts.Identifier) => boolean,
): string[] | undefined {
  if (ts.isIdentifier(expression))
    return expression.text && !isLocal(expression) ? [expression.text] : undefined;
  if (ts.isPropertyAccessExpression(expression)) {
    const path = livePathOf(expression.expression, isLocal);
    return path && [...path, expression.name.text];
  }
  if (ts.isElementAccessExpression(expression)) {
    const key = expression.argumentExpression;
    if (!ts.isStringLiteralLike(key) && !ts.isNumericLiteral(key)) return undefined;
    const path = livePathOf(expression.expression, isLocal);
    return path && [...path, key.text];
  }
  const isWrapped =
    ts.isParenthesizedExpression(expression) ||
    ts.isNonNullExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression);
  return isWrapped ? livePathOf(expression.expression, isLocal) : undefined;
}

/** Whether a declaration stands in a scope inside the cell. */
export function isInScope(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isSourceFile(at); at = at.parent) {
    const isScope = ts.isFunctionLike(at) || ts.isBlock(at) || ts.isCaseBlock(at) || ts.isModuleBlock(at);
    if (isScope || ts.isForStatement(at) || ts.isForOfStatement(at) || ts.isForInStatement(at)) return true;
  }
  return false;
}

/** Asks the checker whether a name is one of a scope inside the cell. */
export const isLocalTo =
  (checker: ts.TypeChecker) =>
  (name: ts.Identifier): boolean => {
    const declaration = checker.getSymbolAtLocation(name)?.declarations?.[0];
    return declaration !== undefined && isInScope(declaration);
  };
