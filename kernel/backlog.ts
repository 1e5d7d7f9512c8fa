// How far behind a subscriber may be. ZeroMQ counts messages, of which one may be of a hundred bytes or a hundred megabytes, and
// learns only by and by what was read: where the mark is at n messages, a reader tells of every n / 2 that it has read.
// Rule: nobody misses a message who is not behind by `most` bytes, or by the highest mark, for certain.

/** In bytes. Who reads, however slowly, hardly comes to that; who never does would take all memory. */
const most = 128_000_000;
/** What ZeroMQ takes for a message besides its content, in bytes. */
const overhead = 5000;
/**
 * Marks, in messages. The lower one is, the sooner is known what was read. All are powers of two: a reader tells when the number
 * of all that it has read is a multiple of half a mark, which it could miss for ever if that changed to any other number.
 */
const lowest = 16;
const highest = 32_768;

export class Backlog {
  /** How many messages a subscriber may have not read, as far as ZeroMQ knows, before `reached` is to be asked. */
  mark = lowest;
  /** The highest mark of this period. */
  #top = lowest;
  /** How many messages a subscriber may have read without having told of it. */
  #grain = grainOf(lowest);
  /** Messages of this period, which began when the mark was raised, or halved. */
  #sent = 0;
  /** Sizes of the latest messages, as many as are `most` together, from `#first` on. */
  #sizes: number[] = [];
  #first = 0;
  #sum = 0;

  /**
   * A message is about to be sent.
   * @param size in bytes
   */
  note(size: number): void {
    this.#sizes.push(size + overhead);
    this.#sum += size + overhead;
    while (this.#sum - this.#sizes[this.#first]! >= most) this.#sum -= this.#sizes[this.#first++]!;
    if (this.#first > highest) {
      this.#sizes = this.#sizes.slice(this.#first);
      this.#first = 0;
    }
    this.#sent += 1;
    // Nobody has needed that mark for so long that everybody has told of what was read under it: a lower one will do.
    if (this.#sent >= 2 * this.#top) {
      this.#grain = grainOf(this.#top);
      this.#begin(Math.max(lowest, this.mark / 2));
    }
    if (this.#sum >= most) this.#lower(this.#count + this.#grain);
  }

  /**
   * Somebody has reached the mark, as far as ZeroMQ knows.
   * @returns whether that one is too far behind; otherwise the mark is higher now
   */
  reached(): boolean {
    const isFull = this.#sum >= most && this.mark >= this.#count + this.#grain;
    if (isFull || this.mark >= highest) return true;
    this.#begin(this.mark * 2);
    this.#grain = Math.max(this.#grain, grainOf(this.mark));
    return false;
  }

  /** How many messages are `most` together. */
  get #count(): number {
    return this.#sizes.length - this.#first;
  }

  /** To the lowest mark of which so many are no more. */
  #lower(messages: number): void {
    while (this.mark / 2 >= Math.max(lowest, messages)) this.mark /= 2;
  }

  #begin(mark: number): void {
    this.mark = mark;
    this.#top = mark;
    this.#sent = 0;
  }
}

const grainOf = (mark: number): number => mark / 2;
