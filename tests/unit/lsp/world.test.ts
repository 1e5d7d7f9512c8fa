// What names mean in a notebook that is being edited: the nearest declaration above, as it is typed now.
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Notebook } from '../../../src/language/notebook/cells';
import { createRegistry } from '../../../src/language/types/registry';
import { findIn } from '../../../src/lsp/answers/diagnostics';
import { OpenNotebook } from '../../../src/lsp/notebook';
import { codeCells } from './cells';
import { startEditor } from './server';

const editor = startEditor();
beforeAll(() => editor.start());
afterAll(() => editor.end());

describe('names', () => {
  test.each<[string, string[], string[][]]>([
    ['of a cell above', ['const a = 1', 'a.toFixed()'], [[], []]],
    ['of a cell below are unknown', ['a.toFixed()', 'const a = 1'], [["a: Cannot find name 'a'."], []]],
    [
      'mean the nearest declaration above',
      ['const a = 1', 'a.trim()', 'const a = "x"', 'a.trim()'],
      [[], ["trim: Property 'trim' does not exist on type '1'."], [], []],
    ],
    [
      'of types and of values are apart',
      ['interface Row { id: number }', 'const Row = "x"', 'const r: Row = { id: 1 }; Row.trim()'],
      [[], [], []],
    ],
    [
      'that a cell checks are narrower below',
      [
        'const row = Math.random() > 2 ? { id: 1 } : undefined',
        'row.id',
        'if (!row) throw new Error("none")',
        'row.id',
      ],
      [[], ["row: 'row' is possibly 'undefined'."], [], []],
    ],
    [
      'of a class',
      ['class A { b = 1 }', 'class C extends A {}', 'new C().b.trim()'],
      [[], [], ["trim: Property 'trim' does not exist on type 'number'."]],
    ],
    [
      'in a cell that does not parse',
      ['const a = 1', 'const b = (a', 'b.toFixed()'],
      [[], [": ')' expected.\nThe ( at line 1, column 11 is never closed."], []],
    ],
  ])('%s', async (_, cells, wanted) => {
    await editor.open(...cells);
    expect(await editor.problems()).toEqual(wanted);
  });
});

describe('an edit', () => {
  test('is seen by the cells below', async () => {
    await editor.open('const a = 1', 'a.toFixed()');
    expect(await editor.problems()).toEqual([[], []]);
    await editor.edit(0, 'const a = "x"');
    expect(await editor.problems()).toEqual([
      [],
      ["toFixed: Property 'toFixed' does not exist on type '\"x\"'. Did you mean 'fixed'?"],
    ]);
  });

  test('of a type goes through a cell between', async () => {
    await editor.open('interface A { x: number }', 'const all: A[] = []', 'all[0].x.toFixed()');
    expect(await editor.problems()).toEqual([[], [], []]);
    await editor.edit(0, 'interface A { x: string }');
    expect((await editor.problems())[2]).toEqual([
      "toFixed: Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?",
    ]);
  });

  test('a cell is inserted, moved and removed', async () => {
    await editor.open('const a = 1', 'a.toFixed()');
    await editor.insert(1, 'const a = "x"');
    expect((await editor.problems())[2]).toHaveLength(1);
    await editor.move(1, 2);
    expect(await editor.problems()).toEqual([[], [], []]);
    await editor.remove(0);
    expect((await editor.problems())[0]).toEqual(["a: Cannot find name 'a'."]);
  });
});

describe('cells of other kinds', () => {
  test.each<[string, (string | [string, string])[], string[][]]>([
    ['of another language', ['%%bash\nls -l | grep x', '%%html\n<b>x</b>'], [[], []]],
    [
      'with magics',
      ['%types warn\nconst a = 1\n!ls $a\n%time a.trim()'],
      [["trim: Property 'trim' does not exist on type '1'."]],
    ],
    [
      'of Markdown',
      [['markdown', '# Title'], 'const a: string = 1'],
      [[], ["a: Type 'number' is not assignable to type 'string'."]],
    ],
    [
      'that are one object',
      ['{ a: 1, b: "x".trim() }', '{ a: missing }'],
      [[], ["missing: Cannot find name 'missing'."]],
    ],
    ['without their types checked', ['%types off\nconst a: string = 1', 'const b: string = 1'], [[], []]],
    [
      'with an unknown magic',
      ['%whoo'],
      [['%whoo: There is no magic %whoo. Did you mean %who or %whos?\n%help lists all of them.']],
    ],
  ])('%s', async (_, cells, wanted) => {
    await editor.open(...cells);
    expect(await editor.problems()).toEqual(wanted);
  });
});

describe('what cells left that ran', () => {
  /** A kernel in which cells have run, and a document beside it. */
  function beside(ran: readonly string[], document: readonly string[]): string[][] {
    const executed = new Notebook();
    ran.forEach((source, id) => {
      const cell = executed.create(`Cell [${id}]`, source);
      executed.publish(id, cell, [...cell.outline.values.keys()]);
    });
    const notebook = new OpenNotebook({
      directory: tmpdir(),
      registry: createRegistry(),
      executed,
      isCancelled: () => false,
    });
    notebook.update(codeCells(document));
    return notebook.world.cells.map((cell) =>
      findIn(notebook, cell, notebook.open(cell)).map(({ message }) => message),
    );
  }

  test.each<[string, string[], string[], string[][]]>([
    [
      'is known where nothing above declares it',
      ['const a = "x"'],
      ['a.trim()', 'a.toFixed()'],
      [[], ["Property 'toFixed' does not exist on type '\"x\"'. Did you mean 'fixed'?"]],
    ],
    ['is known though a cell below declares it', ['const a = "x"'], ['a.trim()', 'const a = 1'], [[], []]],
    [
      'gives way to a declaration above, as it is typed now',
      ['const a = "x"'],
      ['const a = 1', 'a.toFixed()'],
      [[], []],
    ],
  ])('%s', (_, ran, document, wanted) => {
    expect(beside(ran, document)).toEqual(wanted);
  });
});
