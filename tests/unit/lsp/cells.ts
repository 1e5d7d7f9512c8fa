// Cells of TypeScript as a document has them, each in a document of its own.
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CellText } from '../../../src/lsp/cell';

export const codeCells = (sources: readonly string[]): CellText[] =>
  sources.map((source, index) => ({
    key: `${index}`,
    document: TextDocument.create(`cell:${index}`, 'typescript', 1, source),
    start: 0,
    source,
    isCode: true,
  }));
