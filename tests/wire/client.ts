// A Jupyter client for tests: speaks the protocol with a kernel over real sockets.
// Rule: it shares no code with the kernel, so that a mistake there cannot hide behind the same mistake here.
import { randomUUID } from 'node:crypto';
import { Dealer, Request, Subscriber } from 'zeromq';
import { type Content, decode, encode } from '../messages';

export type ClientChannel = 'shell' | 'control' | 'stdin' | 'iopub';

/** A message as it came in. */
export interface Message {
  readonly channel: ClientChannel;
  readonly topic?: string;
  readonly header: Header;
  readonly parent_header: Partial<Header>;
  readonly metadata: Content;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into contents of every kind
  readonly content: any;
  readonly buffers: readonly Buffer[];
}

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly date: string;
  readonly version: string;
}

/** What came of an execute_request. */
export interface Execution {
  readonly id: string;
  readonly reply: Message;
  /** Everything on iopub between busy and idle: execute_input, stream, display_data, execute_result, error, … */
  readonly outputs: readonly Message[];
  readonly stdout: string;
  readonly stderr: string;
  /** text/plain of the execute_result. */
  readonly result: string | undefined;
}

export interface ExecuteOptions {
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
  readonly user_expressions?: { readonly [name: string]: string };
  readonly metadata?: Content;
  /** Answers the prompts, in this order; `allow_stdin` is true when given. */
  readonly answers?: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The fields of a connection file that a client needs. */
export interface ConnectionFile {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly curve_publickey?: string;
  readonly curve_secretkey?: string;
}

export interface SendOptions {
  readonly metadata?: Content;
  readonly parent?: Content;
  readonly buffers?: readonly Buffer[];
  readonly subshell_id?: string;
}

const timeLimit = 30_000;

export class Client {
  readonly session: string;
  /** Every message that came, oldest first. */
  readonly received: Message[] = [];
  /** Called with each message as it comes. */
  onMessage: (message: Message) => void = () => undefined;
  readonly #sockets: { shell: Dealer; control: Dealer; stdin: Dealer; iopub: Subscriber };
  readonly #waiters = new Set<{ check(): boolean }>();

  constructor(
    readonly connection: ConnectionFile,
    session: string = randomUUID(),
  ) {
    this.session = session;
    const curve = connection.curve_publickey && {
      curveServerKey: connection.curve_publickey,
      curvePublicKey: connection.curve_publickey,
      curveSecretKey: connection.curve_secretkey!,
    };
    const options = { linger: 0, routingId: session, ...curve };
    this.#sockets = {
      shell: new Dealer(options),
      control: new Dealer(options),
      stdin: new Dealer(options),
      iopub: new Subscriber({ linger: 0, receiveHighWaterMark: 0, ...curve }),
    };
    for (const channel of ['shell', 'control', 'stdin', 'iopub'] as const) {
      this.#sockets[channel].connect(address(connection, `${channel}_port`));
    }
    this.#sockets.iopub.subscribe('');
    for (const channel of ['shell', 'control', 'stdin', 'iopub'] as const) void this.#read(channel);
  }

  /** Waits until the kernel's iopub_welcome has come: nothing published after that is lost. */
  async welcomed(): Promise<this> {
    await this.next((message) => message.header.msg_type === 'iopub_welcome');
    return this;
  }

  /** @returns the msg_id. */
  send(
    channel: 'shell' | 'control' | 'stdin',
    type: string,
    content: Content = {},
    options: SendOptions = {},
  ): string {
    const { id, frames } = this.encode(type, content, options);
    this.sendRaw(channel, frames);
    return id;
  }

  /** Frames of a signed message, for tests that want to spoil them before they send them. */
  encode(
    type: string,
    content: Content,
    options: SendOptions = {},
  ): { id: string; frames: (string | Buffer)[] } {
    const id = randomUUID();
    const header = {
      msg_id: id,
      session: this.session,
      username: 'test',
      date: new Date().toISOString(),
      msg_type: type,
      version: '5.3',
      ...(options.subshell_id !== undefined && { subshell_id: options.subshell_id }),
    };
    const { parent, metadata, buffers } = options;
    return { id, frames: encode(this.connection.key, { header, parent, metadata, content }, buffers) };
  }

  /** Sends are queued in the order of the calls. */
  sendRaw(channel: 'shell' | 'control' | 'stdin', frames: (string | Buffer)[]): void {
    const socket = this.#sockets[channel];
    const previous = this.#sending[channel];
    this.#sending[channel] = previous.then(() => socket.send(frames)).catch(() => undefined);
  }
  readonly #sending = { shell: Promise.resolve(), control: Promise.resolve(), stdin: Promise.resolve() };

  /** Sends a request and waits for the reply and the idle. */
  async request(
    channel: 'shell' | 'control',
    type: string,
    content: Content = {},
    options: SendOptions & { timeout?: number } = {},
  ): Promise<Message> {
    const id = this.send(channel, type, content, options);
    return this.reply(id, options.timeout);
  }

  /** The reply to a message that was sent before, once its idle has come as well. */
  async reply(id: string, timeout = timeLimit): Promise<Message> {
    const [reply] = await Promise.all([
      this.next(
        (message) => message.channel !== 'iopub' && message.channel !== 'stdin' && isAnswer(message, id),
        timeout,
      ),
      this.idle(id, timeout),
    ]);
    return reply;
  }

  /** The idle of a message that was sent before. */
  idle(id: string, timeout = timeLimit): Promise<Message> {
    return this.next(
      (message) => isAnswer(message, id) && message.content.execution_state === 'idle',
      timeout,
    );
  }

  async execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    const id = this.startExecution(code, options);
    for (const [index, answer] of (options.answers ?? []).entries()) {
      const prompt = await this.next(
        (message) =>
          message.channel === 'stdin' &&
          isAnswer(message, id) &&
          this.received
            .filter((other) => other.channel === 'stdin' && isAnswer(other, id))
            .indexOf(message) === index,
        options.timeout,
      );
      this.answer(answer, prompt);
    }
    return this.finish(id, options.timeout);
  }

  /** Sends an execute_request without waiting. @returns its msg_id, for `finish`. */
  startExecution(code: string, options: ExecuteOptions = {}): string {
    const { metadata, timeout: _, answers, ...fields } = options;
    return this.send(
      'shell',
      'execute_request',
      { code, silent: false, user_expressions: {}, allow_stdin: answers !== undefined, ...fields },
      { metadata },
    );
  }

  /** Waits for the end of an execution that was started. */
  async finish(id: string, timeout?: number): Promise<Execution> {
    const reply = await this.reply(id, timeout);
    const outputs = this.outputs(id);
    const text = (name: string): string =>
      outputs
        .filter((output) => output.header.msg_type === 'stream' && output.content.name === name)
        .map((output) => output.content.text)
        .join('');
    const result = outputs.find((output) => output.header.msg_type === 'execute_result');
    return {
      id,
      reply,
      outputs,
      stdout: text('stdout'),
      stderr: text('stderr'),
      result: result?.content.data['text/plain'],
    };
  }

  /** What came on iopub for a request so far, without its status messages. */
  outputs(id: string): Message[] {
    return this.received.filter(
      (message) =>
        message.channel === 'iopub' && isAnswer(message, id) && message.header.msg_type !== 'status',
    );
  }

  /** Waits for an input_request of an execution. */
  prompt(id: string, timeout?: number): Promise<Message> {
    return this.next(
      (message) => message.header.msg_type === 'input_request' && isAnswer(message, id),
      timeout,
    );
  }

  /** Answers an input_request. */
  answer(value: string, prompt?: Message): void {
    this.send('stdin', 'input_reply', { value, status: 'ok' }, { parent: prompt && { ...prompt.header } });
  }

  interrupt(): Promise<Message> {
    return this.request('control', 'interrupt_request');
  }

  shutdown(restart = false): Promise<Message> {
    return this.request('control', 'shutdown_request', { restart });
  }

  /** Sends bytes on a heartbeat socket of its own and returns the echo. */
  async heartbeat(text: string): Promise<string> {
    const socket = new Request({ linger: 0, receiveTimeout: timeLimit, ...this.#curve() });
    try {
      socket.connect(address(this.connection, 'hb_port'));
      await socket.send(text);
      const [echo] = await socket.receive();
      return String(echo);
    } finally {
      socket.close();
    }
  }

  /** The first message, come or to come, that the predicate accepts. */
  next(accepts: (message: Message) => boolean, timeout = timeLimit): Promise<Message> {
    return new Promise((resolveMessage, reject) => {
      let seen = 0;
      const waiter = {
        check: (): boolean => {
          for (; seen < this.received.length; seen++) {
            const message = this.received[seen]!;
            if (accepts(message)) {
              clearTimeout(timer);
              resolveMessage(message);
              return true;
            }
          }
          return false;
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const latest = this.received
          .slice(-8)
          .map((message) => `${message.channel} ${message.header.msg_type}`);
        reject(
          new Error(
            `nothing of the kind came within ${timeout} ms; the latest messages: ${latest.join(', ')}`,
          ),
        );
      }, timeout);
      if (!waiter.check()) this.#waiters.add(waiter);
    });
  }

  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  #curve(): object {
    const { curve_publickey: publicKey, curve_secretkey: secretKey } = this.connection;
    return publicKey
      ? { curveServerKey: publicKey, curvePublicKey: publicKey, curveSecretKey: secretKey! }
      : {};
  }

  async #read(channel: ClientChannel): Promise<void> {
    const socket = this.#sockets[channel];
    while (!socket.closed) {
      let frames: Buffer[];
      try {
        frames = await socket.receive();
      } catch {
        return;
      }
      const message = read(channel, frames, this.connection.key);
      this.received.push(message);
      this.onMessage(message);
      for (const waiter of [...this.#waiters]) if (waiter.check()) this.#waiters.delete(waiter);
    }
  }
}

function address(connection: ConnectionFile, field: `${ClientChannel | 'hb'}_port`): string {
  return connection.transport === 'ipc'
    ? `ipc://${connection.ip}-${connection[field]}`
    : `tcp://${connection.ip}:${connection[field]}`;
}

function isAnswer(message: Message, id: string): boolean {
  return message.parent_header.msg_id === id;
}

function read(channel: ClientChannel, frames: readonly Buffer[], key: string): Message {
  const { identities, parent, ...message } = decode<Header>(key, frames);
  const topic = channel === 'iopub' ? identities[0]!.toString() : undefined;
  return { channel, topic, parent_header: parent, ...message };
}
