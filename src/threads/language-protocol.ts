// What the manager and the language worker say to each other over one ordered port.
// Rule: every request with an id gets exactly one reply with that id, `failed` when the worker threw.

import type { CellError, CellId, Completeness, Completions, MimeBundle } from '../api';
import type { Bound, CompileResult } from '../compile';
import type { CellSettings, TypeChecking } from '../magics/catalog';
import type { CacheRequest } from './caches';

export type LanguageRequest =
  /** Compile a cell that is about to run, if it compiles. With `types: 'error'` the answer waits for the check. */
  | {
      readonly kind: 'compile';
      readonly id: number;
      /** Absent for an expression: its names have no types for later cells. */
      readonly cell: CellId | undefined;
      readonly label: string;
      readonly source: string;
      readonly settings: CellSettings;
    }
  | { readonly kind: 'complete'; readonly id: number; readonly source: string; readonly offset: number }
  | {
      readonly kind: 'inspect';
      readonly id: number;
      readonly source: string;
      readonly offset: number;
      readonly detail: 0 | 1;
    }
  | { readonly kind: 'completeness'; readonly id: number; readonly source: string };

/** Nobody waits: write what makes the next start fast, once all that is under way is done. */
export interface SaveRequest extends CacheRequest {
  readonly id: number;
}

export type LanguageNotice =
  /** A cell that was compiled elsewhere begins to run. */
  | {
      readonly kind: 'begun';
      readonly cell: CellId;
      readonly label: string;
      readonly source: string;
      /** The names that it binds. */
      readonly values: readonly string[];
      readonly types: TypeChecking;
    }
  /** The cell ended. */
  | { readonly kind: 'settled'; readonly cell: CellId; readonly bound: Bound }
  /** The namespace is empty again: the execution worker was replaced. */
  | { readonly kind: 'forget' }
  /** Packages were installed or removed: what was read of them may no longer be so. */
  | { readonly kind: 'packages' };

/** A place in live values that types cannot tell: the manager asks the execution worker for its members. */
export interface LiveQuestion {
  /** Global name, then property names: `data.items` is ["data", "items"]. */
  readonly path: readonly string[];
  /** What the members must start with. */
  readonly prefix: string;
}

export type LanguageReply =
  | {
      readonly kind: 'compiled';
      readonly id: number;
      readonly result: CompileResult;
      /** Settings that the cell changes, for the cells after it too. */
      readonly settings?: Partial<CellSettings>;
      /** When it does not compile: what the person is told. */
      readonly refusal?: CellError;
    }
  | {
      readonly kind: 'completions';
      readonly id: number;
      readonly completions: Completions;
      readonly live?: LiveQuestion;
    }
  | {
      readonly kind: 'inspection';
      readonly id: number;
      readonly data?: MimeBundle;
      readonly live?: LiveQuestion;
    }
  | { readonly kind: 'completeness'; readonly id: number; readonly completeness: Completeness }
  | { readonly kind: 'saved'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

export type LanguageEvent =
  /** TypeScript is loaded; requests sent before are answered now. */
  | { readonly kind: 'ready' }
  /** The check of a cell that runs or ran: text with ANSI colour for its stderr, to be shown once. */
  | { readonly kind: 'diagnostics'; readonly cell: CellId; readonly text: string }
  /** Cells that nobody can refer to any more. A worker that takes the place of this one need not be told of them. */
  | { readonly kind: 'pruned'; readonly cells: readonly CellId[] };

/** Handed to the worker at its start. */
export interface LanguageWorkerData {
  readonly directory: string;
  /** Where the kernel keeps its own project for the directory, in which packages are looked for last. */
  readonly data: string | undefined;
  /** One Int32: compiles that wait. The manager adds one before it posts a compile, the worker takes one away as it takes it up. */
  readonly waiting: SharedArrayBuffer;
  readonly environment: { readonly [name: string]: string | undefined };
}
