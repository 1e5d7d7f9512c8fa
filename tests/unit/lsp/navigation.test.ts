// From a name to where it is defined and used, and another name for it, across cells.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DefinitionRequest,
  DocumentHighlightRequest,
  type Location,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  TypeDefinitionRequest,
} from 'vscode-languageserver-protocol';
import { startEditor } from './server';

const directory = mkdtempSync(join(tmpdir(), 'tskernel-lsp-'));
writeFileSync(
  join(directory, 'helper.ts'),
  'export interface Help { text: string }\nexport const help: Help = { text: "" };',
);

const editor = startEditor(directory);
beforeAll(() => editor.start());
afterAll(() => editor.end());

const texts = (locations: unknown) =>
  (locations as Location[]).map(({ uri, range }) => editor.textOf(uri, range));

const define = async (index: number, text: string) =>
  texts(await editor.connection.sendRequest(DefinitionRequest.type, editor.at(index, text)));

describe('the definition of', () => {
  test.each<[string, string[], string, string[]]>([
    ['a variable above', ['const user = { name: "a" }', 'const user = 2', 'user'], 'user', ['1: user']],
    ['a function', ['function f() {}', 'f()'], 'f', ['0: f']],
    ['a member of a type', ['interface A { x: number }', 'const all: A[] = []', 'all[0].x'], 'x', ['0: x']],
    [
      'a member of an object',
      ['const user = { name: "a" }', 'const copy = user', 'copy.name'],
      'name',
      ['0: name'],
    ],
    ['a class', ['class A { b = 1 }', 'class C extends A {}', 'new C().b'], 'b', ['0: b']],
    ['an import of another cell', ["import { help } from './helper'", 'help'], 'help', ['helper.ts']],
    ['something in a file', ["import { help } from './helper'", 'help.text'], 'text', ['helper.ts']],
    ['a local name', ['const a = 1', 'function f(a: string) { return a }'], 'a }', ['1: a']],
    [
      'a narrowed constant',
      ['const row = Math.random() > 2 ? 1 : undefined', 'if (!row) throw 1', 'row'],
      'row',
      ['0: row'],
    ],
    ['something of the kernel', ['', 'display(1)'], 'display', []],
  ])('%s', async (_, cells, name, wanted) => {
    await editor.open(...cells);
    expect(await define(cells.length - 1, name)).toEqual(wanted);
  });

  test.each([
    ['the language', '[1].findLast(Boolean)', 'findLast', 'lib.es2023.array.d.ts'],
    ['Node', 'import { statSync } from "node:fs"; statSync("")', 'statSync(', 'fs.d.ts'],
  ])('something of %s, where it stands in its own file', async (_, cell, name, file) => {
    await editor.open(cell);
    const found = await editor.connection.sendRequest(DefinitionRequest.type, editor.at(0, name));
    const [place] = found as Location[];
    expect(basename(place!.uri)).toBe(file);
    const line = readFileSync(fileURLToPath(place!.uri), 'utf8').split('\n')[place!.range.start.line]!;
    const word = name.replace('(', '');
    expect(line.slice(place!.range.start.character, place!.range.end.character)).toBe(word);
  });

  test('a type', async () => {
    await editor.open('interface A { x: number }', 'const all: A[] = []', 'const one = all[0]');
    const found = await editor.connection.sendRequest(TypeDefinitionRequest.type, editor.at(2, 'one'));
    expect(texts(found)).toEqual(['0: A']);
  });
});

describe('references', () => {
  const find = async (index: number, text: string) => {
    const context = { includeDeclaration: true };
    const asks = { ...editor.at(index, text), context };
    return texts(await editor.connection.sendRequest(ReferencesRequest.type, asks)).sort();
  };

  test('of a variable are in all cells that mean it', async () => {
    await editor.open('const a = 1', 'a + a', 'const a = 2', 'a', 'function f(a: string) { return a }');
    expect(await find(0, 'a')).toEqual(['0: a', '1: a', '1: a']);
    expect(await find(1, 'a')).toEqual(['0: a', '1: a', '1: a']);
    expect(await find(3, 'a')).toEqual(['2: a', '3: a']);
  });

  test('of a member', async () => {
    await editor.open(
      'interface A { x: number }',
      'const all: A[] = []',
      'all[0].x',
      'const y: A = { x: 1 }; y.x',
    );
    expect(await find(2, 'x')).toEqual(['0: x', '2: x', '3: x', '3: x']);
  });

  test('in a cell are marked', async () => {
    await editor.open('const a = 1', 'a + a');
    const marks = await editor.connection.sendRequest(DocumentHighlightRequest.type, editor.at(1, 'a'));
    expect(marks).toHaveLength(2);
  });
});

describe('another name', () => {
  const rename = async (index: number, text: string, newName: string) => {
    const edit = await editor.connection.sendRequest(RenameRequest.type, {
      ...editor.at(index, text),
      newName,
    });
    return editor.apply(edit!);
  };

  test.each<[string, string[], [number, string], string[]]>([
    [
      'for a variable',
      ['const a = 1', 'a + a', '({ a })', 'const a = 2', 'a'],
      [1, 'a'],
      ['const b = 1', 'b + b', '({ a: b })', 'const a = 2', 'a'],
    ],
    [
      'for a function',
      ['function a() {}', 'a()', 'export { a }'],
      [0, 'a'],
      ['function b() {}', 'b()', 'export { b as a }'],
    ],
    [
      'for a type',
      ['interface a { x: 1 }', 'let x: a', 'type Z = a[]'],
      [1, 'a'],
      ['interface b { x: 1 }', 'let x: b', 'type Z = b[]'],
    ],
    [
      'for a member',
      ['class A { a = 1 }', 'new A().a', 'const { a } = new A()'],
      [1, 'a'],
      ['class A { b = 1 }', 'new A().b', 'const { b: a } = new A()'],
    ],
    [
      'for a local name',
      ['const a = 1', 'function f(a: string) { return a }'],
      [1, 'a:'],
      ['const a = 1', 'function f(b: string) { return b }'],
    ],
    [
      'for what is imported',
      ["import { join as a } from 'node:path'", 'a("x")'],
      [1, 'a'],
      ["import { join as b } from 'node:path'", 'b("x")'],
    ],
    [
      'for a narrowed constant',
      ['const a = Math.random() > 2 ? 1 : undefined', 'if (!a) throw 1', 'a.toFixed()'],
      [2, 'a'],
      ['const b = Math.random() > 2 ? 1 : undefined', 'if (!b) throw 1', 'b.toFixed()'],
    ],
    [
      'with magics between',
      ['%types warn\nconst a = 1\n!echo a', 'a'],
      [1, 'a'],
      ['%types warn\nconst b = 1\n!echo a', 'b'],
    ],
  ])('%s', async (_, cells, [index, text], wanted) => {
    await editor.open(...cells);
    expect(await rename(index, text, 'b')).toEqual(wanted);
  });

  test.each([
    ['display(1)', 'display', 'c', 'display is not of this notebook.'],
    [
      'Math.max(1)',
      'max',
      'c',
      'You cannot rename elements that are defined in the standard TypeScript library.',
    ],
    ['const a = 1', 'a', '1x', '1x is no name.'],
    ['const a = 1', 'a', 'class', 'class is no name.'],
  ])('%s: %s cannot be %s', async (cell, text, newName, reason) => {
    await editor.open(cell);
    const asked = editor.connection.sendRequest(RenameRequest.type, { ...editor.at(0, text), newName });
    await expect(asked).rejects.toThrow(reason);
  });

  test('is prepared', async () => {
    await editor.open('const user = 1', 'user');
    const prepared = await editor.connection.sendRequest(PrepareRenameRequest.type, editor.at(1, 'user'));
    expect(prepared).toMatchObject({ placeholder: 'user' });
  });
});
