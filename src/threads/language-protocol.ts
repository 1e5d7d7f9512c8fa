// What the engine and the language worker say to each other over one ordered port.
// Rule: what has an answer is a question; what is only told is a notice, and what the worker tells is an event.
import type { MessagePort } from 'node:worker_threads';
import type {
  CellError,
  CellId,
  Completeness,
  Completions,
  Diagnostic,
  ErrorPlace,
  MimeBundle,
} from '../api';
import type { Bound, CompileResult } from '../compile';
import type { CellSettings, CustomMagic, TypeChecking } from '../magics/catalog';
import type { Request } from './requests';
import type { Shape, TypeQuestion } from './shape';

/** What the worker can be asked. */
export type LanguageQuestions = {
  /** Compile a cell that is about to run, if it compiles. With `types: 'error'` the answer waits for the check. */
  readonly compile: {
    readonly asks: {
      /** Absent for an expression: later cells know nothing of it. */
      readonly cell: CellId | undefined;
      readonly label: string;
      /** What the document calls the cell. */
      readonly place?: string;
      readonly source: string;
      readonly settings: CellSettings;
      /** Its warnings are shown under it, also those that a front end shows where it is typed. */
      readonly repeats?: boolean;
    };
    readonly answers: {
      /** Settings that the cell changes, for the cells after it too. */
      readonly settings?: Partial<CellSettings>;
    } & (
      | { readonly result: Extract<CompileResult, { ok: true }>; readonly refusal?: undefined }
      /** It does not compile, and this is what its reader is told. */
      | { readonly result: Extract<CompileResult, { ok: false }>; readonly refusal: CellError }
    );
  };
  readonly complete: {
    readonly asks: { readonly source: string; readonly offset: number };
    readonly answers: { readonly completions: Completions; readonly live?: LiveQuestion };
  };
  readonly inspect: {
    readonly asks: { readonly source: string; readonly offset: number; readonly detail: 0 | 1 };
    readonly answers: { readonly data?: MimeBundle; readonly live?: LiveQuestion };
  };
  /** The type of a name's value as declarations to paste, or as a type. Nothing for a name that no cell declares. */
  readonly typeOf: { readonly asks: TypeQuestion; readonly answers: string | undefined };
  readonly completeness: {
    readonly asks: { readonly source: string };
    readonly answers: Completeness;
  };
  /** The check of a cell that has run; the latest one only. Nothing when it is not checked. */
  readonly check: {
    /**
     * `failure`: where it failed, if that may have to do with types. `isShown`: the error was shown, so that the warnings have
     * what it lacked, as hints.
     */
    readonly asks: { readonly cell: CellId; readonly failure?: ErrorPlace; readonly isShown?: boolean };
    readonly answers: Check | undefined;
  };
  /** What a successor has to know to go on as this worker would; nothing while there is something to be done. */
  readonly leave: { readonly asks: object; readonly answers: Uint8Array | undefined };
};

/** What the type checker says of a cell. */
export interface Check {
  readonly diagnostics: readonly Diagnostic[];
  /** What a person is shown of it; absent when there is nothing. */
  readonly warnings?: MimeBundle;
  /** What it says of the place where the cell failed, in lines for the error: the warnings leave that out. */
  readonly advice: readonly string[];
}

export type LanguageRequest = Request<LanguageQuestions>;

export type LanguageNotice =
  /** A cell that was compiled elsewhere begins to run. */
  | {
      readonly kind: 'begun';
      readonly cell: CellId;
      readonly label: string;
      /** What the document calls the cell. */
      readonly place?: string;
      readonly source: string;
      /** The names that it binds. */
      readonly values: readonly string[];
      readonly types: TypeChecking;
      /** Its warnings are shown under it, also those that a front end shows where it is typed. */
      readonly repeats?: boolean;
    }
  /** The cell ended. */
  | { readonly kind: 'settled'; readonly cell: CellId; readonly bound: Bound }
  /** The namespace is empty again: the execution worker was replaced. */
  | { readonly kind: 'forget' }
  /** The magics that cells and packages have added. */
  | { readonly kind: 'magics'; readonly magics: readonly CustomMagic[] }
  /** A front end wants to talk to the language server. */
  | {
      readonly kind: 'attach';
      readonly port: MessagePort;
      /** Counts what arrives there. */
      readonly arrived: SharedArrayBuffer;
      /** What the server says that it is. */
      readonly version: string;
    }
  /** Packages were installed or removed: what was read of them may no longer be so. */
  | { readonly kind: 'packages' }
  /** The answer to an `observe`: the shape of each value, nothing for a name that has none. */
  | {
      readonly kind: 'observed';
      readonly question: number;
      readonly shapes: readonly (Shape | undefined)[];
    };

/** A place in live values that types cannot tell: the manager asks the execution worker for its members. */
export interface LiveQuestion {
  /** Global name, then property names: `data.items` is ["data", "items"]. */
  readonly path: readonly string[];
  /** What the members must start with. */
  readonly prefix: string;
}

export type LanguageEvent =
  /** The files that every answer needs have been read. */
  | { readonly kind: 'warm' }
  /** The check of a cell that runs or ran, unless somebody asks for it. */
  | { readonly kind: 'checked'; readonly cell: CellId; readonly check: Check }
  /** What are the values of these names like? To be answered once no cell runs. */
  | { readonly kind: 'observe'; readonly question: number; readonly names: readonly string[] }
  /** Cells that nobody can refer to any more. A worker that takes the place of this one need not be told of them. */
  | { readonly kind: 'pruned'; readonly cells: readonly CellId[] };

/** What waits in the worker, each an Int32. The manager adds one before it posts it, the worker takes one away as it takes it up. */
export const awaited = { compiles: 0, questions: 1 } as const;

export const sharedAwaited = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

/** Handed to the worker at its start. */
export interface LanguageWorkerData {
  readonly directory: string;
  /** Where the kernel keeps its own project for the directory, in which packages are looked for last. */
  readonly data: string;
  /** Counts what waits, see `awaited`. */
  readonly waiting: SharedArrayBuffer;
  /** Nothing, `project`, or the path of a typescript package. */
  readonly typescript: string | undefined;
  /** Whether values without a type get one from what they are. */
  readonly observes: boolean;
  /** What the worker before this one knew when it left. */
  readonly known: Uint8Array | undefined;
}
