// The documents that an editor has open: notebooks with their cells, and texts, each as a notebook of ours.
// Rule: the library keeps the texts; after each change a notebook is told of all its cells, and finds out what is new.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Connection,
  type NotebookCell,
  NotebookCellKind,
  type NotebookDocument,
  NotebookDocuments,
  type Position,
  type Range,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CellModule } from '../language/notebook/module';
import type { CellText, DocumentCell } from './cell';
import type { OpenNotebook } from './notebook';
import type { Selection, Subject } from './subject';
import { cellsOfText } from './texts';

interface Entry {
  readonly notebook: OpenNotebook;
  /** The cells as they were told last. */
  texts: readonly CellText[];
}

export interface DocumentsOptions {
  /** @param directory where the document lives */
  open(directory: string): OpenNotebook;
  /** Cells have other texts, or are others. */
  changed(notebook: OpenNotebook): void;
  saved(): void;
  /** Nobody looks at these documents any more. */
  closed(uris: readonly string[]): void;
}

const codeLanguages = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact']);

export class Documents {
  readonly #options: DocumentsOptions;
  readonly #notebooks = new NotebookDocuments(TextDocument);
  readonly #texts = new TextDocuments(TextDocument);
  /** By the addresses of notebooks and of texts. */
  readonly #open = new Map<string, Entry>();
  /** Where documents without a place on the disk live. */
  root = process.cwd();

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.#notebooks.onDidOpen((document) => this.#update(document.uri, () => this.#cellsOf(document)));
    this.#notebooks.onDidSave(() => this.#options.saved());
    this.#notebooks.onDidClose((document) => {
      this.#close(document.uri);
      this.#options.closed(document.cells.map((cell) => cell.document));
    });
    this.#texts.onDidChangeContent(({ document }) =>
      this.#update(document.uri, (before) => cellsOfText(document, before)),
    );
    this.#texts.onDidSave(() => this.#options.saved());
    this.#texts.onDidClose(({ document }) => {
      this.#close(document.uri);
      this.#options.closed([document.uri]);
    });
  }

  listen(connection: Connection): void {
    this.#texts.listen(connection);
    this.#notebooks.listen(connection);
  }

  /** A change of a notebook was carried out. The library has no event for cells that change their places. */
  notebookChanged(uri: string): void {
    const document = this.#notebooks.getNotebookDocument(uri);
    if (!document) return;
    const before = this.#open.get(uri)?.texts ?? [];
    this.#update(uri, () => this.#cellsOf(document));
    const kept = new Set(document.cells.map((cell) => cell.document));
    this.#options.closed(before.map(({ key }) => key).filter((key) => !kept.has(key)));
  }

  get all(): OpenNotebook[] {
    return [...this.#open.values()].map(({ notebook }) => notebook);
  }

  /** The notebook of which a document is a cell, or that a text is; with the cells that are in the document. */
  find(
    uri: string,
  ): { readonly notebook: OpenNotebook; readonly cells: readonly DocumentCell[] } | undefined {
    const text = this.#open.get(uri);
    if (text) return { notebook: text.notebook, cells: text.notebook.world.cells };
    const document = this.#notebooks.findNotebookDocumentForCell(uri);
    const notebook = document && this.#open.get(document.uri)?.notebook;
    const cell = notebook?.world.cellOf(uri);
    return notebook && cell && { notebook, cells: [cell] };
  }

  /** The cell of a document that a cell which ran is, as the front end calls it. */
  findRun({ documentId }: CellModule): { notebook: OpenNotebook; cell: DocumentCell } | undefined {
    if (documentId === undefined) return undefined;
    for (const { notebook } of this.#open.values()) {
      const cell = notebook.world.cells.find((one) => one.isCode && one.documentId === documentId);
      if (cell) return { notebook, cell };
    }
    return undefined;
  }

  /** The place that a request names. */
  subjectAt(uri: string, position: Position): Subject | undefined {
    const found = this.find(uri);
    const [first] = found?.cells ?? [];
    if (!found || !first) return undefined;
    const offset = first.place.document.offsetAt(position);
    const cell = found.cells.findLast(({ place: { start } }) => start <= offset) ?? first;
    const { start } = cell.place;
    return {
      notebook: found.notebook,
      cell,
      offset: Math.min(Math.max(0, offset - start), cell.source.length),
    };
  }

  /** The pieces of cells that a request names. */
  selectionsOf(uri: string, { start, end }: Range): Selection[] {
    const { notebook, cells = [] } = this.find(uri) ?? {};
    const selections: Selection[] = [];
    for (const cell of notebook ? cells : []) {
      const { document, start: base } = cell.place;
      const from = document.offsetAt(start) - base;
      const to = document.offsetAt(end) - base;
      if (to < 0 || from > cell.source.length) continue;
      const offset = Math.max(0, from);
      selections.push({
        notebook: notebook!,
        cell,
        offset,
        end: Math.max(offset, Math.min(to, cell.source.length)),
      });
    }
    return selections;
  }

  #update(uri: string, cells: (before: readonly CellText[]) => readonly CellText[]): void {
    let entry = this.#open.get(uri);
    if (!entry) {
      entry = { notebook: this.#options.open(this.#directoryOf(uri)), texts: [] };
      this.#open.set(uri, entry);
    }
    entry.texts = withoutTooLong(cells(entry.texts));
    entry.notebook.update(entry.texts);
    this.#options.changed(entry.notebook);
  }

  #close(uri: string): void {
    this.#open.get(uri)?.notebook.close();
    this.#open.delete(uri);
  }

  #cellsOf({ cells }: NotebookDocument): CellText[] {
    return cells.flatMap((cell) => {
      const document = this.#notebooks.getCellTextDocument(cell);
      if (!document) return [];
      const isCode = isCodeCell(cell, document);
      return [{ key: cell.document, document, start: 0, source: document.getText(), isCode }];
    });
  }

  #directoryOf(uri: string): string {
    return uri.startsWith('file:') ? dirname(fileURLToPath(uri)) : this.root;
  }
}

/** What is longer is nothing that somebody wrote, and would keep the thread from everybody else; in UTF-16 units. */
const longest = { cell: 500_000, notebook: 5_000_000 };

function withoutTooLong(cells: readonly CellText[]): readonly CellText[] {
  let total = 0;
  return cells.map((cell) => {
    if (!cell.isCode) return cell;
    const { length } = cell.source;
    total += length;
    const isTooLong = length > longest.cell || total > longest.notebook;
    if (isTooLong) total -= length;
    return isTooLong ? { ...cell, isCode: false, isTooLong } : cell;
  });
}

const isCodeCell = ({ kind }: NotebookCell, { languageId }: TextDocument): boolean =>
  kind === NotebookCellKind.Code && codeLanguages.has(languageId);
