// The body of a cell's function: types erased in place where that can be done, through the emitter otherwise, then
// declarations and completion value rewritten.
import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';
import { markAwaits, type PlaceOf } from './awaits';
import { type Completion, rewriteCompletion } from './completion';
import { type DeclaredName, forEachInner, listKind } from './declarations';
import { composeMap, type Emitter, EmitterNeeded, mappingAt } from './emitted';
import { hasTypes, isErased, walk } from './erased';
import { keyOf, type Meanings } from './keys';
import { type Mentions, markMentions } from './mentions';
import { liftModuleSyntax } from './modules';
import { parseModule } from './parse';
import { rewriteDeclarations, sealing } from './rewrite';
import { namesOfBody } from './scopes';
import { markSleeps } from './sleeps';
import type { Survey } from './survey';
import { CellText } from './text';
import type { CompileOptions, ImportDeclaration, Segments } from './types';

export interface CellParts {
  /** Without module syntax. */
  readonly file: ts.SourceFile;
  readonly language: 'ts' | 'tsx';
  readonly survey: Survey;
  readonly declared: readonly DeclaredName[];
  /** What the names mean that the cell has not from the compiler. */
  readonly meanings: Meanings;
  readonly options: CompileOptions;
  readonly emit: Emitter | undefined;
  /** How many characters the parser was given before the source. */
  readonly shift: number;
}

export interface Body {
  /** Runs before the text, on a line of its own. */
  readonly prefix: string;
  readonly text: string;
  readonly suffix: string;
  /** What the emitter wants imported: a JSX runtime. */
  readonly imports: readonly ImportDeclaration[];
  readonly segments: Segments;
  readonly mentions: Mentions;
}

/** @throws EmitterNeeded when there is none */
export function generateBody(parts: CellParts): Body {
  return (parts.survey.needsEmitter ? undefined : erase(parts)) ?? emitBody(parts);
}

/** Undefined when something in the cell cannot be erased. */
function erase({ file, survey, meanings, shift }: CellParts): Body | undefined {
  let isErasable = true;
  const erased = hasTypes(file)
    ? blankSourceFile(file, () => {
        isErasable = false;
      })
    : file.text;
  if (!isErasable) return undefined;
  const text = new CellText(erased, file.text, file.getLineStarts());
  replaceMetas(survey, (start, replacement) => text.overwrite(start, replacement));
  splitHtmlComments(survey, text);
  const awaits = markAwaits(file, text, placesIn(file, shift));
  const mentions = markMentions(file, text, meanings);
  awaits.closeExpressions();
  const { hoisted } = rewriteDeclarations(
    file,
    text,
    (name) => (meanings.isOwn(name) ? keyOf(name) : name),
    () => true,
  );
  const completion = rewriteCompletion(file, text, () => true);
  markSleeps(file, text);
  awaits.closeStatements();
  return { ...surround(hoisted, completion), ...text.assemble(), imports: [], mentions };
}

function emitBody({ file, language, survey, declared, meanings, options, emit, shift }: CellParts): Body {
  if (!emit) throw new EmitterNeeded();
  let source = file.text;
  replaceMetas(survey, (start, replacement) => {
    source = source.slice(0, start) + replacement + source.slice(start + replacement.length);
  });
  const emitted = emit(source, language, options, survey.hasParameterDecorators);
  const script = parseModule(emitted.text, 'js');
  const lifted = liftModuleSyntax(script);
  const lineStarts = script.getLineStarts();
  const text = new CellText(lifted.text, lifted.text, lineStarts);

  const names = new Set(declared.map(({ name }) => name));
  const runtime = new Set(lifted.names.map(({ name }) => name));
  const made = namesOfBody(script.statements).filter((name) => !names.has(name));
  const own: Meanings = { ...meanings, isOwn: (name) => !runtime.has(name) && meanings.isOwn(name) };
  const awaits = markAwaits(script, text, sourcePlace);
  const mentions = markMentions(script, text, own, !survey.hasTopLevelUsing, made);
  awaits.closeExpressions();
  const { hoisted } = rewriteDeclarations(script, text, keyOfMention, (name) => names.has(name));
  const completion = rewriteCompletion(script, text, originalExpressions());
  markSleeps(script, text);
  awaits.closeStatements();
  if (survey.hasTopLevelUsing)
    restoreKinds(script, text, constantsAmong(declared).map(keyOf), bareLets(file).map(keyOf));
  markRuntime(runtime, script, text);
  return {
    ...surround(hoisted, completion),
    text: text.assemble().text,
    segments: composeMap(emitted, lineStarts.length, text.columnShifts()),
    imports: lifted.imports.map(hideLocals),
    mentions,
  };

  function keyOfMention(name: string): string {
    if (runtime.has(name)) return runtimeKey(name);
    return own.isOwn(name) && !made.includes(name) ? keyOf(name) : name;
  }

  function sourcePlace(offset: number): ReturnType<PlaceOf> {
    const { line, character } = script.getLineAndCharacterOfPosition(offset);
    const mapping = mappingAt(emitted, line, character);
    return mapping && withoutShift(mapping[1], mapping[2], shift);
  }

  /** Tells the expression statements that the cell has from those that the emitter made of other things. */
  function originalExpressions(): (statement: ts.ExpressionStatement) => boolean {
    const ranges: (readonly [number, number])[] = [];
    const visit = (statement: ts.Statement): void => {
      if (ts.isExpressionStatement(statement)) ranges.push([statement.getStart(file), statement.end]);
      forEachInner(statement, visit);
    };
    file.statements.forEach(visit);
    const sourceLines = file.getLineStarts();
    return (statement) => {
      const { line, character } = script.getLineAndCharacterOfPosition(statement.getStart(script));
      const mapping = mappingAt(emitted, line, character);
      if (mapping === undefined) return false;
      const offset = sourceLines[mapping[1]]! + mapping[2];
      return ranges.some(([start, end]) => start <= offset && offset < end);
    };
  }
}

const placesIn =
  (file: ts.SourceFile, shift: number): PlaceOf =>
  (offset) => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    return withoutShift(line, character, shift);
  };

const withoutShift = (line: number, column: number, shift: number) =>
  [line, line === 0 ? Math.max(0, column - shift) : column] as const;

function surround(hoisted: string, { prefix, suffix }: Completion): { prefix: string; suffix: string } {
  return { prefix: prefix + hoisted, suffix };
}

/** `import.meta` belongs to modules; the cell's own comes with the run. */
function replaceMetas({ metas }: Survey, write: (start: number, replacement: string) => void): void {
  for (const start of metas) write(start, '__tsk_');
}

/** A script takes `<!--` for a comment, a module (and TypeScript) for operators. */
function splitHtmlComments({ htmlComments }: Survey, text: CellText): void {
  for (const start of htmlComments) text.open(start, ' ');
}

/**
 * `using` makes the emitter declare everything with `var` before a try statement: what was lost, that constants are constant
 * and that `let a` is undefined, happens at the end and at the start of that statement.
 */
function restoreKinds(
  script: ts.SourceFile,
  text: CellText,
  constants: readonly string[],
  bare: readonly string[],
): void {
  const block = script.statements.findLast(ts.isTryStatement)?.tryBlock;
  if (block === undefined) return;
  if (bare.length > 0) text.open(block.getStart(script) + 1, ` ${bare.join('=')}=void 0;`);
  if (constants.length > 0) text.open(block.end - 1, `;${sealing(constants)};`);
}

const constantsAmong = (declared: readonly DeclaredName[]): string[] =>
  declared.filter(({ kind }) => kind === 'const').map(({ name }) => name);

/** The names of top-level `let a` without initialiser. */
function bareLets(file: ts.SourceFile): string[] {
  return file.statements
    .filter(ts.isVariableStatement)
    .filter((statement) => !isErased(statement) && listKind(statement.declarationList) === 'let')
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .flatMap(({ name, initializer }) =>
      initializer === undefined && ts.isIdentifier(name) ? [name.text] : [],
    );
}

/** Names of the JSX runtime get a prefix that no cell has: `_jsx` is `__tsk_jsx`. */
const runtimePrefix = '__tsk';
const runtimeKey = (name: string): string => runtimePrefix + name;

const hideLocals = (declaration: ImportDeclaration): ImportDeclaration => ({
  ...declaration,
  offset: 0,
  bindings: declaration.bindings.map((binding) => ({ ...binding, local: runtimeKey(binding.local) })),
});

function markRuntime(names: ReadonlySet<string>, script: ts.SourceFile, text: CellText): void {
  if (names.size === 0) return;
  walk(script, 'all', (node) => {
    if (ts.isImportDeclaration(node)) return false;
    if (ts.isIdentifier(node) && names.has(node.text)) text.prefix(node.getStart(script), runtimePrefix);
    return true;
  });
}
