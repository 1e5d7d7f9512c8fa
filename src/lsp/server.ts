// The language server: what the protocol asks, answered about the cells of the notebooks that are open.
// Rule: it knows no transport. A request is answered at once or given up: at its cancellation, or when an edit came after it.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';
import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  createConnection,
  createProtocolConnection,
  DidChangeNotebookDocumentNotification,
  type DidChangeNotebookDocumentParams,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  type Location,
  type LocationLink,
  LSPErrorCodes,
  Message,
  type MessageWriter,
  ProposedFeatures,
  ResponseError,
  type ResponseMessage,
  type TextDocumentPositionParams,
  type TextEdit,
} from 'vscode-languageserver';
import type { IsToldElsewhere } from '../language/told-checks';
import { createRegistry } from '../language/types/registry';
import { keptProject } from '../system/project';
import type { LiveQuestion } from '../threads/language-protocol';
import { type LiveAnswers, liveMethods } from '../threads/live-values';
import { actions } from './answers/actions';
import { complete, listOf, resolveItem } from './answers/completion';
import { definition, typeDefinition } from './answers/definition';
import type { Found } from './answers/diagnostics';
import { format, formatRange } from './answers/formatting';
import { describe, hoverOf, signatureHelp } from './answers/hover';
import { highlights, prepareRename, references, rename } from './answers/references';
import { documentSymbols, foldingRanges, inlayHints, semanticTokens } from './answers/structure';
import type { Attention, AttentiveReader } from './attention';
import { capabilitiesIn } from './capabilities';
import type { DocumentCell } from './cell';
import { Checks } from './checks';
import { Documents } from './documents';
import { OpenNotebook } from './notebook';
import { problemIn } from './parameters';
import { Presence, type usualPatience } from './presence';
import type { Subject } from './subject';
import type { Executed } from './world';

export interface ServerOptions {
  readonly reader: AttentiveReader;
  readonly writer: MessageWriter;
  readonly attention: Attention;
  readonly version: string;
  /** Where the kernel keeps its own projects. */
  readonly data: string;
  /** Where all notebooks live; each in the directory of its document when absent. */
  readonly directory?: string;
  /** The kernel beside it: what cells left that ran. */
  readonly executed?: Executed;
  /** The files that were parsed, where somebody else has some. */
  readonly registry?: ts.DocumentRegistry;
  /** How long a client may say nothing before it counts as gone, where nothing else says that it is; milliseconds. */
  readonly presence?: typeof usualPatience;
  /** The editor has taken its leave, or is gone. */
  exit(code: number): void;
}

/** What an editor may set. */
interface Options {
  /** Off unless it is true. */
  readonly inlayHints?: boolean;
}

/** Before looking again whether something that goes first is still waited for, in milliseconds. */
const patienceForOthers = 2;

const voided = () => new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed since');
const tooLong = () =>
  new ResponseError(LSPErrorCodes.RequestFailed, 'the text of the cell is too long for this');
const cancelled = () => new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');

/** A client's server. */
export interface ClientServer {
  /** Packages were installed or removed. */
  packagesChanged(): void;
  /** Asks the client whether it is still there. */
  checkPresence(): void;
  /** Which findings in a cell that ran the client shows where it is typed; nothing where it does not show the cell. */
  readonly isTold: IsToldElsewhere;
  /** The client is gone. */
  close(): void;
}

/** Starts to answer. */
export const serve = (options: ServerOptions): ClientServer => new Server(options);

class Server implements ClientServer {
  readonly #options: ServerOptions;
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #registry: ts.DocumentRegistry;
  readonly #stopHearing: (() => void) | undefined;
  readonly #checks: Checks;
  #client: ClientCapabilities = {};
  #showsHints = false;
  /** The editor wants nothing more. */
  #isOver = false;
  readonly #presence: Presence | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { reader, writer, attention, directory: fixed, executed, exit } = options;
    this.#registry = options.registry ?? createRegistry();
    const watchDog = { shutdownReceived: false, initialize() {}, exit };
    this.#connection = createConnection(
      (logger) =>
        createProtocolConnection(reader, writer, logger, {
          messageStrategy: {
            handleMessage: (message, next) => {
              attention.handle(message);
              this.#presence?.heard();
              if (this.#refuse(message)) return;
              next(message);
              this.#noteChange(message);
            },
          },
        }),
      watchDog,
      ProposedFeatures.all,
    );
    this.#documents = new Documents({
      open: (ownDirectory) => {
        const directory = fixed ?? ownDirectory;
        return new OpenNotebook({
          directory,
          project: keptProject(options.data, directory),
          registry: this.#registry,
          ...(executed && { executed }),
          isCancelled: attention.isCancelled,
        });
      },
      changed: () => this.#checks.schedule(),
      saved: () => this.#filesChanged(false),
      closed: (uris) => {
        for (const uri of uris) this.#checks.forget(uri);
      },
    });
    this.#checks = new Checks({
      connection: this.#connection,
      documents: this.#documents,
      attention,
      client: () => this.#client,
      carefully: (work) => this.#carefully(work),
    });
    if (options.presence) this.#presence = new Presence(this.#connection, () => exit(1), options.presence);
    this.#stopHearing = executed?.listen((names) => {
      this.#carefully(() => {
        for (const notebook of this.#documents.all) notebook.executedChanged(names);
      });
      this.#checks.schedule();
    });
    this.#listen();
    this.#documents.listen(this.#connection);
    this.#connection.listen();
  }

  readonly isTold: IsToldElsewhere = (ran) => {
    const found = this.#checks.areShown ? this.#documents.findRun(ran) : undefined;
    if (!found) return undefined;
    const { notebook, cell } = found;
    // What was typed last before it ran is still under way.
    if (cell.source !== ran.source) return () => true;
    let known: readonly Found[];
    try {
      known = this.#options.attention.do('request', () => this.#checks.findingsIn(notebook, cell));
    } catch (error) {
      // The person types on: what is found there comes with the next text.
      return error instanceof ts.OperationCanceledException ? () => true : undefined;
    }
    return ({ code, offset, length }) =>
      known.some((one) => one.code === code && one.start === offset && one.end === offset + length);
  };

  packagesChanged(): void {
    this.#carefully(() => this.#filesChanged(true));
  }

  checkPresence(): void {
    this.#presence?.ask();
  }

  close(): void {
    this.#isOver = true;
    this.#presence?.close();
    this.#stopHearing?.();
    this.#checks.close();
    for (const notebook of this.#documents.all) notebook.close();
    this.#connection.dispose();
  }

  /** Answers a message that lacks what it needs. @returns whether it does */
  #refuse(message: Message): boolean {
    const isRequest = Message.isRequest(message);
    if (!isRequest && !Message.isNotification(message)) return false;
    const problem = problemIn(message.method, message.params);
    if (problem === undefined) return false;
    const { jsonrpc } = message;
    if (isRequest) {
      const error = { code: ErrorCodes.InvalidParams, message: problem };
      void this.#options.writer.write({ jsonrpc, id: message.id, error } as ResponseMessage);
    } else this.#connection.console.error(problem);
    return true;
  }

  /** The library's own handler has come to its end before the next turn, and no other message is handled before that. */
  #noteChange(message: Message): void {
    if (!Message.isNotification(message)) return;
    if (message.method !== DidChangeNotebookDocumentNotification.method) return;
    const { notebookDocument } = message.params as DidChangeNotebookDocumentParams;
    setImmediate(() => this.#carefully(() => this.#documents.notebookChanged(notebookDocument.uri)));
  }

  /** What happens between two messages must not end the thread, which others need. */
  #carefully(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#isOver) this.#connection.console.error(inspect(error));
    }
  }

  #listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#watch());
    connection.onShutdown(() => {
      this.#isOver = true;
      this.#checks.close();
    });
    connection.onDidChangeWatchedFiles(({ changes }) =>
      this.#filesChanged(changes.some(({ uri }) => /\/(?:package(?:-lock)?|tsconfig)\.json$/.test(uri))),
    );
    connection.onCompletion(
      this.#finishing(
        this.#at((subject, { textDocument: { uri }, context }) =>
          complete(subject, uri, context?.triggerCharacter),
        ),
        async (found) =>
          found && listOf(found, found.live ? await this.#ask('members', found.live.question) : []),
      ),
    );
    connection.onCompletionResolve(
      this.#answering((item) =>
        resolveItem(item, (uri, key) => {
          const notebook = this.#documents.find(uri)?.notebook;
          const cell = notebook?.world.cellOf(key);
          return notebook && cell && { notebook, cell };
        }),
      ),
    );
    connection.onHover(
      this.#finishing(
        this.#at((subject) => describe(subject)),
        async (found) => found && hoverOf(found, found.live ? await this.#ask('value', found.live) : null),
      ),
    );
    connection.onSignatureHelp(this.#at((subject, { context }) => signatureHelp(subject, context)));
    connection.onDefinition(this.#at((subject) => this.#places(definition(subject), 'definition')));
    connection.onTypeDefinition(
      this.#at((subject) => this.#places(typeDefinition(subject), 'typeDefinition')),
    );
    connection.onReferences(
      this.#at((subject, { context }) => references(subject, context.includeDeclaration)),
    );
    connection.onDocumentHighlight(this.#at((subject) => highlights(subject)));
    connection.onPrepareRename(this.#at((subject) => prepareRename(subject)));
    connection.onRenameRequest(this.#at((subject, { newName }) => rename(subject, newName)));
    connection.onCodeAction(
      this.#answering(({ textDocument: { uri }, range, context: { diagnostics, only } }) => {
        const [selection] = this.#documents.selectionsOf(uri, range);
        return selection ? actions(selection, diagnostics, only) : [];
      }),
    );
    connection.onDocumentFormatting(async ({ textDocument: { uri }, options }) => {
      const { notebook, cells = [] } = this.#documents.find(uri) ?? {};
      const { attention } = this.#options;
      const { edits } = attention;
      const all: TextEdit[] = [];
      for (const cell of notebook ? cells : []) all.push(...(await format(notebook!, cell, options)));
      if (attention.hasNewerEdit || attention.edits !== edits) throw voided();
      return all;
    });
    connection.onDocumentRangeFormatting(
      this.#answering(({ textDocument: { uri }, range, options }) => {
        const selections = this.#documents.selectionsOf(uri, range);
        return selections.flatMap((selection) => formatRange(selection, options));
      }),
    );
    connection.onFoldingRanges(this.#of((notebook, cell) => foldingRanges(notebook, cell)));
    connection.onDocumentSymbol(this.#of((notebook, cell) => documentSymbols(notebook, cell)));
    connection.languages.semanticTokens.on(
      this.#answering(({ textDocument: { uri } }) => {
        const found = this.#documents.find(uri);
        return found ? semanticTokens(found.notebook, found.cells) : { data: [] };
      }),
    );
    connection.languages.inlayHint.on(
      this.#answering(({ textDocument: { uri }, range }) => {
        const selections = this.#showsHints ? this.#documents.selectionsOf(uri, range) : [];
        return selections.flatMap((selection) => inlayHints(selection));
      }),
    );
    connection.onDidChangeConfiguration(({ settings }) => {
      const { inlayHints: shows } = (settings as { tskernel?: Options } | null)?.tskernel ?? {};
      if (shows === undefined || shows === this.#showsHints) return;
      this.#showsHints = shows;
      if (this.#client.workspace?.inlayHint?.refreshSupport) connection.languages.inlayHint.refresh();
    });
    connection.languages.diagnostics.on(
      this.#answering(({ textDocument: { uri } }) => ({
        kind: DocumentDiagnosticReportKind.Full,
        items: this.#checks.diagnosticsOf(uri),
      })),
    );
  }

  #initialize(params: InitializeParams): InitializeResult {
    const { capabilities, rootUri, workspaceFolders, initializationOptions } = params;
    this.#client = capabilities;
    this.#showsHints = (initializationOptions as Options | null | undefined)?.inlayHints === true;
    const { directory } = this.#options;
    const root = workspaceFolders?.[0]?.uri ?? rootUri;
    if (root?.startsWith('file:')) this.#documents.root = fileURLToPath(root);
    return {
      serverInfo: { name: 'tskernel', version: this.#options.version },
      capabilities: capabilitiesIn(directory ?? this.#documents.root),
    };
  }

  /**
   * A handler that is given up when its request is cancelled or void.
   * @param answer TypeScript may throw `OperationCanceledException` in it
   */
  #answering<Params, Result>(answer: (params: Params) => Result) {
    return async (params: Params, token: CancellationToken): Promise<Result> => {
      const { attention } = this.#options;
      const { edits } = attention;
      for (;;) {
        if (token.isCancellationRequested) throw cancelled();
        if (attention.hasNewerEdit || attention.edits !== edits) throw voided();
        try {
          return attention.do('request', () => answer(params));
        } catch (error) {
          if (!(error instanceof ts.OperationCanceledException)) throw error;
          // What it gave way to is read in this turn.
          await new Promise((resolve) => setImmediate(resolve));
          while (attention.waitsForOthers) await delay(patienceForOthers);
        }
      }
    };
  }

  /** A handler whose answer takes more than what is known on this thread. */
  #finishing<Params, Found, Result>(
    handler: (params: Params, token: CancellationToken) => Promise<Found>,
    finish: (found: Found) => Promise<Result>,
  ) {
    return async (params: Params, token: CancellationToken): Promise<Result> => {
      const { attention } = this.#options;
      const { edits } = attention;
      const result = await finish(await handler(params, token));
      if (token.isCancellationRequested) throw cancelled();
      if (attention.edits !== edits) throw voided();
      return result;
    };
  }

  /** Asks about live values. */
  #ask<Kind extends keyof LiveAnswers>(kind: Kind, question: LiveQuestion): Promise<LiveAnswers[Kind]> {
    return this.#connection.sendRequest<LiveAnswers[Kind]>(liveMethods[kind], question);
  }

  /** A handler of what is asked about each cell of a document. */
  #of<Params extends { textDocument: { uri: string } }, Item>(
    answer: (notebook: OpenNotebook, cell: DocumentCell) => Item[],
  ) {
    return this.#answering(({ textDocument: { uri } }: Params): Item[] => {
      const found = this.#documents.find(uri);
      return (found?.cells ?? []).flatMap((cell) => answer(found!.notebook, cell));
    });
  }

  /** A handler of what is asked about a place. */
  #at<Params extends TextDocumentPositionParams, Result>(
    answer: (subject: Subject, params: Params) => Result,
  ) {
    return this.#answering((params: Params): Result | null => {
      const subject = this.#documents.subjectAt(params.textDocument.uri, params.position);
      if (subject?.cell.isTooLong) throw tooLong();
      return subject ? answer(subject, params) : null;
    });
  }

  /** Links where the editor takes them: they have the whole declaration besides its name. */
  #places(links: LocationLink[], kind: 'definition' | 'typeDefinition'): LocationLink[] | Location[] {
    if (this.#client.textDocument?.[kind]?.linkSupport) return links;
    return links.map(({ targetUri: uri, targetSelectionRange: range }) => ({ uri, range }));
  }

  #filesChanged(packages: boolean): void {
    for (const notebook of this.#documents.all) notebook.filesChanged(packages);
    this.#checks.schedule();
  }

  #watch(): void {
    if (!this.#client.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
    void this.#connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: '**/*.{ts,tsx,mts,cts,js,mjs,cjs,json}' }],
    });
  }
}
