// What is offered at the cursor.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Dialogue } from '../dialogue';

const directory = mkdtempSync(join(tmpdir(), 'notebook-'));
mkdirSync(join(directory, 'data'));
writeFileSync(
  join(directory, 'helper.ts'),
  'export const answer = 42; export function ask(): string { return "" }',
);
writeFileSync(join(directory, 'data', 'rows.json'), '{}');
const notebook = new Dialogue(directory);
beforeEach(() => notebook.restart());

describe('after a dot', () => {
  test.each([
    ['Math.sq|', ['sqrt'], []],
    ['Math.SQ|', ['SQRT2'], ['sqrt']],
    ['Math.MIN|', ['min'], ['max']],
    ['"text".toUp|', ['toUpperCase'], ['toLowerCase', 'toString']],
    ['[1, 2].map(n => n.toF|)', ['toFixed'], []],
    ['Promise.resolve("a").th|', ['then'], []],
    ['(await Promise.resolve("a")).tri|', ['trim', 'trimEnd'], []],
    ['class A { #secret = 1; open() { return this.#|} }', ['#secret'], ['open']],
    ['class A { private hidden = 1; shown = 2 }; new A().|', ['shown'], ['hidden', 'A', 'const']],
    ['const o = { "a-b": 1, c: 2 }; o.|', ['c'], ['a-b', '["a-b"]']],
    ['enum E { One, Two }; E.|', ['One', 'Two'], []],
    ['import * as fs from "node:fs"; fs.readFileS|', ['readFileSync'], ['readFile']],
    ['console.|', ['log', 'table', 'error'], ['globalThis', 'Array', 'if']],
    ['display.|', ['html', 'markdown', 'image', 'latex'], []],
    ['input.|', ['async'], []],
  ])('%s', (text, wanted, unwanted) => {
    const { texts } = notebook.complete(text);
    expect(texts).toEqual(expect.arrayContaining(wanted));
    for (const name of unwanted) expect(texts).not.toContain(name);
  });

  test('the names of an earlier cell', async () => {
    await notebook.run('const user = { name: "a", address: { street: "b" } }');
    expect(notebook.complete('user.|').texts).toEqual(['address', 'name']);
    expect(notebook.complete('user.address.st|').texts).toEqual(['street']);
  });

  test('what may be undefined gets its question mark', async () => {
    await notebook.run('const user = Math.random() > 2 ? { name: "a" } : undefined');
    expect(notebook.complete('user?.na|')).toMatchObject({ texts: ['name'], replaced: 'na' });
    expect(notebook.complete('user.na|')).toMatchObject({ texts: ['?.name'], replaced: '.na' });
  });

  test('a key that is no name gets its brackets, when nothing else fits', async () => {
    await notebook.run('const o = { "a-b": 1, c: 2 }');
    expect(notebook.complete('o.a|')).toMatchObject({ texts: ['["a-b"]'], replaced: '.a' });
  });

  test('members say what they are', () => {
    const [sqrt] = notebook.complete('Math.sqrt|').items;
    expect(sqrt).toEqual({ text: 'sqrt', kind: 'function', signature: '(x: number): number' });
    const [pi] = notebook.complete('Math.PI|').items;
    expect(pi).toEqual({ text: 'PI', kind: 'property', signature: 'number' });
  });

  test('in the middle of a word the whole word is replaced', () => {
    expect(notebook.complete('Math.sq|rt(2)').replaced).toBe('sqrt');
  });

  test('before the line that follows', () => {
    expect(notebook.complete('Math.|\nconsole.log(1)').texts).toContain('sqrt');
  });

  test('deprecated members come last', () => {
    const { texts } = notebook.complete('class A {\n/** @deprecated */\na = 1; b = 2 }; new A().|');
    expect(texts).toEqual(['b', 'a']);
  });
});

describe('in a text that is not finished', () => {
  test.each([
    ['const s = `hello ${user.|'],
    ['const s = `hello ${user.|} there'],
    ['function f() { if (user.|'],
    ['[1].map((n) => { const x = user.|'],
    ['class A { x = user.|'],
    ['f({ a: [user.|'],
    ['user.| /* a comment that'],
    ['const r = /[{(]/; user.|'],
    ['if (1) { user.|\n\nconst after = 2'],
  ])('%s', async (text) => {
    await notebook.run('const user = { name: "a" }');
    expect(notebook.complete(text).texts).toEqual(['name']);
  });
});

describe('in JSX that is not finished', () => {
  test.each([
    ['const a = <Btn |', ['label'], ''],
    ['const a = <Btn l|', ['label'], 'l'],
    ['const a = <Btn l|\nconst b = 1', ['label'], 'l'],
    ['const f = () => { return <Btn |', ['label'], ''],
    ['show(<Btn |)', ['label'], ''],
    ['<div><Btn |</div>', ['label'], ''],
    ['<div><Btn l|</div>', ['label'], 'l'],
    ['<div>{[1].map((n) => <Btn |)}</div>', ['label'], ''],
    ['<Btn label={user.|', ['name'], ''],
    ['<Btn label="a">{user.|', ['name'], ''],
    ['<ul>{[1].map((n) => <li>{user.|', ['name'], ''],
    ["<p>it's {user.|", ['name'], ''],
    ['<><Btn label="a" />{user.|', ['name'], ''],
    ['<p>some us|', [], 'us'],
  ])('%j', async (text, wanted, replaced) => {
    await notebook.run(
      'function Btn(p: { label: string }): any {}; const user = { name: "a" }; function show(element: any) {}',
    );
    expect(notebook.complete(text)).toMatchObject({ texts: wanted, replaced });
  });

  test.each(['<Bt|', 'const x = <Bt|', '<div><Bt|', '<div>\n  <Bt|\n</div>', '<Btn label="a"/>;\n<Bt|'])(
    'a component: %j',
    async (text) => {
      await notebook.run('function Btn(p: { label: string }): any {}');
      expect(notebook.complete(text)).toMatchObject({ texts: ['Btn'], replaced: 'Bt' });
    },
  );

  test('a cast and what is compared stay what they are', async () => {
    await notebook.run('interface Row { id: number }; const user = { name: "a" }');
    expect(notebook.complete('const row = <Ro|').texts).toEqual(['Row']);
    expect(notebook.complete('f(<Row>user.|').texts).toEqual(['name']);
    expect(notebook.complete('if (1 < user.|').texts).toEqual(['name']);
    expect(notebook.complete('let rows: Array<Ro|').texts).toEqual(['Row']);
    expect(notebook.complete('const f = async <T,>(x: T) => { user.|').texts).toEqual(['name']);
  });
});

describe('a name', () => {
  test('of an earlier cell comes first, with its type', async () => {
    await notebook.run('const price = 1.5; function priceOf(item: string) { return 1 }', 'class Pricing {}');
    const { items } = notebook.complete('pri|');
    expect(items).toEqual([
      { text: 'price', kind: 'instance', signature: '1.5' },
      { text: 'priceOf', kind: 'function', signature: '(item: string): number' },
    ]);
    expect(notebook.complete('new Pri|').items).toEqual([
      { text: 'Pricing', kind: 'class', signature: 'typeof Pricing' },
    ]);
  });

  test('of this cell', () => {
    expect(notebook.complete('const alpha = 1; al|').texts).toEqual(['alpha', 'alert']);
  });

  test('of a type where a type stands, of a value where a value stands', async () => {
    await notebook.run('interface Prism {}; const prism = 1; class Prison {}');
    const type = notebook.complete('let x: Pris|').texts;
    expect(type).toEqual(['Prism', 'Prison']);
    expect(notebook.complete('let x = pris|').texts).toEqual(['prism']);
  });

  test('nothing where a new name is made, in a comment, in a number', () => {
    expect(notebook.complete('const |').texts).toEqual([]);
    expect(notebook.complete('// Math.|').texts).toEqual([]);
    expect(notebook.complete('const x = 1.|').texts).toEqual([]);
    expect(notebook.complete('"some text|"').texts).toEqual([]);
  });

  test('keywords, but no words of the type language among values', () => {
    expect(notebook.complete('awa|').texts).toContain('await');
    expect(notebook.complete('key|').texts).not.toContain('keyof');
    expect(notebook.complete('let x: key|').texts).toContain('keyof');
  });

  test('of the kernel and of Node', () => {
    expect(notebook.complete('clearO|').texts).toEqual(['clearOutput']);
    expect(notebook.complete('setTime|').texts).toEqual(['setTimeout']);
    expect(notebook.complete('fet|').texts).toEqual(['fetch']);
  });
});

describe('where the type says what may come', () => {
  test('the words of a union', async () => {
    await notebook.run('type Mode = "read" | "write"; declare function open(mode: Mode): void');
    expect(notebook.complete('const m: Mode = "|"').texts).toEqual(['read', 'write']);
    expect(notebook.complete('open("r|')).toMatchObject({ texts: ['read'], replaced: 'r' });
    expect(notebook.complete('const m: Mode = |').texts).toEqual(
      expect.arrayContaining(['"read"', '"write"']),
    );
  });

  test('object keys', () => {
    expect(notebook.complete('const o: { width?: number; height: string } = { | }').texts).toEqual([
      'height',
      'width',
    ]);
    expect(notebook.complete('display.image("a.png", { wi| })').texts).toEqual(['width']);
  });

  test('keys in brackets', async () => {
    await notebook.run('const o = { "a-b": 1, c: 2 }');
    expect(notebook.complete('o["|"]')).toMatchObject({ texts: ['a-b', 'c'], replaced: '' });
    expect(notebook.complete('o["a-|')).toMatchObject({ texts: ['a-b'], replaced: 'a-' });
  });
});

describe('imports', () => {
  test('of built-in modules', () => {
    const { texts, replaced } = notebook.complete('import fs from "node:f|"');
    expect(texts).toEqual(expect.arrayContaining(['node:fs', 'node:fs/promises']));
    expect(replaced).toBe('node:f');
  });

  test('of built-in modules whose types nobody has looked at', () => {
    expect(notebook.complete('import zlib from "z|"').texts).toEqual(['zlib', 'zlib/iter']);
    expect(notebook.complete('export * from "node:test/|"').texts).toEqual(['reporters']);
    expect(notebook.complete('await import("node:sql|")')).toMatchObject({
      texts: ['node:sqlite'],
      replaced: 'node:sql',
    });
    expect(notebook.complete('const text = "z|"').texts).toEqual([]);
    expect(notebook.complete('const { gzipSync } = require("zl|")').texts).toEqual(['zlib', 'zlib/iter']);
    expect(notebook.complete('require("node:sql|')).toMatchObject({
      texts: ['node:sqlite'],
      replaced: 'node:sql',
    });
    expect(notebook.complete('require.resolve("node:sql|")').texts).toEqual(['node:sqlite']);
    expect(notebook.complete('console.log("node:sql|")').texts).toEqual([]);
    expect(notebook.complete('import { gzipS| } from "zlib"').texts).toEqual(['gzipSync']);
  });

  test('of files beside the notebook', () => {
    expect(notebook.complete('import { answer } from "./h|"').texts).toEqual(['helper.ts']);
    expect(notebook.complete('import { answer } from "./|"').texts).toEqual(
      expect.arrayContaining(['helper.ts', 'data']),
    );
  });

  test('of what a module exports', () => {
    expect(notebook.complete('import { a| } from "./helper.ts"').texts).toEqual(['answer', 'ask']);
    expect(notebook.complete('import { readFileS| } from "node:fs"').texts).toEqual(['readFileSync']);
  });
});

test('tags and parameters in JSDoc', () => {
  expect(notebook.complete('/** @para| */ function f(a: number) {}').texts).toContain('param');
  expect(notebook.complete('/** @param a| */ function f(alpha: number) {}').texts).toContain('alpha');
});

describe('what types do not know is asked of the live value', () => {
  test.each([
    ['data.it|', { path: ['data'], prefix: 'it' }],
    ['data.items[0].|', { path: ['data', 'items', '0'], prefix: '' }],
    ['data["some key"].na|', { path: ['data', 'some key'], prefix: 'na' }],
    ['data["it|"]', { path: ['data'], prefix: 'it' }],
    ['data!.|', { path: ['data'], prefix: '' }],
    ['process.env.HO|', { path: ['process', 'env'], prefix: 'HO' }],
    ['unheardOf.|', { path: ['unheardOf'], prefix: '' }],
    ['_.|', { path: ['_'], prefix: '' }],
  ])('%s', async (text, live) => {
    await notebook.run('const data = JSON.parse("{}")');
    expect(notebook.complete(text)).toMatchObject({ texts: [], live });
  });

  test.each([
    ['a call', 'data.load().|'],
    ['a parameter', 'function f(data: any) { data.| }'],
    ['a value with a type', 'const s = "a"; s.|'],
  ])('but not behind %s', async (_, text) => {
    await notebook.run('const data = JSON.parse("{}")');
    expect(notebook.complete(text).live).toBeUndefined();
  });
});
