// What the server has been told of a notebook, and how to tell it what is new: cells that came, went, moved or changed.
// Rule: it knows no JupyterLab. The server has exactly what the messages of this file have told, in their order.
import type {
  DidChangeNotebookDocumentParams,
  DidOpenNotebookDocumentParams,
  NotebookCell,
  TextDocumentItem,
} from 'vscode-languageserver-protocol';
import { changeBetween } from './text-changes';

type CellChanges = NonNullable<DidChangeNotebookDocumentParams['change']['cells']>;

export type CellKind = 'code' | 'markdown' | 'raw';

/** A cell as the person has it. */
export interface CellText {
  readonly uri: string;
  readonly kind: CellKind;
  readonly text: string;
}

/** A cell as the server has it. */
interface ToldCell {
  readonly uri: string;
  readonly kind: CellKind;
  readonly text: string;
  readonly version: number;
}

const languages = { code: 'typescript', markdown: 'markdown', raw: 'raw' };
/** `NotebookCellKind` of the protocol: what is no code is markup. */
const kinds = { code: 2, markdown: 1, raw: 1 } as const;

export class Mirror {
  readonly #uri: string;
  #version = 1;
  #cells: readonly ToldCell[] = [];
  readonly #byUri = new Map<string, ToldCell>();

  /** @param uri of the notebook */
  constructor(uri: string) {
    this.#uri = uri;
  }

  get uri(): string {
    return this.#uri;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Of a cell's text; 0 for one that the server does not know. */
  versionOf(uri: string): number {
    return this.#byUri.get(uri)?.version ?? 0;
  }

  /** The message that opens the notebook. */
  open(cells: readonly CellText[]): DidOpenNotebookDocumentParams {
    const told = cells.map(begin);
    this.#keep(told);
    return {
      notebookDocument: {
        uri: this.#uri,
        notebookType: 'jupyter-notebook',
        version: this.#version,
        cells: told.map(describe),
      },
      cellTextDocuments: told.map(textOf),
    };
  }

  /**
   * The messages that tell what is new.
   * @param mayDiffer whether the text of a cell may be another one than was told; of others it is not read
   */
  update(
    cells: readonly CellText[],
    mayDiffer: (uri: string) => boolean,
  ): readonly DidChangeNotebookDocumentParams[] {
    const messages: DidChangeNotebookDocumentParams[] = [];
    // A cell that is of another kind now keeps its address: the old one is closed before the new one is opened.
    const turned = cells.filter(({ uri, kind }) => {
      const told = this.#byUri.get(uri);
      return told && told.kind !== kind;
    });
    if (turned.length > 0) {
      const gone = new Set(turned.map(({ uri }) => uri));
      messages.push(this.#restructure(this.#cells.filter(({ uri }) => !gone.has(uri)))!);
    }
    const structure = this.#restructure(cells.map((cell) => this.#byUri.get(cell.uri) ?? begin(cell)));
    if (structure) messages.push(structure);
    const texts = this.#changeTexts(cells, mayDiffer);
    if (texts) messages.push(texts);
    return messages;
  }

  #changeTexts(
    cells: readonly CellText[],
    mayDiffer: (uri: string) => boolean,
  ): DidChangeNotebookDocumentParams | undefined {
    const textContent: NonNullable<CellChanges['textContent']> = [];
    const told = this.#cells.map((before, index) => {
      if (!mayDiffer(before.uri)) return before;
      const { text } = cells[index]!;
      const change = changeBetween(before.text, text);
      if (!change) return before;
      const { uri, kind, version } = before;
      textContent.push({ document: { uri, version: version + 1 }, changes: [change] });
      return { uri, kind, text, version: version + 1 };
    });
    if (textContent.length === 0) return undefined;
    this.#keep(told);
    return this.#change({ textContent });
  }

  /** One run of cells gives way to another: what is the same at both ends stays. */
  #restructure(after: readonly ToldCell[]): DidChangeNotebookDocumentParams | undefined {
    const before = this.#cells;
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start < shorter && before[start]!.uri === after[start]!.uri) start++;
    let end = 0;
    while (end < shorter - start && before.at(-1 - end)!.uri === after.at(-1 - end)!.uri) end++;
    const gone = before.slice(start, before.length - end);
    const come = after.slice(start, after.length - end);
    if (gone.length === 0 && come.length === 0) return undefined;
    const known = new Set(before.map(({ uri }) => uri));
    const kept = new Set(after.map(({ uri }) => uri));
    this.#keep(after);
    return this.#change({
      structure: {
        array: { start, deleteCount: gone.length, cells: come.map(describe) },
        didOpen: come.filter(({ uri }) => !known.has(uri)).map(textOf),
        didClose: gone.filter(({ uri }) => !kept.has(uri)).map(({ uri }) => ({ uri })),
      },
    });
  }

  #keep(cells: readonly ToldCell[]): void {
    this.#cells = cells;
    this.#byUri.clear();
    for (const cell of cells) this.#byUri.set(cell.uri, cell);
  }

  #change(cells: CellChanges): DidChangeNotebookDocumentParams {
    return { notebookDocument: { uri: this.#uri, version: ++this.#version }, change: { cells } };
  }
}

const begin = ({ uri, kind, text }: CellText): ToldCell => ({ uri, kind, text, version: 1 });

const describe = ({ uri, kind }: ToldCell): NotebookCell => ({ kind: kinds[kind], document: uri });

const textOf = ({ uri, kind, text, version }: ToldCell): TextDocumentItem => ({
  uri,
  languageId: languages[kind],
  version,
  text,
});
