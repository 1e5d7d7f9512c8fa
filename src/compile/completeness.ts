// Whether a person who presses Enter has finished the cell. Complete means what compile() accepts; incomplete that the
// parser ran out of text.
import ts from 'typescript';
import type { Completeness } from '../engine';
import { checkNames, collectDeclarations } from './declarations';
import { liftModuleSyntax } from './modules';
import { parseCell, parseErrors, parseModule, startsWithBrace } from './parse';
import { surveyCell } from './survey';

const SyntaxKind = ts.SyntaxKind;

const step = '  ';
const statementExpected = 1128;
const unterminatedString = 1002;
const unclosedTags = new Set([17008, 17014]);

export function checkCompleteness(source: string): Completeness {
  try {
    return checkOrOverflow(source);
  } catch (error) {
    // Nested too deeply for the parser's stack.
    if (!(error instanceof RangeError)) throw error;
    return { status: 'invalid' };
  }
}

function checkOrOverflow(source: string): Completeness {
  const { problems, file: parsed, language } = parseCell(source);
  if (problems.length > 0)
    return isUnfinished(source)
      ? { status: 'incomplete', indent: indentAfter(source) }
      : { status: 'invalid' };
  const { text, names } = liftModuleSyntax(parsed);
  const file = text === parsed.text ? parsed : parseModule(text, language);
  const isRight =
    surveyCell(file).problems.length === 0 && checkNames(collectDeclarations(file), names).length === 0;
  return { status: isRight ? 'complete' : 'invalid' };
}

/** In one of the ways in which a cell can be read, more text would help. */
function isUnfinished(source: string): boolean {
  if (endsTooEarly(parseModule(source, 'ts'))) return true;
  if (source.includes('<') && endsTooEarly(parseModule(source, 'tsx'))) return true;
  return startsWithBrace(source) && endsTooEarly(parseModule(`(${source}`, 'ts'));
}

/** The first error is that the text ended. Tags that are not closed are reported where they open, so they do not count. */
function endsTooEarly(file: ts.SourceFile): boolean {
  const end = file.endOfFileToken.pos;
  const first = parseErrors(file).find(({ code }) => !unclosedTags.has(code));
  if (first === undefined) return false;
  if (first.code === statementExpected) return /^(?:import|export)\s*$/.test(file.text.slice(first.start));
  // A line break ends a string in quotes: nothing that follows can make it good.
  return first.start >= end && first.code !== unterminatedString;
}

/** Two spaces for each bracket that is open, and one step more after an operator or a head without its body. */
function indentAfter(source: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, source);
  const open: { readonly token: ts.SyntaxKind; readonly isHead: boolean }[] = [];
  let last = SyntaxKind.Unknown;
  let endsHead = false;
  for (;;) {
    let token = scanner.scan();
    if ((token === SyntaxKind.SlashToken || token === SyntaxKind.SlashEqualsToken) && !endsOperand(last))
      token = scanner.reScanSlashToken();
    else if (token === SyntaxKind.CloseBraceToken && open.at(-1)?.token === SyntaxKind.TemplateHead)
      token = scanner.reScanTemplateToken(false);
    if (token === SyntaxKind.EndOfFileToken) break;
    // Inside a template or a comment every space counts.
    if (scanner.isUnterminated()) return '';
    endsHead = false;
    if (opening.has(token)) open.push({ token, isHead: heads.has(last) });
    else if (closing.has(token)) endsHead = open.pop()?.isHead === true;
    last = token;
  }
  return step.repeat(open.length + (endsHead || continued.has(last) ? 1 : 0));
}

/** What stands before a parenthesis that a statement must follow. */
const heads = new Set([
  SyntaxKind.IfKeyword,
  SyntaxKind.ForKeyword,
  SyntaxKind.WhileKeyword,
  SyntaxKind.WithKeyword,
]);

const opening = new Set([
  SyntaxKind.OpenBraceToken,
  SyntaxKind.OpenBracketToken,
  SyntaxKind.OpenParenToken,
  SyntaxKind.TemplateHead,
]);

const closing = new Set([
  SyntaxKind.CloseBraceToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseParenToken,
  SyntaxKind.TemplateTail,
]);

/** Tokens after which an expression or a body must come. */
const continued = new Set([
  SyntaxKind.EqualsGreaterThanToken,
  SyntaxKind.EqualsToken,
  SyntaxKind.PlusToken,
  SyntaxKind.MinusToken,
  SyntaxKind.AsteriskToken,
  SyntaxKind.SlashToken,
  SyntaxKind.PercentToken,
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.QuestionToken,
  SyntaxKind.ColonToken,
  SyntaxKind.DotToken,
  SyntaxKind.ElseKeyword,
  SyntaxKind.DoKeyword,
]);

/** After these a slash divides; after anything else it begins a regular expression. */
function endsOperand(token: ts.SyntaxKind): boolean {
  return (
    token === SyntaxKind.Identifier ||
    token === SyntaxKind.NumericLiteral ||
    token === SyntaxKind.BigIntLiteral ||
    token === SyntaxKind.StringLiteral ||
    token === SyntaxKind.NoSubstitutionTemplateLiteral ||
    token === SyntaxKind.RegularExpressionLiteral ||
    token === SyntaxKind.ThisKeyword ||
    closing.has(token)
  );
}
