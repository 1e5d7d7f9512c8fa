// Which scripts are files, whose they are, and where their code stands in what a person wrote.

import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { Debugger } from 'node:inspector';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';
import { OwnFiles } from '../../../src/debugging/own-files';
import { FileScript, fileOf, urlPattern } from '../../../src/debugging/scripts';
import type { Target } from '../../../src/debugging/target';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tskernel scripts-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parsed = (more: Partial<Debugger.ScriptParsedEventDataType>) =>
  ({ scriptId: '1', url: '', ...more }) as Debugger.ScriptParsedEventDataType;

/** A file as the kernel's loader hands it to V8, in one line. */
async function load(source: string): Promise<{ readonly script: FileScript; readonly code: string }> {
  const file = join(folder, 'file.ts');
  writeFileSync(file, source);
  const { code } = transformSync(source, {
    loader: 'ts',
    sourcemap: 'inline',
    sourcefile: file,
    sourcesContent: false,
    minifyWhitespace: true,
    keepNames: true,
  });
  const [, sourceMapURL = ''] = /sourceMappingURL=(.*)/.exec(code) ?? [];
  const script = new FileScript(parsed({ url: pathToFileURL(file).href, sourceMapURL }), file);
  await script.load({ call: async () => ({ scriptSource: code }) } as unknown as Target);
  return { script, code: code.split('\n')[0]! };
}

const lineAt = (script: FileScript, columnNumber: number) =>
  script.locate({ scriptId: '1', lineNumber: 0, columnNumber })?.line;

test('the file of a URL is that without the queries of loaders', () => {
  const url = pathToFileURL(join(folder, 'a.ts')).href;
  for (const each of [
    url,
    `${url}?version=3`,
    `${url}?x=1&version=2`,
    `${url}%3Ftsx-namespace=1`,
    `${url}#x`,
  ]) {
    expect(fileOf(each)).toBe(join(folder, 'a.ts'));
    expect(each).toMatch(new RegExp(urlPattern(join(folder, 'a.ts'))));
  }
  expect(`${url}x`).not.toMatch(new RegExp(urlPattern(join(folder, 'a.ts'))));
  for (const each of ['', 'node:fs', 'evalmachine.<anonymous>', `${url}?import.meta`])
    expect(fileOf(each)).toBeUndefined();
});

test('where a function returns is the line of the return, though the code has no semicolon there', async () => {
  const { script, code } = await load(
    'export function f() {\n  const a = g();\n  return a;\n}\nfunction g() {\n  f();\n}\n',
  );
  expect(code).toContain('return a}');
  expect(lineAt(script, code.indexOf('return a}') + 'return a'.length)).toBe(3);
  expect(lineAt(script, code.indexOf('f()}') + 'f()'.length)).toBe(7);
});

test('what gives functions their names back is nobody’s', async () => {
  const { script, code } = await load(
    'export function f() {\n  return g();\n}\nexport const h = () => {\n  f();\n};\n',
  );
  const naming = code.indexOf('__name(f,');
  expect(naming).toBeGreaterThan(0);
  expect(lineAt(script, naming)).toBeUndefined();
  expect(lineAt(script, naming + '__name('.length)).toBeUndefined();
  expect(lineAt(script, code.indexOf('f()}'))).toBe(5);
});

test('a file whose lines the loader has left alone is its own source', () => {
  const file = join(folder, 'kept.mjs');
  writeFileSync(file, 'a();\nb();\n');
  const map = { version: 3, sources: [file], names: [], mappings: 'AAAA;AACA' };
  const sourceMapURL = `data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
  const script = new FileScript(parsed({ url: pathToFileURL(file).href, sourceMapURL }), file);
  expect(script.map).toBeUndefined();
  expect(script.locate({ scriptId: '1', lineNumber: 1, columnNumber: 3 })).toEqual({
    path: file,
    line: 2,
    column: 4,
  });
});

test('the kernel’s own files are those of its build, wherever the build was made', () => {
  writeFileSync(join(folder, 'execution.cjs'), 'run();');
  const own = new OwnFiles(folder);
  const has = (file: string, length: number) =>
    own.has(parsed({ url: pathToFileURL(file).href, length }), file);
  expect(has(join(folder, 'anything.cjs'), 1)).toBe(true);
  expect(has('/built/elsewhere/dist/execution.cjs', Module.wrap('run();').length)).toBe(true);
  expect(has('/project/dist/execution.cjs', 1000)).toBe(false);
  expect(has('/project/dist/other.cjs', 6)).toBe(false);
  expect(
    own.patterns.some((pattern) => new RegExp(pattern).test('file:///built/elsewhere/dist/execution.cjs')),
  ).toBe(true);
});
