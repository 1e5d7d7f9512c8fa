// What a Jupyter kernel and its clients say to each other, once, as types. Comments cite Jupyter's messaging
// specification by section, as "messaging spec": https://jupyter-client.readthedocs.io/en/stable/messaging.html
// Rule: a request, its fields, its reply and its iopub messages are named here; everything else is derived.
import type { CompletionKind, JsonObject, MimeBundle } from '../src';

/** Request type to what it asks and what answers it. */
export interface RequestTable {
  kernel_info_request: { asks: NoFields; answers: KernelInfo };
  connect_request: { asks: NoFields; answers: Ok & Ports };
  execute_request: { asks: ExecuteRequest; answers: ExecuteReply | ExecuteFailure | ExecuteAborted };
  complete_request: { asks: { readonly code: string; readonly cursor_pos?: number }; answers: CompleteReply };
  inspect_request: { asks: InspectRequest; answers: InspectReply };
  is_complete_request: { asks: { readonly code: string }; answers: IsCompleteReply };
  history_request: { asks: HistoryRequest; answers: Ok & { readonly history: readonly HistoryItem[] } };
  comm_info_request: { asks: { readonly target_name?: string }; answers: CommInfo };
  interrupt_request: { asks: NoFields; answers: Ok };
  shutdown_request: { asks: { readonly restart: boolean }; answers: ShutdownReply };
  usage_request: { asks: NoFields; answers: Usage };
  debug_request: { asks: DebugRequest; answers: DebugReply };
  create_subshell_request: { asks: NoFields; answers: Ok & { readonly subshell_id: string } };
  delete_subshell_request: { asks: { readonly subshell_id: string }; answers: Ok };
  list_subshell_request: { asks: NoFields; answers: Ok & { readonly subshell_id: readonly string[] } };
}

export type RequestType = keyof RequestTable;
export type Asks<T extends RequestType> = RequestTable[T]['asks'];
export type Answers<T extends RequestType> = RequestTable[T]['answers'] | Failure;
export type ReplyType = RequestType extends infer T
  ? T extends `${infer Name}_request`
    ? `${Name}_reply`
    : never
  : never;

/** Clients' messages that get no reply (messaging spec: Custom Messages). */
export type CommType = 'comm_open' | 'comm_msg' | 'comm_close';

/** Message type on iopub to its content. */
export interface IopubTable {
  iopub_welcome: { readonly subscription: string };
  status: { readonly execution_state: 'starting' | 'busy' | 'idle' };
  execute_input: { readonly code: string; readonly execution_count: number };
  stream: { readonly name: 'stdout' | 'stderr'; readonly text: string };
  display_data: DisplayData & { readonly transient?: { readonly display_id: string } };
  update_display_data: DisplayData & { readonly transient: { readonly display_id: string } };
  execute_result: DisplayData & { readonly execution_count: number };
  error: ErrorFields;
  clear_output: { readonly wait: boolean };
  debug_event: DebugEvent;
  comm_open: { readonly comm_id: string; readonly target_name: string; readonly data: JsonObject };
  comm_msg: { readonly comm_id: string; readonly data: JsonObject };
  comm_close: { readonly comm_id: string; readonly data: JsonObject };
  shutdown_reply: ShutdownReply;
}

export type IopubType = keyof IopubTable;

export interface StdinTable {
  input_request: { readonly prompt: string; readonly password: boolean };
}

export type MessageType = ReplyType | IopubType | keyof StdinTable;

export type NoFields = Record<never, never>;

export interface Ok {
  readonly status: 'ok';
}

export interface ErrorFields {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The answer to any request that could not be served. */
export interface Failure extends ErrorFields {
  readonly status: 'error';
}

export interface KernelInfo extends Ok {
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly language_info: {
    readonly name: string;
    readonly version: string;
    readonly mimetype: string;
    readonly file_extension: string;
    readonly pygments_lexer: string;
    readonly codemirror_mode: string;
    readonly nbconvert_exporter: string;
  };
  readonly banner: string;
  readonly help_links: readonly { readonly text: string; readonly url: string }[];
  readonly supported_features: readonly ('debugger' | 'kernel subshells')[];
}

export interface Ports {
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly store_history: boolean;
  readonly user_expressions: { readonly [name: string]: string };
  readonly allow_stdin: boolean;
  readonly stop_on_error: boolean;
}

export interface ExecuteReply extends Ok {
  readonly execution_count: number;
  readonly user_expressions: { readonly [name: string]: ExpressionReply };
  readonly payload: readonly Payload[];
}

export interface ExecuteFailure extends Failure {
  readonly execution_count: number;
  readonly user_expressions: NoFields;
  readonly payload: readonly [];
}

/** It was queued behind a cell that failed, and has not run (messaging spec: Request-Reply). */
export interface ExecuteAborted extends ErrorFields {
  readonly status: 'aborted';
  readonly user_expressions: NoFields;
  readonly payload: readonly [];
}

export type ExpressionReply = (Ok & DisplayData) | Failure;

export type Payload =
  | { readonly source: 'page'; readonly data: MimeBundle; readonly start: number }
  | { readonly source: 'ask_exit'; readonly keepkernel: boolean }
  | { readonly source: 'set_next_input'; readonly text: string; readonly replace: boolean };

export interface DisplayData {
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

/** Positions count code points of `code` (messaging spec: cursor_pos and unicode offsets). */
export interface CompleteReply extends Ok {
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: {
    readonly _jupyter_types_experimental: readonly {
      readonly text: string;
      readonly type: CompletionKind;
      readonly start: number;
      readonly end: number;
      readonly signature?: string;
    }[];
  };
}

export interface InspectRequest {
  readonly code: string;
  readonly cursor_pos?: number;
  readonly detail_level: 0 | 1;
}

export interface InspectReply extends Ok, DisplayData {
  readonly found: boolean;
}

export interface IsCompleteReply {
  readonly status: 'complete' | 'incomplete' | 'invalid' | 'unknown';
  readonly indent?: string;
}

export interface HistoryRequest {
  readonly hist_access_type: string;
  readonly output: boolean;
  readonly n?: number;
  /** 0 for this session, negative to count back from it, positive for a number seen in a reply. */
  readonly session: number;
  readonly start: number;
  /** Exclusive; absent: to the end. */
  readonly stop?: number;
  readonly pattern: string;
  readonly unique: boolean;
}

/** Session, line, and the input, alone or with the output. */
export type HistoryItem = readonly [number, number, string | readonly [string, string | null]];

export interface CommInfo extends Ok {
  readonly comms: { readonly [id: string]: { readonly target_name: string } };
}

export interface ShutdownReply extends Ok {
  readonly restart: boolean;
}

/** As jupyter-resource-usage expects it; bytes and percent. */
export interface Usage {
  readonly hostname: string;
  readonly pid: number;
  readonly kernel_cpu: number;
  readonly kernel_memory: number;
  readonly cpu_count: number;
  readonly host_cpu_percent: number;
  readonly host_virtual_memory: {
    readonly total: number;
    readonly available: number;
    readonly used: number;
    readonly free: number;
    readonly percent: number;
  };
}

export interface DebugRequest {
  readonly seq: number;
  readonly command: string;
  readonly arguments: JsonObject;
}

/** A response of the Debug Adapter Protocol; it has no `status`. */
export interface DebugReply {
  readonly type: 'response';
  readonly seq: number;
  readonly request_seq: number;
  readonly success: boolean;
  readonly command: string;
  readonly message?: string;
  readonly body?: object;
}

/** An event of the Debug Adapter Protocol. */
export interface DebugEvent {
  readonly type: 'event';
  readonly seq: number;
  readonly event: string;
  readonly body?: object;
}

export function replyType(type: RequestType): ReplyType {
  return type.replace(/request$/, 'reply') as ReplyType;
}
