// One parse of a cell, as a module. TypeScript first; with JSX only when it is no TypeScript otherwise, so that `<T>x`
// stays a cast. A cell that looks like an object literal is one.
import ts from 'typescript';
import type { SyntaxProblem } from '../text/problem';
import { describeOpen } from './brackets';
import { walk } from './erased';

export type Language = 'ts' | 'tsx' | 'js';

const scriptKinds = { ts: ts.ScriptKind.TS, tsx: ts.ScriptKind.TSX, js: ts.ScriptKind.JS };

/** TypeScript keeps these to itself in its types. */
interface ParserInternals {
  parseDiagnostics: readonly ts.DiagnosticWithLocation[];
}

/** Parses as a module, so that top-level await is an await wherever it stands. */
export function parseModule(text: string, language: Language): ts.SourceFile {
  const file = ts.createSourceFile(
    `cell.${language}`,
    text,
    {
      languageVersion: ts.ScriptTarget.ESNext,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
      setExternalModuleIndicator: (file) => {
        (file as unknown as { externalModuleIndicator: unknown }).externalModuleIndicator = true;
      },
    },
    false,
    scriptKinds[language],
  );
  if (text.includes('await')) dropRepeats(file);
  return file;
}

/**
 * TypeScript parses statements with a top-level await twice, and may then add the statements after them once more
 * (`await [...a]` does that; TypeScript's issue 59777). They are dropped, and their errors, which are of the first parse.
 */
function dropRepeats(file: ts.SourceFile): void {
  let end = 0;
  const statements = file.statements.filter((statement) => {
    if (statement.pos < end) return false;
    end = statement.end;
    return true;
  });
  if (statements.length === file.statements.length) return;
  const array = ts.setTextRange(ts.factory.createNodeArray(statements), file.statements);
  (file as { statements: ts.NodeArray<ts.Statement> }).statements = array;
  if (!statements.some(hasError)) (file as unknown as ParserInternals).parseDiagnostics = [];
}

function hasError(node: ts.Node): boolean {
  return (node.flags & ts.NodeFlags.ThisNodeHasError) !== 0 || ts.forEachChild(node, hasError) === true;
}

export function parseErrors(file: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (file as unknown as ParserInternals).parseDiagnostics;
}

export interface Parsed {
  readonly file: ts.SourceFile;
  readonly language: 'ts' | 'tsx';
}

export interface ParsedCell extends Parsed {
  /** The cell is an object literal: `file` is its text in parentheses, so that its offsets are one too high. */
  readonly isObject: boolean;
  readonly problems: readonly SyntaxProblem[];
}

export function parseCell(source: string): ParsedCell {
  const parsed = parseAsWritten(source);
  if (parsed.problems.length > 0 || !onlySpacesToTypeScript.test(source)) return parsed;
  return { ...parsed, file: parseModule(withPlainSpaces(parsed.file), parsed.language) };
}

/** Characters that TypeScript reads over and JavaScript refuses. They come with text that was copied from a page. */
const onlySpacesToTypeScript = /[\u0085\u200b]/;

/** The text with blanks where such characters stand between tokens; literals mean them. */
function withPlainSpaces(file: ts.SourceFile): string {
  const { text } = file;
  let plain = '';
  let at = 0;
  const pass = (end: number) => {
    plain += text.slice(at, end).replace(/[\u0085\u200b]/g, ' ');
    at = end;
  };
  walk(file, 'all', (node) => {
    const isLiteral =
      ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (!isLiteral) return true;
    pass(node.getStart(file));
    plain += text.slice(at, node.end);
    at = node.end;
    return false;
  });
  pass(text.length);
  return plain;
}

function parseAsWritten(source: string): ParsedCell {
  const first = parseEither(source);
  const object = asObject(first.file);
  if (object) return { ...object, isObject: true, problems: [] };
  return { ...first, isObject: false, problems: parseErrors(first.file).map(toProblem) };
}

/** The text in parentheses, where these make it an object literal. */
function asObject(file: ts.SourceFile): Parsed | undefined {
  const { text } = file;
  const mayBe = parseErrors(file).length > 0 ? startsWithBrace(text) : looksLikeObject(file);
  if (!mayBe) return undefined;
  const wrapped = parseEither(`(${text}\n)`);
  return parseErrors(wrapped.file).length === 0 ? wrapped : undefined;
}

/** Whether a cell is an object literal, which a module would take for a block. */
export const isObjectLiteral = (file: ts.SourceFile): boolean => asObject(file) !== undefined;

/** As TypeScript, or with JSX when that is what it takes. The errors are those of the attempt that got further. */
export function parseEither(text: string): Parsed {
  const plain = parseModule(text, 'ts');
  const errors = parseErrors(plain);
  if (errors.length === 0 || !text.includes('<')) return { file: plain, language: 'ts' };
  const withJsx = parseModule(text, 'tsx');
  const jsxErrors = parseErrors(withJsx);
  return jsxErrors.length === 0 || jsxErrors[0]!.start > errors[0]!.start
    ? { file: withJsx, language: 'tsx' }
    : { file: plain, language: 'ts' };
}

export function startsWithBrace(source: string): boolean {
  const comment = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/;
  return source[comment.exec(source)![0].length] === '{';
}

/** The cell is one block, and a senseless one. */
function looksLikeObject(file: ts.SourceFile): boolean {
  const [block] = file.statements;
  return file.statements.length === 1 && ts.isBlock(block!) && isObjectLike(block, file.text);
}

/**
 * `{}`, `{a: 1}`, `{a, b}`, `{a: {b: 1}}`: blocks by grammar. Nothing in them can break to their labels, which is all that
 * a label is good for.
 */
function isObjectLike({ statements }: ts.Block, text: string): boolean {
  const [statement] = statements;
  if (statement === undefined) return true;
  if (statements.length > 1 || text[statement.end - 1] === ';') return false;
  if (ts.isLabeledStatement(statement)) {
    const { statement: value } = statement;
    return ts.isExpressionStatement(value) || (ts.isBlock(value) && isObjectLike(value, text));
  }
  return ts.isExpressionStatement(statement) && isNameList(statement.expression);
}

function isNameList(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression)) return true;
  return (
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.CommaToken &&
    isNameList(expression.left) &&
    isNameList(expression.right)
  );
}

function toProblem(diagnostic: ts.DiagnosticWithLocation): SyntaxProblem {
  const opened = diagnostic.relatedInformation?.find(({ code }) => code === unmatched)?.start;
  return {
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    code: diagnostic.code,
    offset: diagnostic.start,
    length: diagnostic.length,
    ...(opened !== undefined && { hint: describeOpen(diagnostic.file.text, opened) }),
  };
}

/** "The parser expected to find a '}' to match the '{' token here." */
const unmatched = 1007;
