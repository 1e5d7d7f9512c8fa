// What is offered while somebody types, and what is known of it.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CompletionList, CompletionRequest } from 'vscode-languageserver-protocol';
import { startEditor } from './server';

const directory = mkdtempSync(join(tmpdir(), 'tskernel-lsp-'));
writeFileSync(
  join(directory, 'helper.ts'),
  '/** Asks. */\nexport function askHelper(): string { return "" }',
);
mkdirSync(join(directory, 'node_modules/tiny-lib'), { recursive: true });
writeFileSync(join(directory, 'package.json'), '{ "dependencies": { "tiny-lib": "1.0.0" } }');
writeFileSync(
  join(directory, 'node_modules/tiny-lib/package.json'),
  '{ "name": "tiny-lib", "version": "1.0.0", "types": "index.d.ts" }',
);
writeFileSync(
  join(directory, 'node_modules/tiny-lib/index.d.ts'),
  '/** Adds up. */\nexport declare function tinySum(all: number[]): number;',
);

const editor = startEditor(directory);
beforeAll(() => editor.start());
afterAll(() => editor.end());

const labels = async (index: number, text: string) =>
  (await editor.complete(index, text)).map(({ label }) => label);

/** A completion that is chosen: the cell after it. */
async function choose(index: number, text: string, label: string): Promise<string> {
  const item = (await editor.complete(index, text)).find((one) => one.label === label);
  if (!item) throw new Error(`no ${label}`);
  const { textEdit, additionalTextEdits = [] } = await editor.resolve(item);
  if (!textEdit || !('range' in textEdit)) throw new Error('no edit');
  return editor.edited(index, [textEdit, ...additionalTextEdits]);
}

describe('completion', () => {
  test('of a long list is cut, and says that there is more', async () => {
    await editor.open('const someOfMany = 1', 'some', ' ');
    const { connection } = editor;
    const ask = async (index: number, text: string) =>
      (await connection.sendRequest(CompletionRequest.type, editor.at(index, text, true))) as CompletionList;
    const { isIncomplete, items } = await ask(2, ' ');
    expect(isIncomplete).toBe(true);
    expect(items).toHaveLength(300);
    expect(items.map(({ label }) => label)).toContain('someOfMany');
    expect((await ask(1, 'some')).items.map(({ label }) => label)).toContain('someOfMany');
  });

  test('of members, and what they are', async () => {
    await editor.open('const user = { name: "a", born: 1 }', 'user.');
    expect(await labels(1, 'user.')).toEqual(['born', 'name']);
    const [born] = await editor.complete(1, 'user.');
    expect(await editor.resolve(born!)).toMatchObject({ detail: '(property) born: number' });
  });

  test('of names of cells above, whether the cell mentions them or not', async () => {
    await editor.open('/** Everybody. */\nconst users: string[] = []', 'us', 'const used = 1');
    const listed = await editor.complete(1, 'us');
    expect(listed.map(({ label }) => label)).toContain('users');
    expect(listed.map(({ label }) => label)).not.toContain('used');
    const users = listed.find(({ label }) => label === 'users')!;
    expect(await editor.resolve(users)).toMatchObject({
      detail: 'users: string[]',
      documentation: { value: 'Everybody.' },
    });
  });

  test('of what has the letters that were typed, in their order, and nothing else', async () => {
    await editor.open('const $total = 1, readAll = 2', 'rdA', '$t');
    const listed = await labels(1, 'rdA');
    expect(listed).toContain('readAll');
    expect(listed.filter((label) => !/r.*d.*a/i.test(label))).toEqual([]);
    expect(await labels(2, '$t')).toContain('$total');
  });

  test('of types where a type stands', async () => {
    await editor.open('interface Row { id: number }\nconst rows = 1', 'let r: Ro');
    const listed = await labels(1, 'Ro');
    expect(listed).toContain('Row');
    expect(listed).not.toContain('rows');
  });

  test('of magics and what they take', async () => {
    await editor.open('%he', '%types w');
    expect(await labels(0, '%he')).toEqual(['%help']);
    expect(await labels(1, 'w')).toEqual(['warn', 'wait']);
  });

  test('in a cell of another language there is nothing', async () => {
    await editor.open('%%bash\necho cons');
    expect(await labels(0, 'cons')).toEqual([]);
  });

  test('of what is not there yet replaces the dot', async () => {
    await editor.open('const u = Math.random() > 2 ? { name: 1 } : undefined', 'u.na');
    expect(await choose(1, 'u.na', 'name')).toBe('u?.name');
  });
});

describe('what could be imported comes with its import', () => {
  test('from a package', async () => {
    await editor.open('const a = 1', 'const b = a\ntinyS');
    expect(await choose(1, 'tinyS', 'tinySum')).toBe(
      'import { tinySum } from "tiny-lib";\n\nconst b = a\ntinySum',
    );
  });

  test('from a file beside the notebook, below the magics', async () => {
    await editor.open('%types warn\naskHel');
    expect(await choose(0, 'askHel', 'askHelper')).toBe(
      '%types warn\nimport { askHelper } from "./helper";\naskHelper',
    );
  });

  test('from Node, beside the imports that there are', async () => {
    await editor.open("import { join } from 'node:path'\njoin('a')\nreadFileSyn");
    expect(await choose(0, 'readFileSyn', 'readFileSync')).toBe(
      "import { readFileSync } from 'node:fs';\nimport { join } from 'node:path'\njoin('a')\nreadFileSync",
    );
  });

  test('but nothing from other cells, whose names are there', async () => {
    await editor.open('function fromAbove() {}', 'fromAb', 'function fromBelow() {}', 'fromBe');
    expect(await choose(1, 'fromAb', 'fromAbove')).toBe('fromAbove');
    expect((await editor.complete(1, 'fromAb')).filter(({ label }) => label === 'fromAbove')).toHaveLength(1);
  });
});

describe('hover', () => {
  test.each([
    ['const a = 1', 'a', 'a', '```typescript\nconst a: 1\n```'],
    [
      '/** Says hello. */\nfunction greet(who: string) {}',
      'greet("a")',
      'greet',
      '```typescript\ngreet(who: string): void\n```\n\nSays hello.',
    ],
    [
      '',
      '%help',
      '%help',
      '```\n%help [name]\n```\n\nlist the magics and functions of the kernel, or describe one',
    ],
    [
      '',
      'Math.max',
      'max',
      '```typescript\n(method) Math.max(...values: number[]): number\n```\n\nReturns the larger of a set of supplied numeric expressions.\n\n*@param* `values` — Numeric expressions to be evaluated.',
    ],
  ])('%s | %s', async (above, cell, name, wanted) => {
    await editor.open(above, cell);
    expect(await editor.hover(1, name)).toBe(wanted);
  });
});
