// A text that is a notebook: cells in the percent format of jupytext and of editors, `// %%` above each. Any other text is one cell.
// Rule: a cell stays the same one while it is edited: what is alike above and below tells which one that is.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CellText } from './cell';

const marker = /^\/\/[ \t]?%%(.*)$/gm;

/** @param before the cells of the text until now */
export function cellsOfText(document: TextDocument, before: readonly CellText[]): CellText[] {
  const text = document.getText();
  const parts: Omit<CellText, 'key'>[] = [];
  let start = 0;
  let isCode = true;
  const close = (end: number) => parts.push({ document, start, source: text.slice(start, end), isCode });
  for (const { 0: line, 1: title = '', index } of text.matchAll(marker)) {
    if (index > 0) close(index);
    isCode = !/\[(?:markdown|md|raw)\]/.test(title);
    start = Math.min(text.length, index + line.length + 1);
  }
  close(text.length);
  return withKeys(parts, before);
}

function withKeys(parts: readonly Omit<CellText, 'key'>[], before: readonly CellText[]): CellText[] {
  const isSame = (a: { source: string } | undefined, b: { source: string } | undefined) =>
    a !== undefined && a.source === b?.source;
  const shorter = Math.min(parts.length, before.length);
  let above = 0;
  while (above < shorter && isSame(parts[above], before[above])) above++;
  let below = 0;
  while (below < shorter - above && isSame(parts.at(-1 - below), before.at(-1 - below))) below++;
  const spare = before.slice(above, before.length - below);
  return parts.map((part, index) => {
    const known =
      index < above
        ? before[index]
        : index >= parts.length - below
          ? before[index - parts.length + before.length]
          : spare[index - above];
    return { ...part, key: known?.key ?? `${++count}` };
  });
}

let count = 0;
