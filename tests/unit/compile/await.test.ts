// Whether a cell awaits at its top level, exactly.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { describe, expect, test } from '@jest/globals';
import { compile, defaultCompileOptions } from '../../../src/compile';
import { awaitCells, compileCell } from './session';

function problemsOf(source: string, dispatch: 'auto' | 'blocking' | 'task' = 'auto') {
  const result = compile(source, { ...defaultCompileOptions, dispatch });
  return result.ok ? [] : result.problems;
}

describe('a cell is a task when it awaits', () => {
  test.each([
    'await x',
    'await (x)',
    'await [x]',
    'await { x }',
    'await `x`',
    'await /x/',
    'await +x',
    'await -x',
    'await\nx',
    'let a = await x',
    'const { a = await x } = {}',
    'const [a = await x] = []',
    'const { [await x]: a } = {}',
    'for await (const x of y) {}',
    'for (const x of await y) {}',
    'await using x = y',
    'for (await using x of y) {}',
    '{ await using x = y }',
    'if (await x) {}',
    'foo(await x)',
    '`${await x}`',
    'class A extends (await x) {}',
    'class A { [await x]() {} }',
    'class A { static [await x] = 1 }',
    'class A { get [await x]() { return 1 } }',
    '@(await x) class A {}',
    'class A { @(await x) m() {} }',
    '({ [await x]: 1 })',
    '({ [await x]() {} })',
    'x?.[await y]',
    'async function f() {}; await f()',
    'label: { await x }',
    'try { await x } finally {}',
    '<b>{await x}</b>',
    'enum E { A }\nawait x',
    'x as any; (await y) as T',
    'export default await x',
    'import x from "x"',
    'import "x"',
    'export { x } from "x"',
    'import x = require("x")',
  ])('%s', (source) => {
    expect(problemsOf(source)).toEqual([]);
    expect(compileCell(source).mode).toBe('task');
  });
});

describe('statements after one that TypeScript parses twice run once', () => {
  test.each([
    'const r = await [...Array(3)].length',
    'const r = await { a() { b(); c() }, d() { e() } }',
    'const r = (await\n  Promise.all(\n    [1, 2],\n  ))',
  ])('%j', async (source) => {
    const value = await awaitCells(`${source}\nlet n = 1\nlet m = 2\nn++\nm++\nconst list = [n, m]\nlist`);
    expect(value).toEqual([2, 3]);
    const emitted = await awaitCells(`enum E {}\n${source}\nlet n = 1\nlet m = 2\nn++\nm++\n;[n, m]`);
    expect(emitted).toEqual([2, 3]);
  });

  test('and their errors are told', () => {
    expect(problemsOf('const r = await [...Array(3)].length\nlet n = 1\nlet m = ;\nm')).toMatchObject([
      { message: 'Expression expected.', offset: 55 },
    ]);
  });
});

describe('a cell is blocking when only its functions await', () => {
  test.each([
    '1 + 1',
    'async function f() { await x }',
    'async () => await x',
    'async (a = 1) => { for await (const b of a) await b }',
    'class A { async m() { await x } }',
    '({ async m() { await x } })',
    '({ m: async () => await x })',
    'class A { x = async () => await y }',
    'class A { static { (async () => { await x })() } }',
    '"await x"',
    '`await x`',
    'x.await',
    '({ await: 1 })',
    'import("x")',
    'import type { A } from "a"',
    'import { type A } from "a"',
    'import type A = require("a")',
    'namespace N { export async function f() { await x } }',
    'async function f() { await using x = y }',
    'type Await = { await: 1 }; let x: Await',
    'await_ => 1',
  ])('%s', (source) => {
    expect(problemsOf(source)).toEqual([]);
    expect(compileCell(source).mode).toBe('blocking');
  });
});

describe('await in a function that is not async is told, with the name of the function', () => {
  test.each([
    ['function load() { await x }', "the function 'load'"],
    ['function load() { await (x) }', "the function 'load'"],
    ['function load() { await [x] }', "the function 'load'"],
    ['function load() { await -x }', "the function 'load'"],
    ['function load() { for await (const x of y) {} }', "the function 'load'"],
    ['const load = () => await x', "the function 'load'"],
    ['const load = () => { await (x) }', "the function 'load'"],
    ['const o = { load: function () { await x } }', "the function 'load'"],
    ['xs.map((x) => await x)', 'an arrow function'],
    ['xs.map((x) => { await (x) })', 'an arrow function'],
    ['class A { read() { await x } }', "the method 'read'"],
    ['class A { constructor() { await x } }', 'a constructor'],
    ['class A { get size() { return await x } }', "the accessor 'size'"],
    ['class A { x = await (y) }', 'the initialiser of a field'],
    ['class A { static { await (y) } }', 'a static block'],
    ['async function f() { return xs.map((x) => await x) }', 'an arrow function'],
    ['function f() { await using x = y }', "the function 'f'"],
  ])('%s', (source, description) => {
    const [problem] = problemsOf(source);
    expect(problem).toMatchObject({
      message: `'await' stands in ${description}, which is not async.`,
      length: 5,
    });
    expect(source.slice(problem!.offset, problem!.offset + 5)).toBe('await');
  });

  test.each([
    ['function load() { await x }', "Make the function 'load' async."],
    ['xs.map((x) => await x)', 'Make the arrow function async.'],
    ['xs.map(function (x) { await x })', 'Make the function async.'],
    ['class A { [name]() { await x } }', 'Make the method async.'],
    ['class A { constructor() { await x } }', 'It cannot be async: await the value outside and hand it in.'],
  ])('and what to do: %s', (source, hint) => {
    expect(problemsOf(source)[0]?.hint).toBe(hint);
  });
});

describe('dispatch', () => {
  test('blocking refuses await and says how to allow it', () => {
    expect(problemsOf('let x = 1\nlet y = await x', 'blocking')).toEqual([
      {
        message: "'await' on line 2, outside of any function: cells run blocking here.",
        offset: 18,
        length: 5,
        hint: expect.stringContaining('%dispatch auto'),
      },
    ]);
    expect(problemsOf('import "x"', 'blocking')).toMatchObject([
      { hint: expect.stringContaining('require') },
    ]);
    expect(problemsOf('async () => await 1', 'blocking')).toEqual([]);
  });

  test('task makes every cell async', async () => {
    expect(compileCell('1', { dispatch: 'task' }).mode).toBe('task');
    expect(await awaitCells('await 1; 2')).toBe(2);
  });

  test('a task keeps what it assigned before it failed', async () => {
    await expect(awaitCells('let a = await 1; throw new Error("no")')).rejects.toThrow('no');
  });
});
