// The engine as its host sees it: cells go in, outputs and outcomes come out.
// Rule: nothing here knows how a notebook talks to us; a cell is named by its number, and every output names its cell.

/** Names one run of a cell, or the handling of one message. The host counts them from 1; 0 stands for none of them. */
export type CellId = number;

export type StreamName = 'stdout' | 'stderr';

/** Any value that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** MIME type to value: text for text kinds, base64 for binary kinds, JSON for JSON kinds. Always has text/plain. */
export type MimeBundle = { readonly [mime: string]: Json };

/** Something to run. */
export interface Cell {
  readonly id: CellId;
  /** What front ends know it by: an output widget tells them so whose output it takes. */
  readonly name: string;
  /** What errors call it, for example `Cell [3]`. */
  readonly label: string;
  /** The number under which `In` and `Out` keep it; absent for a cell that leaves no trace. */
  readonly number?: number;
  readonly source: string;
  /** Cells of one lane run one after the other, beside those of other lanes. Absent for the main one. */
  readonly lane?: string;
  /** Whether the value of the last expression is wanted. */
  readonly wantsResult: boolean;
  /** Whether a front end can answer input(). */
  readonly allowInput: boolean;
  /** What the document calls the cell, where the front end says so: whatever runs under it again takes its place. */
  readonly place?: string;
  /** Cells that the document no longer has, by what it called them. */
  readonly removed?: readonly string[];
  /** Whether the user leaves the front end by `exit`, as a console. */
  readonly canLeave?: boolean;
  /** Evaluated after the cell, only if it succeeded. */
  readonly expressions: { readonly [name: string]: string };
}

/** What the engine calls the errors that it makes itself. docs/errors.md says what each means. */
export type EngineErrorName =
  | 'CommandError'
  | 'KernelError'
  | 'KeyboardInterrupt'
  | 'MagicError'
  | 'OutOfMemory'
  | 'ProcessExit'
  | 'SyntaxError'
  | 'Thrown'
  | 'TypeScriptError'
  | 'WorkerLost';

/** An error as it is shown. */
export interface CellError {
  /** One of the engine's own, or what the error that was thrown is called. */
  readonly name: string;
  readonly message: string;
  /** Lines with ANSI colour, the message included. */
  readonly traceback: readonly string[];
  /** Where it happened in the cell that it ended. */
  readonly place?: ErrorPlace;
}

export interface ErrorPlace {
  /** Counts from 1. */
  readonly line: number;
  /** UTF-16 units, counts from 1. */
  readonly column: number;
  /** The line of the traceback in front of which advice belongs; absent when there is some. */
  readonly advice?: number;
}

/** A place in the source of a cell as it was typed. Lines and UTF-16 units, both from 0, as in the Language Server Protocol. */
export interface SourceRange {
  readonly start: { readonly line: number; readonly character: number };
  /** Behind the last character. */
  readonly end: { readonly line: number; readonly character: number };
}

/** What is wrong with a cell, as data. */
export interface Diagnostic {
  /** `error`: what TypeScript calls so. `warning`: what it only suggests and is a mistake. `hint`: what could be better. */
  readonly severity: 'error' | 'warning' | 'hint';
  /** TypeScript's number; absent for what only the kernel knows. */
  readonly code?: number;
  readonly message: string;
  readonly range: SourceRange;
  /** What has to do with it. */
  readonly related: readonly RelatedPlace[];
}

export interface RelatedPlace {
  readonly message: string;
  /** The label of another cell, or the path of a file as seen from the notebook; absent for the cell itself. */
  readonly source?: string;
  readonly range?: SourceRange;
}

/** A value made visible. */
export interface Rendering {
  /** Of a large one `text/plain` only, where that is short. */
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  /** Of a large one all of its data. */
  readonly encoded?: EncodedJson;
}

/**
 * JSON in UTF-8, made where it takes nobody's time. The bytes in front of it and behind it in its buffer are free: what else belongs
 * to a message can be written there.
 */
export type EncodedJson = Uint8Array;

/** What a cell leaves behind besides its outputs: a pager to open, a cell to propose. */
export type CellPayload =
  | { readonly kind: 'page'; readonly data: MimeBundle }
  /** The person wants to leave the front end. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'nextCell'; readonly source: string; readonly replace: boolean };

export type ExpressionOutcome =
  | { readonly status: 'ok'; readonly rendering: Rendering }
  | { readonly status: 'error'; readonly error: CellError };

/** How a cell ended. Every output that the cell made before its end has been handed over by then. */
export type Outcome = (
  | {
      readonly status: 'ok';
      /** Absent when the value is undefined or was not wanted. */
      readonly result?: Rendering;
      readonly expressions: { readonly [name: string]: ExpressionOutcome };
      readonly payloads: readonly CellPayload[];
      /** The cell goes on in the background, and has left its lane: what it comes to. Never there when the kernel ends before. */
      readonly background?: Promise<Outcome>;
    }
  | { readonly status: 'error'; readonly error: CellError }
) & {
  /** What is wrong with its text, where that is known by now or is to be waited for. What comes later is an output. */
  readonly checked?: Checked | Promise<Checked | undefined>;
};

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** Shows what the error does not say; belongs below whatever else the cell shows. */
  readonly warnings?: Output;
}

/** A message of a two-way channel between the user's code and a front end (a comm). */
export interface CommMessage {
  readonly kind: 'open' | 'message' | 'close';
  readonly commId: string;
  /** Only with `open`. */
  readonly target?: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** What a cell sends while it runs, or later from its timers and promises. */
export type Output =
  | {
      readonly kind: 'text';
      readonly stream: StreamName;
      /** Empty where it is encoded. */
      readonly text: string;
      /** Of a large one its text. */
      readonly encoded?: EncodedJson;
    }
  | ({ readonly kind: 'display'; readonly displayId?: string } & Rendering)
  | ({ readonly kind: 'update'; readonly displayId: string } & Rendering)
  | { readonly kind: 'clear'; readonly wait: boolean }
  | ({ readonly kind: 'comm' } & { readonly message: CommMessage });

export interface InputQuestion {
  /** Pass this to `answerInput`. A new question with the same id replaces the pending one. */
  readonly id: number;
  readonly prompt: string;
  readonly password: boolean;
}

/** Which earlier inputs are wanted. */
export type HistoryQuery =
  /** Of one session. */
  | {
      readonly kind: 'range';
      /** 0 for this session, -1 for the one before it. */
      readonly session: number;
      readonly start: number;
      /** Inclusive; absent: to the end. */
      readonly end?: number;
    }
  /** The latest of all sessions, or those that match a pattern of `*` and `?`. */
  | { readonly kind: 'latest'; readonly count?: number; readonly pattern?: string };

export interface HistoryEntry {
  readonly session: number;
  /** Whether that is this session. */
  readonly isOwn: boolean;
  readonly number: number;
  readonly input: string;
  readonly output: string | null;
}

/** What the engine tells its host. All are called in the order in which things happened. */
export interface EngineEvents {
  output(cell: CellId, output: Output): void;
  /** The cell waits for a line; answer with `answerInput`. */
  input(cell: CellId, question: InputQuestion): void;
  /** A cell wants to see earlier ones. A host that keeps none leaves it out. */
  history?(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /**
   * How many bytes of large outputs everybody has read since this was last asked. Waits for the first, but not longer than so many
   * milliseconds. A host that does not know leaves it out.
   */
  takeRead?(patience: number): Promise<number>;
  /** An event of the debugger's. A host whose front ends cannot debug leaves it out. */
  debug?(event: string, body?: object): void;
  /** By which path the debugger's front ends know the text of a cell. */
  pathOf?(source: string): string;
}

/** What an item is, for its icon. Front ends know most of these words, and show the others as they are. */
export type CompletionKind =
  | 'class'
  | 'function'
  | 'instance'
  | 'keyword'
  | 'magic'
  | 'method'
  | 'module'
  | 'param'
  | 'path'
  | 'property'
  | 'string';

export interface CompletionItem {
  readonly text: string;
  readonly kind: CompletionKind;
  readonly signature?: string;
}

/** Offsets count UTF-16 code units of the source. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}

export interface Completeness {
  readonly status: 'complete' | 'incomplete' | 'invalid' | 'unknown';
  /** Only with `incomplete`. */
  readonly indent?: string;
}

/**
 * A debugger of the cells' thread. Its commands, their arguments and answers, and its events are those of the Debug Adapter
 * Protocol. Nothing is loaded before the command `initialize`, and after `disconnect` nothing is looked at any more.
 */
export interface EngineDebugger {
  /** Node's permission model may forbid the inspector. */
  readonly isAvailable: boolean;
  /** Between `initialize` and `disconnect`. */
  readonly isStarted: boolean;
  readonly isPaused: boolean;
  /** The breakpoints that are wanted, by path. */
  readonly breakpoints: ReadonlyMap<string, readonly object[]>;
  /** The text of a cell that may not have run yet: breakpoints can be set at its path. */
  addSource(path: string, source: string): void;
  /**
   * @returns the body of the response
   * @throws Error what the person is told instead
   */
  request(command: string, given: JsonObject): Promise<object | undefined>;
  /** The names of the notebook, as the protocol has variables. Also while nobody debugs, and in the middle of a loop. */
  inspectNames(): Promise<readonly object[]>;
  /**
   * A value as cells show it.
   * @param frame of a pause; nothing for a name of the notebook
   * @throws Error what the person is told instead
   */
  render(expression: string, frame?: number): Promise<Rendering>;
  /**
   * Gives a name of the notebook the value of an expression, which may be of a frame.
   * @returns the value, as the protocol answers `setExpression`
   * @throws Error what the person is told instead
   */
  bind(name: string, expression: string, frame?: number): Promise<object>;
}

/** What a front end that is attached to the language server is told. Messages are those of JSON-RPC. */
export interface EditorEvents {
  send(message: JsonObject): void;
  /** The server is gone: the front end has taken its leave, or the server's thread has ended. Never before it is attached. */
  closed(): void;
}

/** The language server's end of a connection. */
export interface EditorConnection {
  /** Takes a message of the Language Server Protocol, at once, also while a cell runs. */
  receive(message: JsonObject): void;
  /** The front end is gone. */
  close(): void;
}

/**
 * Runs TypeScript cells in one namespace. Cells of a lane run one at a time, those of several alternate where they await;
 * everything else is answered meanwhile.
 */
export interface Engine {
  readonly debugger: EngineDebugger;
  /** Called once, before the first cell: where outputs and questions go. Without it they are dropped. */
  listen(events: EngineEvents): void;
  /** Never rejects: a failure inside the engine is an outcome too. */
  execute(cell: Cell): Promise<Outcome>;
  complete(source: string, offset: number): Promise<Completions>;
  /** @param detail 0 for a summary, 1 to include the source or definition. */
  inspect(source: string, offset: number, detail: 0 | 1): Promise<MimeBundle | undefined>;
  checkCompleteness(source: string): Promise<Completeness>;
  /** @param line the text without its newline, or null at the end of input. */
  answerInput(cell: CellId, question: number, line: string | null): void;
  /**
   * Hands a front end's message to the user's code. Resolves when it was handled.
   * @param cell a number for what answers it
   * @param name what the front end knows the message by
   */
  deliver(cell: CellId, name: string, message: CommMessage): Promise<void>;
  /** The comms that are open, by id. */
  comms(): ReadonlyMap<string, { readonly target: string }>;
  /**
   * Attaches a front end to the language server, which is loaded with the first one.
   * @param version what the server says that it is
   */
  attachEditor(version: string, events: EditorEvents): EditorConnection;
  /** Stops the cells that run, in every lane; they end with a KeyboardInterrupt. Harmless when idle. */
  interrupt(): void;
  /** Writes what makes the next start fast, unless it is there already. To be called when nobody waits for anything. */
  saveCaches(): Promise<void>;
  /** Stops everything, also in the middle of a loop. Resolves when both workers are gone. */
  close(): Promise<void>;
}
