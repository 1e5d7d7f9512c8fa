// Who is how far behind, against a model of ZeroMQ's pipes: readers of all kinds, messages of all sizes.
import { describe, expect, test } from '@jest/globals';
import { Backlog } from '../../../kernel/backlog';
import { createChance } from '../../faults/chance';

/** The end of a subscriber: ZeroMQ knows of what was read only what it was told, every half a mark. */
class Pipe {
  readonly held: number[] = [];
  missed = 0;
  bytes = 0;
  #written = 0;
  #read = 0;
  #told = 0;

  isFull(mark: number): boolean {
    return this.#written - this.#told >= mark;
  }

  write(size: number): void {
    this.held.push(size);
    this.bytes += size;
    this.#written += 1;
  }

  read(count: number, mark: number): void {
    for (let left = Math.min(count, this.held.length); left > 0; left--) {
      this.bytes -= this.held.shift()!;
      this.#read += 1;
      if (this.#read % Math.ceil(mark / 2) === 0) this.#told = this.#read;
    }
  }
}

/** @returns what the furthest behind held when a message was kept from it, and the most that anybody held */
function run(messages: number, sizeOf: (index: number) => number, readers: ((index: number) => number)[]) {
  const backlog = new Backlog();
  const pipes = readers.map(() => new Pipe());
  /** Left out until it has read. */
  const asleep = new Set<Pipe>();
  const dropped: { pipe: number; bytes: number; messages: number }[] = [];
  let most = 0;
  for (let index = 0; index < messages; index++) {
    const size = sizeOf(index);
    backlog.note(size);
    const full = () => pipes.filter((pipe) => !asleep.has(pipe) && pipe.isFull(backlog.mark));
    while (full().length > 0 && !backlog.reached());
    for (const pipe of full()) {
      dropped.push({ pipe: pipes.indexOf(pipe), bytes: pipe.bytes, messages: pipe.held.length });
      asleep.add(pipe);
    }
    for (const [number, pipe] of pipes.entries()) {
      if (asleep.has(pipe)) pipe.missed += 1;
      else pipe.write(size);
      pipe.read(readers[number]!(index), backlog.mark);
      if (asleep.has(pipe) && !pipe.isFull(backlog.mark)) asleep.delete(pipe);
      most = Math.max(most, pipe.bytes);
    }
  }
  return { dropped, most, missed: pipes.map(({ missed }) => missed) };
}

const megabyte = 1_000_000;
const [promptly, never] = [() => Number.POSITIVE_INFINITY, () => 0];

describe('who does not read iopub', () => {
  test.each([
    ['of a megabyte', megabyte, 450],
    ['of ten megabytes', 10 * megabyte, 450],
    ['of a hundred kilobytes', megabyte / 10, 500],
    ['of a hundred bytes', 100, 5],
  ])('holds no more than so much of messages %s, and who reads gets all', (_, size, limit) => {
    const { most, missed } = run(60_000, () => size, [promptly, never]);
    expect(most).toBeLessThan(limit * megabyte);
    expect(missed[0]).toBe(0);
    expect(missed[1]).toBeGreaterThan(0);
  });
});

describe('who reads slowly', () => {
  test('misses nothing of what is not behind by that much for certain', () => {
    const chance = createChance();
    for (let round = 0; round < 24; round++) {
      const largest = [1_000, 100_000, megabyte, 10 * megabyte][round % 4]!;
      const readers = [promptly, () => chance(3), () => (chance(200) === 0 ? 300 : 0)];
      const { dropped } = run(4_000, () => chance(chance(8) === 0 ? largest : 2_000), readers);
      for (const { bytes, messages, pipe } of dropped)
        expect([round, pipe, bytes + messages * 5_000 >= 127 * megabyte]).toEqual([round, pipe, true]);
    }
  });

  test('misses nothing of 30,000 small messages', () => {
    const { missed } = run(30_000, () => 200, [(index) => (index % 1000 === 0 ? 100 : 0)]);
    expect(missed).toEqual([0]);
  });
});
