// What a half-typed text lacks so that something can follow it.
// Rule: a guess from tokens alone, for texts that do not parse; it need not be valid, only leave nothing open.
import ts from 'typescript';

const pairs = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.OpenBraceToken, '}'],
  [ts.SyntaxKind.OpenBracketToken, ']'],
  [ts.SyntaxKind.OpenParenToken, ')'],
  [ts.SyntaxKind.TemplateHead, '}`'],
]);
const closing = new Set([
  ts.SyntaxKind.CloseBraceToken,
  ts.SyntaxKind.CloseBracketToken,
  ts.SyntaxKind.CloseParenToken,
]);

/** After these a slash divides; anywhere else it begins a regular expression. */
const endsOperand = new Set([
  ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.CloseBracketToken,
  ts.SyntaxKind.CloseBraceToken,
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.RegularExpressionLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateTail,
  ts.SyntaxKind.ThisKeyword,
  ts.SyntaxKind.SuperKeyword,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
]);

/** Something that is open, and what ends it. */
interface Opened {
  readonly closer: string;
  /** The name of the element that a tag begins, while the text is between its `<` and `>`. */
  readonly tag?: string;
  /** The text is between two tags. */
  readonly isElement?: boolean;
}

/**
 * The text that ends the comment, template, string, brackets and, in JSX, elements that are open at the end of `source`.
 */
export function closersFor(source: string, language: 'ts' | 'tsx' = 'ts'): string {
  const variant = language === 'tsx' ? ts.LanguageVariant.JSX : ts.LanguageVariant.Standard;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, variant, source);
  const open: Opened[] = [];
  let last = ts.SyntaxKind.Unknown;
  let unfinished = '';
  for (;;) {
    let token = open.at(-1)?.isElement ? scanner.scanJsxToken() : scanner.scan();
    if (token === ts.SyntaxKind.EndOfFileToken) break;
    if (language === 'tsx' && readTag(scanner, token, last, open)) {
      last = ts.SyntaxKind.CloseParenToken;
      continue;
    }
    if (token === ts.SyntaxKind.SlashToken && !endsOperand.has(last)) token = scanner.reScanSlashToken();
    if (token === ts.SyntaxKind.CloseBraceToken && open.at(-1)?.closer === '}`') {
      token = scanner.reScanTemplateToken(false);
      if (token === ts.SyntaxKind.TemplateTail) open.pop();
    } else if (closing.has(token)) {
      const closer = scanner.getTokenText();
      const at = open.findLastIndex((opened) => opened.closer === closer);
      if (at >= 0) open.length = at;
    } else if (pairs.has(token)) {
      open.push({ closer: pairs.get(token)! });
    }
    if (scanner.isUnterminated()) unfinished = closerOf(token, open);
    if (token >= ts.SyntaxKind.WhitespaceTrivia)
      last = token > ts.SyntaxKind.ConflictMarkerTrivia ? token : last;
  }
  const closers = open.map(({ closer }) => closer).reverse();
  return `${unfinished}${closers.join('')}`;
}

/**
 * Takes in what begins or ends a tag.
 * @returns false when the token is something else
 */
function readTag(scanner: ts.Scanner, token: ts.SyntaxKind, last: ts.SyntaxKind, open: Opened[]): boolean {
  const top = open.at(-1);
  const isInTag = top?.tag !== undefined;
  const isInElement = top?.isElement === true;
  const replaceTop = (opened: Opened) => open.splice(-1, 1, opened);
  switch (token) {
    case ts.SyntaxKind.LessThanToken: {
      const [name] = tagName.exec(scanner.getText().slice(scanner.getTokenEnd())) ?? [];
      if (name === undefined || (!isInTag && !isInElement && endsOperand.has(last))) return false;
      // A tag that was never finished; the parser goes on in the same way.
      if (isInTag) open.pop();
      open.push({ closer: ' />', tag: name });
      return true;
    }
    case ts.SyntaxKind.LessThanSlashToken:
      if (isInTag) open.pop();
      if (open.at(-1)?.isElement) replaceTop({ closer: '>' });
      return true;
    case ts.SyntaxKind.SlashToken:
      if (isInTag) replaceTop({ closer: '>' });
      return isInTag;
    case ts.SyntaxKind.GreaterThanToken:
      if (isInTag) replaceTop({ closer: `</${top.tag}>`, isElement: true });
      else if (top?.closer === '>') open.pop();
      else return false;
      return true;
    case ts.SyntaxKind.CommaToken:
      // `<T, U>(x: T) => x`
      if (isInTag) open.pop();
      return false;
    default:
      return false;
  }
}

/** What follows the `<` of a tag: a name, `>`, or nothing yet. */
const tagName = /^(?:[\p{ID_Start}$_][\p{ID_Continue}$.:-]*|(?=>|\s*$))/u;

function closerOf(token: ts.SyntaxKind, open: Opened[]): string {
  switch (token) {
    case ts.SyntaxKind.MultiLineCommentTrivia:
      return '*/';
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return '`';
    case ts.SyntaxKind.TemplateHead:
    case ts.SyntaxKind.TemplateMiddle:
    case ts.SyntaxKind.TemplateTail:
      // The text part is open, not the expression before it.
      open.pop();
      return '`';
    default:
      return '';
  }
}
