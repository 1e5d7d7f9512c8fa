import { describe, expect, test } from '@jest/globals';
import { background } from '../../../../src/execution/magics/background';
import type { MagicCall, OtherCell } from '../../../../src/execution/magics/host';
import { cellMagics, lineMagics, usageOf } from '../../../../src/magics/catalog';

const cell = (more: Partial<OtherCell>): OtherCell => ({
  cell: 1,
  number: 1,
  source: '%%bg\nawait work()',
  state: 'running',
  time: 1234,
  ...more,
});

/** What `%bg` prints, and the cells that it stops. */
function bg(written: string, running: readonly OtherCell[] = [], ended: readonly OtherCell[] = []) {
  let printed = '';
  const stopped: number[] = [];
  const host = {
    listOthers: () => running,
    takeEnded: () => ended,
    stopCell: (id: number) => stopped.push(id),
    write: (_: string, text: string) => {
      printed += text;
    },
  };
  background({ arguments: written, host } as unknown as MagicCall);
  return { printed, stopped };
}

describe('%bg', () => {
  test('is in the catalogue, as a line and as a cell', () => {
    expect(usageOf(lineMagics.get('bg')!)).toBe('%bg [stop number …|stop all]');
    expect(usageOf(cellMagics.get('bg')!)).toBe('%%bg');
  });

  test('says when nothing runs', () => {
    expect(bg('').printed).toBe('No cell runs in the background.\n');
  });

  test('lists number, state, time and the first line that does something', () => {
    const source = '%%bg\n\n// serves the page\n  await serve(8080)\n';
    const long = `%%bg\nawait fetch('${'x'.repeat(80)}')`;
    const running = [cell({ number: 12, source }), cell({ number: undefined, state: 'asks', time: 65_000 })];
    expect(bg('', running, [cell({ number: 3, state: 'failed', time: 8, source: long })]).printed).toBe(
      [
        '[12]  running  1.23 s    await serve(8080)',
        '[*]   asks     1.08 min  await work()',
        `[3]   failed   8 ms      await fetch('${'x'.repeat(46)}…`,
        '',
      ].join('\n'),
    );
  });

  test('stops by number, in brackets or without, or all', () => {
    const running = [
      cell({ cell: 7, number: 3 }),
      cell({ cell: 9, number: 5 }),
      cell({ cell: 11, number: undefined }),
    ];
    expect(bg('stop 5', running).stopped).toEqual([9]);
    expect(bg('stop [3] 5', running).stopped).toEqual([7, 9]);
    expect(bg('stop all', running).stopped).toEqual([7, 9, 11]);
    expect(bg('stop all').stopped).toEqual([]);
  });

  test.each([
    ['stop', '%bg stop takes numbers of cells, or all: [3]'],
    ['stop 4', '[4] does not run in the background; what runs is [3]'],
    ['stop it', "%bg stop takes numbers of cells, or all, not 'it'"],
    ['halt 3', "%bg lists, and %bg stop 3 stops cell 3; it does not know 'halt'"],
  ])('says what to write instead of %s', (written, message) => {
    expect(() => bg(written, [cell({ number: 3 })])).toThrow(message);
  });

  test('stops none when one of the numbers is wrong', () => {
    const stopped: number[] = [];
    expect(() => stopped.push(...bg('stop 3 4', [cell({ number: 3 })]).stopped)).toThrow('[4]');
    expect(stopped).toEqual([]);
    expect(() => bg('stop 4')).toThrow('[4] does not run in the background, nor does any other');
  });
});
