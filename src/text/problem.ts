// What is wrong with a cell, and where: what the parser, our own rules and the type checker say alike. Plain data.

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
