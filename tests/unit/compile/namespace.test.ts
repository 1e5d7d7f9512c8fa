// One binding for each name, for all cells and closures.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { awaitCells, compileCell, runCells, Session } from './session';

describe('a name is one binding', () => {
  test('a closure sees what a later cell assigns', () => {
    expect(runCells('let n = 0; function inc() { return ++n }', 'inc(); inc()', 'n')).toBe(2);
    expect(runCells('let n = 0; function inc() { return ++n }', 'inc(); inc()', 'n = 50; inc()')).toBe(51);
  });

  test('also when the later cell is a task', async () => {
    const first = 'let n = 0; const inc = () => ++n';
    expect(await awaitCells(first, 'await inc(); n = await 50', 'inc()')).toBe(51);
  });

  test('a function that is declared again is the new one for its old callers', () => {
    expect(
      runCells('function f() { return 1 } function g() { return f() }', 'function f() { return 2 }', 'g()'),
    ).toBe(2);
  });

  test('a function keeps its name and can call itself', () => {
    expect(runCells('function f(n) { return n ? n + f(n - 1) : 0 }', '[f.name, f(4)]')).toEqual(['f', 10]);
    expect(runCells('async function f() {} function* g() {}', '[f.name, g.name]')).toEqual(['f', 'g']);
  });

  test('a var keeps its value when it is declared again without one', () => {
    expect(runCells('var a = 1', 'var a, b', '[a, b]')).toEqual([1, undefined]);
    expect(runCells('var a = 1', 'var c = 2, a, d = 3; a')).toBe(1);
    expect(runCells('let a = 1', 'let a', 'a')).toBe(undefined);
  });

  test('nested vars are names of the cell, nested lets are not', () => {
    const names = (source: string) => compileCell(source).declarations.map(({ name }) => name);
    expect(names('if (1) { var a = 1; let b = 2; function c() {} class D {} }')).toEqual(['a']);
    expect(
      names('for (var i = 0; ; ) for (var { a, b: [c] } of []) for (var k in {}) while (1) var w'),
    ).toEqual(['i', 'a', 'c', 'k', 'w']);
    expect(
      names('try { var a } catch (e) { var b } finally { var c }\nswitch (1) { default: var d }'),
    ).toEqual(['a', 'b', 'c', 'd']);
    expect(names('(function () { var a })(); () => { var b }; class C { static { var d } }')).toEqual(['C']);
  });
});

const kinds: { readonly [kind: string]: string } = {
  let: 'let x = "let"',
  const: 'const x = "const"',
  var: 'var x = "var"',
  destructuring: 'const { a: [x] } = { a: ["destructuring"] }',
  function: 'function x() { return 1 }',
  class: 'class x {}',
  enum: 'enum x { A }',
  namespace: 'namespace x { export const a = 1 }',
  import: 'import x from "module"',
  using: 'using x = null',
};

describe('any kind of declaration may follow any other', () => {
  let session: Session;
  beforeEach(() => {
    session = new Session({ module: { default: 'import' } });
  });
  afterEach(() => session.end());

  const check: { readonly [kind: string]: (value: unknown) => boolean } = {
    function: (value) => (value as () => number)() === 1,
    class: (value) => String(value).startsWith('class x'),
    enum: (value) => (value as { A: number }).A === 0 && Object.keys(value as object).length === 2,
    namespace: (value) => (value as { a: number }).a === 1 && Object.keys(value as object).length === 1,
    using: (value) => value === null,
  };

  test.each(
    Object.keys(kinds).flatMap((first) => Object.keys(kinds).map((second) => [first, second] as const)),
  )('%s, then %s', async (first, second) => {
    await session.run(kinds[first]!);
    await session.run(kinds[second]!);
    const value = session.run('x');
    const isRight = check[second] ?? ((each: unknown) => each === second);
    expect(isRight(value)).toBe(true);
  });

  test('also when the first one threw', () => {
    expect(() => session.run('const x = (() => { throw new Error("no") })()')).toThrow('no');
    expect(() => session.run('x')).toThrow('before initialization');
    session.run('let x = 2');
    expect(session.run('x')).toBe(2);
  });
});

describe('constants', () => {
  test('cannot be assigned, in their cell or a later one', () => {
    expect(() => runCells('const a = 1; a = 2')).toThrow('read only');
    expect(() => runCells('const a = 1', 'a = 2')).toThrow('read only');
    expect(() => runCells('const [a, { b }] = [1, { b: 2 }]', 'b++')).toThrow('read only');
  });

  test('may be declared again', () => {
    expect(runCells('const a = 1', 'const a = 2', 'a')).toBe(2);
    expect(runCells('const a = 1', 'let a = 2; a++', 'a')).toBe(3);
  });

  test('cannot be read before they have a value', () => {
    expect(() => runCells('a; const a = 1')).toThrow('before initialization');
    expect(() => runCells('let a = a')).toThrow('before initialization');
    expect(() => runCells('new A(); class A {}')).toThrow('before initialization');
  });
});

describe('a statement does not run into the one before', () => {
  test.each([
    ['let x\n[1].length', 1],
    ['let a = 1\nlet [b] = [a]\nb', 1],
    ['let a = () => 1\nlet { b } = { b: a }\nb()', 1],
    ['let a = 1\nconst { b } = { b: 2 }\n;[a, b]', [1, 2]],
    ['const f = () => { return 1 }\n(2)', 2],
    ['class A {}\n(2)', 2],
    ['class A {}\n`x`', 'x'],
    ['class A { static n = 1 }\n+1', 1],
    ['let a = 5 as number\n;[a]', [5]],
    ['let a = 5 as number\ninterface I {}\n(a)', 5],
    ['const a = 5 as const\ntype T = 1\n;[a]', [5]],
    ['const a = <T,>(x: T) => { return x }\n(1)', 1],
    ['var a = 1\nimport type { B } from "b"\n(a)', 1],
    ['const a = 1\nexport {}\n(a)', 1],
    ['function f() {}\n(1)', 1],
    ['if (true) var a = 1 as number\nelse a = 2\na', 1],
    ['let a = 1, b = a! as any as number, c: string\n;[a, b, c]', [1, 1, undefined]],
    ['let of = 1\nlet as = 2\nof + as', 3],
  ])('%j', (source, expected) => {
    expect(runCells(source)).toEqual(expected);
  });
});

describe('a var may not cross a block that declares its name', () => {
  test.each([
    '{ let a; { var a } }',
    '{ const a = 1; for (;;) var a }',
    'for (let i of []) { var i = 2 }',
    'for (const i = 0; ; ) { for (var i of []); }',
    'try {} catch ([e]) { var e }',
    '{ function f() {} var f }',
    'if (1) { class A {} var [A] = [] }',
    'switch (1) { case 1: let a; case 2: var a }',
  ])('%j', (source) => {
    expect(() => compileCell(source)).toThrow(/^Cannot redeclare block-scoped variable/);
  });

  test.each([
    '{ let a } { var a }',
    '{ let a; (() => { var a })() }',
    'try {} catch (e) { var e }',
    'for (let i of []) { let i } var i',
    'for (var i of [1]) { let j = i } { var j }',
    'switch (1) { case 1: { let a } case 2: var a }',
    'function f(a) { var a }',
  ])('%j is allowed', (source) => {
    expect(() => compileCell(source)).not.toThrow();
  });
});

describe('names that cannot be declared', () => {
  test.each(['undefined', 'NaN', 'Infinity', 'eval', 'arguments', '__tsk_'])('%s', (name) => {
    expect(() => runCells(`let ${name} = 1`)).toThrow(`'${name}'`);
    expect(() => runCells(`function ${name}() {}`)).toThrow(`'${name}'`);
  });

  test.each([
    ['let x = 1; let x = 2', "Cannot redeclare block-scoped variable 'x'."],
    ['let x = 1; { var x = 2 }', "Cannot redeclare block-scoped variable 'x'."],
    ['const [a, a] = []', "Cannot redeclare block-scoped variable 'a'."],
    ['class A {} class A {}', "Duplicate identifier 'A'."],
    ['import a from "b"; let a', "Cannot redeclare block-scoped variable 'a'."],
    ['enum E {} function E() {}', "Duplicate identifier 'E'."],
  ])('%s', (source, message) => {
    expect(() => runCells(source)).toThrow(message);
  });

  test.each([
    'var x = 1; var x = 2; x',
    'function f() {} function f() { return 2 } f()',
    'function f(x: string): number; function f(x: any) { return 2 } f("")',
    'class C {} namespace C { export const n = 2 } C.n',
    'function f() {} namespace f { export const n = 2 } f.n',
    'enum E { A } enum E { B = 2 } E.B + E.A',
    'namespace N { export const a = 1 } namespace N { export const b = 1 } N.a + N.b',
    'interface A { x: 1 } interface A { y: 1 } let A = 2; A',
  ])('but these may: %s', (source) => {
    expect(runCells(source)).toBe(2);
  });
});

test.each([
  'export default class {}',
  'export default class { static own = this.name }',
  'export default (class {})',
  'export default abstract class {}',
  'export default () => 1',
  'export default async function () {}',
  'enum E { A }\nexport default class { constructor(private a = 1) {} }',
])('what export default has no name for is called default: %s', (source) => {
  const value = runCells(source) as { readonly name: string; readonly own?: string };
  expect([value.name, value.own ?? 'default']).toEqual(['default', 'default']);
});
