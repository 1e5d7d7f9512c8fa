// The language servers of all notebooks: one connection for each notebook, one face of it for each of its views.
import type { Cell } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type {
  Diagnostic,
  ProtocolRequestType,
  ServerCapabilities,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import type { NotebookServer, NotebookServers } from './notebook-server';
import { Session } from './session';

export class Servers implements NotebookServers {
  readonly #views = new Map<NotebookPanel, View>();
  readonly #starts: ((server: NotebookServer) => IDisposable)[] = [];
  readonly #sessionStarted = new Signal<this, Session>(this);

  constructor(tracker: INotebookTracker) {
    tracker.forEach((panel) => {
      this.#add(panel);
    });
    tracker.widgetAdded.connect((_, panel) => this.#add(panel));
  }

  forEach(start: (server: NotebookServer) => IDisposable): void {
    this.#starts.push(start);
    for (const view of this.#views.values()) view.begin(start);
  }

  of(panel: NotebookPanel): NotebookServer | undefined {
    return this.sessionOf(panel) && this.#views.get(panel);
  }

  /** Of a notebook of our kernel. */
  sessionOf(panel: NotebookPanel): Session | undefined {
    const session = this.#views.get(panel)?.session;
    return session?.isOurs ? session : undefined;
  }

  /** One for each notebook that is open, of whichever kernel. */
  get sessions(): ReadonlySet<Session> {
    return new Set([...this.#views.values()].map(({ session }) => session));
  }

  /** There is a session that was not there before, of whichever kernel. */
  get sessionStarted(): ISignal<this, Session> {
    return this.#sessionStarted;
  }

  /** The session of the notebook that a cell belongs to, whichever kernel it has. */
  sessionWith(model: CodeEditor.IModel): Session | undefined {
    for (const { session } of this.#views.values()) if (session.cells.has(model)) return session;
    return undefined;
  }

  #add(panel: NotebookPanel): void {
    if (this.#views.has(panel)) return;
    const { context } = panel;
    const other = this.#viewOf(context);
    const session = other?.session ?? new Session(context);
    const view = new View(panel, session, this.#starts);
    this.#views.set(panel, view);
    if (!other) this.#sessionStarted.emit(session);
    panel.disposed.connect(() => {
      this.#views.delete(panel);
      view.dispose();
      if (!this.#viewOf(context)) session.dispose();
    });
  }

  #viewOf(context: DocumentRegistry.IContext<INotebookModel>): View | undefined {
    return [...this.#views.values()].find(({ panel }) => panel.context === context);
  }
}

class View implements NotebookServer, IDisposable {
  readonly panel: NotebookPanel;
  readonly session: Session;
  readonly connected: Signal<NotebookServer, boolean> = new Signal<NotebookServer, boolean>(this);
  readonly diagnosticsChanged: Signal<NotebookServer, string> = new Signal<NotebookServer, string>(this);
  readonly #starts: readonly ((server: NotebookServer) => IDisposable)[];
  #parts: IDisposable[] = [];
  #isDisposed = false;

  constructor(
    panel: NotebookPanel,
    session: Session,
    starts: readonly ((server: NotebookServer) => IDisposable)[],
  ) {
    this.panel = panel;
    this.session = session;
    this.#starts = starts;
    session.connectedChanged.connect(this.#connectedChanged, this);
    session.diagnosticsChanged.connect(this.#diagnosticsChanged, this);
    session.oursChanged.connect(this.#oursChanged, this);
    if (session.isOurs) for (const start of starts) this.begin(start);
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Starts a part, now if the kernel is ours, else when it is. */
  begin(start: (server: NotebookServer) => IDisposable): void {
    if (this.session.isOurs) this.#parts.push(start(this));
  }

  get capabilities(): ServerCapabilities | undefined {
    return this.session.capabilities;
  }

  request<Params, Result, Partial, Failure, Options>(
    { method }: ProtocolRequestType<Params, Result, Partial, Failure, Options>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<Result | undefined> {
    return this.session.request(method, params, signal) as Promise<Result | undefined>;
  }

  uriOf({ model }: Cell): string {
    return this.session.cells.uriOf(model);
  }

  cellAt(uri: string): Cell | undefined {
    return this.panel.content.widgets.find((cell) => this.uriOf(cell) === uri);
  }

  versionOf(uri: string): number {
    return this.session.versionOf(uri);
  }

  diagnosticsOf(uri: string): readonly Diagnostic[] {
    return this.session.diagnosticsOf(uri);
  }

  applyEdit(edit: WorkspaceEdit): void {
    this.session.applyEdit(edit);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#end();
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  #connectedChanged(_: Session, isConnected: boolean): void {
    this.connected.emit(isConnected);
  }

  #diagnosticsChanged(_: Session, uri: string): void {
    this.diagnosticsChanged.emit(uri);
  }

  #oursChanged(_: Session, isOurs: boolean): void {
    if (isOurs) for (const start of this.#starts) this.begin(start);
    else this.#end();
  }

  #end(): void {
    for (const part of this.#parts) part.dispose();
    this.#parts = [];
  }
}
