// What the parts of the extension know of the language server: a server for each view of a notebook of our kernel.
// Rule: whoever asks it knows neither comms nor kernels, and holds no answer that is older than the text.
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type {
  Diagnostic,
  ProtocolRequestType,
  ServerCapabilities,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';

/** The language server as one view of a notebook has it. The views of a notebook share its texts and its connection. */
export interface NotebookServer {
  readonly panel: NotebookPanel;
  /** What the server can do; undefined while nobody is connected. */
  readonly capabilities: ServerCapabilities | undefined;
  /** Whether the server is connected, each time that it changes. */
  readonly connected: ISignal<NotebookServer, boolean>;
  /**
   * Sends what has not been sent yet, then asks.
   * @param signal takes the request back
   * @returns nothing where the kernel is gone, the request was taken back, or a cell that it names has another text by now
   * @throws Error with what the server says is wrong
   */
  request<Params, Result, Partial, Failure, Options>(
    type: ProtocolRequestType<Params, Result, Partial, Failure, Options>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<Result | undefined>;
  /** The address of a cell. */
  uriOf(cell: Cell): string;
  /** The cell of this view that has an address. */
  cellAt(uri: string): Cell | undefined;
  /** Of the text that the server has; 0 for a cell that it does not know. */
  versionOf(uri: string): number;
  /** The address of a cell whose diagnostics are others now. */
  readonly diagnosticsChanged: ISignal<NotebookServer, string>;
  /** What is wrong with a cell, as far as it is known; of the text that the server has. */
  diagnosticsOf(uri: string): readonly Diagnostic[];
  /** Changes cells, each in one step that undo takes back. */
  applyEdit(edit: WorkspaceEdit): void;
}

/** The servers of all notebooks. */
export interface NotebookServers {
  /**
   * Calls a function for each view of a notebook of our kernel, those that come later included.
   * @param start what it returns is disposed of when the view is closed, or its notebook has another kernel
   */
  forEach(start: (server: NotebookServer) => IDisposable): void;
  of(panel: NotebookPanel): NotebookServer | undefined;
}

export const notebookServersToken = new Token<NotebookServers>(
  'tskernel:servers',
  'What the language server of a TypeScript kernel knows of the notebooks that are open.',
);
