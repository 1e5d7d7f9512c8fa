// What a half-typed text lacks so that something can follow it.
// Rule: a guess from what the parser makes of it; it need not be valid, only leave nothing open.
import ts from 'typescript';
import { walk } from '../../compile/erased';
import { parseModule } from '../../compile/parse';
import { type Token, tokensOf } from '../../compile/tokens';

const pairs = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.OpenBraceToken, '}'],
  [ts.SyntaxKind.OpenBracketToken, ']'],
  [ts.SyntaxKind.OpenParenToken, ')'],
  [ts.SyntaxKind.TemplateHead, '}`'],
]);
const closing = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.CloseBraceToken, '}'],
  [ts.SyntaxKind.CloseBracketToken, ']'],
  [ts.SyntaxKind.CloseParenToken, ')'],
  [ts.SyntaxKind.TemplateTail, '}`'],
]);

/** Something that is open, and what ends it. */
interface Opened {
  readonly start: number;
  readonly closer: string;
}

/**
 * The text that ends the comment, template, regular expression, brackets and, in JSX, elements that are open at the end of
 * `source`.
 * @param parsed it as that language, where somebody has it
 */
export function closersFor(source: string, language: 'ts' | 'tsx' = 'ts', parsed?: ts.SourceFile): string {
  // Only what follows a `<` tells a tag from a comparison.
  const isTag = language === 'tsx' && source.endsWith('<');
  const file = isTag ? parseModule(`${source}a`, language) : (parsed ?? parseModule(source, language));
  const open: Opened[] = [];
  let unfinished = '';
  for (const { kind, start, end, isUnterminated } of tokensOf(file)) {
    const closer = closing.get(kind);
    const pair = pairs.get(kind);
    if (closer !== undefined) {
      const at = open.findLastIndex((opened) => opened.closer === closer);
      if (at >= 0) open.length = at;
    } else if (pair !== undefined) open.push({ start, closer: pair });
    if (isUnterminated && end === source.length) unfinished = closerOf(kind);
  }
  open.push(...openElements(file));
  open.sort((a, b) => b.start - a.start);
  return `${unfinished}${open.map(({ closer }) => closer).join('')}`;
}

function closerOf(kind: Token['kind']): string {
  switch (kind) {
    case ts.SyntaxKind.MultiLineCommentTrivia:
      return '*/';
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
    case ts.SyntaxKind.TemplateMiddle:
    case ts.SyntaxKind.TemplateTail:
      return '`';
    case ts.SyntaxKind.RegularExpressionLiteral:
      return '/';
    default:
      return '';
  }
}

/** The elements that reach the end of the text without their end. */
function openElements(file: ts.SourceFile): Opened[] {
  const open: Opened[] = [];
  const end = file.endOfFileToken.pos;
  walk(file, 'all', (node) => {
    if (node.end < end) return false;
    const closer = closerOfElement(node, file);
    if (closer !== undefined) open.push({ start: node.getStart(file), closer });
    return true;
  });
  return open;
}

function closerOfElement(node: ts.Node, file: ts.SourceFile): string | undefined {
  const { text } = file;
  if (ts.isJsxSelfClosingElement(node)) {
    const written = text.slice(node.attributes.end, node.end);
    return written.includes('>') ? undefined : written.includes('/') ? '>' : ' />';
  }
  if (!ts.isJsxElement(node) && !ts.isJsxFragment(node)) return undefined;
  const [name, tail] = ts.isJsxElement(node)
    ? [node.openingElement.tagName.getText(file), node.closingElement]
    : ['', node.closingFragment];
  const written = text.slice(tail.pos, tail.end).trim();
  if (written === '') return `</${name}>`;
  return written.endsWith('>') ? undefined : '>';
}
