// Where code of a script stands in what it was made of, by maps as compilers and bundlers write them.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';
import { findGenerated } from '../../../src/debugging/generated';
import { parseSourceMap, readSourceMap, type SourceMap } from '../../../src/debugging/source-maps';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tskernel maps-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const source = `interface Point { x: number }

export function double(require: number): number {
  const twice: number = require * 2;

  return twice;
}
`;

/** One line of code, as the kernel's loader makes it. */
function compile(): { readonly code: string; readonly map: string } {
  return transformSync(source, {
    loader: 'ts',
    format: 'cjs',
    sourcemap: true,
    sourcefile: 'double.ts',
    minifyWhitespace: true,
  });
}

/** Of a word of the code: the line and the column of the source, from 1. */
function place(map: SourceMap, code: string, word: string) {
  const found = map.locate({ lineNumber: 0, columnNumber: code.indexOf(word) });
  return found && [found.line, found.column];
}

describe('a map', () => {
  test('tells where code stands, and nothing of what the compiler added', () => {
    const { code, map: text } = compile();
    const map = parseSourceMap(text, join(folder, 'double.js'))!;
    expect(map.paths).toEqual([join(folder, 'double.ts')]);
    expect(place(map, code, 'const twice')).toEqual([4, 3]);
    expect(place(map, code, 'return twice')).toEqual([6, 3]);
    expect(place(map, code, 'var __defProp')).toBeUndefined();
  });

  test('tells which stretches of the code a line has become, and the next line that has', () => {
    const { code, map: text } = compile();
    const map = parseSourceMap(text, join(folder, 'double.js'))!;
    const [path] = map.paths;
    const [first, second] = map.linesFrom(path!, 4);
    expect([first!.line, second!.line]).toEqual([4, 6]);
    const { start, end } = first!.stretches[0]!;
    expect(code.slice(start.columnNumber, end!.columnNumber)).toBe('const twice=require2*2;');
    expect(map.linesFrom(path!, 5)[0]!.line).toBe(6);
    expect(map.linesFrom(path!, 8)).toEqual([]);
  });

  test.each([
    ['a path', () => join(folder, 'src/a b.ts'), {}],
    ['a relative path', () => 'src/a b.ts', {}],
    ['a relative URL', () => 'src/a%20b.ts', {}],
    ['a URL', () => `file://${folder.replaceAll(' ', '%20')}/src/a%20b.ts`, {}],
    ['below a root', () => 'a b.ts', { sourceRoot: 'src' }],
    ['the scheme of a bundler', () => 'webpack://name/./src/a b.ts', {}],
  ])('finds a source that is %s', (_, name, more) => {
    write('package.json', '{}');
    const path = write('src/a b.ts', 'a();');
    const map = { version: 3, sources: [name()], names: [], mappings: 'AAAA', ...more };
    expect(parseSourceMap(JSON.stringify(map), join(folder, 'index.js'))?.paths).toEqual([path]);
  });

  test('of sections is one', () => {
    const section = (line: number, name: string) => ({
      offset: { line, column: 0 },
      map: { version: 3, sources: [name], sourcesContent: ['a();'], names: [], mappings: 'AAAA' },
    });
    const text = JSON.stringify({ version: 3, sections: [section(0, 'one.ts'), section(2, 'two.ts')] });
    const map = parseSourceMap(text, join(folder, 'index.js'))!;
    expect(map.locate({ lineNumber: 2, columnNumber: 4 })).toEqual({
      path: join(folder, 'two.ts'),
      line: 1,
      column: 1,
    });
    expect(map.text(join(folder, 'two.ts'))).toBe('a();');
  });

  test('without a text of its sources is none, and neither is one that is broken', () => {
    const map = { version: 3, sources: ['nowhere.ts'], names: [], mappings: 'AAAA' };
    const place = join(folder, 'index.js');
    expect(parseSourceMap(JSON.stringify(map), place)).toBeUndefined();
    expect(parseSourceMap(JSON.stringify({ ...map, sourcesContent: ['a();'] }), place)).toBeDefined();
    const data = (text: string) => `data:application/json;base64,${Buffer.from(text).toString('base64')}`;
    expect(readSourceMap(place, data(JSON.stringify(map).slice(0, 20)))).toBeUndefined();
    expect(readSourceMap(place, 'nowhere.js.map')).toBeUndefined();
    expect(readSourceMap(place, 'https://example.org/index.js.map')).toBeUndefined();
  });

  test('is read from the script, or from a file', () => {
    const file = write('read.js', 'a();');
    const map = { version: 3, sources: ['read.ts'], sourcesContent: ['a();'], names: [], mappings: 'AAAA' };
    const text = JSON.stringify(map);
    write('read.js.map', `)]}'\n${text}`);
    for (const address of [
      'read.js.map',
      `data:application/json;charset=utf-8;base64,${Buffer.from(text).toString('base64')}`,
      `data:application/json,${encodeURIComponent(text)}`,
    ])
      expect(readSourceMap(file, address)?.paths).toEqual([join(folder, 'read.ts')]);
  });
});

describe('before a package is loaded', () => {
  test('the files that were made of a source are found, by the maps in them or beside them', () => {
    const map = JSON.stringify({
      version: 3,
      sources: ['../src/index.ts'],
      sourcesContent: ['a();'],
      names: [],
      mappings: 'AAAA',
    });
    write('node_modules/made/package.json', '{}');
    write('node_modules/made/dist/index.js.map', map);
    write('node_modules/made/dist/none.js', 'b();');
    write(
      'node_modules/made/node_modules/other/index.js',
      'a();\n//# sourceMappingURL=../../dist/index.js.map',
    );
    const beside = write('node_modules/made/dist/index.js', 'a();\n//# sourceMappingURL=index.js.map\n');
    const within = write(
      'node_modules/made/esm/index.mjs',
      `a();\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`,
    );
    const found = findGenerated(join(folder, 'node_modules/made/src/index.ts'));
    expect(found.map(({ file }) => file).sort()).toEqual([beside, within]);
    expect(findGenerated(join(folder, 'node_modules/made/src/other.ts'))).toEqual([]);
  });
});
