// Whether a cell is finished when the user presses Enter. Complete means what compile() accepts, but for a function whose
// body can still follow; incomplete that the parser ran out of text.
import ts from 'typescript';
import type { Completeness } from '../api';
import { lineStart } from '../text/lines';
import { checkNames, collectDeclarations } from './declarations';
import { isAmbient } from './erased';
import { checkGrammar } from './grammar';
import { liftModuleSyntax } from './modules';
import { parseCell, parseErrors, parseModule, startsWithBrace } from './parse';
import { surveyCell } from './survey';
import { tokensOf } from './tokens';

const SyntaxKind = ts.SyntaxKind;

const statementExpected = 1128;
const unterminatedString = 1002;
const unclosedTags = new Set([17008, 17014]);

/**
 * @param source without magics
 * @param written the same with them
 */
export function checkCompleteness(source: string, written = source): Completeness {
  try {
    return readCompleteness(source, written);
  } catch (error) {
    // Nested too deeply for the parser's stack.
    if (!(error instanceof RangeError)) throw error;
    return { status: 'invalid' };
  }
}

/**
 * The same.
 * @throws RangeError when it is nested too deeply for this thread
 */
export function readCompleteness(source: string, written: string): Completeness {
  const { problems, file: parsed, language } = parseCell(source);
  const goesOn = (as: ts.SourceFile): Completeness => ({
    status: 'incomplete',
    indent: indentAfter(as, written),
  });
  if (problems.length > 0) {
    const unfinished = readUnfinished(source);
    return unfinished ? goesOn(unfinished) : { status: 'invalid' };
  }
  if (checkGrammar(parsed).length > 0) return { status: 'invalid' };
  const { text, names } = liftModuleSyntax(parsed);
  const file = text === parsed.text ? parsed : parseModule(text, language);
  const isRight =
    surveyCell(file).problems.length === 0 && checkNames(collectDeclarations(file), names).length === 0;
  if (!isRight) return { status: 'invalid' };
  return lacksBody(file.statements.at(-1)) ? goesOn(parsed) : { status: 'complete' };
}

/** The head of a function, or an overload, whose `{` may come in the next line. */
function lacksBody(statement: ts.Statement | undefined): boolean {
  return (
    statement !== undefined &&
    ts.isFunctionDeclaration(statement) &&
    statement.body === undefined &&
    !isAmbient(statement)
  );
}

/** The way in which a cell can be read, if there is one, in which more text would help. */
function readUnfinished(source: string): ts.SourceFile | undefined {
  const plain = parseModule(source, 'ts');
  if (endsTooEarly(plain)) return plain;
  const withJsx = source.includes('<') ? parseModule(source, 'tsx') : undefined;
  if (withJsx && endsTooEarly(withJsx)) return withJsx;
  return startsWithBrace(source) && endsTooEarly(parseModule(`(${source}`, 'ts')) ? plain : undefined;
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

/**
 * The indentation of the last line that has code, and a step more if that line leaves something open: a bracket, an
 * operator, a head without its body. A line that closes a bracket of an earlier one goes back to where that one began.
 * @param file what the source is parsed as
 * @param written the source as the user wrote it, with its magics
 */
function indentAfter(file: ts.SourceFile, written: string): string {
  const open: { readonly isHead: boolean; readonly line: number }[] = [];
  let last = SyntaxKind.Unknown;
  let endsHead = false;
  /** Where the line begins that the token is in, and the one whose indentation counts. */
  let line = -1;
  let origin = 0;
  let continues = false;
  for (const { kind, start: tokenStart, isUnterminated } of tokensOf(file)) {
    // Inside a template or a comment every space counts.
    if (isUnterminated) return '';
    if (kind === SyntaxKind.SingleLineCommentTrivia || kind === SyntaxKind.MultiLineCommentTrivia) continue;
    const start = lineStart(file.text, tokenStart);
    if (start !== line) {
      continues = endsHead || continued.has(last);
      line = start;
      origin = start;
    }
    endsHead = false;
    if (opening.has(kind)) open.push({ isHead: heads.has(last), line });
    else if (closing.has(kind)) {
      const opened = open.pop();
      endsHead = opened?.isHead === true;
      if (opened && opened.line < line) origin = opened.line;
    }
    last = kind;
  }
  const isOpen = open.some((opened) => opened.line === line);
  const goesOn = (endsHead || continued.has(last)) && !continues;
  return indentAt(written, origin) + (isOpen || goesOn ? stepOf(written) : '');
}

const indentAt = (source: string, offset: number): string => /^[ \t]*/.exec(source.slice(offset))![0];

const stepOf = (source: string): string => (/^\t/m.test(source) ? '\t' : '  ');

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
