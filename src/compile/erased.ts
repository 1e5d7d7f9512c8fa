// What TypeScript erases, and the walk over a tree with or without it: the place to go for new syntax.
// Rule: no other file says what is erased. Imports and exports are taken out before (modules.ts).
import ts from 'typescript';

const SyntaxKind = ts.SyntaxKind;

/** TypeScript keeps these to itself in its types. */
interface ParserInternals {
  readonly transformFlags: number;
}
const containsTypeScript = 1;

/** Whether a tree may have in it what is not JavaScript: the parser notes that, for TypeScript's own transformer. */
export const hasTypes = (file: ts.SourceFile): boolean =>
  ((file as unknown as ParserInternals).transformFlags & containsTypeScript) !== 0;

/** Whether erasing a cell's types removes a node, with everything in it. */
export function isErased(node: ts.Node): boolean {
  switch (node.kind) {
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.IndexSignature:
    case SyntaxKind.TypeParameter:
      return true;
    case SyntaxKind.VariableStatement:
    case SyntaxKind.ClassDeclaration:
    case SyntaxKind.EnumDeclaration:
      return isAmbient(node);
    case SyntaxKind.ModuleDeclaration:
      return isAmbient(node) || !hasValues(node);
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.Constructor:
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
      return (node as ts.FunctionLikeDeclaration).body === undefined;
    case SyntaxKind.PropertyDeclaration:
      return isErasedField(node as ts.PropertyDeclaration);
    case SyntaxKind.HeritageClause:
      return (node as ts.HeritageClause).token === SyntaxKind.ImplementsKeyword;
    case SyntaxKind.ExpressionWithTypeArguments:
      // `extends A<B>`, `f<B>`: an expression, for all that TypeScript counts it among the types.
      return false;
    default:
      return ts.isTypeNode(node);
  }
}

/** An expression without the parentheses and the types that stand around it. */
export function innermost(expression: ts.Expression): ts.Expression {
  let inner = expression;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAssertionExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner)
  )
    inner = inner.expression;
  return inner;
}

/** Whether a statement or a member says `declare`. */
export function isAmbient(node: ts.Node): boolean {
  return hasModifier(node, SyntaxKind.DeclareKeyword);
}

/** Legacy decorators see a field also where there is none: `@property() declare name: string`. */
function isErasedField(field: ts.PropertyDeclaration): boolean {
  const isThere = !isAmbient(field) && !hasModifier(field, SyntaxKind.AbstractKeyword);
  return !isThere && !hasModifier(field, SyntaxKind.Decorator);
}

/** Whether a namespace, or a part of it, leaves anything to run. */
function hasValues(node: ts.Node): boolean {
  if (node.flags & ts.NodeFlags.GlobalAugmentation) return false;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return false;
  if (ts.isModuleDeclaration(node)) return node.body !== undefined && hasValues(node.body);
  if (ts.isModuleBlock(node)) return node.statements.some(hasValues);
  if (ts.isImportEqualsDeclaration(node)) return hasModifier(node, SyntaxKind.ExportKeyword);
  // A `declare` in it as well: TypeScript makes an object of such a namespace.
  return true;
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && node.modifiers?.some((modifier) => modifier.kind === kind) === true;
}

/**
 * Visits a node and what is in it, in the order of the text.
 * @param part `values` leaves out what is erased
 * @param visit answers whether to go on into the node
 */
export function walk(node: ts.Node, part: 'all' | 'values', visit: (node: ts.Node) => boolean): void {
  if (part === 'values' && isErased(node)) return;
  if (visit(node)) ts.forEachChild(node, (child) => walk(child, part, visit));
}
