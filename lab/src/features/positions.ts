// Places in a text, as offsets and as the protocol counts them: lines and UTF-16 units from 0.
import type { Text } from '@codemirror/state';
import type { Position, Range } from 'vscode-languageserver-protocol';

export function positionAt(doc: Text, offset: number): Position {
  const line = doc.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
}

/** The offset of a position; what is beyond the end of a line or of the text means its end. */
export function offsetAt(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const { from, to } = doc.line(line + 1);
  return Math.min(from + character, to);
}

export const spanOf = (doc: Text, { start, end }: Range): { from: number; to: number } => ({
  from: offsetAt(doc, start),
  to: offsetAt(doc, end),
});

const isWordPart = /[\p{ID_Continue}$#]/u;

/** The word at an offset, empty where there is none. */
export function wordAt(doc: Text, offset: number): { from: number; to: number } {
  const { from: base, text } = doc.lineAt(offset);
  let [from, to] = [offset - base, offset - base];
  while (from > 0 && isWordPart.test(text[from - 1]!)) from--;
  while (to < text.length && isWordPart.test(text[to]!)) to++;
  return { from: base + from, to: base + to };
}
