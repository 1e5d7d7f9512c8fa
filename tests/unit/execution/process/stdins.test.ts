// Whose process.stdin is which stream.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Stdins } from '../../../../src/execution/process/stdins';
import type { Run } from '../../../../src/threads/execution-protocol';

/** @param lines what the person types */
function open(lines: (string | null)[] = []) {
  const running = new Map<number, Run>();
  const failed: string[] = [];
  let current = 0;
  const stdins = new Stdins({
    currentCell: () => current,
    find: (cell) => running.get(cell),
    isLingering: () => false,
    fail: ({ cell }, error) => failed.push(`${cell}: ${error.message.split(',')[0]}`),
    readLine: async () => lines.shift(),
  });
  return {
    failed,
    /** A cell begins and uses its stdin. */
    begin(cell: number, allowInput = true) {
      running.set(cell, { cell, allowInput } as Run);
      current = cell;
      return stdins.open();
    },
    end(cell: number) {
      running.delete(cell);
      stdins.release(cell);
    },
  };
}

test('cells that run after each other use one stream', () => {
  const { begin, end } = open();
  const first = begin(1);
  expect(begin(1)).toBe(first);
  end(1);
  expect(begin(2)).toBe(first);
});

test('cells that run beside each other have one each', () => {
  const { begin, end } = open();
  const first = begin(1);
  const second = begin(2);
  expect(second).not.toBe(first);
  expect([begin(1), begin(2)]).toEqual([first, second]);
  end(2);
  end(1);
  expect(begin(3)).toBe(first);
});

test('what listens when its cell ends keeps its stream, and the next cell has a new one', () => {
  const { begin, end } = open();
  const first = begin(1).on('data', () => {});
  end(1);
  expect(begin(2)).not.toBe(first);
});

test('a stream that has ended is nobody’s', async () => {
  const { begin, end } = open(['one', null]);
  const heard: string[] = [];
  const first = begin(1);
  for await (const line of first) heard.push(String(line));
  expect(heard).toEqual(['one\n']);
  expect(begin(1)).not.toBe(first);
  end(1);
  expect(begin(2)).not.toBe(first);
});

test('a cell that nobody answers fails where it listens', async () => {
  const { begin, failed } = open();
  begin(1, false).on('data', () => {});
  for (let turns = 0; turns < 5; turns++) await turn();
  expect(failed).toEqual(['1: Asking for input needs somebody to answer']);
});
