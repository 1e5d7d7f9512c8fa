// The main thread's side of the language thread: what it is told of the cells, and when, with a worker that lists it.
import './no-signals';

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { nothingBound } from '../../../src/compile/types';
import { LanguageClient } from '../../../src/host/language-client';
import { settings, startFile } from './workers';

const opened: LanguageClient[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

/** @param rest after which time without use the worker leaves, in seconds */
function open({ file = startFile, rest = false as number | false, countFree = (): number => 2 } = {}) {
  const logged: string[] = [];
  const told: string[] = [];
  const client = new LanguageClient({
    directory: dirname(startFile),
    settings: { ...settings, rest },
    startFile: file,
    watchFree: () => countFree,
    events: {
      checked: () => undefined,
      observe: async () => [],
      died: () => undefined,
      left: () => void told.push('left'),
      returned: () => void told.push('returned'),
      log: (message) => logged.push(message),
    },
  });
  opened.push(client);
  const begin = (cell: number, source = '', isWatched = true) =>
    client.begin({ cell, label: `Cell [${cell}]`, source, values: ['x'], types: 'warn' }, isWatched);
  const settle = (cell: number) => client.settle(cell, { ...nothingBound, completed: true });
  const heard = async () => (await client.complete('heard', 0)).completions.items.map(({ text }) => text);
  const deaths = () => logged.filter((message) => message.includes('ended with code')).length;
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await delay(10);
  };
  /** It has rested for the nth time. */
  const rested = (times = 1) => until(() => told.filter((what) => what === 'left').length === times);
  return { client, logged, told, begin, settle, heard, deaths, until, rested };
}

describe('the language worker', () => {
  test('is told of cells that were compiled elsewhere, before it is asked about them', async () => {
    const { client, begin, settle, heard } = open();
    begin(1);
    settle(1);
    client.packagesChanged();
    begin(2);
    expect(await heard()).toEqual(['begun 1', 'settled 1', 'packages', 'begun 2']);
  });

  test('is told of nothing that was forgotten when it takes the place of one that died', async () => {
    const { client, begin, settle, heard, deaths } = open();
    begin(1);
    settle(1);
    client.forget();
    begin(2);
    settle(2);
    await heard();
    const compiling = client.compile({
      cell: 3,
      label: 'Cell [3]',
      source: 'die once, in the test of the client',
      settings: { dispatch: 'auto', types: 'warn' },
    });
    expect(await compiling).toMatchObject({ status: 'ok' });
    expect(deaths()).toBe(1);
    expect(await heard()).toEqual(['begun 2', 'settled 2', 'compile 3']);
  });

  test('that dies of a cell which nobody asked about is not told of that cell again', async () => {
    const { begin, settle, heard, deaths, until } = open();
    begin(1);
    settle(1);
    await heard();
    begin(2, 'die');
    await until(() => deaths() > 0);
    expect(await heard()).toEqual(['begun 1', 'settled 1']);
    expect(deaths()).toBe(1);
  });

  test('that cannot start says so to whoever asks', async () => {
    const file = join(dirname(startFile), 'broken.cjs');
    writeFileSync(file, 'process.exit(1)');
    const { client, deaths, until } = open({ file });
    client.start();
    await until(() => deaths() === 3);
    expect(await client.checkCompleteness('{')).toEqual({ status: 'unknown' });
    const compilation = await client.compile({
      cell: 1,
      label: 'Cell [1]',
      source: '1',
      settings: { dispatch: 'auto', types: 'warn' },
    });
    expect(compilation).toMatchObject({
      status: 'error',
      error: {
        name: 'KernelError',
        message: 'the language worker cannot start (see the server log); tskernel doctor says what is wrong',
      },
    });
    expect(deaths()).toBe(3);
  });
});

describe('while other programs have all but half a processor', () => {
  /** @returns a client with a cell, whose worker ends at once, so that its deaths tell whether it was started */
  function openBusy() {
    const file = join(dirname(startFile), 'ends.cjs');
    writeFileSync(file, 'process.exit(1)');
    const machine = { free: 0.5 };
    const opened = open({ file, countFree: () => machine.free });
    return { ...opened, machine };
  }

  test('the worker waits with its start, until one is free', async () => {
    const { machine, begin, deaths, until } = openBusy();
    begin(1);
    await delay(1000);
    expect(deaths()).toBe(0);
    machine.free = 1;
    await until(() => deaths() > 0);
  });

  test('it does not wait for ever', async () => {
    const { begin, deaths, until } = openBusy();
    begin(1);
    await until(() => deaths() > 0);
  });

  test('who asks does not wait', async () => {
    const { begin, heard } = open({ countFree: () => 0 });
    const asked = performance.now();
    begin(1);
    expect(await heard()).toEqual(['begun 1']);
    expect(performance.now() - asked).toBeLessThan(4000);
  });
});

describe('of a cell that nobody watches', () => {
  /** A worker that ends at once, so that its deaths tell whether it was started. */
  function openBroken() {
    const file = join(dirname(startFile), 'ends.cjs');
    writeFileSync(file, 'process.exit(1)');
    const { begin, settle, deaths, until } = open({ file });
    const run = (cell: number, isWatched: boolean) => {
      begin(cell, '', isWatched);
      settle(cell);
    };
    const started = () => until(() => deaths() > 0);
    return { run, deaths, started };
  }

  test('no worker is started', async () => {
    const { run, deaths, started } = openBroken();
    run(1, false);
    await delay(500);
    expect(deaths()).toBe(0);
    run(2, true);
    await started();
  });

  test('one is told that somebody needs, in order', async () => {
    const { begin, settle, heard } = open();
    begin(1, '', false);
    settle(1);
    expect(await heard()).toEqual(['begun 1', 'settled 1']);
    begin(2, '', false);
    settle(2);
    expect(await heard()).toEqual(['begun 1', 'settled 1', 'begun 2', 'settled 2']);
  });

  test('one is started when it is one of very many, which would have to be kept', async () => {
    const { run, started } = openBroken();
    for (let cell = 1; cell <= 150; cell++) run(cell, false);
    await started();
  });
});

describe('a language worker that nobody uses', () => {
  /** Longer than it rests, in milliseconds. */
  const aWhile = 400;
  const rest = 0.1;
  /** The worker's thread has a time of its own: its messages come as always. */
  const stopTheClock = () =>
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
  afterEach(() => void jest.useRealTimers());

  test('leaves; the next one knows what it knew, and hears what came since', async () => {
    const { begin, settle, heard, logged, rested } = open({ rest });
    begin(1);
    settle(1);
    expect(await heard()).toEqual(['begun 1', 'settled 1']);
    await rested();
    begin(2);
    expect(await heard()).toEqual(['known: settled 1', 'begun 2']);
    expect(logged).toEqual([]);
  });

  test('leaves again and again', async () => {
    const { heard, rested } = open({ rest });
    await heard();
    await rested();
    expect(await heard()).toEqual(['known: ']);
    await rested(2);
    expect(await heard()).toEqual(['known: known: ']);
  });

  test('stays where it is not to rest', async () => {
    const { begin, heard } = open();
    begin(1);
    await heard();
    await delay(aWhile);
    expect(await heard()).toEqual(['begun 1']);
  });

  test('stays while somebody talks to it past this client', async () => {
    stopTheClock();
    const { client, begin, heard, rested } = open({ rest: 10 });
    begin(1);
    await heard();
    for (let uses = 0; uses < 8; uses++) {
      jest.advanceTimersByTime(6000);
      client.noteUse();
    }
    expect(await heard()).toEqual(['begun 1']);
    jest.advanceTimersByTime(11_000);
    await rested();
  });

  test('says that it leaves, and that it is back', async () => {
    const { heard, told, rested } = open({ rest });
    await heard();
    await rested();
    expect(told).toEqual(['left']);
    await heard();
    expect(told).toEqual(['left', 'returned']);
  });

  test('stays until it has done its work', async () => {
    const { begin, heard, rested } = open({ rest });
    begin(1, 'busy');
    await heard();
    await delay(aWhile);
    expect(await heard()).toEqual(['begun 1']);
    begin(2);
    await heard();
    await rested();
    expect(await heard()).toEqual(['known: begun 2']);
  });

  test('stays while it is used', async () => {
    stopTheClock();
    const { begin, heard } = open({ rest: 10 });
    begin(1);
    for (let uses = 0; uses < 8; uses++) {
      jest.advanceTimersByTime(6000);
      expect(await heard()).toEqual(['begun 1']);
    }
  });

  test('leaves what it knew to nobody if the next one dies: that one is replaced by one that is told of all cells', async () => {
    const { client, begin, settle, heard, deaths, rested } = open({ rest });
    begin(1);
    settle(1);
    await heard();
    await rested();
    await client.compile({
      cell: 2,
      label: 'Cell [2]',
      source: 'die once, after a rest',
      settings: { dispatch: 'auto', types: 'warn' },
    });
    expect(deaths()).toBe(1);
    expect(await heard()).toEqual(['begun 1', 'settled 1', 'compile 2']);
  });

  test('is not started to write its caches', async () => {
    const { client, begin, heard, rested } = open({ rest });
    begin(1);
    await heard();
    await rested();
    await client.saveCache();
    expect(await heard()).toEqual(['known: begun 1']);
  });
});
