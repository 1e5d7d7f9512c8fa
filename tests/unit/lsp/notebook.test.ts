// How far an edit goes: counted in cells that are looked at again, in a notebook of a hundred.
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { createRegistry } from '../../../src/language/types/registry';
import { OpenNotebook } from '../../../src/lsp/notebook';
import { codeCells } from './cells';

const size = 100;
const sources = Array.from({ length: size }, (_, index) =>
  index === 0 ? 'const n0 = { value: 0 }' : `const n${index} = { value: n${index - 1}.value + 1 }`,
);

const notebook = new OpenNotebook({
  directory: tmpdir(),
  registry: createRegistry(),
  isCancelled: () => false,
});

const update = () => notebook.update(codeCells(sources));

/** The cells that are looked at until nothing is due. */
function checkAll(): number[] {
  const checked: number[] = [];
  while (notebook.hasWork) notebook.checkSome(({ index }) => checked.push(index));
  return checked;
}

/** The cells that an edit has looked at again. */
function edit(index: number, source: string): number[] {
  sources[index] = source;
  update();
  return checkAll();
}

describe('an edit', () => {
  test('at first each cell is looked at once', () => {
    update();
    expect(checkAll()).toEqual(Array.from({ length: size }, (_, index) => index));
  });

  test('that changes no declaration concerns its cell', () => {
    expect(edit(50, `${sources[50]}\n1 + 1`)).toEqual([50]);
  });

  test('that gives another value of the same type concerns its cell', () => {
    expect(edit(20, 'const n20 = { value: 7 }')).toEqual([20]);
  });

  test('that gives another type concerns the cells that see it, and ends where they are what they were', () => {
    sources[30] = 'const n30 = { value: Number(n29.value) }';
    update();
    checkAll();
    expect(edit(29, 'const n29 = { value: "x" }')).toEqual([29, 30]);
  });

  test('that takes a name away concerns those that mention it', () => {
    expect(edit(98, '')).toEqual([98, 99]);
  });

  test('a name above is the one that is meant', () => {
    expect(edit(10, 'const n10 = { value: 1 }; const n98 = { value: 1 }')).toEqual([10, 99, 11]);
  });
});
