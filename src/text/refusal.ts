// The error of a cell that does not run, as it is shown: the problem, its place, the lines around it.

import type { CellError, EngineErrorName } from '../api';
import { cyan, errorHead } from './colours';
import { cellError } from './errors';
import { renderFrame } from './frame';
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
    lines.push(...placeOf(source, label, offset, length));
    if (hint) lines.push(hint);
  }
  if (problems.length > mostProblems) lines.push(`and ${problems.length - mostProblems} more`);
  return lines;
}

/** `Cell [3]:2:7` and the code frame under it. */
export function placeOf(source: string, label: string, offset: number, length: number): string[] {
  const { line, column } = positionOf(source, offset);
  return [`  ${cyan(`${label}:${line}:${column}`)}`, ...renderFrame({ source, line, column, length })];
}

/** Line and column of an offset, both counting from 1. */
export function positionOf(
  source: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (const { 0: text, index } of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    if (index + text.length > offset) break;
    line++;
    start = index + text.length;
  }
  return { line, column: Math.min(offset, source.length) - start + 1 };
}
