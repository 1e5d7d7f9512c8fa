// An editor that has a notebook open: Microsoft's client library at the other end of a connection to the server.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  CompletionResolveRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeNotebookDocumentNotification,
  DidCloseNotebookDocumentNotification,
  DidOpenNotebookDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type MarkupContent,
  type MessageReader,
  type MessageWriter,
  NotebookCellKind,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  ShutdownRequest,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** A cell, as TypeScript unless a language is named. */
export type CellSource = string | readonly [language: string, source: string];

export class Editor {
  readonly connection: ProtocolConnection;
  readonly notebook: string;
  capabilities!: InitializeResult['capabilities'];
  readonly #documents = new Map<string, TextDocument>();
  readonly #told = new Map<string, { version: number | undefined; diagnostics: Diagnostic[] }>();
  readonly #waiting = new Set<() => void>();
  #cells: string[] = [];
  #count = 0;
  #version = 1;

  constructor(reader: MessageReader, writer: MessageWriter, directory = mkdtempSync(join(tmpdir(), 'lsp-'))) {
    this.notebook = pathToFileURL(join(directory, 'notes.ipynb')).href;
    this.connection = createProtocolConnection(reader, writer);
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.#told.set(uri, { version, diagnostics });
      for (const wake of this.#waiting) wake();
    });
    this.connection.listen();
  }

  async start(capabilities: ClientCapabilities = {}, initializationOptions?: object): Promise<this> {
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      initializationOptions,
    });
    this.capabilities = result.capabilities;
    await this.connection.sendNotification(InitializedNotification.type, {});
    return this;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    this.connection.dispose();
  }

  /** Opens a notebook with these cells, in place of the one before. */
  async open(...cells: readonly CellSource[]): Promise<void> {
    if (this.#cells.length > 0) await this.close();
    this.#cells = [];
    const documents = cells.map((cell) => this.#create(cell));
    this.#cells = documents.map(({ uri }) => uri);
    this.#version = 1;
    await this.connection.sendNotification(DidOpenNotebookDocumentNotification.type, {
      notebookDocument: {
        uri: this.notebook,
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: documents.map(cellOf),
      },
      cellTextDocuments: documents.map(itemOf),
    });
  }

  async close(): Promise<void> {
    const cellTextDocuments = this.#cells.map((uri) => ({ uri }));
    await this.connection.sendNotification(DidCloseNotebookDocumentNotification.type, {
      notebookDocument: { uri: this.notebook },
      cellTextDocuments,
    });
  }

  /** Types into a cell: its whole text from now on. */
  async edit(index: number, source: string): Promise<void> {
    const document = this.#documents.get(this.uri(index))!;
    const { uri, version } = document;
    const range = wholeOf(document);
    TextDocument.update(document, [{ range, text: source }], version + 1);
    await this.#change({
      textContent: [{ document: { uri, version: version + 1 }, changes: [{ range, text: source }] }],
    });
  }

  async insert(index: number, cell: CellSource): Promise<void> {
    const document = this.#create(cell);
    this.#cells.splice(index, 0, document.uri);
    await this.#change({
      structure: {
        array: { start: index, deleteCount: 0, cells: [cellOf(document)] },
        didOpen: [itemOf(document)],
      },
    });
  }

  async remove(index: number): Promise<void> {
    const [uri = ''] = this.#cells.splice(index, 1);
    await this.#change({
      structure: { array: { start: index, deleteCount: 1 }, didClose: [{ uri }] },
    });
  }

  async move(from: number, to: number): Promise<void> {
    const [uri = ''] = this.#cells.splice(from, 1);
    this.#cells.splice(to, 0, uri);
    const cell = cellOf(this.#documents.get(uri)!);
    await this.#change({ structure: { array: { start: from, deleteCount: 1 } } });
    await this.#change({ structure: { array: { start: to, deleteCount: 0, cells: [cell] } } });
  }

  uri(index: number): string {
    return this.#cells[index]!;
  }

  source(index: number): string {
    return this.#documents.get(this.uri(index))!.getText();
  }

  sources(): string[] {
    return this.#cells.map((_, index) => this.source(index));
  }

  /** Where a text is in a cell, its first letter; `after` for the place behind it. */
  at(index: number, text: string, after = false): { textDocument: { uri: string }; position: Position } {
    const source = this.source(index);
    const offset = source.indexOf(text);
    if (offset < 0) throw new Error(`no ${text} in ${source}`);
    const document = this.#documents.get(this.uri(index))!;
    const position = document.positionAt(after ? offset + text.length : offset);
    return { textDocument: { uri: this.uri(index) }, position };
  }

  /** The text of a range: `2: user` for one in the third cell. */
  textOf(uri: string, range: Range): string {
    const index = this.#cells.indexOf(uri);
    if (index < 0) return uri.slice(uri.lastIndexOf('/') + 1);
    return `${index}: ${this.#documents.get(uri)!.getText(range)}`;
  }

  /** What is told of a cell, once it is told of its text as it is now. */
  async diagnostics(index: number): Promise<Diagnostic[]> {
    const uri = this.uri(index);
    const { version } = this.#documents.get(uri)!;
    const isCurrent = () => (this.#told.get(uri)?.version ?? 0) >= version;
    if (!isCurrent()) await this.#until(isCurrent);
    return this.#told.get(uri)!.diagnostics;
  }

  /** The messages of what is wrong with each cell, errors and warnings only, as the editor asks for it. */
  async problems(): Promise<string[][]> {
    const all: string[][] = [];
    for (const uri of this.#cells) {
      const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
        textDocument: { uri },
      });
      all.push(report.kind === 'full' ? this.messages(uri, report.items) : []);
    }
    return all;
  }

  /** Errors and warnings, each with the text that it is about. */
  messages(uri: string, diagnostics: readonly Diagnostic[]): string[] {
    return diagnostics
      .filter(({ severity = 1 }) => severity < 3)
      .map(({ range, message }) => `${this.textOf(uri, range).replace(/^\d+: /, '')}: ${message}`);
  }

  /** The same as it was told without being asked for, once nothing more has come for a while. */
  async told(): Promise<string[][]> {
    for (const index of this.#cells.keys()) await this.diagnostics(index);
    await this.#quiet();
    return this.#cells.map((uri) => this.messages(uri, this.#told.get(uri)!.diagnostics));
  }

  /** Waits until nothing has been told for a moment. */
  async #quiet(milliseconds = 1000): Promise<void> {
    for (;;) {
      const more = await Promise.race([
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), milliseconds)),
        this.#until(() => true).then(() => true),
      ]);
      if (!more) return;
    }
  }

  #until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error('nothing was told')), 60_000);
      deadline.unref();
      const wake = () => {
        if (!isTrue()) return;
        this.#waiting.delete(wake);
        clearTimeout(deadline);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  async complete(index: number, text: string): Promise<CompletionItem[]> {
    const answer = await this.connection.sendRequest(CompletionRequest.type, this.at(index, text, true));
    return (answer as CompletionList | null)?.items ?? [];
  }

  resolve(item: CompletionItem): Promise<CompletionItem> {
    return this.connection.sendRequest(CompletionResolveRequest.type, item);
  }

  async hover(index: number, text: string): Promise<string | undefined> {
    const answer = await this.connection.sendRequest(HoverRequest.type, this.at(index, text));
    return (answer?.contents as MarkupContent | undefined)?.value;
  }

  /** The cells, or one of them, as they are after edits. */
  async apply(edit: WorkspaceEdit): Promise<string[]> {
    for (const [uri, edits] of Object.entries(edit.changes ?? {})) {
      const index = this.#cells.indexOf(uri);
      if (index >= 0) await this.edit(index, this.edited(index, edits));
    }
    return this.sources();
  }

  edited(index: number, edits: TextEdit[]): string {
    return TextDocument.applyEdits(this.#documents.get(this.uri(index))!, edits);
  }

  async #change(cells: object): Promise<void> {
    await this.connection.sendNotification(DidChangeNotebookDocumentNotification.type, {
      notebookDocument: { uri: this.notebook, version: ++this.#version },
      change: { cells },
    });
  }

  #create(cell: CellSource): TextDocument {
    const [language, source] = typeof cell === 'string' ? (['typescript', cell] as const) : cell;
    const uri = `${this.notebook.replace('file:', 'vscode-notebook-cell:')}#W${this.#count++}`;
    const document = TextDocument.create(uri, language, 1, source);
    this.#documents.set(uri, document);
    return document;
  }
}

const cellOf = ({ uri, languageId }: TextDocument) => ({
  kind: languageId === 'markdown' ? NotebookCellKind.Markup : NotebookCellKind.Code,
  document: uri,
});

const itemOf = (document: TextDocument) => ({
  uri: document.uri,
  languageId: document.languageId,
  version: document.version,
  text: document.getText(),
});

const wholeOf = (document: TextDocument): Range => ({
  start: { line: 0, character: 0 },
  end: document.positionAt(document.getText().length),
});
