// What is said of a bracket that has no partner. Rule: the parser says where it missed one; this says which one.
import type ts from 'typescript';
import { positionOf } from '../text/lines';
import type { SyntaxProblem } from '../text/problem';
import { tokensOf } from './tokens';

/** "Declaration or statement expected." */
const unexpectedToken = 1128;

/** @param problem of the parser */
export function adviseOnBrackets(
  source: string,
  { code, offset, hint }: SyntaxProblem,
  file: ts.SourceFile,
): { hint?: string } {
  const found = source[offset] ?? '';
  if (code === unexpectedToken && found !== '' && ')]}'.includes(found))
    return { hint: `Nothing is open that this ${found} could close.` };
  const open = hint === undefined && source.slice(offset).trim() === '' ? innermostOpen(file) : undefined;
  return open === undefined ? {} : { hint: describeOpen(source, open) };
}

/** @param offset of a bracket that nothing closes */
export function describeOpen(source: string, offset: number): string {
  const { line, column } = positionOf(source, offset);
  return `The ${source[offset]} at line ${line}, column ${column} is never closed.`;
}

/** The last bracket that the text opens and does not close. */
function innermostOpen(file: ts.SourceFile): number | undefined {
  const open: number[] = [];
  for (const { start, end, isUnterminated } of tokensOf(file)) {
    if (isUnterminated) return undefined;
    const token = file.text.slice(start, end);
    if (token === '(' || token === '[' || token === '{') open.push(start);
    else if (token === ')' || token === ']' || token === '}') open.pop();
  }
  return open.at(-1);
}
