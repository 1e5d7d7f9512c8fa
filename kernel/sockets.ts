// The five sockets (protocol 3.2). The only file that knows ZeroMQ.
// Rule: whoever connects, reconnects, or stops reading must not make the kernel deaf or dumb.
import { rmSync } from 'node:fs';
import { capability, Router, type SocketOptions, XPublisher } from 'zeromq';
import { type Channels, type Inlet, type Listeners, Outbox } from './channels';
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

export interface Sockets extends Channels {
  /** The ports in use, also where any free port was asked for. */
  readonly ports: Ports;
  /** Starts reading. Until then messages wait in the sockets. */
  listen(listeners: Listeners): void;
  /** Resolves when everything that was sent has been given to ZeroMQ, and the ports are free. */
  close(): Promise<void>;
}

/** How long a bind waits for a port that somebody is about to release, in milliseconds (protocol 3.1). */
const BIND_PATIENCE = 3000;
const BIND_PAUSE = 50;
/** How long a message waits for its reader after close, in milliseconds. From 500 on ZeroMQ complains on stderr. */
const LINGER = 450;
const QUIET_TURNS = 3;
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

/** Sends, and hands over what arrives. */
class Letterbox extends Outbox implements Inlet {
  #received = 0;

  constructor(readonly socket: Router) {
    super(socket);
  }

  read(listener: (frames: readonly Uint8Array[]) => void): void {
    void readAll(this.socket, (frames) => {
      this.#received += 1;
      listener(frames);
    });
  }

  async drained(): Promise<void> {
    // Each turn of the event loop looks at the socket once. Reading a long backlog pauses for a turn now and then, so one
    // turn without a message does not mean that there are none.
    for (let quiet = 0, seen = this.#received; quiet < QUIET_TURNS; seen = this.#received) {
      await turn();
      quiet = this.#received === seen ? quiet + 1 : 0;
    }
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
