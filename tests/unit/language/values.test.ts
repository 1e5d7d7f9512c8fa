// What later cells know of values that have no type of their own.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../src/compile/keys';
import { Dialogue } from './dialogue';

const directory = mkdtempSync(join(tmpdir(), 'notebook-'));
for (const [name, text] of Object.entries({
  'plain/package.json': '{ "name": "plain", "version": "1.0.0", "main": "index.js" }',
  'plain/index.js': 'exports.a = 1',
  'csv/package.json': '{ "name": "csv", "version": "1.0.0", "types": "index.d.ts" }',
  'csv/index.d.ts': `export interface Result<T> { data: T[]; errors: Error[]; meta: { delimiter: string } }
    export interface Rows<T> extends Array<T> { columns: string[] }
    export declare function parse<T>(text: string): Result<T>;
    export declare function rows(text: string): Rows<object>;`,
})) {
  const path = join(directory, 'node_modules', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
const notebook = new Dialogue(directory);
beforeEach(() => notebook.restart());

const users = {
  items: [
    { id: 1, email: 'a@b.c', tags: ['x'] },
    { id: 2, email: null, tags: [], age: 7 },
  ],
};

/** The type of a name, in one line, as hover shows it. */
const typeOf = (name: string): string | undefined =>
  /(?:const|let) \w+: ([\s\S]*?)\n```/
    .exec(notebook.inspect(`|${name}`) ?? '')?.[1]
    ?.replace(/\s+/g, ' ')
    .replaceAll('; }', ' }');

/** Runs a cell that gives names their values. */
async function make(source: string, values: { readonly [name: string]: unknown }): Promise<void> {
  Object.assign(notebook.live, values);
  await notebook.run(source);
}

describe('JSON', () => {
  beforeEach(() => make('const users = await (await fetch("https://x.y")).json()', { users }));

  test('has the type of its value', () => {
    expect(typeOf('users')).toBe(
      '{ items: { id: number; email: string | null; tags: string[]; age?: number }[] }',
    );
  });

  test('is completed', () => {
    expect(notebook.complete('users.|').texts).toEqual(['items']);
    expect(notebook.complete('users.items.map((item) => item.|').texts).toEqual([
      'age',
      'email',
      'id',
      'tags',
    ]);
  });

  test('a misspelt member is told, in one warning that speaks of nothing else', async () => {
    const text = await notebook.run('for (const { id } of users.itmes) id');
    expect(text).toMatch(/^Warning TS2551: Property 'itmes' does not exist .* Did you mean 'items'\?\n/);
    expect(text).not.toContain('tskernel-value');
    expect(await notebook.codes('const { itmes } = users')).toEqual(['TS2339']);
    expect(await notebook.codes('users.items[0].address.city')).toEqual(['TS2339']);
  });

  test('what is misspelt in two cells is told in both', async () => {
    expect(await notebook.run('users.itmes', 'users.itmes')).toMatch(/TS2551[\s\S]*TS2551/);
  });
});

describe('nobody is warned for', () => {
  beforeEach(() =>
    make('const users = JSON.parse("…")', {
      users: { ...users, state: 'open', at: [1, 2], price: '1.50', empty: {}, any: [1, 'a', { name: 'a' }] },
    }),
  );

  test.each([
    ['putting something there', 'users.total = 1; users.count += 1; users.seen++; delete users.gone'],
    [
      'what the cell itself puts there',
      'for (const item of users.items) item.sum = 1; users.items[0].sum.toFixed()',
    ],
    [
      'asking whether it is there',
      'users.note ?? ""; if (users.note) 1; users.note?.length; !users.note; users.a || users.b',
    ],
    ['what may be null or lacking', 'users.items[1].email.length; users.items[0].age.toFixed()'],
    [
      'types of one’s own',
      'interface Own { state: "open" | "closed"; at: [number, number] }\nconst own: Own = users',
    ],
    ['a function that wants more', 'const f = (state: "open") => state; f(users.state)'],
    ['counting with text', 'users.price * 2; users.price > 1'],
    ['what one kind of several has', 'users.any[2].name; users.any.map((one) => one.name)'],
    ['a check that rules the value out', 'if (typeof users.state === "number") users.state.toFixed()'],
    ['another value', 'const users2 = users; users.empty.anything; users["key"]; users.items.flat().length'],
  ])('%s', async (_, source) => {
    expect(await notebook.run(source)).toBe('');
  });

  test('a variable that gets another value, nor for that one', async () => {
    await make('let page = JSON.parse("…")', { page: { number: 1 } });
    expect(typeOf('page')).toBe('{ number: number }');
    notebook.live.page = [1, 2];
    expect(await notebook.run('page = [1, 2]; page.map((n) => n)')).toBe('');
    expect(typeOf('page')).toBe('number[]');
    expect(await notebook.codes('page.number')).toEqual(['TS2339']);
  });
});

test('an object that cells put things into has them, in that cell and in later ones', async () => {
  expect(await notebook.run('const options = {}; options.depth = 3; options.depth + 1')).toBe('');
  notebook.live.options = { depth: 3 };
  expect(await notebook.run('options.depth + 1', 'options.width = 1; options.width')).toBe('');
  expect(await notebook.codes('options.detph')).toEqual(['TS2551']);
});

describe('what a person or a library said stays', () => {
  test.each([
    ['any', 'const x: any = JSON.parse("…")', 'any'],
    ['any, as a cast', 'const x = JSON.parse("…") as any', 'any'],
    ['unknown', 'let x: unknown = JSON.parse("…")', 'unknown'],
    ['records of any', 'const x: Record<string, any>[] = JSON.parse("…")', 'Record<string, any>[]'],
    ['a type', 'interface A { id: number }\nconst x: A = JSON.parse("…")', 'A'],
  ])('%s', async (_, source, type) => {
    await make(source, { x: [{ id: 1 }] });
    expect(typeOf('x')).toBe(type);
  });

  test('unknown that was said is told, unknown of a library is not', async () => {
    expect(await notebook.codes('const said: unknown = 1; said.length')).toEqual(['TS18046']);
    await make('const given = await (await fetch("https://x.y")).json(); given.length', {});
    expect(await notebook.run('given.length; given.map((one) => one.name)')).toBe('');
    expect(await notebook.codes('said.length')).toEqual(['TS18046']);
  });
});

describe('gaps in a type are filled', () => {
  test.each<[string, string, unknown, string]>([
    ['an array', 'const x = [JSON.parse("…")]', [{ a: 1 }], '{ a: number }[]'],
    ['an empty literal', 'const x = {}', { depth: 3 }, '{ depth: number }'],
    [
      'an empty literal in a literal',
      'const x = { size: 1, options: {} }',
      { size: 1, options: { depth: 3 } },
      '{ size: number; options: { depth: number } }',
    ],
    ['an array that grows', 'const x = []', [{ a: 1 }], '{ a: number }[]'],
    [
      'a literal',
      'const x = { data: JSON.parse("…"), size: 1 as const }',
      { data: [1], size: 1 },
      '{ data: number[]; size: 1 }',
    ],
    [
      'a Map',
      'const x = new Map([["a", JSON.parse("…")]])',
      new Map([['a', { b: 1 }]]),
      'Map<string, { b: number }>',
    ],
    [
      'a literal of several kinds',
      'const x = { data: JSON.parse("…"), f: (a: number) => a, at: new Date() }',
      { data: [1] },
      '{ data: number[]; f: Static["f"]; at: Date }',
    ],
    [
      'groups',
      'const x = Object.fromEntries([["a", JSON.parse("…")]])',
      { a: [1], b: [null] },
      'Record<string, any[] | number[]>',
    ],
    [
      'a literal of several kinds',
      'const x = { data: JSON.parse("…"), f: (a: number) => a, at: new Date() }',
      { data: [1] },
      '{ data: number[]; f: Static["f"]; at: Date }',
    ],
    ['a variable that begins with nothing', 'let x', { a: 1 }, '{ a: number }'],
    ['nothing but null', 'const x = JSON.parse("null")', null, 'any'],
  ])('%s', async (_, source, value, type) => {
    await make(source, { x: value });
    expect(typeOf('x')).toBe(type);
  });

  test('the parameter of a library’s type', async () => {
    const parsed = { data: [{ name: 'a', size: '1' }], errors: [], meta: { delimiter: ',' } };
    await make('import { parse } from "csv"; const parsed = parse("…")', { parsed });
    expect(notebook.complete('parsed.data[0].|').texts).toEqual(['name', 'size']);
    expect(typeOf('parsed')).toBe(
      'Omit<Result<unknown>, "data"> & { data: { name: string; size: string }[] }',
    );
    expect(notebook.complete('parsed.meta.|').texts).toEqual(['delimiter']);
    expect(await notebook.codes('parsed.data.map((row) => row.nam)')).toEqual(['TS2551']);
    expect(await notebook.codes('parsed.mta')).toEqual(['TS2551']);
  });
});

test('a list of a library’s has elements of what they are', async () => {
  const rows = Object.assign([{ name: 'a', size: 1 }], { columns: ['name', 'size'] });
  await make('import { rows as read } from "csv"; const rows = read("…")', { rows });
  expect(notebook.complete('rows.map((row) => row.|').texts).toEqual(['name', 'size']);
  expect(
    await notebook.run('rows.filter((row) => row.size > 1)[0].name; rows.columns.length; rows[0].size'),
  ).toBe('');
  expect(await notebook.codes('rows[0].sizes; rows.colums')).toEqual(['TS2551', 'TS2551']);
});

test('a class of the notebook goes by its name', async () => {
  class Pet {
    name = 'a';
  }
  const key = keyOf('Pet');
  Object.defineProperty(globalThis, key, { value: Pet, configurable: true });
  try {
    await make('class Pet<T = string> { name = "a"; bark() {} }\nconst pets = JSON.parse("…")', {
      pets: [new Pet()],
    });
    expect(typeOf('pets')).toBe('Pet<any>[]');
    expect(notebook.complete('pets[0].|').texts).toEqual(['bark', 'name']);
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
});

test('a module without types has the functions that it has', async () => {
  const plain = { parse: (text: string) => text, version: '1' };
  await make('import plain from "plain"; const same = require("plain")', { plain, same: plain });
  expect(notebook.complete('plain.|').texts).toEqual(['parse', 'version']);
  expect(notebook.complete('same.|').texts).toEqual(['parse', 'version']);
  expect(await notebook.codes('plain.prase("a")')).toEqual(['TS2551']);
  expect(await notebook.run('let parser: plain; plain.parse("a").b')).toBe('');
});

test('a value is looked at again when a cell may have changed it, if only by a function of another cell', async () => {
  const rows: object[] = [{ a: 1 }];
  await make('const rows = JSON.parse("…"); function sum() { for (const row of rows) row.sum = 1 }', {
    rows,
  });
  expect(await notebook.codes('rows[0].sum')).toEqual(['TS2339']);
  Object.assign(rows[0]!, { sum: 1 });
  expect(await notebook.run('sum(); rows[0].sum')).toBe('');
  expect(typeOf('rows')).toBe('{ a: number; sum: number }[]');
  Object.assign(rows[0]!, { more: 1 });
  await notebook.run('sum()');
  notebook.complete('rows|');
  await notebook.quiet();
  expect(typeOf('rows')).toContain('more: number');
});

test('a name that is declared again has nothing of the old value', async () => {
  await make('const x = JSON.parse("…")', { x: { a: 1 } });
  await make('const x = { b: 1 }', { x: { b: 1 } });
  expect(typeOf('x')).toBe('{ b: number }');
  await make('const x = JSON.parse("…")', { x: { c: 1 } });
  expect(typeOf('x')).toBe('{ c: number }');
});

test('with %types error it never keeps a cell from running', async () => {
  await make('const users = JSON.parse("…")', { users });
  expect(notebook.compile('users.itmes', 'error').reply.refusal).toBeUndefined();
  expect(notebook.compile('const n: number = "a"; users.items', 'error').reply.refusal).toBeDefined();
});

test('a notebook of many cells does not keep what values were', async () => {
  await make('const users = JSON.parse("…")', { users });
  for (let count = 0; count < 40; count++) {
    notebook.live.x = { [`a${count}`]: 1 };
    await notebook.run(...Array.from({ length: 10 }, () => 'const x = JSON.parse("…"); users.items'));
  }
  expect(typeOf('x')).toBe('{ a39: number }');
  expect(notebook.pruned.length).toBeGreaterThan(100);
  expect(typeOf('users')).toContain('items');
});
