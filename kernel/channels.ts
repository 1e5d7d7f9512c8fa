// The server's channels: they send whole messages and hand over those that arrive.
// Rule: no ZeroMQ here. sockets.ts puts sockets behind these; tests put something else.
import { describeError, log } from './log';
import type { Frame } from './wire';

export type Frames = readonly Frame[];
/** Frames that are built when their turn comes, so that signing does not delay the caller. */
export type LazyFrames = () => Frames;

export interface Outlet {
  /** Returns at once; messages leave in the order of the calls. */
  send(frames: Frames | LazyFrames): void;
}

/** A channel on which nobody asks. */
export interface Broadcaster extends Outlet {
  /** The same, but the message may wait for the next one that is sent, or for `release`; it is signed meanwhile. */
  hold(frames: LazyFrames): void;
  /** What is held leaves now. @returns resolves when it has left; nothing when nothing was held */
  release(): Promise<void> | undefined;
  /**
   * Waits until large messages were read, but not longer than so many milliseconds.
   * @returns their bytes, since this was last asked
   */
  takeRead(patience: number): Promise<number>;
}

/** A channel on which clients ask. */
export interface Inlet extends Outlet {
  /** Resolves when everything that had reached the process by the time of the call has been handed to the listener. */
  drained(): Promise<void>;
  /** Resolves when nothing has arrived for a moment, counted from the latest message: often at once. */
  settled(): Promise<void>;
}

export interface Channels {
  readonly shell: Inlet;
  readonly control: Inlet;
  readonly stdin: Inlet;
  readonly iopub: Broadcaster;
}

export interface Listeners {
  shell(frames: readonly Uint8Array[]): void;
  control(frames: readonly Uint8Array[]): void;
  stdin(frames: readonly Uint8Array[]): void;
  /** A client subscribes. Returns the first message for it, or undefined for none. */
  welcome(topic: Uint8Array): Frames | undefined;
  /** The welcome was handed to the socket. */
  welcomed(): void;
}

/** A ZeroMQ socket, as far as sending goes. */
export interface Sender {
  send(frames: Frame[]): Promise<void>;
}

/** Serialises the use of a socket: it refuses a second message while the first is under way. */
export class Outbox implements Broadcaster {
  readonly #socket: Sender;
  readonly #waiting: (() => Promise<void>)[] = [];
  #flushed: Promise<void> | undefined;
  /** Since the latest `release`. */
  #hasHeld = false;

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  send(frames: Frames | LazyFrames): void {
    this.run(() => this.post(typeof frames === 'function' ? frames() : frames));
  }

  hold(frames: LazyFrames): void {
    let built: Frames | undefined;
    const build = () => {
      built ??= frames();
      return built;
    };
    this.#hasHeld = true;
    this.#waiting.push(() => this.post(build()));
    // What fails here fails again when its turn comes.
    Promise.resolve()
      .then(build)
      .catch(() => undefined);
  }

  release(): Promise<void> | undefined {
    if (!this.#hasHeld) return undefined;
    this.#hasHeld = false;
    if (this.#waiting.length > 0) this.#flushed ??= this.#flush();
    return this.#flushed;
  }

  /** Nobody knows. */
  async takeRead(_patience: number): Promise<number> {
    return 0;
  }

  protected post(message: Frames): Promise<void> {
    return this.#socket.send(message as Frame[]);
  }

  /** Runs work on the socket between two messages. */
  protected run(task: () => Promise<void>): void {
    this.#waiting.push(task);
    // Sent after the caller's turn: the cell goes to its worker first, and busy is signed while the worker runs it.
    this.#flushed ??= Promise.resolve().then(() => this.#flush());
  }

  /** Resolves when everything that was sent has left. */
  flushed(): Promise<void> {
    return this.#flushed ?? Promise.resolve();
  }

  async #flush(): Promise<void> {
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      try {
        await task();
      } catch (error) {
        // The receiver is gone or the socket is closed: there is no one to report it to.
        if (!isSocketError(error)) log(`a message could not be sent: ${describeError(error)}`);
      }
    }
    this.#flushed = undefined;
  }
}

/** ZeroMQ's errors carry the errno of the system. */
function isSocketError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error;
}
