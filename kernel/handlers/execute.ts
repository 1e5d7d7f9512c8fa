// execute_request: runs a cell and tells everybody what came of it (messaging spec: Execute).
// Rule: execute_input, outputs, result or error, then the reply: published in this order, from here.
import type {
  CellError,
  CellPayload,
  Engine,
  ExpressionOutcome,
  Outcome,
  Output,
  Rendering,
} from '../../src';
import type { Cells } from '../cells';
import { failure } from '../errors';
import type { History } from '../history';
import { describeError, log } from '../log';
import type {
  ErrorFields,
  ExecuteAborted,
  ExecuteFailure,
  ExecuteReply,
  ExecuteRequest,
  ExpressionReply,
  Failure,
  Payload,
} from '../messages';
import { publishOutput } from '../outputs';
import { asMember, type Publisher } from '../publisher';
import { WithMetadata } from '../requests';
import type { Questions } from '../stdin';
import type { UnfinishedCell } from '../unfinished';
import type { Received } from '../wire';

export interface ExecutionParts {
  readonly engine: Engine;
  readonly publisher: Publisher;
  readonly cells: Cells;
  readonly questions: Questions;
  readonly history: History;
  readonly unfinished: UnfinishedCell | undefined;
  /** Sees to it that executions of the same shell that have arrived by now do not run. */
  abortWaiting(message: Received): Promise<void>;
}

export class ExecuteHandler {
  readonly #parts: ExecutionParts;
  /** Number of the latest stored cell. */
  #count = 0;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /** Runs one cell. Those of a shell must not overlap: its queue sees to that. */
  async execute(
    message: Received,
    request: ExecuteRequest,
  ): Promise<WithMetadata<ExecuteReply | ExecuteFailure>> {
    const { publisher, history, abortWaiting } = this.#parts;
    const { code, silent, store_history: stored } = request;
    const parent = message.headerText;
    if (stored) this.#count += 1;
    const count = this.#count;
    if (!silent) publisher.publish('execute_input', { code, execution_count: count }, parent);
    if (!silent) this.#tellOfLastKernel(parent);
    const running = this.#run(message, request, count);
    // What nobody waits for is done while the cell runs.
    if (stored) history.addInput(count, code);
    const outcome = await running;

    if (outcome.status === 'error') {
      // First of all: what a client sends after it saw the error must run.
      if (request.stop_on_error && !silent) await abortWaiting(message);
      const error = errorFields(outcome.error);
      publisher.publish('error', error, parent);
      return this.#complete(outcome, request, parent, this.failed({ status: 'error', ...error }, count));
    }
    this.#publishResult(outcome.result, request, parent, count);
    if (outcome.background) void this.#publishLater(outcome.background, request, parent, count);
    return this.#complete(outcome, request, parent, {
      status: 'ok',
      execution_count: count,
      user_expressions: mapValues(outcome.expressions, expressionReply),
      payload: outcome.payloads.map(payload),
    });
  }

  /** What a cell in the background comes to, under it. What only a reply can carry is shown. */
  async #publishLater(
    background: Promise<Outcome>,
    request: ExecuteRequest,
    parent: string,
    count: number,
  ): Promise<void> {
    const { publisher } = this.#parts;
    const outcome = await background;
    if (outcome.status === 'error') {
      publisher.publish('error', errorFields(outcome.error), parent);
      return;
    }
    for (const output of outcome.payloads.flatMap(asOutput)) publishOutput(publisher, parent, output);
    this.#publishResult(outcome.result, request, parent, count);
    publisher.release();
  }

  #publishResult(
    result: Rendering | undefined,
    { silent, store_history: stored }: ExecuteRequest,
    parent: string,
    count: number,
  ): void {
    if (!result) return;
    const { publisher, history } = this.#parts;
    const { data, metadata, encoded } = result;
    if (!silent)
      publisher.hold('execute_result', { execution_count: count, data, metadata }, parent, {
        encoded: asMember('data', encoded),
      });
    const text = data['text/plain'];
    if (stored && typeof text === 'string') history.addOutput(count, text);
  }

  /** In the first cell that somebody sees. */
  #tellOfLastKernel(parent: string): void {
    const told = this.#parts.unfinished?.takeLastWords();
    if (told === undefined) return;
    log(told);
    publishOutput(this.#parts.publisher, parent, { kind: 'text', stream: 'stderr', text: `${told}\n` });
  }

  /** The reply with what is wrong with the cell's text, once that is shown. */
  async #complete<Content>(
    { checked: pending }: Outcome,
    { silent }: ExecuteRequest,
    parent: string,
    content: Content,
  ): Promise<WithMetadata<Content>> {
    if (pending instanceof Promise) this.#parts.publisher.release();
    const checked = pending instanceof Promise ? await pending : pending;
    if (checked?.warnings && !silent) publishOutput(this.#parts.publisher, parent, checked.warnings);
    return new WithMetadata(content, checked ? { diagnostics: checked.diagnostics } : {});
  }

  /** The answer to an execution that could not even begin. Front ends expect a number in every reply. */
  failed(failure: Failure, count = this.#count): ExecuteFailure {
    return { ...failure, execution_count: count, user_expressions: {}, payload: [] };
  }

  /**
   * The answer to an execution that was queued behind one that failed (messaging spec: Request-Reply). It has no number,
   * although the spec gives every reply one: JupyterLab would write that beside a cell that has not run.
   * @param why what follows "because"
   */
  aborted(why: string): ExecuteAborted {
    const told = failure('ExecutionAborted', `Not run, because ${why}.`);
    return {
      ...told,
      status: 'aborted',
      traceback: [],
      user_expressions: {},
      payload: [],
    };
  }

  async #run(message: Received, request: ExecuteRequest, count: number): Promise<Outcome> {
    const { engine, cells, questions, unfinished } = this.#parts;
    const { store_history: stored } = request;
    const { cellId, deletedCells } = message.metadata;
    const { subshell_id: lane } = message.header;
    const id = cells.begin(message);
    let settle: (() => void) | undefined;
    let background: Promise<Outcome> | undefined;
    try {
      const executing = engine.execute({
        id,
        name: message.header.msg_id,
        label: stored ? `Cell [${count}]` : 'Cell [*]',
        ...(stored && { number: count }),
        source: request.code,
        ...(typeof lane === 'string' && { lane }),
        wantsResult: !request.silent,
        allowInput: request.allow_stdin,
        // Notebooks say which cell it is.
        ...(typeof cellId === 'string' && { place: cellId }),
        ...(Array.isArray(deletedCells) && { removed: deletedCells.filter(isText) }),
        canLeave: request.allow_stdin && stored && cellId === undefined,
        expressions: request.user_expressions,
      });
      settle = unfinished?.begin(stored ? `cell ${count}` : 'a cell without a number');
      const outcome = await executing;
      if (outcome.status === 'ok') background = outcome.background;
      return outcome;
    } catch (error) {
      log(`the engine failed: ${describeError(error)}`);
      const { ename: name, evalue: message, traceback } = failure('KernelError', describeError(error));
      return { status: 'error', error: { name, message, traceback } };
    } finally {
      settle?.();
      const end = () => {
        cells.end(id);
        questions.forget(id);
      };
      if (background) void background.then(end);
      else end();
    }
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

function errorFields({ name, message, traceback }: CellError): ErrorFields {
  return { ename: name, evalue: message, traceback };
}

function expressionReply(outcome: ExpressionOutcome): ExpressionReply {
  return outcome.status === 'ok'
    ? { status: 'ok', data: outcome.rendering.data, metadata: outcome.rendering.metadata }
    : { status: 'error', ...errorFields(outcome.error) };
}

/** What of a payload can be shown. */
function asOutput(left: CellPayload): Output[] {
  switch (left.kind) {
    case 'page':
      return [{ kind: 'display', data: left.data, metadata: {} }];
    case 'nextCell':
      return [{ kind: 'text', stream: 'stdout', text: `${left.source}\n` }];
    default:
      return [];
  }
}

function payload(left: CellPayload): Payload {
  switch (left.kind) {
    case 'page':
      return { source: 'page', data: left.data, start: 0 };
    case 'leave':
      return { source: 'ask_exit', keepkernel: false };
    default:
      return { source: 'set_next_input', text: left.source, replace: left.replace };
  }
}

function mapValues<From, To>(
  values: { readonly [key: string]: From },
  change: (value: From) => To,
): { [key: string]: To } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
