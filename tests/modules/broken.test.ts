// Local modules that cannot be loaded: where in which file, and which import of the cell that runs.
import { describe, expect, test } from '@jest/globals';
import { makeDirectory, type Notebook, openForAll } from './notebook';

const place = makeDirectory({
  'bad.ts': "export const k = 1\nconst é: string = '😀'; export const l = ;\n",
  'user.ts': "export * from './bad'",
  'bad.cjs': 'const a = 1;\nconst b = = 2;\n',
  'bad.json': '{ "a": 1,\n  "b": }',
  'missing.ts': "type Unused = 1\nimport { nothing } from './there'\nexport const missing = nothing",
  'a?b.ts': "export const part: string = 'there'",
  'a#b%.ts': "export const part: string = 'there'",
  'a?c.cjs': "module.exports = 'literal'",
  'a?c.json': '{ "part": "json" }',
  'a?d.js': "module.exports = require('./in?side/c')",
  'in?side/c.js': "exports.deep = require('../a?c.cjs')",
  'in?side/d.cts': 'const part: string = "there"; module.exports = part',
  'there.ts': 'export const there = 1',
  'common.cts': 'const a = 1\nexport = ;\n',
  'empty/nothing.txt': '',
  'node_modules/closed/package.json': JSON.stringify({
    name: 'closed',
    exports: { '.': './index.js', './part': './part.js', './inner/*': null },
  }),
  'throwing.ts': "export const k = 1\nthrow new Error('while loading')",
});
let notebook: Notebook;
openForAll(place, (opened) => {
  notebook = opened;
});

/** Before that, a thread of Node's own looks for modules, and its errors have no frame of the cell. */
const isFoundInThread = Number(process.versions.node.split('.')[0]) >= 24;
const isSearchedInCell = (code: string) =>
  code.startsWith('require') || (isFoundInThread && code.startsWith('await'));

/** A traceback without the directory. */
async function fails(code: string): Promise<string[]> {
  const traceback = await notebook.fails(code);
  expect(traceback).not.toMatch(/node:|esbuild|dist\//);
  return traceback.replaceAll(`${place.directory}/`, '').split('\n');
}

describe('a file that cannot be parsed', () => {
  test('is shown at its place, then the import', async () => {
    const excerpt = [
      'SyntaxError: Unexpected ";"',
      'bad.ts:2:42',
      '  1 | export const k = 1',
      "> 2 | const é: string = '😀'; export const l = ;",
      '    |                                          ^',
    ];
    expect(await fails("\nimport { k } from './bad.ts'")).toEqual([
      ...excerpt,
      expect.stringMatching(/^Cell \[\d+\]:2:1$/),
      "> 2 | import { k } from './bad.ts'",
      '    | ^',
    ]);
    expect(await fails("import { k } from './user'")).toEqual(expect.arrayContaining(excerpt));
    expect(await fails("1;\nawait import('./bad.ts')")).toEqual([
      ...excerpt,
      expect.stringMatching(/^Cell \[\d+\]:2:7$/),
      '  1 | 1;',
      "> 2 | await import('./bad.ts')",
      '    |       ^',
    ]);
  });

  test('also JavaScript, however it is loaded', async () => {
    const excerpt = [
      "SyntaxError: Unexpected token '='",
      'bad.cjs:2:11',
      '  1 | const a = 1;',
      '> 2 | const b = = 2;',
      '    |           ^',
      expect.stringMatching(/^Cell \[\d+\]:1:1$/),
    ];
    expect(await fails("import './bad.cjs'")).toEqual([...excerpt, "> 1 | import './bad.cjs'", '    | ^']);
    expect(await fails("require('./bad.cjs')")).toEqual([
      ...excerpt,
      "> 1 | require('./bad.cjs')",
      '    | ^',
      expect.stringMatching(/^ {4}at Cell \[\d+\]:1:1$/),
    ]);
  });

  test('and JSON', async () => {
    for (const attributes of ['', " with { type: 'json' }"])
      expect(await fails(`import data from './bad.json'${attributes}`)).toEqual(
        expect.arrayContaining(['SyntaxError: Unexpected "}" in JSON', 'bad.json:2:8', '> 2 |   "b": }']),
      );
  });

  test('and TypeScript that is CommonJS', async () => {
    expect(await fails("import './common.cts'")).toEqual(
      expect.arrayContaining(['SyntaxError: Unexpected ";"', 'common.cts:2:10', '> 2 | export = ;']),
    );
  });
});

describe('a module that cannot be imported', () => {
  test.each(["import 'closed/other'", "await import('closed/other')", "require('closed/other')"])(
    'because its package keeps it: %s',
    async (code) => {
      expect(await fails(code)).toEqual([
        `Error: Package subpath './other' is not defined by "exports" in node_modules/closed/package.json`,
        expect.stringMatching(/^Cell \[\d+\]:1:\d+$/),
        `> 1 | ${code}`,
        expect.stringContaining('^'),
        'It exports closed, closed/part',
        ...(isSearchedInCell(code) ? [expect.stringMatching(/^ {4}at Cell \[\d+\]:1:[17]$/)] : []),
      ]);
    },
  );

  test.each(["import './nowhere.mjs'", "await import('./nowhere.mjs')", "require('./nowhere.mjs')"])(
    'because it is not there: %s',
    async (code) => {
      expect(await fails(code)).toEqual([
        "Error: Cannot find module 'nowhere.mjs'",
        expect.stringMatching(/^Cell \[\d+\]:1:[17]$/),
        `> 1 | ${code}`,
        expect.stringContaining('^'),
        ...(isSearchedInCell(code) ? [expect.stringMatching(/^ {4}at Cell \[\d+\]:1:[17]$/)] : []),
      ]);
    },
  );

  test.each([
    ["import '#inner'", 'TypeError: Package import specifier "#inner" is not defined'],
    ["import './empty'", "Error: Directory import 'empty' is not supported resolving ES modules"],
  ])('for a reason of Node’s: %s', async (code, message) => {
    const lines = await fails(code);
    expect(lines[0]).toEqual(message);
    expect(lines.filter((line) => line.startsWith('    at '))).toEqual([]);
    expect(lines[2]).toBe(`> 1 | ${code}`);
  });
});

describe('a module that fails again', () => {
  test('because an export is missing, shows the cell that runs now', async () => {
    const excerpt = [
      expect.stringContaining("does not provide an export named 'nothing'"),
      'missing.ts:2:10',
      '  1 | type Unused = 1',
      "> 2 | import { nothing } from './there'",
      '    |          ^',
      '  3 | export const missing = nothing',
    ];
    expect(await fails("import { missing } from './missing.ts'")).toEqual([
      ...excerpt,
      expect.stringMatching(/^Cell \[\d+\]:1:1$/),
      "> 1 | import { missing } from './missing.ts'",
      '    | ^',
    ]);
    expect(await fails("\nconst m = await import('./missing.ts')")).toEqual([
      ...excerpt,
      expect.stringMatching(/^Cell \[\d+\]:2:17$/),
      "> 2 | const m = await import('./missing.ts')",
      '    |                 ^',
    ]);
  });

  test('because it throws, shows the cell that runs now', async () => {
    const thrown = '    at throwing.ts:2:7';
    const excerpt = [
      'Error: while loading',
      'throwing.ts:2:7',
      '  1 | export const k = 1',
      "> 2 | throw new Error('while loading')",
      '    |       ^',
    ];
    for (const [code, column] of [
      ["import { k } from './throwing'", 1],
      ["\n\nimport { k } from './throwing'", 1],
      ["const again = await import('./throwing.ts')", 21],
    ] as const) {
      const line = code.split('\n').length;
      expect(await fails(code)).toEqual([
        ...excerpt,
        expect.stringMatching(new RegExp(`^Cell \\[\\d+\\]:${line}:${column}$`)),
        `> ${line} | ${code.trim()}`,
        expect.stringContaining('^'),
        thrown,
      ]);
    }
    // Which of the two it was, nobody knows; which statement waited for them is.
    const two = await fails("await import('./there').then(() => import('./throwing.ts'))");
    expect(two).toEqual([
      ...excerpt,
      expect.stringMatching(/^Cell \[\d+\]:1:1$/),
      "> 1 | await import('./there').then(() => import('./throwing.ts'))",
      '    | ^',
      thrown,
    ]);
  });
});

describe('a path that is read as an address', () => {
  test('a question mark: what to do', async () => {
    const [told] = await fails("import { part } from './a%3Fb.ts'; part");
    expect(told).toBe(
      'Error: \'a?b.ts\' is not translated, since there is a "?" in its path: rename the file or folder',
    );
  });

  test('a question mark means itself to require(), as in Node, but for TypeScript', async () => {
    const { result } = await notebook.run(
      "[require('./a?c.cjs'), require('./a?c.json').part, require('./a?d').deep].join()",
    );
    expect(result).toBe("'literal,json,literal'");
    expect((await notebook.run("import literal from './in%3Fside/c.js'; literal.deep")).result).toBe(
      "'literal'",
    );
    expect((await fails("require('./nowhere?c.cjs')"))[0]).toMatch(/^Error: Cannot find module '\S*nowhere/);
    for (const code of ["require('./a?b.ts')", "require('./in?side/d.cts')"])
      expect((await fails(code))[0]).toMatch(/is not translated, since there is a "\?" in its path: rename/);
  });

  test('a number sign and a percent sign, written as in an address', async () => {
    const { result } = await notebook.run("import { part as p2 } from './a%23b%25.ts'; p2");
    expect(result).toBe("'there'");
  });
});
