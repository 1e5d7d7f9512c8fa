// Edits of the protocol as changes of texts.
import type { ISharedText } from '@jupyter/ydoc';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { offsetAt } from './text-changes';

/** By URI. */
export function changesOf({ changes, documentChanges }: WorkspaceEdit): { [uri: string]: TextEdit[] } {
  const all: { [uri: string]: TextEdit[] } = { ...changes };
  for (const change of documentChanges ?? [])
    if ('textDocument' in change)
      all[change.textDocument.uri] = [
        ...(all[change.textDocument.uri] ?? []),
        ...(change.edits as TextEdit[]),
      ];
  return all;
}

/** Edits as spans, the last one first, so that each leaves the places of the others as they are. */
export function orderedFromEnd(
  source: string,
  edits: readonly TextEdit[],
): { readonly from: number; readonly to: number; readonly text: string }[] {
  return edits
    .map(({ range, newText: text }, index) => ({
      from: offsetAt(source, range.start),
      to: offsetAt(source, range.end),
      text,
      index,
    }))
    .sort((a, b) => b.from - a.from || b.index - a.index);
}

/** Makes edits in a text of a document, in one transaction. */
export function editText(text: ISharedText, edits: readonly TextEdit[]): void {
  text.transact(() => {
    for (const edit of orderedFromEnd(text.getSource(), edits))
      text.updateSource(edit.from, edit.to, edit.text);
  });
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
