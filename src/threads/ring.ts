// Text from the execution worker to the main thread through shared memory: the worker can print in the middle of a
// synchronous loop and the main thread sees it at once, in order, in few pieces, with bounded memory.
// Rule: the writer alone moves `head`, the reader alone moves `tail`; a record is visible only when it is whole.
//
//   Int32 0  head    bytes written so far, modulo 2^32      (writer)
//   Int32 1  tail    bytes read so far, modulo 2^32         (reader; the writer waits on it when the ring is full)
//   Int32 2  awake   1 while the reader will look by itself (writer sets it and rings the bell, reader clears it)
//   byte 16… size bytes of records: [cell: u32] [stream << 31 | length: u32] [UTF-8 text]; a record may wrap around
//
// A record without text is a mark: what follows was written after a message that is on its way over the port. A reader
// that looks by itself stops there; the message says that it has come, and up to where text goes before it.
//
// Lost wake-up: the reader clears `awake` and then looks once more; the writer moves `head` and then tests `awake`.
// Whichever comes second sees the other's write, so text never lies unseen.
import type { StreamName } from '../api';
import { Switches } from './switches';

// The worker's end lives in the user's realm, where these may be overwritten.
const { min } = Math;
const { load, store, compareExchange, notify, wait } = Atomics;

const headerBytes = 16;
const recordBytes = 8;
const stderrBit = 0x80000000;
const Word = { head: 0, tail: 1, awake: 2 } as const;

/** Longest piece of text written as one record, in UTF-16 units. */
const pieceSize = 64 * 1024;

/** Where a piece of a text ends: not inside a surrogate pair. @param size in UTF-16 units, at most */
export function endOfPiece(text: string, start: number, size: number): number {
  const end = min(start + size, text.length);
  return end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : end;
}

/** Shared memory for a ring. @param size bytes of text under way, a power of two of at least 512 KiB */
export function createRingBuffer(size = 1 << 20): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + size);
}

/** The worker's end. */
export class RingWriter {
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #size: number;
  readonly #scratch = Buffer.allocUnsafe(pieceSize * 3);

  /** @param ringBell tells the sleeping reader that there is text */
  constructor(
    buffer: SharedArrayBuffer,
    readonly ringBell: () => void,
  ) {
    this.#words = new Int32Array(buffer, 0, 4);
    this.#size = buffer.byteLength - headerBytes;
    this.#bytes = Buffer.from(buffer, headerBytes, this.#size);
  }

  /** Leaves a mark for a message that is about to be posted. @returns the position behind it, for the message */
  mark(): number {
    this.#writeRecord(0, 0, 0);
    return load(this.#words, Word.head);
  }

  /** Writes text of a cell. Blocks while the ring is full, which slows down a cell that prints for ever. */
  write(cell: number, stream: StreamName, text: string): void {
    for (let start = 0; start < text.length; ) {
      const end = endOfPiece(text, start, pieceSize);
      const piece = start === 0 && end === text.length ? text : text.slice(start, end);
      this.#writePiece(cell, stream, piece);
      start = end;
    }
  }

  #writePiece(cell: number, stream: StreamName, piece: string): void {
    const length = this.#scratch.write(piece, 0, 'utf8');
    this.#writeRecord(cell, stream === 'stderr' ? stderrBit : 0, length);
    if (compareExchange(this.#words, Word.awake, 0, 1) === 0) this.ringBell();
  }

  /** Writes a record with the first `length` bytes of the scratch. */
  #writeRecord(cell: number, streamBit: number, length: number): void {
    this.#waitForRoom(recordBytes + length);
    const head = load(this.#words, Word.head);
    this.#writeUint32(head, cell);
    this.#writeUint32(head + 4, streamBit | length);
    const at = (head + recordBytes) & (this.#size - 1);
    const first = min(length, this.#size - at);
    this.#scratch.copy(this.#bytes, at, 0, first);
    if (first < length) this.#scratch.copy(this.#bytes, 0, first, length);
    store(this.#words, Word.head, (head + recordBytes + length) | 0);
  }

  #writeUint32(position: number, value: number): void {
    for (let byte = 0; byte < 4; byte++) {
      this.#bytes[(position + byte) & (this.#size - 1)] = value >>> (8 * byte);
    }
  }

  #waitForRoom(needed: number): void {
    for (;;) {
      const tail = load(this.#words, Word.tail);
      const used = (load(this.#words, Word.head) - tail) >>> 0;
      if (this.#size - used >= needed) return;
      // Also when the reader is awake: it need not be in a hurry, we are.
      this.ringBell();
      wait(this.#words, Word.tail, tail);
    }
  }
}

/** The main thread's end. */
export class RingReader {
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #size: number;
  readonly #switches = new Switches();

  /**
   * @param receive gets the text, neighbouring pieces of one cell and stream joined; when streams change faster than anybody
   * reads, all pieces that are there of each
   */
  constructor(
    readonly buffer: SharedArrayBuffer,
    readonly receive: (cell: number, stream: StreamName, text: string) => void,
  ) {
    this.#words = new Int32Array(buffer, 0, 4);
    this.#size = buffer.byteLength - headerBytes;
    this.#bytes = Buffer.from(buffer, headerBytes, this.#size);
  }

  /** Takes what was written up to the first mark. @returns the bytes that this made room for */
  drain(): number {
    return this.#take(load(this.#words, Word.head), true);
  }

  /** Takes what was written up to a position, which a message brought: the marks before it are done with. */
  drainTo(position: number): void {
    // It may be behind us: then it was drained with a later message, after the worker had died.
    if (((position - load(this.#words, Word.tail)) | 0) > 0) this.#take(position, false);
  }

  /** Takes everything: the writer is gone, and so are its messages. */
  drainAll(): void {
    this.#take(load(this.#words, Word.head), false);
  }

  #take(end: number, stopsAtMark: boolean): number {
    const start = load(this.#words, Word.tail);
    const groups: { cell: number; stream: StreamName; chunks: Buffer[] }[] = [];
    const { left } = this.#switches;
    let tail = start;
    while (tail !== end) {
      const cell = this.#readUint32(tail);
      const word = this.#readUint32(tail + 4);
      const length = word & ~stderrBit;
      if (length === 0 && stopsAtMark) break;
      const stream: StreamName = word & stderrBit ? 'stderr' : 'stdout';
      const at = (tail + recordBytes) & (this.#size - 1);
      const first = min(length, this.#size - at);
      tail = (tail + recordBytes + length) | 0;
      if (length === 0) continue;
      let group = groups.at(-1);
      if (!group || group.cell !== cell || group.stream !== stream) {
        // Beyond what may change, each stream is gathered by itself.
        group =
          groups.length < left
            ? undefined
            : groups.findLast((earlier) => earlier.cell === cell && earlier.stream === stream);
        if (!group) {
          group = { cell, stream, chunks: [] };
          groups.push(group);
        }
      }
      group.chunks.push(this.#bytes.subarray(at, at + first));
      if (first < length) group.chunks.push(this.#bytes.subarray(0, length - first));
    }
    if (tail === start) return 0;
    this.#switches.spend(groups.length);
    // Decoding copies, so the room may be given back afterwards and only then.
    const texts = groups.map(({ cell, stream, chunks }) => ({
      cell,
      stream,
      text: Buffer.concat(chunks).toString('utf8'),
    }));
    store(this.#words, Word.tail, tail);
    notify(this.#words, Word.tail);
    for (const { cell, stream, text } of texts) this.receive(cell, stream, text);
    return (tail - start) >>> 0;
  }

  /** From now on the writer rings the bell again. @returns false when text came in between: look again by yourself */
  sleep(): boolean {
    store(this.#words, Word.awake, 0);
    if (load(this.#words, Word.head) === load(this.#words, Word.tail)) return true;
    return compareExchange(this.#words, Word.awake, 0, 1) !== 0;
  }

  #readUint32(position: number): number {
    let value = 0;
    for (let byte = 3; byte >= 0; byte--)
      value = (value << 8) | this.#bytes[(position + byte) & (this.#size - 1)]!;
    return value >>> 0;
  }
}
