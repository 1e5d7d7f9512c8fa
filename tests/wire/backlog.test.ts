// Subscribers that leave unread what is published, beside others that do not: real sockets, and a bound that is soon reached.
import { afterEach, describe, expect, test } from '@jest/globals';
import { Subscriber } from 'zeromq';
import { logged } from '../unit/kernel/logged';
import { openKernel, type TestKernel } from './kernel';

const megabyte = 2 ** 20;
const most = 32 * megabyte;
const patience = 60_000;
const pad = 'x'.repeat(megabyte);

let opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

async function open(): Promise<TestKernel> {
  const kernel = await openKernel({}, most);
  opened.push(kernel);
  return kernel;
}

/** Reads nothing but its welcome, until it is asked to; takes no more than it has to. */
async function subscribe(kernel: TestKernel, topic = ''): Promise<Subscriber> {
  const subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
  opened.push(subscriber);
  subscriber.connect(`tcp://127.0.0.1:${kernel.connection.iopub_port}`);
  subscriber.subscribe(topic);
  await subscriber.receive();
  return subscriber;
}

let published = 0;
function publish(kernel: TestKernel, text = pad): number {
  published += 1;
  kernel.engine.output(0, { kind: 'display', data: { 'text/plain': `#${published}#${text}` }, metadata: {} });
  return published;
}

const numberIn = (text: string): number | undefined => {
  const found = /"text\/plain":"#(\d+)#/.exec(text.slice(0, 100));
  return found ? Number(found[1]) : undefined;
};

/** The number of the next output. */
async function read(subscriber: Subscriber): Promise<number> {
  for (;;) {
    const frames = await subscriber.receive();
    for (const frame of frames) {
      const number = numberIn(frame.toString('latin1', 0, 100));
      if (number !== undefined) return number;
    }
  }
}

/** All that is on its way. */
async function readRest(subscriber: Subscriber): Promise<number[]> {
  const numbers: number[] = [];
  subscriber.receiveTimeout = 1500;
  try {
    for (;;) numbers.push(await read(subscriber));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return numbers;
}

const complaints = () => logged.filter((line) => line.includes('unread: it misses large outputs'));

describe('a subscriber that does not read', () => {
  test(
    'takes so much memory and no more, while another one gets everything',
    async () => {
      const kernel = await open();
      const reader = await subscribe(kernel);
      const lazy = await subscribe(kernel);
      const others: number[] = [];
      for (let count = 0; count < 150; count++) {
        const number = publish(kernel);
        expect(await read(reader)).toBe(number);
        others.push(number);
      }
      expect(complaints()).toHaveLength(1);
      const had = await readRest(lazy);
      // What the system itself has room for comes on top.
      expect(had.length).toBeLessThan(120);
      expect(had.length).toBeGreaterThanOrEqual(most / megabyte - 2);
      expect(had).toEqual(others.slice(0, had.length));
    },
    patience,
  );

  test(
    'gets the small messages all the same, in their places',
    async () => {
      const kernel = await open();
      const lazy = await subscribe(kernel);
      const expected: number[] = [];
      for (let count = 0; count < 100; count++) {
        publish(kernel);
        expected.push(publish(kernel, ''));
        await new Promise((done) => setTimeout(done, 5));
      }
      expect(complaints()).toHaveLength(1);
      const had = await readRest(lazy);
      expect(had).toEqual(had.toSorted((a, b) => a - b));
      expect(had.filter((number) => expected.includes(number))).toEqual(expected);
      expect(had.length).toBeLessThan(190);
    },
    patience,
  );

  test(
    'gets everything again once it has read',
    async () => {
      const kernel = await open();
      const lazy = await subscribe(kernel);
      for (let count = 0; count < 100; count++) {
        publish(kernel);
        await new Promise((done) => setTimeout(done, 5));
      }
      await readRest(lazy);
      await new Promise((done) => setTimeout(done, 1500));
      lazy.receiveTimeout = -1;
      // The first one finds that it has read, at the latest.
      publish(kernel);
      for (let count = 0; count < 50; count++) {
        const number = publish(kernel);
        let next = await read(lazy);
        if (count === 0 && next === number - 1) next = await read(lazy);
        expect(next).toBe(number);
      }
      expect(complaints()).toHaveLength(1);
    },
    patience,
  );

  test(
    'is forgotten when it has gone',
    async () => {
      const kernel = await open();
      const reader = await subscribe(kernel);
      for (let round = 0; round < 3; round++) {
        const lazy = await subscribe(kernel);
        for (let count = 0; count < 70; count++) {
          const number = publish(kernel);
          expect(await read(reader)).toBe(number);
        }
        lazy.close();
      }
      const back = await subscribe(kernel);
      for (let count = 0; count < 70; count++) {
        const number = publish(kernel);
        expect([await read(reader), await read(back)]).toEqual([number, number]);
      }
    },
    patience,
  );
});

describe('a subscriber that reads', () => {
  test(
    'slowly misses nothing, however much that is in all',
    async () => {
      const kernel = await open();
      const [slow] = [await subscribe(kernel), await subscribe(kernel)];
      const sent: number[] = [];
      const had: number[] = [];
      for (let burst = 0; burst < 12; burst++) {
        for (let count = 0; count < 10; count++) sent.push(publish(kernel));
        for (let count = 0; count < 10; count++) {
          had.push(await read(slow!));
          await new Promise((done) => setTimeout(done, 3));
        }
      }
      expect(had).toEqual(sent);
    },
    patience,
  );

  test(
    'only a topic gets what is of that',
    async () => {
      const kernel = await open();
      const [some, lazy] = [await subscribe(kernel, 'kernel.'), await subscribe(kernel)];
      for (let count = 0; count < 100; count++) {
        const number = publish(kernel);
        expect(await read(some)).toBe(number);
      }
      lazy.close();
    },
    patience,
  );

  test(
    'a message that is larger than the bound',
    async () => {
      const kernel = await open();
      const reader = await subscribe(kernel);
      for (let count = 0; count < 4; count++) {
        const number = publish(kernel, 'x'.repeat(most));
        expect(await read(reader)).toBe(number);
      }
      expect(complaints()).toEqual([]);
    },
    patience,
  );
});
