// What ZeroMQ still holds for subscribers that have not read it. It tells nobody how far behind one of them is; but the bytes of a
// message are the sender's own until the last subscriber has got them, and are garbage then. So the garbage collector knows.
// Rule: only who has left half of the bound unread, for certain, misses anything, and of that the large messages only.
import { runInNewContext } from 'node:vm';
import type { Frames } from './channels';
import type { Frame } from './wire';

/** From this length on a frame is counted, in bytes. Of smaller ones a bound in messages is enough. */
const largeFrame = 4096;
/** How often garbage is collected at most while somebody is behind, in milliseconds. */
const collectionPause = 1000;

/** How often it is looked, and how long waited in between, in milliseconds, before somebody counts as behind. */
const looks = 4;
const lookPause = 80;

/** One subscriber, as far as messages were sent to that one alone. */
export class Account {
  /** In bytes. */
  unread = 0;
  isBehind = false;
}

export class Backlog {
  /** Bytes that were sent to all, or to one, and are not known to be read. */
  #unread = 0;
  /** Bytes that were read since somebody has asked for that. */
  #readSince = 0;
  /** How long it is not looked for that. */
  #readPause = lookPause;
  #collected = Number.NEGATIVE_INFINITY;
  readonly #read = new FinalizationRegistry<{ size: number; account: Account | undefined }>(
    ({ size, account }) => {
      this.#unread -= size;
      this.#readSince += size;
      if (account) account.unread -= size;
    },
  );

  /**
   * @param most half of it may be unread of what was sent to all, and half of what was sent to any one, in bytes
   * @param collect collects garbage and resolves when it is known what that was
   */
  constructor(
    readonly most: number,
    readonly collect: () => Promise<void> = collectGarbage,
  ) {}

  /** Whether everybody has so little unread that all may be sent the same. */
  async hasRoom(size: number): Promise<boolean> {
    const fits = () => this.#unread + size <= this.most / 2;
    if (!fits() && performance.now() - this.#collected >= collectionPause) await this.#collect();
    return fits();
  }

  /**
   * Whether to send a message to that one. However large, who has read everything gets it.
   * @param size in bytes
   */
  async admits(account: Account, size: number): Promise<boolean> {
    const fits = () => account.unread === 0 || account.unread + size <= this.most / 2;
    // Who was behind has to have read half of it, so that what follows arrives for a while.
    if (account.isBehind) account.isBehind = account.unread > this.most / 4;
    else {
      // What was read a moment ago may still be on its way out of ZeroMQ.
      for (let look = 0; !fits() && look < looks; look++) {
        if (look > 0) await pause(lookPause);
        await this.#collect();
      }
      account.isBehind = !fits();
    }
    return !account.isBehind;
  }

  /**
   * Waits until something was read, or no longer than so many milliseconds. Whoever reads slowly is looked at more and more seldom.
   * @returns the bytes that were read since this was last asked
   */
  async takeRead(patience: number): Promise<number> {
    const end = performance.now() + patience;
    while (this.#readSince === 0 && this.#unread > 0) {
      const next = this.#collected + this.#readPause;
      if (next > end) break;
      await pause(Math.max(0, next - performance.now()));
      const before = this.#unread;
      await this.#collect();
      this.#readPause =
        this.#unread > before / 2 ? Math.min(2 * this.#readPause, collectionPause) : lookPause;
    }
    const read = this.#readSince;
    this.#readSince = 0;
    return read;
  }

  /** Counts a message until it is read. @returns the message as it has to be sent, once */
  hold(frames: Frames, account?: Account): Frame[] {
    const size = sizeOf(frames);
    const held = [...frames];
    const largest = held.reduce(
      (found, frame, index) => (frame.length > held[found]!.length ? index : found),
      0,
    );
    const bytes = held[largest]!;
    // An object of this message alone, with the bytes of all.
    const view =
      typeof bytes === 'string'
        ? Buffer.from(bytes)
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    held[largest] = view;
    this.#unread += size;
    if (account) account.unread += size;
    this.#read.register(view, { size, account });
    return held;
  }

  async #collect(): Promise<void> {
    await this.collect();
    this.#collected = performance.now();
  }
}

/** The bytes of its large frames; 0: a small message, which is not counted. */
export function sizeOf(frames: Frames): number {
  let size = 0;
  for (const { length } of frames) if (length >= largeFrame) size += length;
  return size;
}

let collector: (() => void) | undefined;

async function collectGarbage(): Promise<void> {
  collector ??= findCollector();
  // ZeroMQ's addon lets go in a turn of its own, and what was collected is told in later ones.
  await turn();
  collector();
  await turn();
  await turn();
}

function findCollector(): () => void {
  // Loaded only here: few kernels ever need it.
  const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
  setFlagsFromString('--expose-gc');
  try {
    return runInNewContext('gc') as () => void;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
