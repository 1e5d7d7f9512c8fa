// The five sockets (protocol 3.2). The only file that knows ZeroMQ.
// Rule: a socket has one send under way; the others wait behind it, in order.
import { rmSync } from 'node:fs';
import { capability, Router, type SocketOptions, XPublisher } from 'zeromq';
import {
  type ChannelName,
  type Connection,
  ConnectionError,
  eachChannel,
  endpoint,
  type Ports,
  socketFile,
} from './connection';
import { describe, log } from './log';
import type { Frame } from './wire';

export type Frames = readonly Frame[];

/** Where the server puts whole messages. */
export interface Outlet {
  /** Returns at once; messages leave in the order of the calls. */
  send(frames: Frames): void;
}

/** A channel on which clients ask. */
export interface Inlet extends Outlet {
  /** Resolves when everything that had reached the process by the time of the call has been handed to the listener. */
  drained(): Promise<void>;
}

/** What the server talks through. Tests put something else in their place. */
export interface Channels {
  readonly shell: Inlet;
  readonly control: Inlet;
  readonly stdin: Inlet;
  readonly iopub: Outlet;
}

export interface Listeners {
  shell(frames: readonly Uint8Array[]): void;
  control(frames: readonly Uint8Array[]): void;
  stdin(frames: readonly Uint8Array[]): void;
  /** Somebody subscribes. What is returned is the first thing that reaches the subscriber; undefined for a silent start. */
  welcome(topic: Uint8Array): Frames | undefined;
  /** It got the welcome. */
  welcomed(): void;
}

export interface Sockets extends Channels {
  /** The ports in use, also where any free port was asked for. */
  readonly ports: Ports;
  /** Starts reading. Until then messages wait in the sockets. */
  listen(listeners: Listeners): void;
  /** Resolves when everything that was sent is on its way (at most a second later), and the ports are free. */
  close(): Promise<void>;
}

/** How long a bind waits for a port that somebody is about to release, in milliseconds (protocol 3.1). */
const BIND_PATIENCE = 3000;
const BIND_PAUSE = 50;
/** How long a message waits for its reader after close, in milliseconds. */
const LINGER = 1000;
const ZMQ_SUBSCRIBE = 6;
const ZMQ_UNSUBSCRIBE = 7;

/**
 * A subscription takes effect when we say so, not when it arrives. Otherwise whatever is sent between the arrival and the
 * moment when we notice it would reach the subscriber before its welcome.
 */
class Publisher extends XPublisher {
  subscribe(topic: Buffer): void {
    this.setStringOption(ZMQ_SUBSCRIBE, topic);
  }

  unsubscribe(topic: Buffer): void {
    this.setStringOption(ZMQ_UNSUBSCRIBE, topic);
  }
}

/** @throws ConnectionError when an address cannot be bound. */
export async function bindSockets(connection: Connection): Promise<Sockets> {
  if (connection.curve && !capability.curve) {
    throw new ConnectionError(
      'The connection file asks for encryption, and this build of ZeroMQ has none. Reinstall zeromq, or set transport_encryption to "disabled".',
    );
  }
  const { curve } = connection;
  const options = {
    linger: LINGER,
    // Replies and outputs are never dropped: what a cell may print is bounded before it comes here.
    sendHighWaterMark: 0,
    ipv6: connection.ip.includes(':'),
    ...(curve && { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }),
  };
  // A client that lost its connection comes back with the same identity, before the old one is known to be dead: handover.
  const routing: SocketOptions<Router> = { ...options, handover: true, mandatory: false };
  const sockets = {
    shell: new Router(routing),
    control: new Router(routing),
    stdin: new Router(routing),
    iopub: new Publisher({ ...options, manual: true }),
    hb: new Router(routing),
  };

  const deadline = Date.now() + BIND_PATIENCE;
  const ports = eachChannel((channel) => connection.ports[channel]);
  for (const channel of ['shell', 'control', 'iopub', 'stdin', 'hb'] as const) {
    await bind(sockets[channel], endpoint(connection, channel), channel, deadline);
    if (connection.transport === 'tcp') ports[channel] = portOf(sockets[channel].lastEndpoint);
  }

  const iopub = new Outbox(sockets.iopub);
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
      void admitSubscribers(sockets.iopub, iopub, listeners);
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

/** Sends one message after the other. */
class Outbox implements Outlet {
  readonly #waiting: (() => Promise<void>)[] = [];
  #flushed: Promise<void> | undefined;

  constructor(readonly socket: Router | Publisher) {}

  send(frames: Frames): void {
    this.run(() => this.socket.send(frames as Frame[]));
  }

  /** Does something with the socket between two messages. */
  run(task: () => Promise<void>): void {
    this.#waiting.push(task);
    this.#flushed ??= this.#flush();
  }

  flushed(): Promise<void> {
    return this.#flushed ?? Promise.resolve();
  }

  async #flush(): Promise<void> {
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      // The receiver is gone or the socket is closed: nobody is left to tell.
      await task().catch(() => undefined);
    }
    this.#flushed = undefined;
  }
}

/** Sends, and hands over what arrives. */
class Letterbox extends Outbox implements Inlet {
  #received = 0;

  constructor(override readonly socket: Router) {
    super(socket);
  }

  read(listener: (frames: readonly Uint8Array[]) => void): void {
    void readAll(this.socket, (frames) => {
      this.#received += 1;
      listener(frames);
    });
  }

  async drained(): Promise<void> {
    // Between two turns the loop looks at the socket once, and one look reads all that is there.
    await turn();
    let before: number;
    do {
      before = this.#received;
      await turn();
    } while (this.#received !== before);
  }
}

/** Reads subscriptions one at a time: taking effect concerns the subscriber that was read last. */
async function admitSubscribers(socket: Publisher, outbox: Outbox, listeners: Listeners): Promise<void> {
  await readAll(socket, ([event]) => {
    if (!event || event.length === 0) return;
    const topic = event.subarray(1);
    return new Promise((done) => {
      outbox.run(async () => {
        try {
          if (event[0] === 1) await admit(socket, topic, listeners);
          else socket.unsubscribe(topic);
        } finally {
          done();
        }
      });
    });
  });
}

async function admit(socket: Publisher, topic: Buffer, listeners: Listeners): Promise<void> {
  socket.subscribe(topic);
  const welcome = listeners.welcome(topic);
  if (!welcome) return;
  await socket.send(welcome as Frame[]);
  listeners.welcomed();
}

async function readAll(
  socket: Router | Publisher,
  handle: (frames: Buffer[]) => void | Promise<void>,
): Promise<void> {
  while (!socket.closed) {
    let frames: Buffer[];
    try {
      frames = await socket.receive();
    } catch (error) {
      if (socket.closed) return;
      throw error;
    }
    try {
      const done = handle(frames);
      if (done) await done;
    } catch (error) {
      // One bad message must not make the kernel deaf.
      log(`a message could not be handled: ${describe(error)}`);
    }
  }
}

async function bind(
  socket: Router | Publisher,
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
        );
      }
      if (Date.now() > deadline) {
        throw new ConnectionError(
          `The ${channel} channel cannot be bound: ${address} is in use by another program. Start the kernel again, so that other ports are chosen.`,
        );
      }
      // The kernel that is being replaced may hold the port for a moment longer.
      await new Promise((resolve) => setTimeout(resolve, BIND_PAUSE));
    }
  }
}

function portOf(address: string | null): number {
  return Number(address?.slice(address.lastIndexOf(':') + 1));
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
