// The lines of a text, as JavaScript counts them.
// Rule: who asks for a line, a column or a line break asks here; V8 and TypeScript count in the same way.

import type { SourceRange } from '../api';

/** Line and column of a place, both counting from 1; columns are UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineBreak = /\r\n|[\n\r\u2028\u2029]/;
const noBreak = /[^\n\r\u2028\u2029]/g;

export const linesOf = (text: string): string[] => text.split(lineBreak);

/** A line of a text. @param line counts from 1 */
export const lineOf = (text: string, line: number): string | undefined => linesOf(text)[line - 1];

/** The lines from `first` to `last` (counting from 1), as many as there are, found without splitting the rest. */
export function linesBetween(text: string, first: number, last: number): string[] {
  const lines: string[] = [];
  let start = 0;
  let number = 1;
  for (const { 0: ending, index } of text.matchAll(new RegExp(lineBreak, 'g'))) {
    if (number >= first) lines.push(text.slice(start, index));
    if (++number > last) return lines;
    start = index + ending.length;
  }
  if (number >= first) lines.push(text.slice(start));
  return lines;
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  const lastBreak = (mark: string) => text.lastIndexOf(mark, offset - 1);
  return offset === 0 ? 0 : Math.max(...['\n', '\r', '\u2028', '\u2029'].map(lastBreak)) + 1;
}

export function positionOf(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (const { 0: ending, index } of text.matchAll(new RegExp(lineBreak, 'g'))) {
    if (index + ending.length > offset) break;
    line++;
    start = index + ending.length;
  }
  return { line, column: Math.min(offset, text.length) - start + 1 };
}

/** @param line and column count from 1; UTF-16 units */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  let number = 1;
  for (const { 0: ending, index } of text.matchAll(new RegExp(lineBreak, 'g'))) {
    if (number++ === line) break;
    start = index + ending.length;
  }
  return Math.min(start + column - 1, text.length);
}

/** A piece of a text as data: lines and UTF-16 units from 0. */
export function rangeOf(text: string, offset: number, length: number): SourceRange {
  const place = (at: number) => {
    const { line, column } = positionOf(text, at);
    return { line: line - 1, character: column - 1 };
  };
  return { start: place(offset), end: place(Math.min(offset + length, text.length)) };
}

/** Spaces of the same length, line breaks kept. */
export const blankOf = (text: string): string => text.replace(noBreak, ' ');

/** The line breaks of a text alone. */
export const breaksOf = (text: string): string => text.replace(noBreak, '');
