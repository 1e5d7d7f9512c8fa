// Local modules that change while the notebook is open.
import { describe, expect, test } from '@jest/globals';
import { makeDirectory, type Notebook, openForAll } from './notebook';

const place = makeDirectory();
let notebook: Notebook;
openForAll(place, (opened) => {
  notebook = opened;
});

describe('a module that changed on disk', () => {
  test('is fresh at the next import, and who holds the old one keeps it', async () => {
    notebook.write('one.ts', "export const value: string = 'old'; export const get = () => value;");
    expect(await notebook.shows("import { value, get } from './one'; const oldGet = get; value")).toBe(
      "'old'",
    );
    notebook.write('one.ts', "export const value: string = 'newer'; export const get = () => value;");
    expect(await notebook.shows('value')).toBe("'old'");
    expect(await notebook.shows("import { value, get } from './one'; [value, get(), oldGet()]")).toBe(
      "[ 'newer', 'newer', 'old' ]",
    );
    expect(await notebook.shows("(await import('./one.ts')).value")).toBe("'newer'");
  });

  test('makes fresh what depends on it, and nothing else', async () => {
    notebook.write('base.ts', 'export const base = 1;');
    notebook.write('middle.ts', "import { base } from './base'; export const middle = base * 10;");
    notebook.write('top.ts', "import { middle } from './middle.js'; export const top = middle + 1;");
    notebook.write('other.ts', 'export const other = {};');
    await notebook.runs("import { top } from './top'; import { other } from './other'; const before = other");
    notebook.write('base.ts', 'export const base = 22;');
    expect(
      await notebook.shows(
        "import { top } from './top'; import { other } from './other'; [top, other === before]",
      ),
    ).toBe('[ 221, true ]');
  });

  test('is found again after it was broken', async () => {
    notebook.write('broken.ts', 'export const = 1;');
    expect(await notebook.fails("import { fine } from './broken'")).toContain('broken.ts');
    notebook.write('broken.ts', "throw new Error('while loading'); export const fine = 1;");
    expect(await notebook.fails("import { fine } from './broken'")).toMatch(
      /while loading[\s\S]*broken\.ts:1:7/,
    );
    notebook.write('broken.ts', 'export const fine = 12345;');
    expect(await notebook.shows("import { fine } from './broken'; fine")).toBe('12345');
  });

  test('by require(), with what requires it', async () => {
    notebook.write('leaf.cjs', "exports.leaf = 'a';");
    notebook.write('branch.cjs', "exports.branch = require('./leaf.cjs').leaf + '!';");
    expect(await notebook.shows("require('./branch.cjs').branch")).toBe("'a!'");
    expect(await notebook.shows("import { branch } from './branch.cjs'; branch")).toBe("'a!'");
    notebook.write('leaf.cjs', "exports.leaf = 'bbb';");
    expect(await notebook.shows("require('./branch.cjs').branch")).toBe("'bbb!'");
    expect(await notebook.shows("import { branch } from './branch.cjs'; branch")).toBe("'bbb!'");
  });

  test('JSON and text too', async () => {
    notebook.write('data.json', '{"n":1}');
    notebook.write('note.txt', 'one');
    const code =
      "import data from './data.json' with { type: 'json' }; import note from './note.txt' with { type: 'text' }; [data.n, note]";
    expect(await notebook.shows(code)).toBe("[ 1, 'one' ]");
    notebook.write('data.json', '{"n":22}');
    notebook.write('note.txt', 'three');
    expect(await notebook.shows(code)).toBe("[ 22, 'three' ]");
  });

  test('keeps its lines in stack traces', async () => {
    notebook.write('lines.ts', 'export function go(): void { throw new Error("1") }');
    await notebook.fails("import { go } from './lines'; go()");
    notebook.write(
      'lines.ts',
      'interface X { a: 1 }\n\n\nexport function go(): void {\n  throw new Error("2")\n}',
    );
    expect(await notebook.fails("import { go } from './lines'; go()")).toMatch(/\/lines\.ts:5:9\)/);
  });
});

describe('%autoreload and %reload', () => {
  test('off, a module stays until it is asked for again', async () => {
    notebook.write('kept.ts', 'export const kept = 1;');
    await notebook.runs("import { kept } from './kept'");
    expect(await notebook.prints('%autoreload off')).toContain('off');
    notebook.write('kept.ts', 'export const kept = 222;');
    expect(await notebook.shows("import { kept } from './kept'; kept")).toBe('1');
    await notebook.runs('%reload ./kept');
    expect(await notebook.shows("import { kept } from './kept'; kept")).toBe('222');
    await notebook.runs('%autoreload on');
  });

  test('a module that did not change is evaluated again', async () => {
    notebook.write(
      'count.ts',
      'const all = globalThis as { count?: number }; all.count = (all.count ?? 0) + 1; export {}',
    );
    await notebook.runs("import './count'");
    await notebook.runs("import './count'");
    expect(await notebook.shows('(globalThis as any).count')).toBe('1');
    await notebook.runs("%reload ./count.ts\nimport './count'");
    expect(await notebook.shows('(globalThis as any).count')).toBe('2');
    await notebook.runs("%reload\nimport './count'");
    expect(await notebook.shows('(globalThis as any).count')).toBe('3');
  });

  test('a module that is not there is an error', async () => {
    expect(await notebook.fails('%reload ./nothing')).toContain('nothing');
  });
});
