// What the manager and the execution worker say to each other over one ordered port.
// Rule: everything names its cell by the host's number of it; every message about output carries the ring position up to which text goes first.

import type {
  CellError,
  CellId,
  CellPayload,
  CommMessage,
  CompletionItem,
  MimeBundle,
  Output,
  Rendering,
} from '../api';
import type { Bound, CompiledCell } from '../compile/types';

/** The number of the question for which the worker blocks; there is one at a time. Its answer comes over the answer port. */
export const blockingQuestion = 0;

/** One execution of compiled code: a cell, or an expression to be evaluated after one. */
export interface Run {
  readonly cell: CellId;
  /** From 1, for an expression of the cell's. Its output is the cell's. */
  readonly expression?: number | undefined;
  /** What front ends know the cell by. */
  readonly name: string;
  readonly label: string;
  readonly number: number | undefined;
  readonly source: string;
  readonly compiled: CompiledCell;
  readonly wantsResult: boolean;
  readonly allowInput: boolean;
}

export type ExecutionRequest =
  | { readonly kind: 'run'; readonly run: Run }
  /** Settle the run that is under way as interrupted, if the interrupt of this token has not been felt already, or cut it off. */
  | { readonly kind: 'interrupt'; readonly token: number; readonly isForced: boolean }
  | {
      readonly kind: 'members';
      readonly id: number;
      readonly path: readonly string[];
      readonly prefix: string;
    }
  | { readonly kind: 'preview'; readonly id: number; readonly path: readonly string[] }
  | { readonly kind: 'deliver'; readonly id: number; readonly cell: CellId; readonly message: CommMessage }
  /** The answer to an `ask` that does not block. */
  | { readonly kind: 'answer'; readonly id: number; readonly line: string | null }
  /** The thread is about to end: tell the cells' listeners of `exit`. */
  | { readonly kind: 'exit' };

export type RunOutcome =
  | { readonly status: 'ok'; readonly result?: Rendering; readonly payloads: readonly CellPayload[] }
  | { readonly status: 'error'; readonly error: CellError };

export type ExecutionReply =
  | { readonly kind: 'ready' }
  /** The ring has text and its reader sleeps. */
  | { readonly kind: 'bell' }
  | {
      readonly kind: 'output';
      readonly cell: CellId;
      readonly output: Output;
      readonly weight: number;
      /** Weight of all outputs up to this one, modulo 2^32. */
      readonly sent: number;
      readonly position: number;
    }
  | {
      readonly kind: 'done';
      readonly cell: CellId;
      readonly outcome: RunOutcome;
      readonly bound: Bound;
      readonly position: number;
    }
  /** The user's code wants a line. */
  | {
      readonly kind: 'ask';
      readonly cell: CellId;
      readonly id: number;
      readonly prompt: string;
      readonly password: boolean;
      readonly position: number;
    }
  | { readonly kind: 'interrupted'; readonly token: number }
  | { readonly kind: 'exited'; readonly position: number }
  | { readonly kind: 'members'; readonly id: number; readonly items: readonly CompletionItem[] }
  | { readonly kind: 'preview'; readonly id: number; readonly data: MimeBundle | undefined }
  | { readonly kind: 'delivered'; readonly id: number }
  /** process.chdir(): the main thread does it and answers over the answer port (null, or the error's message). */
  | { readonly kind: 'changeDirectory'; readonly directory: string }
  /** A child process that blocks the worker writes to these files: show what comes, from now to `unfollow`. */
  | {
      readonly kind: 'follow';
      readonly cell: CellId;
      readonly stdout: number;
      readonly stderr: number;
      readonly position: number;
    }
  | { readonly kind: 'unfollow'; readonly position: number }
  /** The user's names were taken away (`%reset`). */
  | { readonly kind: 'forgotten' }
  /** Packages were installed or removed. */
  | { readonly kind: 'packages' }
  | { readonly kind: 'log'; readonly message: string };

/** Handed to the worker at its start. */
export interface ExecutionWorkerData {
  readonly directory: string;
  /** Where the kernel keeps its own project for that directory, in which packages are looked for last. */
  readonly data: string | undefined;
  readonly shared: SharedArrayBuffer;
  readonly ring: SharedArrayBuffer;
  /** Answers to a worker that blocks: a line, null for the end of input. */
  readonly answers: import('node:worker_threads').MessagePort;
}
