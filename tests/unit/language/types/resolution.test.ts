// Which file an import means, and that it is worked out once.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ModuleFinder } from '../../../../src/language/types/resolution';
import { Dialogue } from '../dialogue';

const findModule = jest.spyOn(ModuleFinder.prototype, 'findModule');
/** The imports that were looked up, in order, those of declarations under `node_modules` with their file. */
const lookedUp = () =>
  findModule.mock.calls.map(([specifier, containing]) =>
    containing.includes('/node_modules/') ? `${specifier} in ${containing}` : specifier,
  );

let directory: string;
let notebook: Dialogue;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'resolution-')));
  notebook = new Dialogue(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

function install(name: string, declarations: string): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, types: 'index.d.ts' }));
  write(`node_modules/${name}/index.d.ts`, declarations);
}

test('the imports of libraries are looked up once, those of a cell with each program', async () => {
  await notebook.run('const first = 1');
  expect(lookedUp().length).toBeGreaterThan(50);
  findModule.mockClear();
  await notebook.run('const second = first + 1', 'const third = second + 1');
  expect(lookedUp()).toEqual([]);
  await notebook.run('import { join } from "node:path"; const path: number = join("a")');
  expect([...new Set(lookedUp())]).toEqual(['node:path']);
  findModule.mockClear();
  await notebook.run('const fourth = path');
  expect(notebook.complete('path.to|').texts).toContain('toFixed');
  // The cell that imports it is in sight, since the others mention a name of it.
  expect([...new Set(lookedUp())]).toEqual(['node:path']);
});

test('a package that a library lacks is found once it is installed', async () => {
  install('outer', 'import { Inner } from "inner"; export declare const outer: { inner: Inner; n: number }');
  expect(await notebook.run('import { outer } from "outer"; const n: string = outer.n')).toContain('TS2322');
  expect(await notebook.run('const a: 1 = outer.inner')).toBe('');
  install('inner', 'export interface Inner { deep: string }');
  notebook.session.receive({ kind: 'packages' });
  expect(notebook.complete('outer.inner.|').texts).toEqual(['deep']);
  expect(await notebook.run('const b: 1 = outer.inner')).toContain("Type 'Inner' is not assignable");
});

test('a package that a library has is gone once it is removed', async () => {
  install('outer', 'import { Inner } from "inner"; export declare const outer: { inner: Inner }');
  install('inner', 'export interface Inner { deep: string }');
  expect(await notebook.run('import { outer } from "outer"; const a: 1 = outer.inner')).toContain("'Inner'");
  rmSync(join(directory, 'node_modules/inner'), { recursive: true });
  notebook.session.receive({ kind: 'packages' });
  expect(notebook.complete('outer.inner.|').texts).toEqual([]);
  expect(await notebook.run('const b: 1 = outer.inner')).toBe('');
});

test('a file of the project that appears, changes or goes is seen at once', async () => {
  expect(await notebook.run('import { x } from "./own"; const a: 1 = x')).toBe('');
  write('own.ts', 'import { y } from "./other"; export const x = y');
  write('other.ts', 'export const y = "a"');
  expect(await notebook.run('import { x } from "./own"; const b: 1 = x')).toContain(`'"a"'`);
  rmSync(join(directory, 'other.ts'));
  write('other/index.ts', 'export const y = true');
  expect(await notebook.run('import { x } from "./own"; const c: 1 = x')).toContain(`Type 'true'`);
});
