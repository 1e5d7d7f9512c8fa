// The error of a cell that does not run, as it is shown: the problem, its place, the lines around it.

import type { CellError, EngineErrorName } from '../api';
import { errorHead } from './colours';
import { cellError } from './errors';
import { showPlace } from './frame';
import { positionOf } from './lines';
import type { SyntaxProblem } from './problem';

/** One mistake may make a parser find ten: more than these are only counted. */
const mostProblems = 5;

/** What a refused cell is told: it is no TypeScript at all, or (with `%types error`) its types do not fit. */
export type RefusalName = Extract<EngineErrorName, 'SyntaxError' | 'TypeScriptError'>;

/** The error of a cell that does not run. */
export function refuseCell(
  name: RefusalName,
  problems: readonly SyntaxProblem[],
  source: string,
  label: string,
): CellError {
  const message = problems[0]?.message ?? 'the cell cannot be compiled';
  return cellError(name, message, tracebackOf(name, problems, source, label));
}

function tracebackOf(
  name: RefusalName,
  problems: readonly SyntaxProblem[],
  source: string,
  label: string,
): string[] {
  const lines: string[] = [];
  for (const { message, code, offset, length, hint } of problems.slice(0, mostProblems)) {
    lines.push(errorHead(name, `${message}${code === undefined ? '' : ` (TS${code})`}`));
    lines.push(...showPlace(label, { source, ...positionOf(source, offset), length }));
    if (hint) lines.push(hint);
  }
  if (problems.length > mostProblems) lines.push(`and ${problems.length - mostProblems} more`);
  return lines;
}
