// A notebook and the language server of its kernel: connected whenever there is one, told of each edit, heard about problems.
// Rule: an edit only notes what is to be sent. Nothing is kept that was said of an older text.
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type {
  Diagnostic,
  InitializeResult,
  PublishDiagnosticsParams,
  ServerCapabilities,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { NotebookCells } from './cells';
import { clientCapabilities } from './client-capabilities';
import { Connection, ConnectionClosed, errorCodes, RemoteError, type ServerNotification } from './connection';
import { Mirror } from './mirror';

/** What implements the kernel, as it says of itself: its name in the launcher is the person's choice. */
const implementation = 'tskernel';

/** Milliseconds. */
const patience = {
  /** Edits that come within that time are sent together. */
  edits: 50,
  /** Before a connection that was lost is opened again: first, and at most. */
  again: 1000,
  longest: 30_000,
};

/** How many times a kernel may refuse before it is left alone: one of an older version does. */
const refusals = 3;

/** Answers that only say that there will be none. */
const withdrawn = new Set([
  errorCodes.contentModified,
  errorCodes.requestCancelled,
  errorCodes.serverCancelled,
]);

export class Session implements IDisposable {
  readonly #context: DocumentRegistry.IContext<INotebookModel>;
  readonly #cells: NotebookCells;
  readonly #connectedChanged = new Signal<this, boolean>(this);
  readonly #diagnosticsChanged = new Signal<this, string>(this);
  readonly #oursChanged = new Signal<this, boolean>(this);
  readonly #diagnostics = new Map<
    string,
    { readonly version: number; readonly items: readonly Diagnostic[] }
  >();
  #isOurs = false;
  #connection: Connection | undefined;
  #mirror: Mirror | undefined;
  #capabilities: ServerCapabilities | undefined;
  /** Grows whenever what is under way belongs to the past. */
  #attempt = 0;
  #refused = 0;
  #pause = patience.again;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #flush: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;
  /** Since when a server that was there is away. */
  #lost: number | undefined;

  constructor(context: DocumentRegistry.IContext<INotebookModel>) {
    this.#context = context;
    this.#cells = new NotebookCells(context);
    this.#cells.changed.connect(this.#noteEdit, this);
    const { sessionContext } = context;
    sessionContext.kernelChanged.connect(this.#kernelChanged, this);
    sessionContext.connectionStatusChanged.connect(this.#connectionChanged, this);
    sessionContext.statusChanged.connect(this.#statusChanged, this);
    context.saveState.connect(this.#saved, this);
    void context.ready.then(() => this.#attach());
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  get cells(): NotebookCells {
    return this.#cells;
  }

  /** Whether the kernel is ours, connected or not. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  get oursChanged(): ISignal<this, boolean> {
    return this.#oursChanged;
  }

  /** Undefined while nobody is connected. */
  get capabilities(): ServerCapabilities | undefined {
    return this.#capabilities;
  }

  get connectedChanged(): ISignal<this, boolean> {
    return this.#connectedChanged;
  }

  get diagnosticsChanged(): ISignal<this, string> {
    return this.#diagnosticsChanged;
  }

  /** Of the text of a cell as it is now; nothing while that has not been looked at. */
  diagnosticsOf(uri: string): readonly Diagnostic[] {
    const known = this.#diagnostics.get(uri);
    return known && known.version === this.versionOf(uri) && !this.#cells.hasEdit(uri) ? known.items : [];
  }

  /** How much is wrong, by what was said last of each cell: while one is looked at again, its number stays. */
  count(): { readonly errors: number; readonly warnings: number } {
    let errors = 0;
    let warnings = 0;
    for (const { items } of this.#diagnostics.values()) {
      errors += items.filter(({ severity = 1 }) => severity === 1).length;
      warnings += items.filter(({ severity }) => severity === 2).length;
    }
    return { errors, warnings };
  }

  /** @returns whether the server was there and has been away for so long, in milliseconds, though the kernel is not */
  isLostFor(milliseconds: number): boolean {
    const kernel = this.#context.sessionContext.session?.kernel;
    const isThere = kernel?.connectionStatus === 'connected' && kernel.status !== 'dead';
    return isThere && this.#lost !== undefined && Date.now() - this.#lost >= milliseconds;
  }

  versionOf(uri: string): number {
    return this.#mirror?.versionOf(uri) ?? 0;
  }

  /** @see NotebookServer.request */
  async request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    const connection = this.#connection;
    const mirror = this.#mirror;
    if (!connection || !mirror || !this.#capabilities || signal?.aborted) return undefined;
    this.#send();
    const { version } = mirror;
    try {
      const answer = await connection.request(method, params, signal);
      const isOld = mirror.version !== version || this.#cells.hasEdits || this.#mirror !== mirror;
      return isOld || signal?.aborted ? undefined : answer;
    } catch (error) {
      if (error instanceof ConnectionClosed) return undefined;
      if (error instanceof RemoteError && withdrawn.has(error.code)) return undefined;
      throw error;
    }
  }

  applyEdit(edit: WorkspaceEdit): void {
    this.#cells.apply(edit);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#detach();
    this.#setOurs(false);
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
    this.#cells.dispose();
  }

  #kernelChanged(): void {
    this.#detach();
    this.#lost = undefined;
    this.#refused = 0;
    // A notebook without a kernel, too, is nobody's.
    if (!this.#context.sessionContext.session?.kernel) this.#setOurs(false);
    void this.#attach();
  }

  /** After a restart, and when the server was away, JupyterLab connects again. */
  #connectionChanged(_: unknown, status: Kernel.ConnectionStatus): void {
    this.#detach();
    this.#refused = 0;
    if (status === 'connected') void this.#attach();
  }

  #statusChanged(_: unknown, status: Kernel.Status): void {
    if (status === 'dead') this.#detach();
    // Somebody else has restarted it, and the new process knows nothing of the comm.
    if (status === 'starting' && this.#connection) void this.#attach();
  }

  async #attach(): Promise<void> {
    this.#detach();
    const attempt = this.#attempt;
    const isOver = () => attempt !== this.#attempt || this.#isDisposed;
    const kernel = this.#context.sessionContext.session?.kernel;
    if (kernel?.connectionStatus !== 'connected' || kernel.status === 'dead') return;
    await this.#context.ready;
    const info = await kernel.info.catch(() => undefined);
    if (isOver() || !info) return;
    this.#setOurs(info.implementation === implementation);
    if (!this.#isOurs || isOver()) return;
    const connection = new Connection(kernel);
    this.#connection = connection;
    connection.notified.connect(this.#hear, this);
    connection.closed.connect(this.#lose, this);
    try {
      const { capabilities } = (await connection.request('initialize', {
        processId: null,
        rootUri: null,
        capabilities: clientCapabilities,
      })) as InitializeResult;
      if (isOver()) return;
      connection.notify('initialized', {});
      this.#open(connection);
      this.#refused = 0;
      this.#pause = patience.again;
      this.#capabilities = capabilities;
      this.#lost = undefined;
      this.#connectedChanged.emit(true);
    } catch (error) {
      // What was lost is opened again by who lost it.
      if (!(error instanceof ConnectionClosed)) throw error;
    }
  }

  #open(connection: Connection): void {
    this.#mirror = new Mirror(this.#cells.notebookUri);
    this.#cells.takeEdits();
    connection.notify('notebookDocument/didOpen', this.#mirror.open(this.#cells.read()));
  }

  #detach(): void {
    this.#attempt++;
    clearTimeout(this.#retry);
    clearTimeout(this.#flush);
    this.#flush = undefined;
    this.#connection?.dispose();
    this.#connection = undefined;
    this.#mirror = undefined;
    if (!this.#capabilities) return;
    this.#capabilities = undefined;
    this.#lost = Date.now();
    this.#connectedChanged.emit(false);
  }

  /** The kernel has closed the comm. */
  #lose(): void {
    const wasRefused = this.#capabilities === undefined;
    this.#detach();
    if (wasRefused && ++this.#refused >= refusals) return;
    this.#retry = setTimeout(() => void this.#attach(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, patience.longest);
  }

  #setOurs(isOurs: boolean): void {
    if (this.#isOurs === isOurs) return;
    this.#isOurs = isOurs;
    if (!isOurs) for (const uri of [...this.#diagnostics.keys()]) this.#forget(uri);
    this.#oursChanged.emit(isOurs);
  }

  #noteEdit(): void {
    if (this.#mirror) {
      this.#flush ??= setTimeout(() => this.#send(), patience.edits);
      return;
    }
    for (const uri of this.#cells.takeEdits()) this.#forget(uri);
  }

  /** Sends what is new. */
  #send(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    if (!this.#mirror || !this.#cells.hasEdits) return;
    const edited = this.#cells.takeEdits();
    const cells = this.#cells.read();
    for (const message of this.#mirror.update(cells, (uri) => edited.has(uri)))
      this.#connection!.notify('notebookDocument/didChange', message);
    for (const uri of [...this.#diagnostics.keys()]) if (this.#mirror.versionOf(uri) === 0) this.#forget(uri);
  }

  #saved(_: unknown, state: DocumentRegistry.SaveState): void {
    if (state !== 'completed' || !this.#mirror) return;
    this.#send();
    this.#connection!.notify('notebookDocument/didSave', { notebookDocument: { uri: this.#mirror.uri } });
  }

  #hear(_: Connection, { method, params }: ServerNotification): void {
    if (method !== 'textDocument/publishDiagnostics') return;
    const { uri, version, diagnostics: items } = params as PublishDiagnosticsParams;
    const current = this.versionOf(uri);
    if (current === 0 || (version !== undefined && version !== current) || this.#cells.hasEdit(uri)) return;
    this.#diagnostics.set(uri, { version: current, items });
    this.#diagnosticsChanged.emit(uri);
  }

  #forget(uri: string): void {
    if (this.#diagnostics.delete(uri)) this.#diagnosticsChanged.emit(uri);
  }
}
