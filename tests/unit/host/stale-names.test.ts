// Names that an earlier text of a cell declared: a notebook that is edited, and what its cells are told.
import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../src/api';
import { StaleNames } from '../../../src/host/stale-names';
import { compileCell } from '../compile/session';

/** A notebook whose cells are edited, run and deleted. */
class Notebook {
  readonly names = new StaleNames();
  readonly #bound = new Set<string>();
  #count = 0;

  /** Runs a cell. @param failed names that it declares and gives no value. @returns what it is told */
  run(place: string | undefined, source: string, failed: readonly string[] = []) {
    const id = ++this.#count;
    const label = `Cell [${id}]`;
    const flags = { wantsResult: true, allowInput: true };
    const cell: Cell = { id, label, name: '', source, expressions: {}, ...flags, ...(place && { place }) };
    const compiled = compileCell(source, { bound: this.#bound });
    this.names.begin(cell, compiled.declarations);
    const told = this.names.tell(cell, compiled);
    const values = compiled.declarations.map(({ name }) => name).filter((name) => !failed.includes(name));
    for (const name of values) this.#bound.add(name);
    this.names.settle(values);
    return told;
  }

  /** The messages alone. */
  told(...run: Parameters<Notebook['run']>): string[] {
    return this.run(...run)?.diagnostics.map(({ message }) => message) ?? [];
  }
}

const edited = (name: string, label = 'Cell [1]', now = 'Cell [2]') =>
  `${name} is no longer declared in this notebook: ${label} declared it before it was edited (now ${now}). Its old value is still here.`;

describe('a name that its cell no longer declares', () => {
  test('is told once, with its place, where a cell uses it', () => {
    const notebook = new Notebook();
    notebook.run('a', 'const size = 1');
    expect(notebook.told('a', 'const length = 1')).toEqual([]);
    const told = notebook.run('b', 'const width = 2;\nprint(width, { size, size2: size })');
    expect(told?.diagnostics).toEqual([
      {
        severity: 'warning',
        message: edited('size'),
        range: { start: { line: 1, character: 15 }, end: { line: 1, character: 19 } },
        related: [],
      },
    ]);
    expect(told?.warnings?.['text/plain']).toBe(
      [
        `Warning: ${edited('size')}`,
        'Cell [3]:2:16',
        '  1 | const width = 2;',
        '> 2 | print(width, { size, size2: size })',
        '    |                ^~~~',
      ].join('\n'),
    );
    expect(notebook.told('c', 'size')).toEqual([]);
  });

  test.each([
    ['a function', 'function f() {}'],
    ['a class', 'class f {}'],
    ['an import', "import { f } from 'm'"],
    ['a part', 'const { a: [f] } = b'],
  ])('may be %s', (_, source) => {
    const notebook = new Notebook();
    notebook.run('a', source);
    notebook.run('a', '1');
    expect(notebook.told('b', 'const g = () => f')).toEqual([edited('f')]);
  });

  test('is told in the edited cell itself, and each name there', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let $a = 1, übung = 2, same = 3');
    expect(notebook.told('a', 'let b = übung + $a + same, same = 4')).toEqual([
      edited('übung'),
      edited('$a'),
    ]);
  });

  test('has no place where the compiler makes code of JSX that mentions it', () => {
    const notebook = new Notebook();
    notebook.run('a', "import React from 'react'");
    notebook.run('a', '1');
    const told = notebook.run('b', '<p/>');
    expect(told?.warnings?.['text/plain']).toBe(`Warning: ${edited('React')}`);
  });

  test('is told again when it was declared and taken away again', () => {
    const notebook = new Notebook();
    for (const [label, now] of [
      ['Cell [1]', 'Cell [2]'],
      ['Cell [4]', 'Cell [5]'],
    ]) {
      notebook.run('a', 'let size = 1');
      notebook.run('a', 'let length = 1');
      expect(notebook.told('b', 'size')).toEqual([edited('size', label, now)]);
    }
  });

  test('is found in a cell with types, and in another one than a name that begins like it', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let s = 1');
    notebook.run('a', '');
    expect(
      notebook.told('b', 'let sum: { s: 1 }, x = sum?.s; { let s; s }; (s) => s; "s"; typeof sum'),
    ).toEqual([]);
    const told = notebook.run('b', 'let y: number = 1 as number +\n <any>s');
    expect(told?.diagnostics[0]?.range.start).toEqual({ line: 1, character: 6 });
  });
});

describe('a cell that was deleted', () => {
  test('leaves its names', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let size = 1');
    notebook.names.remove(['a', 'never run']);
    notebook.names.remove(['a']);
    expect(notebook.told('b', 'size')).toEqual([
      'size is no longer declared in this notebook: Cell [1], which declared it, was deleted. Its old value is still here.',
    ]);
  });

  test('and is there again takes them back', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let size = 1');
    notebook.names.remove(['a']);
    notebook.run('a', 'let size = 1');
    expect(notebook.told('b', 'size')).toEqual([]);
  });
});

describe('nothing is told', () => {
  test('while another cell declares the name', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let size = 1');
    notebook.run('b', 'let size = 2');
    notebook.run('b', '2');
    expect(notebook.told('c', 'size')).toEqual([]);
    notebook.run('a', '1');
    notebook.run(undefined, 'let size = 3');
    expect(notebook.told('c', 'size')).toEqual([]);
  });

  test('of a name that never had a value: the error says enough', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let size = f()', ['size']);
    notebook.run('a', 'let length = 1');
    expect(notebook.told('b', 'size')).toEqual([]);
  });

  test('where cells have no names of their own', () => {
    const notebook = new Notebook();
    notebook.run(undefined, 'let size = 1');
    notebook.run(undefined, 'let length = 1');
    expect(notebook.told('a', 'size')).toEqual([]);
    notebook.run('a', 'let width = 1');
    notebook.run('a', '1');
    expect(notebook.told(undefined, 'width')).toEqual([]);
  });

  test('after all names were forgotten', () => {
    const notebook = new Notebook();
    notebook.run('a', 'let size = 1');
    notebook.run('a', '1');
    notebook.names.forget();
    expect(notebook.told('b', 'size')).toEqual([]);
  });
});
