// What hovering and the tooltip say.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Dialogue } from '../dialogue';

const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));
beforeEach(() => notebook.restart());

const code = (text: string) => `\`\`\`typescript\n${text}\n\`\`\``;

describe('on a name', () => {
  test.each([
    ['a variable', 'const total = 1', 'tot|al', 'const total: 1'],
    [
      'a function',
      'function f(a: number, b?: string) { return a > 1 }',
      'f|',
      'function f(a: number, b?: string): boolean',
    ],
    ['a class', 'class A {}', 'new A|', 'new A(): A'],
    ['an interface', 'interface P { x: number }', 'let p: P|', 'interface P'],
    ['a member', 'const o = { a: { b: 1 } }', 'o.a.b|', '(property) b: number'],
    ['with the cursor before it', 'const total = 1', '|total', 'const total: 1'],
  ])('%s', async (_, earlier, text, expected) => {
    await notebook.run(earlier);
    expect(notebook.inspect(text)).toBe(code(expected));
  });

  test('its comment, also from an earlier cell', async () => {
    await notebook.run('/** What it costs. */\nconst price = 1', 'price');
    expect(notebook.inspect('price|')).toBe(`${code('const price: 1')}\n\nWhat it costs.`);
  });

  test('parameters, examples, deprecation and links in Markdown', async () => {
    await notebook.run(`/**
 * Adds. See {@link https://example.org the book} and {@link Math.max}.
 * @param a the first
 * @returns the sum
 * @example
 * add(1, 2)
 * @deprecated use \`+\`
 */
function add(a: number, b: number) { return a + b }`);
    expect(notebook.inspect('add|')).toBe(
      [
        code('function add(a: number, b: number): number'),
        'Adds. See [the book](https://example.org) and `Math.max`.',
        '**Deprecated** — use `+`',
        '*@param* `a` — the first',
        '*@returns* the sum',
        code('add(1, 2)'),
      ].join('\n\n'),
    );
  });

  test('the kernel’s own functions are documented', () => {
    expect(notebook.inspect('display|(1)')).toContain('Shows a value');
    expect(notebook.inspect('sleep|(1)')).toContain('an interrupt ends it');
    expect(notebook.inspect('display.image|(1)')).toContain('Shows a picture.');
  });

  test.each([
    ['a function of the language', 'parse|Int("1")', 'Converts a string to an integer.'],
    ['its parameter, while it is called', 'parseInt("1", |', 'A value between 2 and 36'],
    ['a method', '[1].ma|p', 'Calls a defined callback function on each element'],
    ['a method of a value of an earlier cell', 'list.ma|p', 'Calls a defined callback function'],
    ['a function of Node', 'fs.readFile|Sync', 'Returns the contents of the `path`.'],
    ['a class', 'Weak|Ref', 'WeakRef'],
    ['what is deprecated', 'esc|ape("a")', '**Deprecated**'],
    ['a constructor, while it is called', 'new URL(|', 'url'],
    ['an object', 'JS|ON', 'An intrinsic object that provides functions to convert'],
    ['a key in quotes', 'JSON["stri|ngify"]', 'Converts a JavaScript value to a'],
  ])('documentation of a library: %s', async (_, text, expected) => {
    await notebook.run('import fs from "node:fs"; const list = [1]', 'fs', 'list');
    expect(notebook.inspect(text)).toContain(expected);
  });

  test('in plain text there are no marks of Markdown', async () => {
    await notebook.run('/** Adds `a` and **b**. */ function add(a: number, b: number) { return a + b }');
    const { data } = notebook.inspection('add|');
    expect(data?.['text/plain']).toBe('function add(a: number, b: number): number\n\nAdds a and b.');
  });

  test('an example is code in plain text too', async () => {
    await notebook.run(
      '/** Greets.\n * @param a whom\n * @example\n * const t = `a` ** 2 */ function greet(a: string) { return a }',
    );
    expect(notebook.inspection('greet|').data?.['text/plain']).toBe(
      'function greet(a: string): string\n\nGreets.\n\n@param a — whom\n\nconst t = `a` ** 2',
    );
  });
});

describe('inside the parentheses of a call', () => {
  beforeEach(async () => {
    await notebook.run(
      '/** @param b the second */ function f(a: number, b: string) {}',
      'function g(x: string): void; function g(x: number, y: number): void; function g() {}',
    );
  });

  test('the function with the parameter that comes next', () => {
    expect(notebook.inspect('f(|')).toContain('▸ **`a: number`**');
    expect(notebook.inspect('f(1, |)')).toContain('▸ **`b: string`** — the second');
    expect(notebook.inspect('f(1, |')).toContain(code('f(a: number, b: string): void'));
  });

  test('which of the overloads it is', () => {
    expect(notebook.inspect('g(1, |)')).toContain('Overload 2 of 2');
  });

  test('a name that stands there is what is meant', async () => {
    expect(notebook.inspect('f(Math.P|I)')).toContain('Math.PI');
    await notebook.run('const data = JSON.parse("{}")');
    expect(notebook.inspection('f(data.ite|ms)')).toMatchObject({ live: { path: ['data', 'items'] } });
    expect(notebook.inspect('f(data.ite|ms)')).toBeUndefined();
  });

  test('not a name that is still being typed', () => {
    expect(notebook.inspection('f(nob|')).toMatchObject({ live: undefined });
    expect(notebook.inspect('f(nob|')).toContain('▸ **`a: number`**');
  });
});

describe('with detail', () => {
  test('the source of an earlier cell, as it was written', async () => {
    await notebook.run('const before = 1;\n/** Doubles. */\nfunction twice(n: number) {\n  return 2 * n;\n}');
    expect(notebook.inspect('twice|(1)', 1)).toMatch(
      /Cell \[1\]\n\n```typescript\n\/\*\* Doubles. \*\/\nfunction twice\(n: number\) \{\n {2}return 2 \* n;\n\}\n```$/,
    );
  });

  test('of a call', async () => {
    await notebook.run('const half = (n: number) => n / 2');
    expect(notebook.inspect('half(|', 1)).toContain(code('const half = (n: number) => n / 2'));
  });

  test('of a library, its declaration', () => {
    expect(notebook.inspect('Math.max|(1)', 1)).toContain(
      'lib.es5.d.ts\n\n```typescript\nmax(...values: number[]): number;',
    );
  });

  test('not without', async () => {
    await notebook.run('const half = (n: number) => n / 2');
    expect(notebook.inspect('half|')).not.toContain('n / 2');
  });
});

test('nothing is known of nothing', () => {
  expect(notebook.inspect('|')).toBeUndefined();
  expect(notebook.inspect('1 + | 1')).toBeUndefined();
  expect(notebook.inspect('// so|mething')).toBeUndefined();
});

test.each(['no|pe', 'nothing.fo|o', 'nope(|', 'nope|()'])('nobody declared %s', (text) => {
  expect(notebook.inspect(text)).toBeUndefined();
});

test.each([
  ['an alias', 'type Size = "small"', 'Size', 'type Size = "small"'],
  ['an interface', 'interface P { x: 1 }', 'P', 'interface P'],
])('the name of a type says what it is, though no value has it: %s', async (_, declared, name, expected) => {
  expect(notebook.inspect(`${declared}; ${name}|`)).toBe(code(expected));
  await notebook.run(declared);
  expect(notebook.inspect(`${name}|`)).toBe(code(expected));
  expect(notebook.inspect(`let x: ${name}|`)).toBe(code(expected));
  expect(notebook.inspect(declared.replace(name, `${name}|`))).toBe(code(expected));
});

describe('the live value is asked', () => {
  test.each([
    ['data.items|', ['data', 'items']],
    ['da|ta.items', ['data']],
    ['count|', ['count']],
    ['unheardOf|', ['unheardOf']],
  ])('%s', async (text, path) => {
    await notebook.run('const data = JSON.parse("{}"); let count = 1');
    expect(notebook.inspection(text).live).toEqual({ path, prefix: '' });
  });

  test('not for what has no value', () => {
    expect(notebook.inspection('Math.max|').live).toBeUndefined();
    expect(notebook.inspection('function f(a: any) { a| }').live).toBeUndefined();
  });
});
