// Words in front of a declaration, and decorators: which may stand where.
import ts from 'typescript';
import { type Report, wordOf } from './report';

const SyntaxKind = ts.SyntaxKind;

const visibility = [SyntaxKind.PublicKeyword, SyntaxKind.PrivateKeyword, SyntaxKind.ProtectedKeyword];
const ofMembers = [
  ...visibility,
  SyntaxKind.StaticKeyword,
  SyntaxKind.AbstractKeyword,
  SyntaxKind.OverrideKeyword,
];
const ofStatements = [SyntaxKind.ExportKeyword, SyntaxKind.DefaultKeyword, SyntaxKind.DeclareKeyword];

/** The modifiers that a node may have; undefined where it is none of our business. */
function modifiersOf(node: ts.Node, parent: ts.Node): readonly ts.SyntaxKind[] | undefined {
  const isInObject = ts.isObjectLiteralExpression(parent);
  switch (node.kind) {
    case SyntaxKind.PropertyAssignment:
    case SyntaxKind.ShorthandPropertyAssignment:
    case SyntaxKind.ClassStaticBlockDeclaration:
      return [];
    case SyntaxKind.MethodDeclaration:
      return isInObject ? [SyntaxKind.AsyncKeyword] : [...ofMembers, SyntaxKind.AsyncKeyword];
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
      return isInObject ? [] : ofMembers;
    case SyntaxKind.Constructor:
      return visibility;
    case SyntaxKind.PropertyDeclaration:
      return [
        ...ofMembers,
        SyntaxKind.ReadonlyKeyword,
        SyntaxKind.DeclareKeyword,
        SyntaxKind.AccessorKeyword,
      ];
    case SyntaxKind.Parameter:
      return [...visibility, SyntaxKind.ReadonlyKeyword, SyntaxKind.OverrideKeyword];
    case SyntaxKind.ClassDeclaration:
      return [...ofStatements, SyntaxKind.AbstractKeyword];
    case SyntaxKind.FunctionDeclaration:
      return [...ofStatements, SyntaxKind.AsyncKeyword];
    case SyntaxKind.EnumDeclaration:
      return [...ofStatements, SyntaxKind.ConstKeyword];
    case SyntaxKind.VariableStatement:
    case SyntaxKind.ModuleDeclaration:
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.ImportEqualsDeclaration:
      return ofStatements;
    default:
      return undefined;
  }
}

export function checkModifiers(node: ts.Node, parent: ts.Node, report: Report): void {
  const { modifiers } = node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> };
  if (modifiers === undefined) return;
  const allowed = modifiersOf(node, parent);
  const seen = new Set<ts.SyntaxKind>();
  for (const modifier of modifiers) {
    const { kind } = modifier;
    const word = `'${wordOf(kind)}' modifier`;
    if (kind === SyntaxKind.Decorator) {
      if (!mayBeDecorated(node, parent)) report(modifier, 1206, 'Decorators are not valid here.');
    } else if (seen.has(kind)) report(modifier, 1030, `${word} already seen.`);
    else if (allowed && !allowed.includes(kind)) {
      if (ts.isParameter(node)) report(modifier, 1090, `${word} cannot appear on a parameter.`);
      else if (ts.isClassElement(node) && !ts.isObjectLiteralExpression(parent))
        report(modifier, 1031, `${word} cannot appear on class elements of this kind.`);
      else report(modifier, 1042, `${word} cannot be used here.`);
    } else if (kind === SyntaxKind.ExportKeyword && !ts.isSourceFile(parent) && !ts.isModuleBlock(parent))
      report(modifier, 1184, 'Modifiers cannot appear here.');
    seen.add(kind);
  }
}

function mayBeDecorated(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isParameter(node))
    return ts.isMethodDeclaration(parent) || ts.isConstructorDeclaration(parent) || ts.isAccessor(parent);
  if (ts.isConstructorDeclaration(node) || ts.isClassStaticBlockDeclaration(node)) return false;
  return ts.isClassLike(node) || (ts.isClassElement(node) && ts.isClassLike(parent));
}
