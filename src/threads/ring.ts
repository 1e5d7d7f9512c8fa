// Text from the execution worker to the main thread through shared memory: the worker can print in the middle of a
// synchronous loop and the main thread sees it at once, in order, in few pieces, with bounded memory.
// Rule: the writer alone moves `head`, the reader alone moves `tail`; a record is visible only when it is whole.
//
//   Int32 0  head    bytes written so far, modulo 2^32      (writer)
//   Int32 1  tail    bytes read so far, modulo 2^32         (reader; the writer waits on it when the ring is full)
//   Int32 2  awake   1 while the reader will look by itself (writer sets it and rings the bell, reader clears it)
//   byte 16… size bytes of records: [cell: u32] [stream << 31 | length: u32] [UTF-8 text, filled up to a multiple of four bytes]; the
//            text of a record may wrap around
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
/** The most bytes that a UTF-16 unit takes. */
const unitBytes = 3;

/** Bytes that a record takes. @param length of its text, in bytes */
const sizeOfRecord = (length: number): number => recordBytes + ((length + 3) & ~3);

/** Longest piece of text written as one record, in UTF-16 units. */
const pieceSize = 64 * 1024;

/** Where a piece of a text ends: not inside a surrogate pair. @param size in UTF-16 units, at most */
export function endOfPiece(text: string, start: number, size: number): number {
  const end = min(start + size, text.length);
  return end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : end;
}

/** Where a number of a record's head is among the words. */
const wordAt = (position: number, size: number): number => (headerBytes + (position & (size - 1))) >> 2;

/** Shared memory for a ring. @param size bytes of text under way, a power of two of at least 512 KiB */
export function createRingBuffer(size = 1 << 20): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + size);
}

/** The worker's end. */
export class RingWriter {
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #size: number;
  #head: number;
  /** Up to where the reader has read, at least. */
  #tail: number;
  readonly #scratch = Buffer.allocUnsafe(pieceSize * unitBytes);

  /** @param ringBell tells the sleeping reader that there is text */
  constructor(
    buffer: SharedArrayBuffer,
    readonly ringBell: () => void,
  ) {
    this.#words = new Int32Array(buffer);
    this.#size = buffer.byteLength - headerBytes;
    this.#bytes = Buffer.from(buffer, headerBytes, this.#size);
    this.#head = load(this.#words, Word.head);
    this.#tail = load(this.#words, Word.tail);
  }

  /** Leaves a mark for a message that is about to be posted. @returns the position behind it, for the message */
  mark(): number {
    this.#waitForRoom(recordBytes);
    this.#finishRecord(0, 0, 0);
    return this.#head;
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
    const at = (this.#head + recordBytes) & (this.#size - 1);
    const most = piece.length * unitBytes;
    // What fits for certain is written where it stays.
    const fits = at + most <= this.#size && this.#hasRoom(sizeOfRecord(most));
    const length = fits ? this.#bytes.write(piece, at) : this.#copy(this.#scratch.write(piece));
    this.#finishRecord(cell, stream === 'stderr' ? stderrBit : 0, length);
    if (compareExchange(this.#words, Word.awake, 0, 1) === 0) this.ringBell();
  }

  /** Copies the first `length` bytes of the scratch to where the text of the next record is. */
  #copy(length: number): number {
    this.#waitForRoom(sizeOfRecord(length));
    const at = (this.#head + recordBytes) & (this.#size - 1);
    const first = min(length, this.#size - at);
    this.#scratch.copy(this.#bytes, at, 0, first);
    if (first < length) this.#scratch.copy(this.#bytes, 0, first, length);
    return length;
  }

  /** Makes a record of the text that is there. */
  #finishRecord(cell: number, streamBit: number, length: number): void {
    this.#words[wordAt(this.#head, this.#size)] = cell;
    this.#words[wordAt(this.#head + 4, this.#size)] = streamBit | length;
    this.#head = (this.#head + sizeOfRecord(length)) | 0;
    store(this.#words, Word.head, this.#head);
  }

  #waitForRoom(needed: number): void {
    while (!this.#hasRoom(needed)) {
      // Also when the reader is awake: it need not be in a hurry, we are.
      this.ringBell();
      wait(this.#words, Word.tail, this.#tail);
    }
  }

  #hasRoom(needed: number): boolean {
    if (this.#room >= needed) return true;
    this.#tail = load(this.#words, Word.tail);
    return this.#room >= needed;
  }

  get #room(): number {
    return this.#size - ((this.#head - this.#tail) >>> 0);
  }
}

/** Of the ring's bytes. */
interface Run {
  readonly start: number;
  end: number;
}

/** Text of one cell and stream. */
interface Group {
  readonly cell: number;
  readonly stream: StreamName;
  readonly runs: Run[];
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
    this.#words = new Int32Array(buffer);
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
    const groups: Group[] = [];
    const { left } = this.#switches;
    let latest: Group | undefined;
    let tail = start;
    while (tail !== end) {
      const cell = this.#words[wordAt(tail, this.#size)]! >>> 0;
      const word = this.#words[wordAt(tail + 4, this.#size)]!;
      const length = word & ~stderrBit;
      if (length === 0 && stopsAtMark) break;
      const stream: StreamName = word & stderrBit ? 'stderr' : 'stdout';
      const at = (tail + recordBytes) & (this.#size - 1);
      tail = (tail + sizeOfRecord(length)) | 0;
      if (length === 0) continue;
      let group = groups.at(-1);
      if (!group || group.cell !== cell || group.stream !== stream) {
        // Beyond what may change, each stream is gathered by itself.
        group =
          groups.length < left
            ? undefined
            : groups.findLast((earlier) => earlier.cell === cell && earlier.stream === stream);
        if (!group) {
          group = { cell, stream, runs: [] };
          groups.push(group);
        }
      }
      this.#append(group, at, length, group === latest);
      latest = group;
    }
    if (tail === start) return 0;
    this.#switches.spend(groups.length);
    // Decoding copies, so the room may be given back afterwards and only then.
    const texts = groups.map(({ cell, stream, runs }) => ({ cell, stream, text: this.#textOf(runs) }));
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

  /**
   * Adds the text of a record, which may wrap around. Behind that of the record before it is moved up to that: what the reader has
   * not given back is its own, and a printed line would else be a piece of memory by itself.
   */
  #append({ runs }: Group, at: number, length: number, isNeighbour: boolean): void {
    const first = min(length, this.#size - at);
    const run = isNeighbour ? runs.at(-1) : undefined;
    if (run && run.end <= at && first === length) {
      this.#bytes.copyWithin(run.end, at, at + length);
      run.end += length;
      return;
    }
    runs.push({ start: at, end: at + first });
    if (first < length) runs.push({ start: 0, end: length - first });
  }

  #textOf(runs: readonly Run[]): string {
    const [run] = runs;
    // A character may wrap around, too.
    if (runs.length > 1)
      return Buffer.concat(runs.map(({ start, end }) => this.#bytes.subarray(start, end))).toString();
    return this.#bytes.toString('utf8', run!.start, run!.end);
  }
}
