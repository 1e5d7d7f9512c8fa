// Texts and places in them, as the Language Server Protocol has them: lines, and UTF-16 units in a line.
import type { Position, TextDocumentContentChangeEvent } from 'vscode-languageserver-protocol';

const lineEnds = /\r\n|\n|\r/g;

/** @param offset in UTF-16 units */
export function positionAt(text: string, offset: number): Position {
  let line = 0;
  let start = 0;
  for (const { index, 0: end } of text.matchAll(lineEnds)) {
    if (index + end.length > offset) break;
    line++;
    start = index + end.length;
  }
  return { line, character: offset - start };
}

/** @returns UTF-16 units; the end of the line, or of the text, for a place beyond it */
export function offsetAt(text: string, { line, character }: Position): number {
  let start = 0;
  let lines = 0;
  for (const { index, 0: end } of text.matchAll(lineEnds)) {
    if (lines === line) return Math.min(start + character, index);
    lines++;
    start = index + end.length;
  }
  return lines === line ? Math.min(start + character, text.length) : text.length;
}

/** What makes one text of another: one edit, the smallest one; nothing where they are the same. */
export function changeBetween(before: string, after: string): TextDocumentContentChangeEvent | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (isInside(before, start) || isInside(after, start)) start--;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  if (end > 0 && (isInside(before, before.length - end) || isInside(after, after.length - end))) end--;
  return {
    range: { start: positionAt(before, start), end: positionAt(before, before.length - end) },
    text: after.slice(start, after.length - end),
  };
}

/** Whether a place is between two units that belong together: a surrogate pair, or both characters of a line's end. */
function isInside(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return (before === 13 && after === 10) || (before >> 10 === 0x36 && after >> 10 === 0x37);
}
