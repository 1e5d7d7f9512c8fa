// What is held for whom, by what is garbage.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Account, Backlog, sizeOf } from '../../../kernel/backlog';
import type { Frame } from '../../../kernel/wire';

const size = 10_000;
const message = (): Frame[] => ['topic', '<IDS|MSG>', Buffer.alloc(size), '{}'];

/** Finds nothing, since the test lets go of nothing. */
class Collector {
  asked = 0;
  readonly collect = async (): Promise<void> => {
    this.asked += 1;
  };
}

afterEach(() => void jest.useRealTimers());

describe('a backlog', () => {
  test('counts the large frames of messages only', () => {
    expect(sizeOf(['topic', 'x'.repeat(4095)])).toBe(0);
    expect(sizeOf(['topic', 'x'.repeat(5000), Buffer.alloc(6000), 'y'])).toBe(11_000);
  });

  test('sends the same bytes, by an object of each message', () => {
    const backlog = new Backlog(1000 * size);
    const frames = message();
    const [first, second] = [backlog.hold(frames), backlog.hold(frames)];
    expect(first).toEqual(frames);
    expect(first[2]).not.toBe(second[2]);
    expect((first[2] as Buffer).buffer).toBe((second[2] as Buffer).buffer);
    expect(backlog.hold(['topic', 'é'.repeat(5000)])[1]).toEqual(Buffer.from('é'.repeat(5000)));
  });

  test('has room for half of the bound, and garbage is collected before it says that it has not', async () => {
    const collector = new Collector();
    const backlog = new Backlog(10 * size, collector.collect);
    const held: Frame[][] = [];
    for (let count = 0; count < 5; count++) {
      expect(await backlog.hasRoom(size)).toBe(true);
      held.push(backlog.hold(message()));
    }
    expect(collector.asked).toBe(0);
    expect(await backlog.hasRoom(size)).toBe(false);
    expect(collector.asked).toBe(1);
    // Not for each message.
    expect(await backlog.hasRoom(size)).toBe(false);
    expect(collector.asked).toBe(1);
    expect(held).toHaveLength(5);
  });

  test('keeps from one what would be more than the other half, and from nobody else', async () => {
    const backlog = new Backlog(10 * size, new Collector().collect);
    const [lazy, prompt] = [new Account(), new Account()];
    const held: Frame[][] = [];
    for (let count = 0; count < 5; count++) {
      expect(await backlog.admits(lazy, size)).toBe(true);
      held.push(backlog.hold(message(), lazy));
    }
    expect([await backlog.admits(lazy, size), await backlog.admits(prompt, size)]).toEqual([false, true]);
    // Half of what it may have unread has to be read before it gets anything again.
    lazy.unread = 3 * size;
    expect(await backlog.admits(lazy, size)).toBe(false);
    lazy.unread = 2 * size;
    expect(await backlog.admits(lazy, size)).toBe(true);
    expect(held).toHaveLength(5);
  });

  test('gives a message of any size to who has read everything', async () => {
    const backlog = new Backlog(10 * size, new Collector().collect);
    expect(await backlog.admits(new Account(), 100 * size)).toBe(true);
  });

  test('knows what was read, by its garbage', async () => {
    const backlog = new Backlog(10 * size);
    const account = new Account();
    for (let count = 0; count < 8; count++) backlog.hold(message(), account);
    expect(account.unread).toBe(8 * size);
    expect(8 * size).toBeGreaterThan(backlog.most / 2);
    // On a busy machine V8 tells of garbage some turns later.
    while (!(await backlog.hasRoom(size))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(account.unread).toBeLessThan(backlog.most / 2);
  });

  test('tells what was read since it was asked, and waits for the first of it', async () => {
    const backlog = new Backlog(100 * size);
    for (let count = 0; count < 3; count++) backlog.hold(message());
    let read = 0;
    // On a busy machine V8 tells of garbage some turns later.
    while (read < 3 * size) read += await backlog.takeRead(1000);
    expect(read).toBe(3 * size);
    expect(await backlog.takeRead(1000)).toBe(0);
  });

  test('does not wait longer than it is asked to for somebody who reads nothing, and looks more and more seldom', async () => {
    jest.useFakeTimers();
    const collector = new Collector();
    const backlog = new Backlog(100 * size, collector.collect);
    const held = backlog.hold(message());
    const began = performance.now();
    const told = backlog.takeRead(1500).then((read) => ({ read, after: performance.now() - began }));
    await jest.runAllTimersAsync();
    const { read, after } = await told;
    expect(read).toBe(0);
    expect(after).toBeLessThanOrEqual(1500);
    // At once, then after 160, 320 and 640 ms.
    expect(collector.asked).toBeLessThanOrEqual(4);
    expect(held).toHaveLength(4);
  });
});
