// The five sockets (messaging spec: Introduction). The only file that knows ZeroMQ.
// Rule: whoever connects, reconnects, or stops reading must not make the kernel deaf or dumb.
import { rmSync } from 'node:fs';
import { capability, Router, type SocketOptions, XPublisher } from 'zeromq';
import { readMemory } from '../src';
import { Account, Backlog, sizeOf } from './backlog';
import { type Channels, type Frames, type Inlet, type Listeners, Outbox } from './channels';
import {
  type ChannelName,
  type Connection,
  ConnectionError,
  eachChannel,
  endpoint,
  type Ports,
  socketFile,
} from './connection';
import { describeError, log } from './log';
import { topicStarts } from './publisher';
import type { Frame } from './wire';

export interface Sockets extends Channels {
  /** The ports in use, also where any free port was asked for. */
  readonly ports: Ports;
  /** Starts reading. Until then messages wait in the sockets. */
  listen(listeners: Listeners): void;
  /** Resolves when everything that was sent has been given to ZeroMQ, and the ports are free. */
  close(): Promise<void>;
}

/** How long a bind waits for a port that somebody is about to release, in milliseconds. */
const bindPatience = 3000;
const bindPause = 50;
/** How long a message waits for its reader after close, in milliseconds. From 500 on ZeroMQ complains on stderr. */
const lingerTime = 450;
/**
 * How many messages a subscriber may be behind: with the some 5 kB that ZeroMQ takes for a small one, about 200 MB. Who reads,
 * however slowly, hardly comes to that; who never does would take all memory. It misses the next ones, until it reads.
 */
const subscriberBacklog = 40_000;
/** How much memory large messages may take that nobody reads: of what the kernel may have the share, but so much at least, in bytes. */
const backlogShare = 1 / 4;
const leastBacklog = 256 * 2 ** 20;
const quietTurns = 3;
/** Milliseconds without a message after which a client is taken to have sent what it meant to send, and the longest wait. */
const settlingPause = 20;
const settlingLimit = 500;
const zmqSubscribe = 6;
const zmqUnsubscribe = 7;

/** Subscriptions take effect when we say so, not when they arrive. */
class IopubSocket extends XPublisher {
  /** For the subscriber whose message was received last. */
  subscribe(topic: Buffer): void {
    this.setStringOption(zmqSubscribe, topic);
  }

  unsubscribe(topic: Buffer): void {
    this.setStringOption(zmqUnsubscribe, topic);
  }
}

/**
 * @param backlog how much of large messages a subscriber may leave unread, in bytes
 * @throws ConnectionError when an address cannot be bound.
 */
export async function bindSockets(
  connection: Connection,
  backlog = Math.max(leastBacklog, readMemory().total * backlogShare),
): Promise<Sockets> {
  if (connection.curve && !capability.curve) {
    throw new ConnectionError(
      'The connection file asks for encryption, and this build of ZeroMQ has none. Reinstall zeromq, or set transport_encryption to "disabled".',
    );
  }
  const { curve } = connection;
  const options = {
    linger: lingerTime,
    // Replies are never dropped.
    sendHighWaterMark: 0,
    // With room for every message, sending never waits; without this zeromq.js delays every 512th message for a turn.
    sendTimeout: 0,
    // A client whose machine has gone is dropped as TCP drops it when something is under way, also when nothing is. ZeroMQ's own
    // heartbeats would drop who is alive: a ping waits behind what a client that is slow has not read yet.
    tcpKeepalive: 1,
    tcpKeepaliveIdle: 600,
    tcpKeepaliveInterval: 30,
    tcpKeepaliveCount: 10,
    ipv6: connection.ip.includes(':'),
    ...(curve && { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }),
  };
  // A client that lost its connection comes back with the same identity, before the old one is known to be dead: handover.
  const routing: SocketOptions<Router> = { ...options, handover: true, mandatory: false };
  const sockets = {
    shell: new Router(routing),
    control: new Router(routing),
    stdin: new Router(routing),
    iopub: new IopubSocket({ ...options, manual: true, sendHighWaterMark: subscriberBacklog }),
    hb: new Router(routing),
  };

  const deadline = Date.now() + bindPatience;
  const ports = eachChannel((channel) => connection.ports[channel]);
  for (const channel of ['shell', 'control', 'iopub', 'stdin', 'hb'] as const) {
    await bind(sockets[channel], endpoint(connection, channel), channel, deadline);
    if (connection.transport === 'tcp') ports[channel] = portOf(sockets[channel].lastEndpoint);
  }

  const iopub = new Broadcast(sockets.iopub, new Backlog(backlog));
  const shell = new Letterbox(sockets.shell);
  const control = new Letterbox(sockets.control);
  const stdin = new Letterbox(sockets.stdin);
  const heartbeat = new Letterbox(sockets.hb);

  return {
    shell,
    control,
    stdin,
    iopub,
    ports,
    listen(listeners) {
      heartbeat.read((frames) => heartbeat.send(frames));
      control.read((frames) => listeners.control(frames));
      stdin.read((frames) => listeners.stdin(frames));
      iopub.admit(listeners);
      shell.read((frames) => listeners.shell(frames));
    },
    async close() {
      await Promise.all([shell, control, stdin, iopub].map((outbox) => outbox.flushed()));
      for (const socket of Object.values(sockets)) socket.close();
      if (connection.transport === 'ipc') {
        eachChannel((channel) => rmSync(socketFile(connection, channel), { force: true }));
      }
    },
  };
}

/** Sends, and hands over what arrives. */
class Letterbox extends Outbox implements Inlet {
  #received = 0;
  /** When something arrived last. */
  #latest = 0;

  constructor(readonly socket: Router) {
    super(socket);
  }

  read(listener: (frames: readonly Uint8Array[]) => void): void {
    void readAll(this.socket, (frames) => {
      this.#received += 1;
      this.#latest = performance.now();
      listener(frames);
    });
  }

  async settled(): Promise<void> {
    const limit = performance.now() + settlingLimit;
    await this.drained();
    for (let now = performance.now(); now < limit; now = performance.now()) {
      const left = this.#latest + settlingPause - now;
      if (left <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, left));
      await this.drained();
    }
  }

  async drained(): Promise<void> {
    // Each turn of the event loop looks at the socket once. Reading a long backlog pauses for a turn now and then, so one
    // turn without a message does not mean that there are none.
    for (let quiet = 0, seen = this.#received; quiet < quietTurns; seen = this.#received) {
      await turn();
      quiet = this.#received === seen ? quiet + 1 : 0;
    }
  }
}

/**
 * iopub: a subscription takes effect together with its welcome, so that nothing can come before it.
 *
 * Taking effect concerns the subscriber whose message was received last, and ZeroMQ forgets who that was as soon as it
 * notices, during any use of the socket, that some other subscriber has left. So between receiving and taking effect the
 * socket must not be used. Receiving happens inside ZeroMQ at the end of a use, or when the event loop finds something to
 * read; in both cases what we do about it is next in the microtask queue, before the outbox goes on. A receive that may
 * find something at once is a use like any other, and has its turn in the outbox. Setting options is no such use.
 *
 * ZeroMQ has no way to leave one subscriber out. But whose subscriptions take effect is for us to say: everybody has one more, to a
 * topic of their own, and to what all topics begin with in place of everything.
 */
class Broadcast extends Outbox {
  /** Who subscribed to everything, by a route of their own. Who has gone may be among them: ZeroMQ does not say who it was. */
  readonly #accounts = new Map<string, Account>();
  #latest = 0;
  /** How many subscribe to everything, and how many to some topics. */
  #everything = 0;
  #topics = 0;

  constructor(
    readonly socket: IopubSocket,
    readonly backlog: Backlog,
  ) {
    super(socket);
  }

  protected override post(message: Frames): Promise<void> {
    const size = sizeOf(message);
    return size === 0 ? super.post(message) : this.#sendLarge(message, size);
  }

  override takeRead(patience: number): Promise<number> {
    return this.backlog.takeRead(patience);
  }

  async #sendLarge(message: Frames, size: number): Promise<void> {
    const isForAll = this.#topics > 0 || (await this.backlog.hasRoom(size));
    if (isForAll) return this.socket.send(this.backlog.hold(message));
    for (const [route, account] of [...this.#accounts]) {
      const wasBehind = account.isBehind;
      if (await this.backlog.admits(account, size))
        await this.socket.send([route, ...this.backlog.hold(message.slice(1), account)]);
      else if (!wasBehind) log(describeBacklog(account));
    }
  }

  admit(listeners: Listeners): void {
    this.run(async () => {
      // Not waited for: the next subscriber may never come.
      void this.#admitNext(listeners);
    });
  }

  async #admitNext(listeners: Listeners): Promise<void> {
    try {
      const [event] = await this.socket.receive();
      if (event?.[0] === 1) this.#welcome(event.subarray(1), listeners);
      else if (event?.[0] === 0) this.#dismiss(event.subarray(1));
    } catch (error) {
      if (this.socket.closed) return;
      log(`a subscription could not be handled: ${describeError(error)}`);
    }
    this.admit(listeners);
  }

  #welcome(topic: Buffer, listeners: Listeners): void {
    const first = topic.length === 0 ? this.#subscribeToEverything() : this.#subscribeTo(topic);
    const welcome = listeners.welcome(topic);
    if (!welcome) return;
    // Past the queue. No message is under way: sending never waits.
    this.socket.send([first, ...(welcome.slice(1) as Frame[])]).catch(() => undefined);
    listeners.welcomed();
  }

  /** By the starts of all topics, so that a message on the route of another one does not come here. */
  #subscribeToEverything(): string {
    for (const start of topicStarts) this.socket.subscribe(Buffer.from(start));
    this.#latest += 1;
    const route = `\u0001${this.#latest};`;
    this.socket.subscribe(Buffer.from(route));
    this.#accounts.set(route, new Account());
    this.#everything += 1;
    return route;
  }

  #subscribeTo(topic: Buffer): Buffer {
    this.socket.subscribe(topic);
    this.#topics += 1;
    return topic;
  }

  /** Somebody has gone, or unsubscribes. */
  #dismiss(topic: Buffer): void {
    if (topic.length > 0) {
      this.socket.unsubscribe(topic);
      this.#topics -= 1;
      return;
    }
    // What that one has not is left as it is.
    for (const prefix of [...topicStarts, ...this.#accounts.keys()])
      this.socket.unsubscribe(Buffer.from(prefix));
    this.#everything -= 1;
    if (this.#everything === 0) this.#accounts.clear();
  }
}

function describeBacklog({ unread }: Account): string {
  return `a client that listens on iopub has left ${Math.round(unread / 2 ** 20)} MB and more unread: it misses large outputs until it reads. Other clients get everything.`;
}

async function readAll(socket: Router, handle: (frames: Buffer[]) => void): Promise<void> {
  while (!socket.closed) {
    let frames: Buffer[];
    try {
      frames = await socket.receive();
    } catch (error) {
      if (socket.closed) return;
      throw error;
    }
    try {
      handle(frames);
    } catch (error) {
      // One bad message must not make the kernel deaf.
      log(`a message could not be handled: ${describeError(error)}`);
    }
  }
}

async function bind(
  socket: Router | IopubSocket,
  address: string,
  channel: ChannelName,
  deadline: number,
): Promise<void> {
  for (;;) {
    try {
      socket.bindSync(address);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'EADDRINUSE') {
        throw new ConnectionError(
          `The ${channel} channel cannot be bound to ${address} (${(error as Error).message}). Check "ip" and "${channel}_port" in the connection file.`,
          { cause: error },
        );
      }
      if (Date.now() > deadline) {
        throw new ConnectionError(
          `The ${channel} channel cannot be bound: ${address} is in use by another program. Start the kernel again, so that other ports are chosen.`,
          { cause: error },
        );
      }
      // The kernel that is being replaced may hold the port for a moment longer.
      await new Promise((resolve) => setTimeout(resolve, bindPause));
    }
  }
}

function portOf(address: string | null): number {
  return Number(address?.slice(address.lastIndexOf(':') + 1));
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
