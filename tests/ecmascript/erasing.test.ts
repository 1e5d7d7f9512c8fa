// The main thread's compiler, built from part of TypeScript, says of every program what the whole of TypeScript says.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../src/compile';
import type { compileErasable as CompileErasable } from '../../src/compile/erasing';
import { compileNotebookCell } from '../../src/compile/magics/translate';
import { generateProgram } from './generator';
import { readPrograms } from './programs';

const root = resolve(__dirname, '../..');
const { compileErasable } = require(join(root, 'dist/compiler.cjs')) as {
  compileErasable: typeof CompileErasable;
};
const isKnown = (name: string) => name in globalThis;
const atOnce = (source: string) => compileErasable(source, isKnown, { bound: new Set() }, 'auto');
const whole = (source: string) => compileNotebookCell(source, isKnown, (text) => compile(text));

function cellsOf(notebook: string): string[] {
  const { cells } = JSON.parse(readFileSync(join(root, 'examples', `${notebook}.ipynb`), 'utf8')) as {
    cells: { cell_type: string; source: string[] }[];
  };
  return cells.flatMap(({ cell_type, source }) => (cell_type === 'code' ? [source.join('')] : []));
}

describe('a cell that is compiled at once is compiled the same', () => {
  test.each(readPrograms())('$topic', ({ programs }) => {
    for (const { source } of programs) expect(atOnce(source) ?? whole(source)).toEqual(whole(source));
  });

  test.each(['completion', 'mixed', 'await'] as const)('by chance: %s', (theme) => {
    for (let seed = 1; seed <= 100; seed++) {
      const source = generateProgram(seed, theme);
      expect(atOnce(source)).toEqual(whole(source));
    }
  });

  test.each(['tour', 'data', 'widgets', 'async', 'modules'])('examples/%s.ipynb', (notebook) => {
    for (const source of cellsOf(notebook)) expect(atOnce(source) ?? whole(source)).toEqual(whole(source));
  });

  test.each([
    ['a mistake', 'const a = ;'],
    ['a mistake in a string', '"abc'],
    ['a word that is no statement', 'let const = 1'],
    ['magics', '%types off\n%time 1 + 1\nconst a: number = 1'],
    ['a magic that does not exist', '%nothing'],
    ['private names', 'class A { #x = 1; get() { return this.#x } }'],
    ['html comments', 'let x = 1\n<!-- a\nx'],
    ['an object', '{ a: 1, b: 2 }'],
    ['await where it cannot be', 'function f() { await 1 }'],
  ])('%s', (_name, source) => {
    expect(atOnce(source)).toEqual(whole(source));
  });
});

test.each([
  ['enums', 'enum A { B }'],
  ['namespaces with values', 'namespace A { export const b = 1 }'],
  ['decorators', 'const d = (...rest: unknown[]) => {}; @d class A {}'],
  ['parameter properties', 'class A { constructor(readonly x = 1) {} }'],
  ['casts of the old kind', 'let x = <number>1'],
  ['JSX', 'const a = <b>c</b>'],
  ['what is nested deeper than a thread can walk', `${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
])('%s are left to the language worker', (_name, source) => {
  expect(atOnce(source)).toBeUndefined();
});

test('nearly all cells are compiled at once', () => {
  const cells = ['tour', 'data', 'widgets', 'async', 'modules'].flatMap(cellsOf);
  expect(cells.filter((source) => atOnce(source)).length / cells.length).toBeGreaterThan(0.9);
});
