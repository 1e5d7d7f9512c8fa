// The language server for front ends that are attached to the kernel. Rule: it is loaded with the first of them, on this thread, since
// TypeScript, the files that it has parsed and the cells that ran are here; nobody pays for it before.
import type { MessagePort } from 'node:worker_threads';
import type ts from 'typescript';
import { loadOwnScript } from '../system/scripts';
import type { LanguageNotice } from '../threads/language-protocol';
import type { Notebook } from './notebook/cells';
import type { IsToldElsewhere } from './told-checks';

/** What the server's script exports. */
export interface ServerScript {
  attach(client: AttachedClient): void;
  /** Packages were installed or removed. */
  packagesChanged(): void;
  /** Which findings in a cell that ran the clients show where it is typed; nothing where none shows the cell. */
  readonly isTold: IsToldElsewhere;
}

/** A front end, and what the server shares with the kernel. */
export interface AttachedClient {
  /** Brings and takes messages of the Language Server Protocol. The server closes it when the front end has taken its leave. */
  readonly port: MessagePort;
  /** Counts what arrives. */
  readonly arrived: SharedArrayBuffer;
  readonly version: string;
  /** Where the notebook lives. */
  readonly directory: string;
  readonly data: string;
  readonly registry: ts.DocumentRegistry;
  /** The cells that ran. */
  readonly notebook: Notebook;
  /** Whether a cell waits to be compiled: it goes first. */
  isCellWaiting(): boolean;
  /** Whether the kernel is asked something: no check is in its way. */
  isAsked(): boolean;
}

export interface EditorsOptions
  extends Pick<AttachedClient, 'directory' | 'data' | 'registry' | 'notebook' | 'isCellWaiting' | 'isAsked'> {
  /** The user's directory for our caches. */
  readonly cache: string;
}

export class Editors {
  readonly #options: EditorsOptions;
  #script: ServerScript | undefined;

  constructor(options: EditorsOptions) {
    this.#options = options;
  }

  packagesChanged(): void {
    this.#script?.packagesChanged();
  }

  readonly isTold: IsToldElsewhere = (cell) => this.#script?.isTold(cell);

  attach({ port, arrived, version }: Extract<LanguageNotice, { kind: 'attach' }>): void {
    this.#script ??= loadOwnScript('lsp-server.cjs', this.#options.cache).exports as ServerScript;
    this.#script.attach({ ...this.#options, port, arrived, version });
  }
}
