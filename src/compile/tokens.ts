// The tokens of a text, also of one that does not parse to its end.
// Rule: the parser says what a slash and a brace are. After `)` of a call a slash divides, after that of an `if` it begins a
// regular expression, and `}` ends an object, a block or a part of a template: a scanner alone knows none of them.
import ts from 'typescript';
import { walk } from './erased';

const SyntaxKind = ts.SyntaxKind;

export interface Token {
  readonly kind: ts.SyntaxKind;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** A literal or comment that the text ends in, or a string or regular expression that its line ends in. */
  readonly isUnterminated: boolean;
}

/** @returns tokens and comments in order, without the spaces between them and the end of the file */
export function* tokensOf(file: ts.SourceFile): Generator<Token> {
  const { text } = file;
  const literals = literalsOf(file);
  const variant =
    file.languageVariant === ts.LanguageVariant.JSX ? ts.LanguageVariant.JSX : ts.LanguageVariant.Standard;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, variant, text);
  for (let start = 0; start < text.length; ) {
    const literal = literals.get(start);
    if (literal !== undefined) {
      yield literal;
      start = literal.end;
      scanner.resetTokenState(start);
      continue;
    }
    const kind = scanner.scan();
    const end = scanner.getTokenEnd();
    if (kind !== SyntaxKind.WhitespaceTrivia && kind !== SyntaxKind.NewLineTrivia)
      yield { kind, start, end, isUnterminated: scanner.isUnterminated() };
    start = end;
  }
}

/** By their starts, the tokens that depend on what is around them. */
function literalsOf(file: ts.SourceFile): ReadonlyMap<number, Token> {
  const literals = new Map<number, Token>();
  /** Where an embedded expression ends that the parser gave up: what follows is no text of the element yet. */
  let broken = -1;
  walk(file, 'all', (node) => {
    if (ts.isJsxExpression(node) && file.text[node.end - 1] !== '}') broken = node.end;
    const isText = ts.isJsxText(node) && node.pos !== broken;
    const isLiteral =
      ts.isStringLiteral(node) ||
      ts.isRegularExpressionLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node);
    const start = isText ? node.pos : isLiteral ? node.getStart(file) : node.end;
    if (start < node.end) {
      const { isUnterminated = false } = node as ts.LiteralLikeNode;
      literals.set(start, { kind: node.kind, start, end: node.end, isUnterminated });
    }
    return true;
  });
  return literals;
}
