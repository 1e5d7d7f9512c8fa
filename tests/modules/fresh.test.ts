// What an import means does not depend on what ran before: a fresh notebook finds what one finds that has loaded local files.
import { describe, expect, test } from '@jest/globals';
import { makeDirectory, Notebook } from './notebook';

const manifest = (name: string, rest: object = {}) => JSON.stringify({ name, version: '1.2.3', ...rest });

/** Packages that Node alone does not take: files without an ending, directories, JSON, TypeScript. */
const files = {
  'local.ts': 'export const local: number = 1;',
  'node_modules/plain/package.json': manifest('plain', { main: 'main.js' }),
  'node_modules/plain/main.js': "module.exports = require('./parts/names')",
  'node_modules/plain/parts/names.js':
    "Object.defineProperty(exports, '__esModule', { value: true }); exports.first = 1; exports.second = 2;",
  'node_modules/plain/map.js': "module.exports = 'map'",
  'node_modules/plain/fp.js': "module.exports = 'beside the directory'",
  'node_modules/plain/fp/other.js': "module.exports = 'other'",
  'node_modules/plain/function/package.json': JSON.stringify({ main: '../lib/function.js' }),
  'node_modules/plain/lib/function.js': 'exports.pipe = 3',
  'node_modules/plain/actual/index.js': "module.exports = 'index'",
  'node_modules/star/package.json': manifest('star'),
  'node_modules/star/index.js':
    'var __exportStar = (m, e) => { for (const p in m) if (!(p in e)) e[p] = m[p]; };\n__exportStar(require("./core"), exports);',
  'node_modules/star/core.js': 'exports.core = 4',
  'node_modules/annotated/package.json': manifest('annotated'),
  'node_modules/annotated/index.js':
    "const all = require('./b'); module.exports = { ...all };\n0 && (module.exports = { ...require('./b') });",
  'node_modules/annotated/b.js': 'exports.named = 5',
  'node_modules/bundled/package.json': manifest('bundled', { type: 'module', main: 'index.js' }),
  'node_modules/bundled/index.js':
    "import map from 'plain/map'; import { v } from './lib'; import data from './data.json'; export const all = [map, v, data.j]; globalThis.runs = (globalThis.runs ?? 0) + 1;",
  'node_modules/bundled/lib.js': 'export const v = 7',
  'node_modules/bundled/data.json': '{"j":8}',
  'node_modules/typed/package.json': manifest('typed', { type: 'module', main: 'index.ts' }),
  'node_modules/typed/index.ts': 'export enum Colour { red = 9 }',
  'node_modules/exporting/package.json': manifest('exporting', {
    exports: { './*': './*', './package.json': './package.json' },
  }),
  'node_modules/exporting/part.js': "module.exports = 'part'",
};

const imports: readonly (readonly [code: string, shown: string])[] = [
  ["import map from 'plain/map'; map", "'map'"],
  ["import fp from 'plain/fp'; fp", "'beside the directory'"],
  ["import * as f from 'plain/function'; f.pipe", '3'],
  ["import actual from 'plain/actual'; actual", "'index'"],
  ["import json from 'plain/package.json'; json.version", "'1.2.3'"],
  ["import json from 'exporting/package.json'; json.version", "'1.2.3'"],
  ["import part from 'exporting/part'; part", "'part'"],
  ["import { all } from 'bundled'; [all, (globalThis as any).runs]", "[ [ 'map', 7, 8 ], 1 ]"],
  ["import { Colour } from 'typed'; Colour.red", '9'],
  ["import map = require('plain/map'); map", "'map'"],
  ["import * as plain from 'plain'; [plain.first, plain.second]", '[ 1, 2 ]'],
  ["import * as star from 'star'; star.core", '4'],
  ["import * as annotated from 'annotated'; annotated.named", '5'],
  ["(await import('plain')).second", '2'],
  ["(await import('star')).core", '4'],
];

describe.each(imports)('%s', (code, shown) => {
  test('in a fresh notebook, and again after a local import', async () => {
    await inNotebook(async (notebook) => {
      expect(await notebook.shows(code)).toBe(shown);
      await notebook.runs("import { local } from './local'");
      expect(await notebook.shows(code)).toBe(shown);
    });
  });
});

test('after a local import first', async () => {
  await inNotebook(async (notebook) => {
    await notebook.runs("import { local } from './local'");
    for (const [code, shown] of imports) expect([code, await notebook.shows(code)]).toEqual([code, shown]);
  });
});

test('what is not there at all is told as ever', async () => {
  await inNotebook(async (notebook) => {
    expect(await notebook.fails("import x from 'plain/nowhere'")).toMatch(
      /^Error: Cannot find module '\S*plain\/nowhere'/,
    );
    expect(await notebook.fails("import x from 'bundled/nowhere.js'")).toContain("bundled/nowhere.js'");
  });
});

async function inNotebook(work: (notebook: Notebook) => Promise<void>): Promise<void> {
  const place = makeDirectory(files);
  const notebook = await Notebook.open(place.directory);
  try {
    await work(notebook);
  } finally {
    await notebook.close();
    place.remove();
  }
}
