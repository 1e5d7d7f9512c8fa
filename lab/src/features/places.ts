// Where the person is: a place in a cell of a notebook that has a server, and what the protocol calls it.
// Rule: nothing is remembered. Cells move, windows open and close; a place is looked up when it is needed.

import type { EditorView } from '@codemirror/view';
import type { Cell } from '@jupyterlab/cells';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TextDocumentPositionParams } from 'vscode-languageserver-protocol';
import type { NotebookServer, NotebookServers } from '../notebook-server';
import { positionAt } from './positions';

export interface Place {
  readonly server: NotebookServer;
  readonly panel: NotebookPanel;
  readonly cell: Cell;
  /** The cell's editor. */
  readonly view: EditorView;
  readonly uri: string;
  /** In the text of the cell; UTF-16 units. */
  readonly offset: number;
}

export class Places {
  readonly #servers: NotebookServers;
  readonly #tracker: INotebookTracker;

  constructor(servers: NotebookServers, tracker: INotebookTracker) {
    this.#servers = servers;
    this.#tracker = tracker;
  }

  /** The place in an editor; nothing where no server is connected. @param offset the cursor's when absent */
  in(view: EditorView, offset = view.state.selection.main.head): Place | undefined {
    const panel = this.#tracker.find(({ node }) => node.contains(view.dom));
    const cell = panel?.content.widgets.find(({ node }) => node.contains(view.dom));
    const server = panel && this.#servers.of(panel);
    if (!panel || !cell || !server?.capabilities || cell.model.type !== 'code') return undefined;
    return { server, panel, cell, view, uri: server.uriOf(cell), offset };
  }

  /** The place of the cursor in the notebook that is in front. */
  get current(): Place | undefined {
    const cell = this.#tracker.currentWidget?.content.activeCell;
    const view = cell && viewOf(cell);
    return view ? this.in(view) : undefined;
  }

  /** The notebook that is in front, if it has a server. */
  get notebook(): { readonly server: NotebookServer; readonly panel: NotebookPanel } | undefined {
    const panel = this.#tracker.currentWidget;
    const server = panel ? this.#servers.of(panel) : undefined;
    return panel && server?.capabilities ? { server, panel } : undefined;
  }
}

/** The editor of a cell, which one that is out of sight may not have. */
export const viewOf = (cell: Cell): EditorView | undefined =>
  (cell.editor as CodeMirrorEditor | null)?.editor;

/** A place as the parameters of a request name it. */
export const paramsOf = ({ uri, view, offset }: Place): TextDocumentPositionParams => ({
  textDocument: { uri },
  position: positionAt(view.state.doc, offset),
});
