// The message loop: every message is announced busy, handled, answered, announced idle (messaging spec: Request-Reply).
// Rule: executions of a shell keep the order in which they came; nothing else waits for them; every busy has its idle.
import type { CellId, Engine, Output } from '../src';
import { Cells } from './cells';
import type { Channels, Frames, Listeners } from './channels';
import type { Ports } from './connection';
import { failureOf } from './errors';
import type { ExecutionQueue } from './execution-queue';
import { createHandlers } from './handlers';
import { deliverComm, isCommType } from './handlers/comms';
import { DebugHandler, pathOf } from './handlers/debug';
import { Editors } from './handlers/editors';
import { ExecuteHandler } from './handlers/execute';
import { unknownSubshell } from './handlers/subshells';
import type { History } from './history';
import { describeError, log } from './log';
import { type Answers, type CommType, type Failure, type RequestType, replyType } from './messages';
import { publishOutput } from './outputs';
import { Publisher } from './publisher';
import { type Answered, type Handlers, laneOf, readRequest, requestNamed, WithMetadata } from './requests';
import { Questions } from './stdin';
import { Subshells } from './subshells';
import type { UnfinishedCell } from './unfinished';
import { type Codec, noParent, type Received } from './wire';

export interface ServerParts {
  readonly codec: Codec;
  readonly channels: Channels;
  /** For connect_request. */
  readonly ports: Ports;
  readonly history: History;
  readonly unfinished?: UnfinishedCell;
  readonly engine: Engine;
  /** Called once, when the last message is on its way to the sockets. */
  leave(): void;
}

/** How long a shutdown waits for the engine, in milliseconds. jupyter_client's manager waits 2.5 s for all of it. */
const closePatience = 1700;

type Asked = 'shell' | 'control';

/** What is done for a message: the reply, or nothing when there is none. */
type Work = () => Answered<RequestType> | undefined | Promise<Answered<RequestType> | undefined>;

export class Server implements Listeners {
  readonly #codec: Codec;
  readonly #channels: Channels;
  readonly #publisher: Publisher;
  readonly #cells = new Cells();
  readonly #questions: Questions;
  readonly #engine: Engine;
  readonly #executor: ExecuteHandler;
  readonly #editors: Editors;
  readonly #handlers: Handlers;
  readonly #subshells = new Subshells();
  readonly #leave: () => void;
  /** The execute_requests that run, at most one of each shell, with its queue. */
  readonly #executing = new Map<Received, ExecutionQueue>();
  /** The latest message on control; the next one waits for it. */
  #control: Promise<void> = Promise.resolve();
  /** The latest debug_request. */
  #debugging: Promise<void> = Promise.resolve();
  #announced = false;
  #closing: Promise<void> | undefined;
  #left = false;

  constructor({ codec, channels, ports, history, unfinished, engine, leave }: ServerParts) {
    this.#codec = codec;
    this.#channels = channels;
    this.#leave = leave;
    this.#publisher = new Publisher(codec, channels.iopub);
    this.#engine = engine;
    this.#questions = new Questions(codec, channels.stdin, this.#cells, (cell, question, line) =>
      engine.answerInput(cell, question, line),
    );
    const debug = new DebugHandler(engine.debugger, this.#publisher);
    engine.listen({
      debug: (event, body) => debug.tell(event, body),
      pathOf,
      output: (cell, output) => this.#output(cell, output),
      input: (cell, question) => void this.#questions.ask(cell, question),
      history: (query) => history.recall(query),
      takeRead: (patience) => this.#channels.iopub.takeRead(patience),
    });
    this.#editors = new Editors(engine, this.#publisher);
    this.#executor = new ExecuteHandler({
      engine,
      publisher: this.#publisher,
      cells: this.#cells,
      questions: this.#questions,
      history,
      unfinished,
      abortWaiting: (message) => this.#abortWaiting(message),
    });
    this.#handlers = createHandlers({
      engine,
      executor: this.#executor,
      debug,
      history,
      ports,
      subshells: this.#subshells,
      editors: this.#editors,
      close: () => this.#close(),
    });
  }

  /** A message on shell. */
  shell(frames: readonly Uint8Array[]): void {
    const message = this.#decode('shell', frames);
    if (!message) return;
    const { msg_type: type, subshell_id: id } = message.header;
    if (this.#editors.concerns(message)) return this.#schedule('shell', message);
    const queue = this.#subshells.find(message.header);
    if (queue) return this.#schedule('shell', message, queue);
    // The last words of a comm may come after its subshell was deleted, which another channel told.
    if (isCommType(type) && this.#subshells.wasDeleted(message.header))
      return this.#deliver('shell', type, message, this.#subshells.main);
    void this.#serve('shell', message, () => this.#failed(type, unknownSubshell(id)));
  }

  /** A message on control: one at a time, and never behind a cell. */
  control(frames: readonly Uint8Array[]): void {
    const message = this.#decode('control', frames);
    if (message) this.#schedule('control', message, this.#subshells.find(message.header));
  }

  /** A message on stdin. */
  stdin(frames: readonly Uint8Array[]): void {
    this.#questions.receive(frames);
  }

  /** The first message for a new subscriber. */
  welcome(topic: Uint8Array): Frames | undefined {
    return this.#publisher.welcome(topic);
  }

  /** A subscriber got its welcome. The first one also hears that the kernel starts. */
  welcomed(): void {
    this.#announce();
  }

  /** An orderly end that no client asked for. */
  async shutdown(): Promise<void> {
    await this.#close();
    this.#publisher.publish('shutdown_reply', { status: 'ok', restart: false }, noParent);
    this.#leaveOnce();
  }

  /**
   * Called before an error is published: nobody has heard of it yet, so whatever arrives until then was sent without
   * knowing of it. When many cells are sent in one go, a fast failure would come before most of them; so the end of the
   * burst is waited for. What is sent after hearing of the error runs, however long that wait was.
   */
  async #abortWaiting(message: Received): Promise<void> {
    await this.#channels.shell.settled();
    this.#executing.get(message)?.abortWaiting('a cell before it failed');
  }

  /** Output of a cell that nobody knows goes out without a parent: consoles show it in their log. */
  #output(cell: CellId, output: Output): void {
    try {
      publishOutput(this.#publisher, this.#cells.origin(cell)?.parent ?? noParent, output);
    } catch (error) {
      log(`an output could not be sent: ${describeError(error)}`);
    }
  }

  #decode(channel: Asked, frames: readonly Uint8Array[]): Received | undefined {
    const decoded = this.#codec.decode(frames);
    if ('message' in decoded) return decoded.message;
    log(`a message on ${channel} was refused: ${decoded.problem}`);
    return undefined;
  }

  /** Serves a message when its turn has come. */
  #schedule(channel: Asked, message: Received, queue = this.#subshells.main): void {
    const { msg_type: type } = message.header;
    const request = requestNamed(type);
    if (this.#editors.concerns(message))
      return void this.#serve(channel, message, () => this.#editors.deliver(message));
    if (request === undefined) {
      if (isCommType(type)) return this.#deliver(channel, type, message, queue);
      return this.#inTurn(channel, message, () => {
        log(`a message of the unknown type ${JSON.stringify(type)} came on ${channel}`);
        return undefined;
      });
    }
    const work = () => this.#answer(request, message);
    const lane = laneOf(request);
    switch (lane) {
      case 'exclusive':
        return queue.enter({
          exclusive: true,
          run: () => {
            this.#executing.set(message, queue);
            return this.#serve(channel, message, work);
          },
          abort: (why) => void this.#serve(channel, message, () => this.#executor.aborted(why)),
        });
      case 'concurrent':
        return void this.#serve(channel, message, work);
      case 'control':
        return this.#inTurn(channel, message, work);
      case 'debug':
        this.#debugging = this.#debugging.then(() => this.#serve(channel, message, work));
        return;
      default:
        lane satisfies never;
    }
  }

  /** One after the other on control, at once on shell. */
  #inTurn(channel: Asked, message: Received, work: Work): void {
    if (channel === 'shell') void this.#serve(channel, message, work);
    else this.#control = this.#control.then(() => this.#serve(channel, message, work));
  }

  /**
   * Hands a comm's message to the user's code. A cell may wait for what its open comm says, while others queue behind it.
   * An open waits its turn: the cell that registers the target may be one of those.
   */
  #deliver(channel: Asked, type: CommType, message: Received, queue: ExecutionQueue): void {
    const run = () =>
      this.#serve(channel, message, () => deliverComm(this.#engine, this.#cells, type, message));
    const { comm_id: id } = message.content;
    if (type !== 'comm_open' && typeof id === 'string' && this.#engine.comms().has(id)) void run();
    else queue.enter({ exclusive: false, run, abort: () => undefined });
  }

  #answer<T extends RequestType>(type: T, message: Received): Answered<T> | Promise<Answered<T>> {
    return this.#handlers[type](readRequest(type, message.content), message);
  }

  /** Busy, the work and its reply, idle; whatever happens. Never rejects. */
  async #serve(channel: Asked, message: Received, work: Work): Promise<void> {
    this.#announce();
    const parent = message.headerText;
    this.#publisher.busy(parent);
    const started = new Date();
    try {
      let answer: Answered<RequestType> | undefined;
      try {
        const answered = work();
        // Not a turn of the microtask queue for what is known at once.
        answer = answered instanceof Promise ? await answered : answered;
      } catch (error) {
        answer = this.#failed(message.header.msg_type, failureOf(error, describeError(error)));
      }
      if (answer) await this.#reply(channel, message, answer, started);
    } catch (error) {
      log(`a reply to ${message.header.msg_type} could not be sent: ${describeError(error)}`);
    } finally {
      this.#publisher.idle(parent);
      this.#executing.delete(message);
      // Front ends show the latest state, whoever caused it; so does the server, which ends kernels that seem idle. Both pass over
      // that of a debug_request; and JupyterLab, which answers each word of a cell with one, would do so without end.
      const latest = [...this.#executing.keys()].at(-1);
      if (latest && message.header.msg_type !== 'debug_request') this.#publisher.busy(latest.headerText);
    }
    if (this.#closing && message.header.msg_type === 'shutdown_request') this.#leaveOnce();
  }

  /** The answer to a request that could not be served; nothing for messages that get no reply. */
  #failed(type: string, answer: Failure): Answers<RequestType> | undefined {
    log(`${type} failed: ${answer.evalue}`);
    const request = requestNamed(type);
    return request === 'execute_request' ? this.#executor.failed(answer) : request && answer;
  }

  async #reply(
    channel: Asked,
    message: Received,
    answered: Answered<RequestType>,
    started: Date,
  ): Promise<void> {
    const { msg_type: type } = message.header;
    const isAnnotated = answered instanceof WithMetadata;
    const answer = isAnnotated ? answered.content : answered;
    const metadata = isAnnotated ? answered.metadata : {};
    const { frames } = this.#codec.encode({
      type: replyType(type as RequestType),
      parent: message.headerText,
      metadata: JSON.stringify({ started, ...metadata }),
      content: JSON.stringify(answer),
    });
    // The reply follows the last output.
    const left = this.#publisher.release();
    if (left) await left;
    this.#channels[channel].send([...message.identities, ...frames]);
    // Other clients have to hear of it, too.
    if (type === 'shutdown_request' && 'restart' in answer) {
      this.#publisher.publish('shutdown_reply', answer, message.headerText);
    }
  }

  /** Says `starting`, once: to the first subscriber, before anything else that is not its welcome. */
  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#publisher.publish('status', { execution_state: 'starting' }, noParent);
  }

  /** Ends the engine; what waits to be executed is answered as aborted. Resolves after 1.7 s at the latest. */
  #close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#subshells.close();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closePatience);
      });
      const closed = this.#engine
        .close()
        .catch((error: unknown) => log(`the engine could not be closed: ${describeError(error)}`));
      // A cell that was cut off still gets its reply, and so does who debugged it.
      const settled = closed.then(() => Promise.all([this.#subshells.empty(), this.#debugging]));
      await Promise.race([settled, patience]);
      clearTimeout(timer);
    })();
    return this.#closing;
  }

  #leaveOnce(): void {
    if (this.#left) return;
    this.#left = true;
    this.#leave();
  }
}
