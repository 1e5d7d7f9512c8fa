// Goes to a place, in a cell or in a file, and back to where the person came from.
// Rule: what JupyterLab cannot open is said in a sentence at the cursor, and nothing moves.
import { type Extension, Prec } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Location, Range } from 'vscode-languageserver-protocol';
import type { NotebookServer } from '../notebook-server';
import { isLibrary, nameOf, pathOf, type TextContent } from './files';
import { messageOf, type Notices } from './notices';
import { type Place, viewOf } from './places';
import { offsetAt } from './positions';

/** A place to come back to. */
interface Step {
  readonly widget: NotebookPanel | IDocumentWidget;
  /** Whether it is still there. */
  exists(): boolean;
  go(): Promise<void>;
}

/** A document that a person came to from a cell has this class, so that keys can mean the way back. */
export const visitedClass = 'tsk-mod-visited';

export const goBackCommand = 'tskernel:go-back';

/** How many steps back are known. */
const mostSteps = 50;

export class Navigation {
  readonly #app: JupyterFrontEnd;
  readonly #documents: IDocumentManager;
  readonly #notices: Notices;
  readonly #steps: Step[] = [];

  /** For an editor from which keys lead back. CodeMirror would take Alt-ArrowLeft before JupyterLab sees it. */
  readonly extension: Extension = Prec.high(
    keymap.of([{ linux: 'Alt-ArrowLeft', win: 'Alt-ArrowLeft', run: () => this.#takeKey('Alt ArrowLeft') }]),
  );

  constructor(app: JupyterFrontEnd, documents: IDocumentManager, notices: Notices) {
    this.#app = app;
    this.#documents = documents;
    this.#notices = notices;
  }

  /** Goes from a place to another one. */
  async go(from: Place, { uri, range }: Location): Promise<void> {
    const { server, view, offset } = from;
    const cell = server.cellAt(uri);
    if (cell) {
      this.#remember(from);
      return this.#showCell(from.panel, cell, range);
    }
    const path = pathOf(server, uri);
    if (path === undefined) return this.#notices.show(view, offset, outside(server, uri, range));
    try {
      const widget = await this.#open(path);
      if (!widget) return this.#notices.show(view, offset, outside(server, uri, range));
      // Notebook 7 opens it in a tab of the browser, and has no editor here.
      if (widget.isDisposed) return;
      this.#remember(from);
      const { editor } = widget.content as unknown as TextContent;
      if (isLibrary(uri)) editor.setOption('readOnly', true);
      if (!widget.hasClass(visitedClass)) {
        widget.addClass(visitedClass);
        editor.injectExtension(this.extension);
      }
      select(editor.editor, range);
    } catch (error) {
      this.#notices.show(view, offset, `${outside(server, uri, range)} ${messageOf(error)}`);
    }
  }

  /** Whether there is somewhere to go back to. */
  get hasWayBack(): boolean {
    return this.#steps.some((step) => step.exists());
  }

  async goBack(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      if (!step.exists()) continue;
      this.#app.shell.activateById(step.widget.id);
      return step.go();
    }
  }

  /** Goes back if a key still means that, and there is somewhere to go to. */
  #takeKey(key: string): boolean {
    const { commands } = this.#app;
    const isMeant = commands.keyBindings.some(
      ({ command, keys }) => command === goBackCommand && keys.length === 1 && keys[0] === key,
    );
    if (!isMeant || !this.hasWayBack) return false;
    void commands.execute(goBackCommand);
    return true;
  }

  #remember({ panel, cell, offset }: Place): void {
    const { id } = cell.model;
    const find = () => panel.content.widgets.find(({ model }) => model.id === id);
    this.#steps.push({
      widget: panel,
      exists: () => !panel.isDisposed && find() !== undefined,
      go: () => this.#showCell(panel, find()!, offset),
    });
    if (this.#steps.length > mostSteps) this.#steps.shift();
  }

  /** Shows a cell with the cursor at its place, wherever it is. */
  async #showCell({ content }: NotebookPanel, cell: Cell, place: Range | number): Promise<void> {
    NotebookActions.expandParent(cell, content);
    await content.scrollToCell(cell, 'smart');
    // That has selected it, as a click with Shift would.
    content.deselectAll();
    await cell.ready;
    const { inputHidden } = cell;
    if (inputHidden) cell.inputHidden = false;
    content.mode = 'edit';
    const view = viewOf(cell);
    if (view) select(view, place);
  }

  /** Opens a file in JupyterLab's editor for texts. */
  async #open(path: string): Promise<IDocumentWidget | undefined> {
    const widget = this.#documents.openOrReveal(path, 'Editor');
    if (!widget) return undefined;
    const gone = new Promise<void>((resolve) => widget.disposed.connect(() => resolve()));
    await Promise.race([Promise.all([widget.context.ready, widget.revealed]), gone]);
    return widget;
  }
}

function select(view: EditorView, place: Range | number): void {
  const { doc } = view.state;
  const [from, to] =
    typeof place === 'number'
      ? [Math.min(place, doc.length), Math.min(place, doc.length)]
      : [offsetAt(doc, place.start), offsetAt(doc, place.end)];
  view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
  view.focus();
}

const outside = (server: NotebookServer, uri: string, { start }: Range): string =>
  `That is in ${nameOf(server, uri)}, line ${start.line + 1}, which JupyterLab cannot open here.`;
