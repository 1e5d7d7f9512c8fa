// What the engine and the execution worker say to each other over one ordered port.
// Rule: everything names its cell by the host's number of it; every message about output carries the ring position up to
// which text goes first.

import type {
  CellError,
  CellId,
  CellPayload,
  CommMessage,
  CompletionItem,
  HistoryQuery,
  MimeBundle,
  Output,
  Rendering,
} from '../api';
import type { Bound, CompiledCell } from '../compile/types';
import type { CustomMagic } from '../magics/catalog';
import type { Request } from './requests';
import type { Shape, TypeQuestion } from './shape';

/** The number of the question for which the worker blocks; there is one at a time. Its answer comes over the reply port. */
export const blockingQuestion = 0;

/** One execution of compiled code: a cell, or an expression to be evaluated after one. */
export interface Run {
  /** Of this run alone; the main thread counts them. */
  readonly id: number;
  readonly cell: CellId;
  /** From 1, for an expression of the cell's. Its output is the cell's. */
  readonly expression?: number | undefined;
  /** What front ends know the cell by. */
  readonly name: string;
  readonly label: string;
  readonly number: number | undefined;
  readonly source: string;
  /** The file that the source is of, where it is no cell's. */
  readonly path?: string;
  readonly compiled: CompiledCell;
  readonly wantsResult: boolean;
  readonly allowInput: boolean;
  readonly canLeave?: boolean | undefined;
  /** Whether a debugger is to stop where its code fails, so that nothing of the kernel's may catch that. */
  readonly stopsOnFailure: boolean;
}

/** What the worker can be asked while a cell runs, too. */
export type ExecutionQuestions = {
  readonly members: {
    readonly asks: { readonly path: readonly string[]; readonly prefix: string };
    readonly answers: readonly CompletionItem[];
  };
  readonly preview: {
    readonly asks: { readonly path: readonly string[] };
    readonly answers: MimeBundle | undefined;
  };
  /** Answered once no cell runs. Nothing for a name that has no value. */
  readonly observe: {
    readonly asks: { readonly names: readonly string[] };
    readonly answers: readonly (Shape | undefined)[];
  };
  /** Answered when the message has been handled. */
  readonly deliver: {
    readonly asks: { readonly cell: CellId; readonly name: string; readonly message: CommMessage };
    readonly answers: undefined;
  };
  /** The thread is about to end: answered when the cells' listeners of `exit` have been called. */
  readonly exit: { readonly asks: object; readonly answers: undefined };
};

/** A place in running code, by the names that V8 gives. */
export interface CodePlace {
  /** Of the function; empty at the top of a script. */
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/**
 * The name of the worker's promise hooks, where it has any. V8 swallows a termination that strikes in one: it tells of it as of an
 * uncaught error, the code goes on, and V8 takes no other termination before that code has come to its end.
 */
export const promiseHookName = '__tsk_promise_hook';

export type ExecutionNotice =
  | { readonly kind: 'run'; readonly run: Run }
  /** A cell is being compiled, and its run follows. `rehearses`: nobody looks at the scripts that V8 compiles. */
  | { readonly kind: 'announce'; readonly number: number; readonly rehearses: boolean }
  /** Settle the runs that are under way as interrupted, but for what the interrupt of this token was thrown into by a wait. */
  // `places` says where it was cut off, innermost first.
  | {
      readonly kind: 'interrupt';
      readonly token: number;
      readonly isForced: boolean;
      readonly places: readonly CodePlace[];
    }
  /** Settle the runs of a cell that are in the background. */
  | { readonly kind: 'stop'; readonly cell: CellId }
  /** The answer to an `ask` that does not block. */
  | { readonly kind: 'answer'; readonly id: number; readonly line: string | null };

export type ExecutionRequest = Request<ExecutionQuestions> | ExecutionNotice;

/** What a run leaves behind: also names that it asks about, which only the main thread can have answered. */
export type RunPayload =
  | CellPayload
  | { readonly kind: 'question'; readonly subject: string; readonly detail: 0 | 1 };

export type RunOutcome =
  | { readonly status: 'ok'; readonly result?: Rendering; readonly payloads: readonly RunPayload[] }
  | { readonly status: 'error'; readonly error: CellError };

export type ExecutionEvent =
  /** The ring has text, and its reader on the main thread sleeps. */
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
  /** A display changes so soon after the one before that it need not be shown, when it changes again. */
  // Without a position: nothing that is printed has to be seen before it.
  | {
      readonly kind: 'update';
      readonly cell: CellId;
      readonly output: Extract<Output, { readonly kind: 'update' }>;
      readonly sent: number;
    }
  /** A run goes on in the background: nobody waits for it any more. Its `done` follows. */
  | {
      readonly kind: 'left';
      /** Its id. */
      readonly run: number;
      readonly payloads: readonly RunPayload[];
      readonly position: number;
    }
  | {
      readonly kind: 'done';
      /** Its id. */
      readonly run: number;
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
  /** With the ids of the runs that are under way: one that was posted before and is missing was cut off before it began. */
  | { readonly kind: 'interrupted'; readonly token: number; readonly runs: readonly number[] }
  /** The main thread calls it and replies over the reply port, by a `PerformedCall` as JSON. */
  | { readonly kind: 'perform'; readonly call: ProcessCall; readonly given: readonly unknown[] }
  /** A child process that blocks the worker writes to these files: show what comes, from now to `unfollow`. */
  | {
      readonly kind: 'follow';
      readonly cell: CellId;
      readonly stdout: number;
      readonly stderr: number;
      readonly position: number;
    }
  | { readonly kind: 'unfollow'; readonly position: number }
  /** The worker wants earlier inputs; it blocks for them, which come over the reply port as JSON. */
  | { readonly kind: 'history'; readonly query: HistoryQuery }
  /** What type has a value? The main thread replies over the reply port, by a text or null as JSON. */
  | { readonly kind: 'typeOf'; readonly question: TypeQuestion }
  /** A program that a magic runs was interrupted. */
  | { readonly kind: 'endProgram'; readonly id: number }
  /** A cell or a package has added one: all that there are. */
  | { readonly kind: 'magics'; readonly magics: readonly CustomMagic[] }
  /** The cells' names were deleted (`%reset`). */
  | { readonly kind: 'forgotten' }
  /** Packages were installed or removed. */
  | { readonly kind: 'packages' };

/** The methods of `process` that Node keeps for the main thread. */
export type ProcessCall =
  | 'chdir'
  | 'umask'
  | 'setuid'
  | 'setgid'
  | 'seteuid'
  | 'setegid'
  | 'setgroups'
  | 'initgroups';

/** What came of one of them. */
export interface PerformedCall {
  readonly value?: unknown;
  /** What it threw, with what else Node gives to such an error: `code`, `syscall` and so on. */
  readonly error?: { readonly name: string; readonly message: string; readonly properties: object };
}

/**
 * Whether values are shown in colours. `auto`: where somebody can answer, which is a page or a terminal, unless `NO_COLOR` is set;
 * elsewhere text is what programs read.
 */
export const colourSettings = ['auto', 'on', 'off'] as const;
export type ColourSetting = (typeof colourSettings)[number];

/** Handed to the worker at its start. */
export interface ExecutionWorkerData {
  readonly directory: string;
  /** Where the kernel keeps its own project for that directory, in which packages are looked for last. */
  readonly data: string;
  /** Whether imports load again what changed on disk. */
  readonly autoreload: boolean;
  /** Whether `npm:` specifiers install what they name. */
  readonly installsPackages: boolean;
  /** A file of variables to read at the start, as the notebook's directory sees it. */
  readonly dotenv: string | false;
  readonly colours: ColourSetting;
  /** How long the end of a cell that nobody watches may wait for what it has set going, in milliseconds. */
  readonly linger: number;
  readonly shared: SharedArrayBuffer;
  readonly ring: SharedArrayBuffer;
  /**
   * What a worker that blocks waits for, while its event loop stands still: the line for its `ask` (null: the end of input),
   * or what became of its `perform`. It waits for one thing at a time.
   */
  readonly replies: import('node:worker_threads').MessagePort;
}
