// debug_request: the commands that Jupyter adds to the Debug Adapter Protocol, and the envelope of all others, which are the
// engine's (messaging spec: Debug request; JEP 47).
// Rule: every request gets a response with a body in which every list is that front ends read, or its sender waits for ever.
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import type { EngineDebugger, JsonObject } from '../../src';
import type { DebugReply, DebugRequest } from '../messages';
import { murmur2 } from '../murmur';
import type { Publisher } from '../publisher';
import { text } from '../requests';
import { noParent } from '../wire';

const hashSeed = 0xc70f6907;
/**
 * JupyterLab calls a path with this word in it by the cell, and no other. It is that of every kernel, for JupyterLab sends the
 * breakpoints from before a restart by the paths of then, and knows one such folder for all kernels of a name.
 */
const prefix = join(tmpdir(), 'ipykernel_tsk') + sep;
const suffix = '.ts';

/** The path by which front ends know the text of a cell: two cells of one text have one. Nothing is there on the disk. */
export function pathOf(source: string): string {
  return `${prefix}${murmur2(new TextEncoder().encode(source), hashSeed)}${suffix}`;
}

/** What front ends read from a response unasked: without it they fail, whatever `success` says. */
const emptyBodies: { readonly [command: string]: object | undefined } = {
  inspectVariables: { variables: [] },
  modules: { modules: [], totalModules: 0 },
  richInspectVariables: { data: {}, metadata: {} },
  scopes: { scopes: [] },
  setBreakpoints: { breakpoints: [] },
  stackTrace: { stackFrames: [], totalFrames: 0 },
  threads: { threads: [] },
  variables: { variables: [] },
};

/** Its debug console says of every failure the same, and leaves the reason out; of what succeeds it shows the text. */
const withoutReasons = 'jupyterlab';

/** Asked also while nobody debugs. */
const unstarted: ReadonlySet<string> = new Set(['modules']);

/** JupyterLab leaves it out, or says null, where nothing is paused. */
function frameIn(given: JsonObject, key: string): number | undefined {
  const frame = given[key];
  return typeof frame === 'number' ? frame : undefined;
}

export class DebugHandler {
  readonly #engine: EngineDebugger;
  readonly #publisher: Publisher;
  /** The latest debug_request: events answer it. */
  #parent = noParent;
  #seq = 0;
  /** Who switched the debugger on last. */
  #client: unknown;

  constructor(engine: EngineDebugger, publisher: Publisher) {
    this.#engine = engine;
    this.#publisher = publisher;
  }

  async answer({ seq, command, arguments: given }: DebugRequest, parent: string): Promise<DebugReply> {
    this.#parent = parent;
    try {
      const body = await this.#answer(command, given);
      if (command === 'initialize') this.#client = given.clientID;
      return this.#respond(seq, command, { success: true, ...(body && { body }) });
    } catch (error) {
      const { message } = error as Error;
      if (command === 'evaluate' && given.context === 'repl' && this.#client === withoutReasons)
        return this.#respond(seq, command, {
          success: true,
          body: { result: message, variablesReference: 0 },
        });
      return this.#respond(seq, command, { success: false, message, body: emptyBodies[command] ?? {} });
    }
  }

  /** An event of the engine's debugger. */
  tell(event: string, body: object | undefined): void {
    const content = { type: 'event', seq: ++this.#seq, event, ...(body && { body }) } as const;
    this.#publisher.publish('debug_event', content, this.#parent);
  }

  #respond(
    request_seq: number,
    command: string,
    response: Pick<DebugReply, 'success' | 'message' | 'body'>,
  ): DebugReply {
    const answered = command === 'copyToGlobals' ? 'setExpression' : command;
    return { type: 'response', seq: ++this.#seq, request_seq, command: answered, ...response };
  }

  async #answer(command: string, given: JsonObject): Promise<object | undefined> {
    const engine = this.#engine;
    if (!engine.isStarted && unstarted.has(command)) return emptyBodies[command];
    switch (command) {
      case 'debugInfo':
        return this.#info();
      case 'dumpCell': {
        const code = text(given, 'code');
        const sourcePath = pathOf(code);
        engine.addSource(sourcePath, code);
        return { sourcePath };
      }
      case 'inspectVariables':
        return { variables: await engine.inspectNames() };
      case 'richInspectVariables':
        return engine.render(text(given, 'variableName'), frameIn(given, 'frameId'));
      case 'copyToGlobals': {
        const name = text(given, 'dstVariableName');
        return engine.bind(name, text(given, 'srcVariableName'), frameIn(given, 'srcFrameId'));
      }
      default:
        return engine.request(command, given);
    }
  }

  #info(): object {
    const { isStarted, isPaused, breakpoints } = this.#engine;
    return {
      isStarted,
      hashMethod: 'Murmur2',
      hashSeed,
      tmpFilePrefix: prefix,
      tmpFileSuffix: suffix,
      breakpoints: Array.from(breakpoints, ([source, wanted]) => ({ source, breakpoints: wanted })),
      stoppedThreads: isPaused ? [1] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: true,
    };
  }
}
