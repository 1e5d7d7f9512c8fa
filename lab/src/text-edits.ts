// Edits of the protocol as changes of a text.
import { Text } from '@codemirror/state';
import type { TextEdit } from 'vscode-languageserver-protocol';
import { spanOf } from './positions';

/** Edits as spans, the last one first, so that each leaves the places of the others as they are. */
export function orderedFromEnd(
  source: string,
  edits: readonly TextEdit[],
): { readonly from: number; readonly to: number; readonly text: string }[] {
  const doc = Text.of(source.split('\n'));
  return edits
    .map(({ range, newText: text }, index) => ({ ...spanOf(doc, range), text, index }))
    .sort((a, b) => b.from - a.from || b.index - a.index);
}

export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  let text = source;
  for (const edit of orderedFromEnd(source, edits))
    text = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  return text;
}

/** The offset in a text behind as many letters as are before an offset in another one that has other white space. */
export function sameLetter(before: string, offset: number, after: string): number {
  let letters = before.slice(0, offset).replace(/\s/g, '').length;
  let at = 0;
  while (letters > 0 && at < after.length) if (/\S/.test(after[at++]!)) letters--;
  // In white space the cursor keeps to its line.
  const lines = (before.slice(0, offset).match(/\s*$/)?.[0].match(/\n/g) ?? []).length;
  for (let line = 0; line < lines && /\s/.test(after[at] ?? ''); line++) {
    const end = after.indexOf('\n', at);
    if (end < 0 || /\S/.test(after.slice(at, end))) break;
    at = end + 1;
    while (after[at] === ' ' || after[at] === '\t') at++;
  }
  return at;
}
