// A source that is being edited: which program answers, and that the answers are those of a program of its own.
import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Notebook } from '../../../../src/language/notebook/cells';
import { TypeService } from '../../../../src/language/types/service';
import { readSettings } from '../../../../src/language/types/tsconfig';
import { Dialogue } from '../dialogue';

describe('the answers', () => {
  const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));

  const typed = [
    '|',
    's|',
    'sample.|',
    'sample.a|',
    'sample.alpha.toF|',
    'point.|',
    'sample.alpha + point.|',
    'const x = sample; x.|',
    'const x = point; x.|',
    'class A { a = 1; b = this.| }',
    'class A { b = 2; c = this.| }',
    'interface Point { z: 1 }; let p: Point; p!.|',
    'let p: Point; p!.|',
    'function f(sample: { own: 1 }) { sample.| }',
    'move({ |',
    'move({ x: 1, |',
    'label.|',
    'import fs from "node:fs"; fs.readFileS|',
    'fs.|',
    'sample.beta.toUpper|',
    'declare global { var later: number }; lat|',
    'lat|',
    'const el = <b>{sample.|}</b>',
    'for (const g of sample.gamma) g.toP|',
    'if (typeof either === "string") either.|',
    'if (typeof either === "number") either.|',
    'sample.alpha.|',
  ];

  beforeEach(async () => {
    notebook.restart();
    await notebook.run(
      'const sample = { alpha: 1, beta: "two", gamma: [3] }',
      'interface Point { x: number; y?: number }\nclass Label { #own = 1; text = "" }\nconst point: Point = { x: 1 }, label = new Label()',
      'function move(to: Point) { return to }\nlet either = Math.random() > 2 ? "a" : 1',
    );
  });

  test('are those of a program of its own', () => {
    const ask = (text: string) => ({
      completed: notebook.complete(text),
      shown: notebook.inspect(text.replace('.|', '|')),
    });
    const inTurn = typed.map(ask);
    const alone = typed.map((text) => {
      // Every program is made anew.
      notebook.session.receive({ kind: 'packages' });
      return ask(text);
    });
    expect(inTurn).toEqual(alone);
    // What only another source has declared is not there.
    const nothing = typed.filter((_, index) => alone[index]!.completed.items.length === 0);
    expect(nothing).toEqual(['fs.|', 'lat|']);
  });

  test('know of a name that has changed since', async () => {
    expect(notebook.complete('sample.|').texts).toEqual(['alpha', 'beta', 'gamma']);
    await notebook.run('const sample = { delta: 1 }');
    expect(notebook.complete('sample.|').texts).toEqual(['delta']);
  });

  test('know what a cell has added to the globals since', async () => {
    expect(notebook.complete('[].la|').texts).toEqual(['lastIndexOf']);
    await notebook.run('declare global { interface Array<T> { last(): T } }');
    expect(notebook.complete('[].la|').texts).toEqual(['last', 'lastIndexOf']);
  });
});

describe('the program', () => {
  const directory = mkdtempSync(join(tmpdir(), 'notebook-'));
  const helper = join(directory, 'helper.ts');
  const write = (text: string, seconds: number) => {
    writeFileSync(helper, text);
    utimesSync(helper, seconds, seconds);
  };
  write('export const help = 1;', 1);

  let notebook: Notebook;
  let types: TypeService;
  let isCancelled = false;
  let cells = 0;
  const run = (source: string) => {
    const cell = notebook.create(`Cell [${++cells}]`, source);
    notebook.publish(cells, cell, [...cell.outline.values.keys()]);
  };
  const programOf = (source: string) => types.focusDraft(notebook.draft(source)).program;

  beforeEach(() => {
    notebook = new Notebook();
    types = new TypeService({
      directory,
      compilerOptions: readSettings(directory).options,
      declarations: [],
      notebook,
      isCancelled: () => isCancelled,
    });
    for (const _ of types.warmUp());
    run('const sample = { alpha: 1 }');
    run('const other = 1');
  });

  test('is the same while somebody types', () => {
    const program = programOf('sample.');
    for (const source of ['sample.a', 'sample.alpha', 'let x = sample.alpha;\nx.', 'x', ''])
      expect(programOf(source)).toBe(program);
  });

  test.each([
    ['that mentions another cell', 'sample + other.'],
    ['that imports', 'import fs from "node:fs"; fs.'],
    ['that may import', 'import("node:fs")'],
    ['that adds to the globals', 'declare global { var x: 1 }'],
    ['that has JSX', 'const x = <b>{sample.alpha}</b>'],
  ])('is another one for a source %s', (_, source) => {
    const program = programOf('sample.');
    expect(programOf(source)).not.toBe(program);
  });

  test('is another one after 20,000 letters, since the checker keeps their trees', () => {
    const line = '// a note\n'.repeat(1500);
    const program = programOf('sample.');
    expect(programOf(line)).toBe(program);
    expect(programOf(`${line} `)).not.toBe(program);
  });

  test('is another one when other modules are open', () => {
    const program = programOf('sample.');
    types.open([notebook.find('tskernel-cell-1')!]);
    expect(programOf('sample.a')).not.toBe(program);
  });

  test('is another one when the checker was interrupted', () => {
    const program = programOf('sample.');
    isCancelled = true;
    expect(() => programOf('sample.a')).toThrow();
    isCancelled = false;
    expect(programOf('sample.a')).not.toBe(program);
  });

  test('is another one after a source was opened to be checked', () => {
    programOf('sample.');
    const program = programOf('sample.b');
    const { text } = notebook.draft('sample.b');
    expect(types.focus(text, false).program).not.toBe(program);
  });

  test('is another one when a file of the user has changed', () => {
    run('import { help } from "./helper"');
    const program = programOf('help.');
    expect(programOf('help.t')).toBe(program);
    // A package or a file may add to the globals.
    expect(programOf('help')).toBe(program);
    expect(programOf('')).not.toBe(program);
    const again = programOf('help.');
    write('export const help = "";', 2);
    expect(programOf('help.t')).not.toBe(again);
  });
});
