// What an interrupt ends, also where cells have overwritten the builtins.
import { afterEach, describe, expect, test } from '@jest/globals';
import { Interrupts } from '../../../src/execution/interrupts';
import type { CodePlace, Run } from '../../../src/threads/execution-protocol';

const runOf = (cell: number) => ({ id: cell, cell }) as Run;
const at = (file: string): CodePlace => ({ name: 'spin', file, line: 1, column: 1 });

/** Cells 1 and 2 are waited for, 3 runs in the background; the script of cell 3 is `/3`. */
function open(feltBy?: number) {
  const runs = [1, 2, 3].map(runOf);
  const ended: string[] = [];
  const interrupts = new Interrupts({
    runs: { all: runs, inFront: [runs[0]!, runs[1]!] },
    runner: {
      fail: ({ cell }, error, isWaiting) => {
        ended[ended.length] = `${cell} ${(error as Error).message}${isWaiting ? ', where it waits' : ''}`;
      },
    },
    wakeSleepers: () => undefined,
    cellOfScript: (file) => (file === '/3' ? 3 : undefined),
    feltBy: () => feltBy,
    errorAt: (places, what) => new Error(what ?? (places.length > 0 ? 'cut off' : 'stopped')),
  });
  const interrupt = (places?: readonly CodePlace[], isFelt = false) => {
    const isForced = places !== undefined;
    interrupts.end(interrupts.find({ token: 1, isFelt, isForced, places: places ?? [] }), places ?? []);
    return ended;
  };
  return { interrupts, interrupt, ended };
}

const inFront = ['1 stopped, where it waits', '2 stopped, where it waits'];

describe('an interrupt', () => {
  test('ends the cells that somebody waits for', () => expect(open().interrupt()).toEqual(inFront));

  test('leaves the one alone into which a wait threw it', () =>
    expect(open(2).interrupt(undefined, true)).toEqual(['1 stopped, where it waits']));

  test('ends a cell in the background as well that held the thread', () =>
    expect(open().interrupt([at('/3')])).toEqual([...inFront, '3 cut off']));

  test('ends all of them where nobody knows what held it', () =>
    expect(open().interrupt([])).toEqual(['1 stopped', '2 stopped', '3 stopped']));

  test('that is asked again ends nothing else by it', () => {
    const { interrupts } = open();
    interrupts.end(interrupts.find({ token: 1, isFelt: false, isForced: true, places: [at('/3')] }), []);
    const again = interrupts.find({ token: 1, isFelt: false, isForced: true, places: [at('/3')] });
    expect(again.cutOff.map(({ cell }) => cell)).toEqual([3]);
  });
});

describe('builtins that were overwritten', () => {
  const { prototype } = Array;
  const names = ['filter', 'map', 'includes', 'push', 'some', 'flatMap', Symbol.iterator] as const;
  const originals = names.map((name) => Object.getOwnPropertyDescriptor(prototype, name)!);
  const restore = () => {
    for (let index = 0; index < names.length; index++)
      Object.defineProperty(prototype, names[index]!, originals[index]!);
  };
  afterEach(restore);

  const ways: [string, () => unknown][] = [
    [
      'throw',
      () => {
        throw new Error('overwritten');
      },
    ],
    ['say what is not so', () => []],
  ];
  test.each(ways)('and %s keep no cell running', (_, value) => {
    const { interrupt, ended } = open();
    const places = [at('/3')];
    for (let index = 0; index < names.length; index++)
      Object.defineProperty(prototype, names[index]!, { value, configurable: true, writable: true });
    try {
      interrupt(places);
    } finally {
      restore();
    }
    expect(ended).toEqual([...inFront, '3 cut off']);
  });
});
