// The cells of a notebook as the language server names them: addresses, texts, and which of them were edited.
// Rule: cells are the model's, not a view's, so one that has no editor yet is a cell like any other.
import type { ISharedText, SourceChange } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { CellKind, CellText } from './mirror';
import { changesOf, editText } from './text-edits';

export class NotebookCells implements IDisposable {
  readonly #context: DocumentRegistry.IContext<INotebookModel>;
  readonly #uri: string;
  readonly #changed = new Signal<this, void>(this);
  /** Those that are listened to, and the addresses of them. */
  readonly #heard = new Map<ICellModel, string>();
  readonly #byUri = new Map<string, ICellModel>();
  readonly #edited = new Set<string>();
  #isRearranged = false;
  #isDisposed = false;

  constructor(context: DocumentRegistry.IContext<INotebookModel>) {
    this.#context = context;
    // It stays when the notebook gets another name: it only has to be the same all the time.
    const path = context.path.split('/').map(encodeURIComponent).join('/');
    this.#uri = `jupyter-notebook:/${path}`;
    context.model.cells.changed.connect(this.#rearranged, this);
    this.#listen();
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  get notebookUri(): string {
    return this.#uri;
  }

  /** A text was edited, or cells came, went or moved. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** The kernel knows cells by their ids as well, which a front end sends along when it has them executed. */
  uriOf(cell: ICellModel): string {
    return this.#heard.get(cell) ?? `${this.#uri}#${encodeURIComponent(cell.id)}`;
  }

  has(model: object): boolean {
    return this.#heard.has(model as ICellModel);
  }

  find(uri: string): ICellModel | undefined {
    return this.#byUri.get(uri);
  }

  /** Whether anything was edited since edits were taken. */
  get hasEdits(): boolean {
    return this.#isRearranged || this.#edited.size > 0;
  }

  hasEdit(uri: string): boolean {
    return this.#edited.has(uri);
  }

  /** @returns the addresses of the cells that were edited since this was asked last */
  takeEdits(): ReadonlySet<string> {
    const edited = new Set(this.#edited);
    this.#edited.clear();
    this.#isRearranged = false;
    return edited;
  }

  /** All cells as they are now. Of two with one id, which a broken file can have, the first one. */
  read(): readonly CellText[] {
    const cells: CellText[] = [];
    for (const cell of this.#context.model.cells) {
      const uri = this.uriOf(cell);
      if (this.#byUri.get(uri) !== cell) continue;
      const { type, sharedModel } = cell;
      cells.push({
        uri,
        kind: type as CellKind,
        get text() {
          return sharedModel.getSource();
        },
      });
    }
    return cells;
  }

  apply(edit: WorkspaceEdit): void {
    for (const [uri, ofCell] of Object.entries(changesOf(edit))) {
      const cell = this.find(uri);
      if (cell) applyTo(cell.sharedModel, ofCell);
    }
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    Signal.disconnectReceiver(this);
    for (const { sharedModel } of this.#heard.keys()) sharedModel.changed.disconnect(this.#textChanged, this);
    this.#heard.clear();
    Signal.clearData(this);
  }

  #rearranged(): void {
    this.#isRearranged = true;
    this.#listen();
    this.#changed.emit();
  }

  #listen(): void {
    const cells = new Set(this.#context.model.cells);
    for (const cell of this.#heard.keys()) {
      if (cells.has(cell)) continue;
      cell.sharedModel.changed.disconnect(this.#textChanged, this);
      this.#heard.delete(cell);
    }
    this.#byUri.clear();
    for (const cell of cells) {
      const uri = this.uriOf(cell);
      if (!this.#byUri.has(uri)) this.#byUri.set(uri, cell);
      if (this.#heard.has(cell)) continue;
      this.#heard.set(cell, uri);
      cell.sharedModel.changed.connect(this.#textChanged, this);
    }
  }

  #textChanged(cell: { readonly id?: string }, { sourceChange }: SourceChange): void {
    if (!sourceChange) return;
    this.#edited.add(`${this.#uri}#${encodeURIComponent(cell.id ?? '')}`);
    this.#changed.emit();
  }
}

/** In an undo step of their own. */
function applyTo(text: ISharedText, edits: readonly TextEdit[]): void {
  const steps = text as { undoManager?: { stopCapturing(): void } | null };
  steps.undoManager?.stopCapturing();
  editText(text, edits);
  steps.undoManager?.stopCapturing();
}
