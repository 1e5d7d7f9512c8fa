// Cells on their way through the compilers: where each is compiled, and with which settings.
import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../src';
import type { CompiledCell } from '../../../src/compile/types';
import { CellCompiler, type CellCompilerOptions } from '../../../src/host/cell-compiler';
import type { CellSettings } from '../../../src/magics/catalog';

const compiled = { code: '', declarations: [{ name: 'x' }] } as unknown as CompiledCell;
const cell = (id: number, allowInput = true): Cell => ({
  id,
  name: '',
  label: `Cell [${id}]`,
  number: id,
  source: '',
  wantsResult: true,
  allowInput,
  expressions: {},
});

/** Of `%types WHAT` the compiler takes the setting, of `large` it says that it is another's. */
function open(settings: CellSettings = { dispatch: 'auto', types: 'warn' }) {
  const asked: unknown[] = [];
  const told: unknown[] = [];
  const compiler: CellCompilerOptions['compiler'] = {
    compile(source) {
      if (source === 'large') return undefined;
      const [magic, types] = source.split(' ');
      return {
        result: { ok: true, cell: compiled },
        text: source,
        settings: magic === '%types' ? { types: types as CellSettings['types'] } : {},
      };
    },
  };
  const language: CellCompilerOptions['language'] = {
    begin: ({ cell, types, repeats }, isWatched) => told.push({ cell, types, repeats, isWatched }),
    async compile({ cell, settings }) {
      asked.push({ cell, settings });
      return { status: 'ok', compiled };
    },
  };
  const cells = new CellCompiler({ compiler, language, settings });
  /** @returns how the next cell is compiled */
  const run = (id: number, source: string, allowInput = true) => {
    const wanted = cells.want(cell(id, allowInput), source, true);
    const here = cells.compileHere(wanted);
    if (here) cells.changeSettings(wanted, here.settings);
    if (here?.status === 'ok') cells.tell(cell(id, allowInput), wanted, here);
    return cells.want(cell(id + 1), '', true).settings;
  };
  return { cells, asked, told, run };
}

describe('a cell', () => {
  test('is compiled here, and the language worker hears of it', () => {
    const { run, told } = open();
    run(1, 'let x');
    expect(told).toEqual([{ cell: 1, types: 'warn', repeats: false, isWatched: true }]);
  });

  test('that says what becomes of types says it for those after it, which are told of in full from then on', () => {
    const { run, told } = open();
    expect(run(1, '%types off')).toEqual({ dispatch: 'auto', types: 'off' });
    run(2, 'let x');
    expect(told).toMatchObject([
      { cell: 1, types: 'off', repeats: true },
      { cell: 2, types: 'off', repeats: true },
    ]);
  });

  test('of a program is not in need of a worker for types where these are off', () => {
    const { run, told } = open();
    run(1, '%types off', false);
    expect(told).toMatchObject([{ isWatched: false }]);
  });

  test('whose types may refuse it is compiled with them', () => {
    const { cells } = open();
    expect(cells.compileHere(cells.want(cell(1), '%types error', true))).toBeUndefined();
    const { cells: strict } = open({ dispatch: 'auto', types: 'error' });
    expect(strict.compileHere(strict.want(cell(1), '1', true))).toBeUndefined();
    expect(strict.compileHere(strict.want(cell(1), '1', false))).toMatchObject({ status: 'ok' });
  });

  test('changes what it says, and not what another has said meanwhile', () => {
    const { cells } = open();
    const [one, two] = [cells.want(cell(1), '', true), cells.want(cell(2), '', true)];
    cells.changeSettings(two, { dispatch: 'task' });
    expect(cells.changeSettings(one, { types: 'off' })).toEqual({ dispatch: 'auto', types: 'off' });
    expect(cells.want(cell(3), '', true).settings).toEqual({ dispatch: 'task', types: 'off' });
  });

  test('has expressions, which have no types and change nothing', () => {
    const { cells } = open();
    const wanted = cells.want(cell(1), 'x', false);
    expect(wanted).toMatchObject({ cell: undefined, settings: { types: 'off' } });
    cells.changeSettings(wanted, { dispatch: 'task' });
    expect(cells.want(cell(2), '', true).settings).toEqual({ dispatch: 'auto', types: 'warn' });
  });
});

test('what has to come after the cells waits until they are compiled', async () => {
  const { cells, asked } = open();
  expect(cells.underway).toBeUndefined();
  const { answer, end } = cells.compileElsewhere(cells.want(cell(1), 'large', true));
  const order: string[] = [];
  const behind = cells.underway!.then(() => order.push('behind'));
  expect(await answer).toMatchObject({ status: 'ok' });
  order.push('given');
  end();
  await behind;
  expect([order, asked]).toMatchObject([['given', 'behind'], [{ cell: 1 }]]);
  expect(cells.underway).toBeUndefined();
});

test('a debugger has texts compiled as cells without types', async () => {
  const { cells, asked } = open();
  expect(await cells.compileText('1')).toBe(compiled);
  expect(await cells.compileText('large')).toBe(compiled);
  expect(asked).toMatchObject([{ cell: undefined, settings: { types: 'off' } }]);
});
