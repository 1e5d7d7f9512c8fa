// How people leave a console: a cell that is nothing but `exit` or `quit`.
// Rule: what it asks for is decided when it runs. A name that a cell, or a library, has made means what it was made to mean.

/** Whether the cell is one of the words, or a call of it, and nothing else. */
export const isLeaving = (source: string): boolean =>
  /^\s*(?:exit|quit)(?:\s*\(\s*\))?\s*;?\s*$/.test(source);
