// From a cell's source to JavaScript that the execution worker can run. No I/O, no state: same source, same answer.
// Rule: what needs more of TypeScript than its parser comes from outside, so that a thread in a hurry can do without.

import type ts from 'typescript';
import type { SyntaxProblem } from '../text/problem';
import { generateBody } from './body';
import { checkCrossings } from './crossings';
import { checkNames, collectDeclarations, uniqueDeclarations } from './declarations';
import type { Emitter } from './emitted';
import { checkGrammar } from './grammar';
import { recogniseHabits } from './habits';
import { keyOf, meaningsOf } from './keys';
import { liftModuleSyntax, markTypeOnly } from './modules';
import { parseCell, parseModule } from './parse';
import { packSegments } from './position';
import { foreignPrivateName, type Survey, surveyCell } from './survey';
import type { CompileOptions, CompileResult, Declaration, ImportDeclaration, Segments } from './types';

const howToAllow =
  'Write `%dispatch auto` on a line of its own, or start the kernel with TSKERNEL_DISPATCH=auto.';

/**
 * @param emit for what cannot be erased
 * @throws RangeError when the parser or a walk runs out of stack
 * @throws EmitterNeeded when there is no emitter, and the cell is not to be had without
 */
export function compileCell(source: string, options: CompileOptions, emit?: Emitter): CompileResult {
  const parsed = parseCell(source);
  if (parsed.problems.length > 0)
    return { ok: false, problems: recogniseHabits(source, parsed.problems, parsed.file) };
  const shift = parsed.isObject ? 1 : 0;
  const fail = (problems: SyntaxProblem[]): CompileResult => ({
    ok: false,
    problems: problems
      .sort((a, b) => a.offset - b.offset)
      .map((problem) => ({ ...problem, offset: problem.offset - shift })),
  });

  const mistakes = checkGrammar(parsed.file);
  if (mistakes.length > 0) return fail(mistakes);
  const lifted = liftModuleSyntax(parsed.file);
  const file = lifted.text === parsed.file.text ? parsed.file : parseModule(lifted.text, parsed.language);
  const survey = surveyCell(file);
  // Code within a function may be within a class.
  const surveyed = options.locals
    ? survey.problems.filter(({ code }) => code !== foreignPrivateName)
    : survey.problems;
  const declared = collectDeclarations(file);
  const problems = [...surveyed, ...checkNames(declared, lifted.names), ...checkCrossings(file)];
  if (options.dispatch === 'blocking') problems.push(...checkBlocking(file, survey, lifted.imports));
  if (problems.length > 0) return fail(problems);

  const names = [...lifted.names.map(({ name }): Declaration => ({ name, kind: 'import' })), ...declared];
  const meanings = meaningsOf(new Set(names.map(({ name }) => name)), options);
  const body = generateBody({
    file,
    language: parsed.language,
    survey,
    declared,
    meanings,
    options,
    emit,
    shift,
  });
  if (options.dispatch === 'blocking' && body.imports.length > 0) return fail([jsxImportProblem]);
  const imports = [...body.imports, ...markTypeOnly(lifted.imports, file).map(keepLocals)];
  const isTask = options.dispatch === 'task' || survey.awaitOffset !== undefined || imports.length > 0;
  return {
    ok: true,
    cell: {
      mode: isTask ? 'task' : 'blocking',
      code: `"use strict";(${isTask ? 'async ' : ''}(__tsk_) => {${body.prefix}\n${body.text}\n${body.suffix}})`,
      declarations: uniqueDeclarations(names, survey.hasTopLevelUsing),
      mentions: [...body.mentions.names],
      probes: [...body.mentions.probes],
      imports,
      map: { segments: packSegments(parsed.isObject ? withoutParenthesis(body.segments) : body.segments) },
    },
  };
}

const jsxImportProblem: SyntaxProblem = {
  message: 'JSX loads its runtime with an import, and cells run blocking here.',
  offset: 0,
  length: 0,
  hint: howToAllow,
};

/** What only a cell that runs as a task may have. */
function checkBlocking(
  file: ts.SourceFile,
  { awaitOffset }: Survey,
  imports: readonly ImportDeclaration[],
): SyntaxProblem[] {
  const problems = imports.map(
    ({ offset }): SyntaxProblem => ({
      message: 'Cells run blocking here, and an import needs one that can wait.',
      offset,
      length: 'import'.length,
      hint: `Use require() instead. ${howToAllow}`,
    }),
  );
  if (awaitOffset !== undefined) {
    const { line } = file.getLineAndCharacterOfPosition(awaitOffset);
    problems.push({
      message: `'await' on line ${line + 1}, outside of any function: cells run blocking here.`,
      offset: awaitOffset,
      length: 'await'.length,
      hint: howToAllow,
    });
  }
  return problems;
}

const keepLocals = (declaration: ImportDeclaration): ImportDeclaration => ({
  ...declaration,
  bindings: declaration.bindings.map((binding) => ({ ...binding, local: keyOf(binding.local) })),
});

/** The map of a cell whose text was put in parentheses, for the text without them. */
function withoutParenthesis(segments: Segments): Segments {
  const all = segments[0] === 0 ? segments : [0, 0, 0, 0, ...segments];
  const moved: number[] = [];
  for (let index = 0; index < all.length; index += 4) {
    const [line, column, sourceLine, sourceColumn] = all.slice(index, index + 4) as [
      number,
      number,
      number,
      number,
    ];
    if (sourceLine > 0) moved.push(line, column, sourceLine, sourceColumn);
    else if (sourceColumn > 0) moved.push(line, column, 0, sourceColumn - 1);
    // The parenthesis itself and what follows it stand at the same place.
    else moved.push(line, column, 0, 0, line, column + 1, 0, 0);
  }
  return moved;
}
