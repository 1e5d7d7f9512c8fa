// What the debugger knows of the thread that it looks at: V8's inspector there, as calls and events with types, and the
// words that the files of this room share.
// Rule: a method of the inspector's is used once it has a row here.
import type { Debugger, Runtime } from 'node:inspector';

interface Command<Asks, Answers = object> {
  readonly asks: Asks;
  readonly answers: Answers;
}

/** A `#name` of an object. */
export interface PrivateProperty {
  readonly name: string;
  readonly value?: Runtime.RemoteObject;
  readonly get?: Runtime.RemoteObject;
  readonly set?: Runtime.RemoteObject;
}

/** Method of V8's inspector to what it takes and gives (Chrome DevTools Protocol, v8 domain). */
export interface Commands {
  'Runtime.enable': Command<undefined>;
  'Runtime.disable': Command<undefined>;
  'Runtime.evaluate': Command<
    Runtime.EvaluateParameterType & {
      throwOnSideEffect?: boolean;
      timeout?: number;
      disableBreaks?: boolean;
    },
    Runtime.EvaluateReturnType
  >;
  'Runtime.awaitPromise': Command<Runtime.AwaitPromiseParameterType, Runtime.AwaitPromiseReturnType>;
  'Runtime.callFunctionOn': Command<Runtime.CallFunctionOnParameterType, Runtime.CallFunctionOnReturnType>;
  'Runtime.compileScript': Command<Runtime.CompileScriptParameterType, Runtime.CompileScriptReturnType>;
  'Runtime.getProperties': Command<
    Runtime.GetPropertiesParameterType,
    Runtime.GetPropertiesReturnType & { privateProperties?: PrivateProperty[] }
  >;
  'Runtime.releaseObject': Command<Runtime.ReleaseObjectParameterType>;
  'Runtime.releaseObjectGroup': Command<Runtime.ReleaseObjectGroupParameterType>;
  'Debugger.enable': Command<undefined>;
  'Debugger.disable': Command<undefined>;
  'Debugger.pause': Command<undefined>;
  'Debugger.resume': Command<{ terminateOnResume?: boolean } | undefined>;
  'Debugger.stepInto': Command<undefined>;
  'Debugger.stepOver': Command<undefined>;
  'Debugger.stepOut': Command<undefined>;
  'Debugger.setBlackboxPatterns': Command<Debugger.SetBlackboxPatternsParameterType>;
  'Debugger.setSkipAllPauses': Command<Debugger.SetSkipAllPausesParameterType>;
  'Debugger.setBreakpointsActive': Command<Debugger.SetBreakpointsActiveParameterType>;
  'Debugger.setPauseOnExceptions': Command<Debugger.SetPauseOnExceptionsParameterType>;
  'Debugger.setBreakpoint': Command<Debugger.SetBreakpointParameterType, Debugger.SetBreakpointReturnType>;
  'Debugger.setBreakpointByUrl': Command<
    Debugger.SetBreakpointByUrlParameterType,
    Debugger.SetBreakpointByUrlReturnType
  >;
  'Debugger.removeBreakpoint': Command<Debugger.RemoveBreakpointParameterType>;
  'Debugger.setInstrumentationBreakpoint': Command<{ instrumentation: string }, { breakpointId: string }>;
  'Debugger.getPossibleBreakpoints': Command<
    Debugger.GetPossibleBreakpointsParameterType,
    Debugger.GetPossibleBreakpointsReturnType
  >;
  'Debugger.getScriptSource': Command<
    Debugger.GetScriptSourceParameterType,
    Debugger.GetScriptSourceReturnType
  >;
  'Debugger.setVariableValue': Command<Debugger.SetVariableValueParameterType>;
  'Debugger.evaluateOnCallFrame': Command<
    Debugger.EvaluateOnCallFrameParameterType & { throwOnSideEffect?: boolean; timeout?: number },
    Debugger.EvaluateOnCallFrameReturnType
  >;
}

export interface Events {
  'Debugger.paused': Debugger.PausedEventDataType;
  'Debugger.resumed': object;
  'Debugger.scriptParsed': Debugger.ScriptParsedEventDataType;
  'Debugger.breakpointResolved': Debugger.BreakpointResolvedEventDataType;
}

/** The inspector of the thread that runs cells. */
export interface Target {
  /**
   * Also answered while the thread is paused, and in the middle of a loop; not while native code runs.
   * @throws Error with V8's message, or when the thread ends
   */
  call<M extends keyof Commands>(
    method: M,
    ...params: undefined extends Commands[M]['asks'] ? [params?: Commands[M]['asks']] : [Commands[M]['asks']]
  ): Promise<Commands[M]['answers']>;
  /** Resolves when it has been sent. */
  post<M extends keyof Commands>(method: M, params: Commands[M]['asks']): Promise<void>;
  /** @returns what ends that */
  on<E extends keyof Events>(event: E, listener: (params: Events[E]) => void): () => void;
}

/** Why a call has no answer. */
export const threadEnded = 'The thread of the cells has ended.';

/** The connection that a target speaks over. */
export interface Channel {
  /** Resolves when code can be evaluated in the thread, or it has ended. */
  readonly ready: Promise<void>;
  call(method: string, params?: object): Promise<object>;
  /** Resolves when it has been sent. */
  post(method: string, params?: object): Promise<void>;
  listen(listener: (method: string, params: object) => void): () => void;
}

export const targetOf = (channel: Channel): Target => ({
  call: (method, ...[params]) => channel.call(method, params) as Promise<never>,
  post: (method, params) => channel.post(method, params),
  on: (event, listener) =>
    channel.listen((method, params) => {
      if (method === event) listener(params as never);
    }),
});

export type CutReason = 'interrupt' | 'memory' | 'end';

/** Code that is evaluated in the thread, which hears of nothing else meanwhile: how it is cut off. */
export interface Evaluations {
  /** Code is about to be sent. */
  begin(): void;
  /** Something is sent behind the code, and belongs to it: the code begins when that has been sent as well. */
  beginSending(): void;
  endSending(): void;
  /** It has come to its end. @returns why it was cut off, if it was */
  end(): CutReason | undefined;
  /** @returns whether code runs that is cut off now */
  cutOff(reason: CutReason): boolean;
  /** Code has taken a signal that was sent to the process: who listens is told. */
  passOn(): void;
}

/** A place in the source as a person wrote it. */
export interface Place {
  /** By which front ends know the source: of a file its own, of a cell what the host makes of its text. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** A frame of the user's code, in the pause that lasts. */
export interface Frame {
  /** From 1, counted from the innermost; as front ends name it. */
  readonly id: number;
  readonly name: string;
  readonly call: Debugger.CallFrame;
  readonly place: Place;
}
