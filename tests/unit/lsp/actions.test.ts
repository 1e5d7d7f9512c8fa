// What mends a mistake, and what puts a cell in form.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CodeAction,
  CodeActionRequest,
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
} from 'vscode-languageserver-protocol';
import { startEditor } from './server';

const directory = mkdtempSync(join(tmpdir(), 'tskernel-lsp-'));
writeFileSync(join(directory, 'helper.ts'), 'export function askHelper(): string { return "" }');
const editor = startEditor(directory);
beforeAll(() => editor.start());
afterAll(() => editor.end());

async function fixes(index: number): Promise<CodeAction[]> {
  const diagnostics = await editor.diagnostics(index);
  const [first] = diagnostics;
  if (!first) throw new Error('nothing is wrong');
  const answer = await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: editor.uri(index) },
    range: first.range,
    context: { diagnostics },
  });
  return (answer ?? []) as CodeAction[];
}

describe('a fix', () => {
  test('is there wherever in the mistake the cursor is', async () => {
    await editor.open('async function f() { return "" }', 'f().toLowerCase()');
    const diagnostics = await editor.diagnostics(1);
    const end = { line: 0, character: 15 };
    const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: editor.uri(1) },
      range: { start: end, end },
      context: { diagnostics },
    });
    expect(actions?.map(({ title }) => title)).toContain("Add 'await'");
  });

  test.each<[string, string[], number, string, string[]]>([
    [
      'of a misspelled name',
      ['const user = 1', 'usre'],
      1,
      "Change spelling to 'user'",
      ['const user = 1', 'user'],
    ],
    [
      'of an import that is missing',
      ['const a = 1', '%types warn\na\nreadFileSync("x")'],
      1,
      'Add import from "node:fs"',
      ['const a = 1', '%types warn\nimport { readFileSync } from "node:fs";\na\nreadFileSync("x")'],
    ],
    [
      'of an import from a file',
      ['askHelper()'],
      0,
      'Add import from "./helper"',
      ['import { askHelper } from "./helper";\n\naskHelper()'],
    ],
    [
      'of an await that is missing',
      ['async function f() { return "" }', 'f().trim()'],
      1,
      "Add 'await'",
      ['async function f() { return "" }', '(await f()).trim()'],
    ],
    [
      'in another cell',
      ['interface A { x: number }', 'const a: A = { x: 1 }\na.y'],
      1,
      "Declare property 'y'",
      ['interface A {\n  y: any; x: number \n}', 'const a: A = { x: 1 }\na.y'],
    ],
    [
      'of a package that is missing',
      ['import "not-there"'],
      0,
      'Add %npm install not-there',
      ['%npm install not-there\nimport "not-there"'],
    ],
  ])('%s', async (_, cells, index, title, wanted) => {
    await editor.open(...cells);
    const actions = await fixes(index);
    const chosen = actions.find((action) => action.title === title);
    expect(chosen ? title : actions.map((action) => action.title)).toEqual(title);
    expect(await editor.apply(chosen!.edit!)).toEqual(wanted);
  });
});

test('imports are put in order, and none is taken away', async () => {
  await editor.open(
    "%types warn\nimport { z, a } from 'node:zlib'\nimport { b } from 'node:assert'\nconst c = 1",
    'a',
  );
  const [action] = (await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: editor.uri(0) },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics: [], only: ['source.organizeImports'] },
  })) as CodeAction[];
  expect((await editor.apply(action!.edit!))[0]).toBe(
    "%types warn\nimport { b } from 'node:assert'\nimport { a, z } from 'node:zlib'\nconst c = 1",
  );
});

describe('form', () => {
  const options = { tabSize: 2, insertSpaces: true };
  const format = async (index = 0) => {
    const textDocument = { uri: editor.uri(index) };
    const edits = await editor.connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument,
      options,
    });
    return editor.edited(index, edits ?? []);
  };

  test.each([
    ['if(a){\nb( )\n}', 'if (a) {\n  b()\n}'],
    ['%time   f( )\nconst  x=1', '%time   f()\nconst x = 1'],
    ['{a:1,b : 2}', '{ a: 1, b: 2 }'],
    ['%%bash\nif  [ -f x ]', '%%bash\nif  [ -f x ]'],
    ['!ls   -l\nlet a=`\n  x`', '!ls   -l\nlet a = `\n  x`'],
    ['', ''],
    ['if(a){\nb( )', 'if(a){\nb( )'],
    ['const  a = <b>c</b>', 'const a = <b>c</b>'],
  ])('of %j', async (source, wanted) => {
    await editor.open(source);
    expect(await format()).toBe(wanted);
  });

  test('of a few lines', async () => {
    await editor.open('let a=1\nlet b=2');
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 7 } };
    const asks = { textDocument: { uri: editor.uri(0) }, range, options };
    const edits = await editor.connection.sendRequest(DocumentRangeFormattingRequest.type, asks);
    expect(editor.edited(0, edits ?? [])).toBe('let a=1\nlet b = 2');
  });

  test('by the formatter of the project', async () => {
    const packages = join(directory, 'node_modules');
    mkdirSync(join(packages, 'prettier'), { recursive: true });
    // Stands for Prettier: its interface, and what it does to comments and ends of lines.
    writeFileSync(
      join(packages, 'prettier/index.js'),
      `exports.resolveConfig = async () => ({ mark: '!' });
       exports.format = async (text, { parser, mark }) => text.replace('let', mark + parser) + '\\n';`,
    );
    await editor.open('%time f()\nlet a=1');
    expect(await format()).toBe('%time f()\n!typescripta=1'.replace('ta', 't a'));
    writeFileSync(join(directory, 'biome.json'), '{}');
    mkdirSync(join(packages, '.bin'));
    const program = join(packages, '.bin/biome');
    writeFileSync(program, `#!/bin/sh\necho "// $*"; cat`);
    chmodSync(program, 0o755);
    expect(await format()).toBe('// format --stdin-file-path=cell.ts\n%time f()\nlet a=1');
    writeFileSync(program, `#!/bin/sh\necho "no, not so" >&2; exit 1`);
    await expect(format()).rejects.toThrow('no, not so');
  });
});
