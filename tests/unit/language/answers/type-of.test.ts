// What %typeof says of a name.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { Dialogue } from '../dialogue';

const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));
beforeEach(() => notebook.restart());

async function typeOf(source: string, value: unknown, as?: string): Promise<string | undefined> {
  notebook.live.x = value;
  await notebook.run(source);
  return notebook.typeOf('x', as);
}

const parsed = 'const x = JSON.parse("…")';

test('an object without a type is an interface', async () => {
  const value = { id: 1, tags: ['a'], home: { city: 'b', zip: null }, 'e-mail': 'c' };
  const body = `{
  id: number;
  tags: string[];
  home: { city: string; zip: any };
  "e-mail": string;
}`;
  expect(await typeOf(parsed, value)).toBe(`interface X ${body}`);
  expect(notebook.typeOf('x', 'User')).toBe(`interface User ${body}`);
});

test('of a list it is that of an element', async () => {
  notebook.live.users = [{ id: 1 }, { id: 2, age: 3 }];
  await notebook.run('const users = JSON.parse("…")');
  expect(notebook.typeOf('users')).toBe(
    'interface User {\n  id: number;\n  age?: number;\n}\n\n// users: User[]',
  );
  expect(notebook.typeOf('users', 'Person')).toContain('interface Person {');
});

test.each<[string, string, unknown, string | undefined, string]>([
  [
    'names that are no plural',
    parsed,
    [{ a: 1 }],
    undefined,
    'interface XItem {\n  a: number;\n}\n\n// x: XItem[]',
  ],
  ['what is no object', parsed, [1, 'a'], undefined, 'type X = (string | number)[];'],
  ['a Map', parsed, new Map([['a', 1]]), 'Counts', 'type Counts = Map<string, number>;'],
  [
    'a list that was made by hand',
    'const x = []',
    [{ a: 1 }],
    'Row',
    'interface Row {\n  a: number;\n}\n\n// x: Row[]',
  ],
  ['a static type', 'const x = new Map<string, number[]>()', new Map(), undefined, 'Map<string, number[]>'],
  [
    'a static type with a name',
    'const x = { a: 1, b: "c" }',
    { a: 1, b: 'c' },
    'Pair',
    'type Pair = { a: number; b: string; };',
  ],
  [
    'an interface of the notebook',
    'interface Row { a: number }\nconst x: Row[] = []',
    [],
    undefined,
    'Row[]',
  ],
  ['any that was said', 'const x: any = 1', { a: 1 }, undefined, 'any'],
  [
    'a function',
    'function x(a: number, b?: string): Date { return new Date() }',
    () => 1,
    undefined,
    '(a: number, b?: string | undefined) => Date',
  ],
  [
    'a type with a gap',
    'const x = { data: JSON.parse("…"), size: 1 }',
    { data: [1], size: 1 },
    'Page',
    'type Page = { data: number[]; size: number; };',
  ],
])('%s', async (_, source, value, as, text) => {
  expect(await typeOf(source, value, as)).toBe(text);
});

test('a name that nobody declares has none', () => {
  expect(notebook.typeOf('nobody')).toBeUndefined();
});
