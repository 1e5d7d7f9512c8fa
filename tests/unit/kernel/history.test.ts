import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { History } from '../../../kernel/history';
import type { HistoryRequest } from '../../../kernel/messages';
import { logged } from './logged';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tskernel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const asked: HistoryRequest = {
  hist_access_type: 'tail',
  output: false,
  session: 0,
  start: 0,
  pattern: '*',
  unique: false,
};

/** A kernel's life: what it runs, then its end. */
async function session(...inputs: string[]): Promise<History> {
  const history = new History(folder);
  for (const [index, input] of inputs.entries()) history.addInput(index + 1, input);
  await history.flush();
  return history;
}

describe('the history of one kernel', () => {
  test('is empty at first, and reads nothing until it is asked', () => {
    const path = join(folder, 'never', 'made');
    new History(path);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('tells the latest inputs, oldest first', async () => {
    const history = await session('a', 'b', 'c');
    expect(await history.query({ ...asked, n: 2 })).toEqual([
      [1, 2, 'b'],
      [1, 3, 'c'],
    ]);
  });

  test('tells outputs when asked for them', async () => {
    const history = await session('a', 'b');
    history.addOutput(2, '12');
    expect(await history.query({ ...asked, output: true })).toEqual([
      [1, 1, ['a', null]],
      [1, 2, ['b', '12']],
    ]);
  });

  test('knows the input of a cell that still runs', async () => {
    const history = new History(folder);
    history.addInput(1, 'await forever');
    expect(await history.query(asked)).toEqual([[1, 1, 'await forever']]);
    await history.flush();
  });

  test('gives a range: start included, stop not', async () => {
    const history = await session('a', 'b', 'c', 'd');
    const range = { ...asked, hist_access_type: 'range' };
    expect(await history.query({ ...range, start: 2, stop: 4 })).toEqual([
      [1, 2, 'b'],
      [1, 3, 'c'],
    ]);
    expect(await history.query({ ...range, session: 1, start: 4 })).toEqual([[1, 4, 'd']]);
    expect(await history.query({ ...range, session: 7 })).toEqual([]);
  });

  test('is searched by pattern, unique or not', async () => {
    const history = await session('1+2', 'x', '1-2', '1+2');
    const search = { ...asked, hist_access_type: 'search', pattern: '1?2*' };
    expect((await history.query(search)).map(([, line]) => line)).toEqual([1, 3, 4]);
    expect((await history.query({ ...search, unique: true })).map(([, line]) => line)).toEqual([3, 4]);
    expect((await history.query({ ...search, n: 1 })).map(([, line]) => line)).toEqual([4]);
  });

  test('answers an unknown kind of question with nothing', async () => {
    const history = await session('a');
    expect(await history.query({ ...asked, hist_access_type: 'nonsense' })).toEqual([]);
  });
});

describe('after a restart', () => {
  test('older sessions are still there, under their numbers', async () => {
    const first = await session('a', 'b');
    first.addOutput(2, 'B');
    await first.flush();
    const second = await session('c');
    expect(await second.query({ ...asked, output: true })).toEqual([
      [1, 1, ['a', null]],
      [1, 2, ['b', 'B']],
      [2, 1, ['c', null]],
    ]);
    const range = { ...asked, hist_access_type: 'range', start: 1, stop: 2 };
    expect(await second.query({ ...range, session: -1 })).toEqual([[1, 1, 'a']]);
    expect(await second.query({ ...range, session: 1 })).toEqual([[1, 1, 'a']]);
    expect(await second.query({ ...range, session: 0 })).toEqual([[2, 1, 'c']]);
  });

  test('a line that was cut off is left out', async () => {
    await session('a', 'b');
    const path = join(folder, '1.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -5));
    expect(await (await session('c')).query(asked)).toEqual([
      [1, 1, 'a'],
      [2, 1, 'c'],
    ]);
  });

  test('what another kernel adds meanwhile is seen', async () => {
    const first = await session('a');
    const second = await session('b');
    await second.query(asked);
    first.addInput(2, 'later');
    await first.flush();
    expect((await second.query(asked)).map(([, , input]) => input)).toEqual(['a', 'later', 'b']);
  });

  test('no more than a thousand sessions are kept', async () => {
    for (let number = 1; number <= 1005; number++) {
      writeFileSync(join(folder, `${number}.jsonl`), `{"line":1,"input":"${number}"}\n`);
    }
    writeFileSync(join(folder, 'notes.txt'), '');
    const history = await session('new');
    await history.query({ ...asked, n: 1 });
    for (let turns = 0; readdirSync(folder).length > 1001 && turns < 1000; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const names = readdirSync(folder);
    expect(names).toHaveLength(1001);
    expect(names).toContain('1006.jsonl');
    expect(names).toContain('notes.txt');
    expect(names).not.toContain('6.jsonl');
    expect(names).toContain('7.jsonl');
  });
});

test('kernels that start at the same time get different numbers', async () => {
  const histories = await Promise.all(Array.from({ length: 8 }, (_, index) => session(String(index))));
  expect(readdirSync(folder)).toHaveLength(8);
  const numbers = await Promise.all(
    histories.map(async (history) => (await history.query({ ...asked, hist_access_type: 'range' }))[0]![0]),
  );
  expect(new Set(numbers).size).toBe(8);
});

test('a directory that cannot be written to is no reason to forget', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const history = new History(join(file, 'history'));
  history.addInput(1, 'a');
  history.addInput(2, 'b');
  await history.flush();
  expect(await history.query(asked)).toEqual([
    [1, 1, 'a'],
    [1, 2, 'b'],
  ]);
  expect(logged).toEqual([
    expect.stringMatching(/^the history cannot be written to .* it is kept in memory only$/),
  ]);
});

test('what is not written yet is written at the end', async () => {
  const history = await session('a');
  history.addInput(2, 'b');
  await history.flush();
  expect(readFileSync(join(folder, '1.jsonl'), 'utf8')).toBe(
    '{"line":1,"input":"a"}\n{"line":2,"input":"b"}\n',
  );
});

test('numbers go on after the highest one', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '41.jsonl'), '');
  await session('a');
  expect(readdirSync(folder).sort()).toEqual(['41.jsonl', '42.jsonl']);
});
