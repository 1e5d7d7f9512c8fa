// What is wrong with a cell, and where: what the parser, our own rules and the type checker say alike. Plain data.

import type { Diagnostic } from '../api';
import { rangeOf } from './lines';

export interface SyntaxProblem {
  readonly message: string;
  /** TypeScript's number, or undefined for our own. */
  readonly code?: number;
  /** UTF-16 offset and length in the source. */
  readonly offset: number;
  readonly length: number;
  /** What to do about it, in one sentence. */
  readonly hint?: string;
}

/** A problem that keeps a cell from running, for programs. */
export function diagnosticOf(
  { message, code, offset, length, hint }: SyntaxProblem,
  source: string,
): Diagnostic {
  return {
    severity: 'error',
    ...(code !== undefined && { code }),
    message,
    range: rangeOf(source, offset, length),
    related: hint === undefined ? [] : [{ message: hint }],
  };
}
