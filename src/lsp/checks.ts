// What is wrong with the cells of the open documents: looked for in the background, a moment after the last edit, and told to the
// editor. Rule: such a look makes room for whatever comes; what an editor asks for is looked for at once.
import { inspect } from 'node:util';
import ts from 'typescript';
import type { ClientCapabilities, Connection, Diagnostic } from 'vscode-languageserver';
import { diagnosticOf, type Found, findIn } from './answers/diagnostics';
import type { Attention } from './attention';
import type { DocumentCell } from './cell';
import type { Documents } from './documents';
import type { OpenNotebook } from './notebook';

/** How long, in milliseconds. */
const patience = {
  /** After an edit, before cells are checked: a person is still typing. */
  afterEdit: 200,
  /** Before work goes on that gave way to a message. */
  afterMessage: 5,
};

export interface ChecksOptions {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly attention: Attention;
  /** What the editor can do, once it has said so. */
  client(): ClientCapabilities;
  /** Does what must not end the thread. */
  carefully(work: () => void): void;
}

export class Checks {
  readonly #options: ChecksOptions;
  readonly #found = new WeakMap<DocumentCell, readonly Found[]>();
  #work: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: ChecksOptions) {
    this.#options = options;
  }

  /** Something has changed: looks for what is due, in a while. */
  schedule(milliseconds = patience.afterEdit): void {
    clearTimeout(this.#work);
    if (this.#isOver) return;
    this.#work = setTimeout(() => this.#options.carefully(() => this.#step()), milliseconds);
  }

  /** Nobody wants to know any more. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#work);
  }

  /** Nobody looks at a document any more. */
  forget(uri: string): void {
    this.#publish(uri, []);
  }

  /** What is wrong with a document, as it is now. @throws ts.OperationCanceledException when it has to make room */
  diagnosticsOf(uri: string): Diagnostic[] {
    const { notebook, cells } = this.#options.documents.find(uri) ?? {};
    for (const cell of cells ?? []) this.findingsIn(notebook!, cell);
    return this.#knownOf(uri);
  }

  /** What is wrong with a cell, as it is now. @throws ts.OperationCanceledException when it has to make room */
  findingsIn(notebook: OpenNotebook, cell: DocumentCell): readonly Found[] {
    notebook.check(cell, (focus) => this.#found.set(cell, findIn(notebook, cell, focus)));
    return this.#found.get(cell) ?? [];
  }

  /** Whether the editor shows what is wrong. */
  get areShown(): boolean {
    const { publishDiagnostics } = this.#options.client().textDocument ?? {};
    return publishDiagnostics !== undefined || this.#asks;
  }

  /** Whether the editor asks for what is wrong by itself. */
  get #asks(): boolean {
    return this.#options.client().textDocument?.diagnostic !== undefined;
  }

  /** One batch of checks, and the next one, until nothing is due. */
  #step(): void {
    const { attention, connection, documents } = this.#options;
    const notebook = documents.all.find(({ hasWork }) => hasWork);
    if (!notebook) return;
    const touched = new Set<DocumentCell>();
    let pause = 0;
    try {
      attention.do('background', () =>
        notebook.checkSome((cell, focus) => {
          this.#found.set(cell, findIn(notebook, cell, focus));
          touched.add(cell);
        }),
      );
    } catch (error) {
      if (error instanceof ts.OperationCanceledException) pause = patience.afterMessage;
      else connection.console.error(inspect(error));
    }
    this.#tell(notebook, touched);
    this.schedule(pause);
  }

  #tell(notebook: OpenNotebook, cells: ReadonlySet<DocumentCell>): void {
    if (cells.size === 0) return;
    if (this.#asks) {
      if (this.#options.client().workspace?.diagnostics?.refreshSupport && !notebook.hasWork)
        this.#options.connection.languages.diagnostics.refresh();
      return;
    }
    const documents = new Map([...cells].map(({ place: { document } }) => [document.uri, document]));
    for (const [uri, { version }] of documents) this.#publish(uri, this.#knownOf(uri), version);
  }

  #publish(uri: string, diagnostics: Diagnostic[], version?: number): void {
    if (this.#asks) return;
    void this.#options.connection.sendDiagnostics({
      uri,
      diagnostics,
      ...(version !== undefined && { version }),
    });
  }

  /** What is known to be wrong with a document. */
  #knownOf(uri: string): Diagnostic[] {
    return (this.#options.documents.find(uri)?.cells ?? []).flatMap((cell) =>
      (this.#found.get(cell) ?? []).map((found) => diagnosticOf(cell, found)),
    );
  }
}
