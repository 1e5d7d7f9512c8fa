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

/** The text that ends the comment, template, string and brackets that are open at the end of `source`. */
export function closersFor(source: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, source);
  const open: string[] = [];
  let last = ts.SyntaxKind.Unknown;
  let unfinished = '';
  for (;;) {
    let token = scanner.scan();
    if (token === ts.SyntaxKind.EndOfFileToken) break;
    if (token === ts.SyntaxKind.SlashToken && !endsOperand.has(last)) token = scanner.reScanSlashToken();
    if (token === ts.SyntaxKind.CloseBraceToken && open.at(-1) === '}`') {
      token = scanner.reScanTemplateToken(false);
      if (token === ts.SyntaxKind.TemplateTail) open.pop();
    } else if (closing.has(token)) {
      const at = open.lastIndexOf(scanner.getTokenText());
      if (at >= 0) open.length = at;
    } else if (pairs.has(token)) {
      open.push(pairs.get(token)!);
    }
    if (scanner.isUnterminated()) unfinished = closerOf(token, open);
    if (token >= ts.SyntaxKind.WhitespaceTrivia)
      last = token > ts.SyntaxKind.ConflictMarkerTrivia ? token : last;
  }
  return `${unfinished}${open.reverse().join('')}`;
}

function closerOf(token: ts.SyntaxKind, open: string[]): string {
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
