// Lines that are no TypeScript: `%name arguments`, `!command`, `name?`, and `%%name` for a whole cell.
// Rule: what TypeScript could mean is TypeScript. A line is a magic only where a statement may stand, and only when reading
// it as code does not parse, or could do nothing but fail because it mentions names that nobody knows.
import ts from 'typescript';
import {
  cellMagics,
  customCell,
  customLine,
  lineMagics,
  type MagicEntry,
  question,
  shell,
  signOf,
} from '../../magics/catalog';
import { magicHere } from '../../magics/foreign';
import { blankOf } from '../../text/lines';
import type { SyntaxProblem } from '../../text/problem';
import { didYouMean, nearest } from '../../text/spelling';
import { isDeclaration } from '../declarations';
import { walk } from '../erased';
import { parseEither, parseErrors } from '../parse';

/** Whether a name has a meaning outside of the cell: `users`, and magics that were added with their sign, `%greet`, `%%table`. */
export type IsKnown = (name: string) => boolean;

/** A magic in a source. Offsets count UTF-16 units. */
export interface FoundMagic {
  readonly entry: MagicEntry;
  /** From the sign to the end of its line; for `cell`, to the end of the cell. */
  readonly start: number;
  readonly end: number;
  readonly arguments: string;
  /** The text of a `cell` magic. */
  readonly body?: string;
  /** Where its TypeScript stands. */
  readonly code?: { readonly start: number; readonly end: number; readonly isExpression: boolean };
  /** Stands before every statement of the cell. */
  readonly isFirst: boolean;
  /** Names that, if they have a value when the cell runs, make the line an expression after all. */
  readonly doubtful: readonly string[];
}

export interface MagicSearch {
  readonly magics: readonly FoundMagic[];
  readonly problems: readonly SyntaxProblem[];
  /** There is an import statement, which is carried out before the cell. */
  readonly hasImports: boolean;
}

const nothing: MagicSearch = { magics: [], problems: [], hasImports: false };

/** A line that may be one; most cells have none, and pay for no more than this. */
const candidate = /^([ \t]*)(!(?=[ \t]*[^\s])|%%?(?=[A-Za-z]))([^\r\n]*)/gm;

/** A line that may ask about a name or a magic, if TypeScript has no other use for its question mark. */
const asking = (() => {
  const part = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
  const index = `\\[(?:\\d+|"[^"\\r\\n]*"|'[^'\\r\\n]*')\\]`;
  const subject = `(?:%{0,2}${part}(?:(?:${index})*\\.${part})*)`;
  return new RegExp(`^([ \\t]*)((?:\\?\\??[ \\t]*${subject}|${subject}[ \\t]*\\?\\??))[ \\t]*$`, 'gmu');
})();

/** Finds the magics of a cell. */
export function findMagics(source: string, isKnown: IsKnown = isGlobal): MagicSearch {
  if (!/[!%?]/.test(source)) return nothing;
  const lines: Candidate[] = [];
  const asks = new Set<number>();
  if (source.includes('?')) {
    for (const { 1: indent = '', 2: text = '', index } of source.matchAll(asking)) {
      const start = index + indent.length;
      lines.push({ sign: '?', start, end: start + text.length, text });
      asks.add(start);
    }
  }
  for (const { 0: line, 1: indent = '', 2: sign = '', 3: rest = '', index } of source.matchAll(candidate)) {
    const start = index + indent.length;
    if (asks.has(start)) continue;
    lines.push({ sign, start, end: start + line.trim().length, text: (sign + rest).trim() });
  }
  lines.sort((a, b) => a.start - b.start);
  const [first] = lines;
  if (first === undefined) return nothing;
  if (first.sign === '%%' && source.slice(0, first.start).trim() === '')
    return readCellMagic(source, first, isKnown);
  return readLines(source, lines, isKnown);
}

/** The source with its magics blanked: what TypeScript is to look at. Same length, same lines. */
export function blankMagics(source: string, isKnown: IsKnown = isGlobal): string {
  return blank(source, findMagics(source, isKnown).magics);
}

export function blank(source: string, magics: readonly FoundMagic[]): string {
  let text = source;
  for (const { start, end, code } of magics) {
    const blanked = code?.start ?? end;
    text = text.slice(0, start) + blankOf(text.slice(start, blanked)) + text.slice(blanked);
  }
  return text;
}

const isGlobal: IsKnown = (name) => name in globalThis;

interface Candidate {
  readonly sign: string;
  readonly start: number;
  /** Without space at the end of the line. */
  readonly end: number;
  readonly text: string;
}

function readCellMagic(source: string, { start, end, text }: Candidate, isKnown: IsKnown): MagicSearch {
  const { name, rest } = split(text.slice(2));
  const isCustom = !cellMagics.has(name) && isKnown(`%%${name}`);
  const entry = isCustom ? customCell : cellMagics.get(name);
  if (!entry) return { ...nothing, problems: [unknownMagic(`%%${name}`, start, rest)] };
  const common = {
    entry,
    start,
    arguments: isCustom ? `${name} ${rest}` : rest,
    isFirst: true,
    doubtful: [],
  };
  const problems = checkArguments({ start, end }, common);
  if (entry.kind === 'codeCell') {
    const inner = findMagics(blankOf(source.slice(0, end)) + source.slice(end), isKnown);
    return {
      ...inner,
      magics: [{ ...common, end }, ...inner.magics],
      problems: [...problems, ...inner.problems],
    };
  }
  const body = source.slice(end).replace(/^[ \t]*(?:\r\n|\n|\r)?/, '');
  return { ...nothing, magics: [{ ...common, end: source.length, body }], problems };
}

function readLines(source: string, candidates: readonly Candidate[], isKnown: IsKnown): MagicSearch {
  const asks = candidates.some(({ sign }) => sign === '?');
  const hasQuestions = asks && parseErrors(parseEither(source).file).length > 0;
  const lines = candidates.filter(
    (line) => line.sign !== '?' || (hasQuestions && isQuestion(source, line, candidates)),
  );
  // With a statement of its own length in the place of each line, the parser says where a statement may stand.
  const { file } = parseEither(lines.reduce((text, line) => replaceLine(text, line), source));
  const statements = statementsAt(file);
  const possible = lines.filter((line) => statements.has(line.start));
  if (possible.length === 0) return nothing;

  const declared = declaredNames(file);
  const isNamed: IsKnown = (name) => declared.has(name) || isKnown(name);
  const addsMagics = adds.test(source);
  const magics: FoundMagic[] = [];
  const problems: SyntaxProblem[] = [];
  const starts = new Set(possible.map(({ start }) => start));
  const firstStatement = file.statements
    .map((statement) => statement.getStart(file))
    .find((start) => !starts.has(start));
  for (const line of possible) {
    const others = possible.filter((other) => other !== line);
    const alone = others.reduce((text, other) => replaceLine(text, other), source);
    if (line.sign === '?') {
      const isFirst = firstStatement === undefined || line.start < firstStatement;
      magics.push({ entry: question, ...line, arguments: line.text, isFirst, doubtful: [] });
      continue;
    }
    const doubtful = readAsCode(parseEither(alone).file, line, isNamed);
    if (doubtful === 'code') continue;
    const found = readLine(alone, line, (name) => isKnown(name) || addsMagics);
    if ('message' in found) problems.push(found);
    else {
      const isFirst = firstStatement === undefined || line.start < firstStatement;
      if (found.entry.kind === 'setting') problems.push(...checkSetting(line, found, isFirst));
      problems.push(...checkArguments(line, found));
      magics.push({ ...found, isFirst, doubtful });
    }
  }
  const hasImports = file.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) ||
      ts.isImportEqualsDeclaration(statement) ||
      (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined),
  );
  return { magics, problems, hasImports };
}

/**
 * Whether a line with a question mark at one end asks about a name: when TypeScript cannot read it with what stands around it,
 * and can without it. `a\n? b\n: c` and `x ??\ny` are TypeScript, and `? b` alone behind a line that has no end may become it.
 */
function isQuestion(source: string, line: Candidate, candidates: readonly Candidate[]): boolean {
  const alone = candidates.reduce(
    (text, other) => (other === line ? text : replaceLine(text, other)),
    source,
  );
  if (parseErrors(parseEither(alone).file).length === 0) return false;
  const { file } = parseEither(replaceLine(alone, line));
  if (parseErrors(file).length > 0) return false;
  const at = file.statements.findIndex((statement) => statement.getStart(file) === line.start);
  const before = file.statements[at - 1];
  if (at < 0 || !before || !line.text.startsWith('?')) return at >= 0;
  return (
    /[;}]$/.test(before.getText(file)) || candidates.some(({ start }) => start === before.getStart(file))
  );
}

/** Puts `_   ;` in the place of a line: an expression statement that runs into nothing before or after it. */
function replaceLine(text: string, { start, end }: Candidate): string {
  return `${text.slice(0, start)}_${' '.repeat(Math.max(0, end - start - 2))};${text.slice(Math.max(end, start + 2))}`;
}

/**
 * What a line means as TypeScript: `code` when that is what it is, otherwise the names that nobody knows and that would
 * make it code if they had a value; none when it does not parse.
 */
function readAsCode(file: ts.SourceFile, line: Candidate, isNamed: IsKnown): 'code' | readonly string[] {
  const { start, end, sign, text } = line;
  if (parseErrors(file).some((error) => error.start >= start && error.start <= end)) return [];
  const names = mentionedNames(file, start, end);
  const unknown = names.filter((name) => !isNamed(name));
  const continues = sign === '!' && !statementsAt(file).has(start);
  if (unknown.length === 0 || continues) return 'code';
  // An operator that goes on with the line before: only the name of a magic can turn it into one.
  if (sign !== '!') {
    const { name } = split(text.slice(1));
    return lineMagics.has(name) || isNamed(`%${name}`) ? [] : 'code';
  }
  return names;
}

/** The cell adds magics itself: what is not known yet is looked for when its line is come to. */
const adds = /\bmagics\s*\.\s*line\b|^[ \t]*%load_ext\b/m;

/** What may stand in front of code that is measured. */
const numberOptions = /^(?:-[a-z]+[ \t]*\d+[ \t]+)*/;
const fileOption = /^(?:-o[ \t]+(?:"[^"]*"|'[^']*'|\S+)[ \t]+)?/;

function readLine(
  source: string,
  line: Candidate,
  isKnown: IsKnown,
): Omit<FoundMagic, 'isFirst' | 'doubtful'> | SyntaxProblem {
  const { sign, start, end, text } = line;
  if (sign === '!') return { entry: shell, start, end, arguments: text.slice(1).trim() };
  const { name, rest } = split(text.slice(sign.length));
  if (sign === '%%') {
    if (!cellMagics.has(name)) return unknownMagic(text, start);
    return problemAt(line, `%%${name} takes a whole cell: it belongs in its first line.`);
  }
  const entry = lineMagics.get(name);
  if (!entry && isKnown(`%${name}`)) return { entry: customLine, start, end, arguments: text.slice(1) };
  if (!entry) return unknownMagic(`%${name}`, start, rest);
  if (entry.kind !== 'code') return { entry, start, end, arguments: rest };
  const [options = ''] = (name === 'prof' ? fileOption : numberOptions).exec(rest) ?? [];
  const codeStart = start + text.length - rest.length + options.length;
  if (codeStart >= end) return problemAt(line, `%${name} needs code to measure: %${name} ${entry.usage}`);
  const code = readCode(source, codeStart);
  return { entry, start, end, arguments: options.trim(), code };
}

/** What takes nothing must not get anything: `%reset a` would forget more than `a`. */
function checkArguments(
  line: { start: number; end: number },
  { entry, arguments: rest }: Pick<FoundMagic, 'entry' | 'arguments'>,
): SyntaxProblem[] {
  if (entry.usage !== '' || rest === '' || rest === ';') return [];
  const written = `${signOf(entry)}${entry.name}`;
  const problem = problemAt(line, `${written} takes no arguments, not '${rest}'.`);
  return [{ ...problem, hint: `${written} alone: ${entry.summary}.` }];
}

function checkSetting(
  line: Candidate,
  { entry: { name, choices = [] }, arguments: value }: Pick<FoundMagic, 'entry' | 'arguments'>,
  isFirst: boolean,
): SyntaxProblem[] {
  if (!isFirst) return [problemAt(line, `%${name} belongs at the top of the cell.`)];
  if (choices.includes(value)) return [];
  return [problemAt(line, `%${name} takes one of ${choices.join(', ')}, not '${value}'`)];
}

/** The statement that begins at an offset of the source, as far as it goes. */
function readCode(source: string, start: number): FoundMagic['code'] {
  const [statement] = parseEither(blankOf(source.slice(0, start)) + source.slice(start)).file.statements;
  if (!statement) return { start, end: start, isExpression: false };
  if (!ts.isExpressionStatement(statement)) return { start, end: statement.end, isExpression: false };
  return { start, end: statement.expression.end, isExpression: true };
}

/** Where expression statements begin. */
function statementsAt(file: ts.SourceFile): Set<number> {
  const starts = new Set<number>();
  walk(file, 'all', (node) => {
    if (ts.isExpressionStatement(node)) starts.add(node.getStart(file));
    return true;
  });
  return starts;
}

/** All names that the cell declares, wherever. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(file, 'all', (node) => {
    const { name } = node as { name?: ts.Node };
    const isName =
      isDeclaration(node) ||
      ts.isFunctionLike(node) ||
      ts.isClassLike(node) ||
      ts.isModuleDeclaration(node) ||
      ts.isImportEqualsDeclaration(node);
    if (isName && name && ts.isIdentifier(name)) names.add(name.text);
    return true;
  });
  return names;
}

/** The names that the code between two offsets refers to. */
function mentionedNames(file: ts.SourceFile, start: number, end: number): string[] {
  const names = new Set<string>();
  const members = new Set<ts.Node>();
  walk(file, 'all', (node) => {
    if (node.end <= start || node.pos > end) return false;
    if (ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node)) members.add(node.name);
    const isName = ts.isIdentifier(node) && node.text !== '' && !members.has(node);
    if (isName && node.getStart(file) >= start) names.add(node.text);
    return true;
  });
  return [...names];
}

function split(text: string): { readonly name: string; readonly rest: string } {
  const [name = ''] = /^\w+/.exec(text) ?? [];
  return { name, rest: text.slice(name.length).trim() };
}

function problemAt({ start, end }: { start: number; end: number }, message: string): SyntaxProblem {
  return { message, offset: start, length: end - start };
}

function unknownMagic(written: string, start: number, rest = ''): SyntaxProblem {
  const sign = written.startsWith('%%') ? '%%' : '%';
  const name = written.slice(sign.length);
  const others = sign === '%%' ? '%' : '%%';
  const [own, other] = sign === '%%' ? [cellMagics, lineMagics] : [lineMagics, cellMagics];
  const near = [
    ...(other.has(name) ? [`${others}${name}`] : []),
    ...nearest(name, own.keys(), 3).map((found) => sign + found),
  ];
  const instead = magicHere(`${name} ${rest}`.trim());
  const meant = instead ? '' : didYouMean(near);
  return {
    message: `There is no magic ${written}.${meant}`,
    offset: start,
    length: written.length,
    hint: instead ?? '%help lists all of them.',
  };
}
