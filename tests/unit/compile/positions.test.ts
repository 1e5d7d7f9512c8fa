// Errors name the place in the cell, whatever was done to its text.
import { Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { compile, mapPosition } from '../../../src/compile';
import { packSegments } from '../../../src/compile/position';
import { compileCell, Session } from './session';

/** Where the first frame of the cell stands in its source: line and column from 1, as people count. */
async function placeOfError(source: string): Promise<string> {
  const session = new Session();
  try {
    await session.run(source);
    return 'no error';
  } catch (error) {
    const match = /cell:(\d+):(\d+)/.exec((error as Error).stack!)!;
    const { line, column } = mapPosition(compileCell(source).map, Number(match[1]) - 1, Number(match[2]) - 1);
    return `${line + 1}:${column + 1}`;
  } finally {
    session.end();
  }
}

/** What the cell says last of where it is. */
async function placeOfWait(source: string): Promise<string> {
  const session = new Session();
  let place = 'nowhere';
  const on = (value: unknown, line: number, column: number) => {
    place = `${line + 1}:${column + 1}`;
    return value;
  };
  try {
    await session.runCompiled(compileCell(source), { on });
  } catch {
    // It is about where.
  } finally {
    session.end();
  }
  return place;
}

test.each([
  '¦await Promise.reject(1); await 2',
  'const a = 1, b = ¦await Promise.reject(1)',
  'enum E { A }; const a = 1;\n  const b: number = ¦await Promise.reject(1)',
  '{ a: 1, b: ¦await Promise.reject(1) }',
  'const b = { c: [¦await Promise.reject(await 1)] }',
  'await ¦await Promise.reject(1)',
  'await 1; throw ¦"a text"',
  'for (const a of ¦await Promise.reject([])) await a',
  '¦for await (const a of [Promise.reject(1)]) a',
  '¦for await (const a of [1, Promise.reject(1)]) { if (a) { await a; continue } }',
  '¦for await (const a of [1, Promise.reject(1)]) await a',
  'for await (const a of [1]) ¦await Promise.reject(1)',
  'for await (const a of [1]) for await (const b of [2]) {\n ¦await Promise.reject(1) }',
  '¦await (async () => { await 1; throw 2 })()',
])('a cell says where it awaits: %s', async (text) => {
  const { source, place } = marked(text);
  expect({ source, place: await placeOfWait(source) }).toEqual({ source, place });
});

/** The place that a text marks with `¦`, and the text without the mark. */
function marked(text: string): { source: string; place: string } {
  const before = text.slice(0, text.indexOf('¦'));
  const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
  return { source: text.replace('¦', ''), place: `${lines.length}:${lines.at(-1)!.length + 1}` };
}

describe('errors at run time stand where they happened', () => {
  test.each([
    '¦missing',
    '¦missing()',
    'null.¦x',
    'let a = null.¦x',
    'const a = 1; const b = null.¦x',
    'const a = 1, b = 2; null.¦x; a',
    'function f() { ¦missing }\nf()',
    'function f() { ¦missing }; f()',
    'function f() {}; function g() { f(); ¦missing }; g()',
    'class A { m() { null.¦x } }\nnew A().m()',
    'class A { m() { } }; null.¦x',
    '1\n2\nif (true) {\n  ¦missing\n}',
    'for (var i = 0; i < 1; i++) ¦missing',
    'for (const x of [1]) { x; x ? 1 : 2; ¦missing }',
    'let a: number = 1; let b: string = ¦(missing as string)',
    'const { a, b: [c] } = { a: 1, b: ¦missing }',
    'try { 1 } finally { ¦missing }',
    'throw ¦new Error("x")',
    'throw ¦new Error("x"); let a = 1',
    '{ a: ¦missing }',
    '{\n  a: ¦missing }',
    '  { a: 1, b: ¦missing }',
    'await 1; ¦missing',
    'async function f() { await 1; ¦missing }\nawait f()',
    'let a = 1\r\n¦missing',
    'let a = 1\u2028¦missing',
    'let x = 1, y = ¦missing, z = 3',
    'export const x = ¦missing',
    'let x = ¦missing\n  .a\n  .b()',
    'let x = 1, y = ¦missing`a`',
    'let x = ¦await missing',
    'let x = ¦!missing as boolean',
    'let [x] = ¦missing',
    'let { x } ¦= missing',
    'let {\n  x,\n} ¦= missing.y',
    'a: for (const x of [1, 2]) { if (x === 2) { null.¦x } else continue a }',
    '#!/bin/node\n¦missing',
    'let f = <T,>(x: T): T => ¦missing; f(1)',
  ])('%j', async (text) => {
    const { source, place } = marked(text);
    expect(await placeOfError(source)).toBe(place);
  });
});

describe('also when the cell went through the emitter', () => {
  test.each([
    'enum E { A }\n¦missing',
    'enum E { A, B }\n\n\nlet a = E.A; null.¦x',
    'enum E {\n  A = 1,\n  B = Number(¦missing),\n}',
    'function d() {}\n@d class A { x = ¦missing }\nnew A()',
    'class P { constructor(private x: number) { ¦missing } }\nnew P(1)',
    'class P {\n  constructor(private x: number) {}\n\n  m() { return null.¦x }\n}\nnew P(1).m()',
    'namespace N {\n  export const a = 1\n  export const b = ¦missing\n}',
    'let x = <number>1\nfunction f() {\n  throw ¦new Error("x")\n}\nf()',
    'using a = null\nconst b = 1\n¦missing',
    'function d() { ¦missing }\n@d class A {}',
    'enum E { A }\nconst a = 1, b = ¦missing',
    'enum E { A }\nfor (let i = 0; i < 3; i++) { i; if (i === 1) ¦missing }',
  ])('%j', async (text) => {
    const { source, place } = marked(text);
    expect(await placeOfError(source)).toBe(place);
  });
});

describe('syntax errors stand where the parser or V8 found them', () => {
  test.each([
    ['let x = ;', 8, 'Expression expected.'],
    ['foo(\n  1 2)', 9, "',' expected."],
    ['{ a: 1, b 2 }', 10, "';' expected."],
    ['let a = 1\nlet a = 2', 14, "Cannot redeclare block-scoped variable 'a'."],
    ['{ a: await_ => { await (1) } }', 17, "'await' stands in the function 'a', which is not async."],
    ['return 5', 0, "A 'return' statement can only be used within a function body."],
    [
      'if (x) break',
      7,
      "A 'break' statement can only be used within an enclosing iteration or switch statement.",
    ],
    [
      '() => { continue }',
      8,
      "A 'continue' statement can only be used within an enclosing iteration statement.",
    ],
    [
      'for (;;) { () => { break } }',
      19,
      "A 'break' statement can only be used within an enclosing iteration or switch statement.",
    ],
    [
      'a: { () => { break a } }',
      13,
      "A 'break' statement can only jump to a label of an enclosing statement.",
    ],
    [
      'a: { for (;;) continue a }',
      14,
      "A 'continue' statement can only jump to a label of an enclosing iteration statement.",
    ],
    [
      '() => new.target',
      6,
      "Meta-property 'new.target' is only allowed in the body of a function declaration, function expression, or constructor.",
    ],
    ['1; class {}', 3, "A class declaration without the 'default' modifier must have a name."],
    ['const', 0, 'Variable declaration list cannot be empty.'],
    ['const x', 6, "'const' declarations must be initialized."],
    ['let [a]', 4, 'A destructuring declaration must have an initializer.'],
    ['#x', 0, "'#x' is the name of a private member, which stands after a dot."],
    ['class A {} new A().#x', 19, "Private field '#x' must be declared in an enclosing class."],
    ['class A { static { return } }', 19, "A 'return' statement can only be used within a function body."],
  ])('%j', (source, offset, message) => {
    const result = compile(source);
    expect(result.ok ? [] : result.problems[0]).toMatchObject({ offset, message });
  });

  test.each([
    '"use strict"; function f(a, ¦a) {}',
    'function f() { ¦super() }',
    'let a = 1; delete ¦a',
    'const a = 1; { let b; let ¦b }',
  ])('V8 refuses %j there', (text) => {
    const { source, place } = marked(text);
    const cell = compileCell(source);
    let stack = '';
    try {
      new Script(cell.code, { filename: 'cell', lineOffset: -1 });
    } catch (error) {
      stack = (error as Error).stack!;
    }
    const [, line] = /^cell:(\d+)\n/.exec(stack)!;
    const caret = stack.split('\n')[2]!.search(/\^/);
    const found = mapPosition(cell.map, Number(line) - 1, caret);
    expect(`${found.line + 1}:${found.column + 1}`).toBe(place);
  });

  test('there are no errors where functions, loops and labels allow jumps', () => {
    const sources = [
      'function f() { return 1 } () => { return 1 }; ({ get a() { return 1 } })',
      'for (;;) { break } while (0) continue; do { continue } while (0); for (const a of []) break',
      'a: for (;;) { for (;;) { continue a } break a }',
      'a: { break a } switch (1) { case 1: break }',
      'function F() { new.target; () => new.target } class A { x = new.target }',
    ];
    for (const source of sources) expect(compile(source)).toMatchObject({ ok: true });
  });
});

describe('mapPosition', () => {
  const map = {
    segments: packSegments(
      [
        [1, 0, 1, 0],
        [1, 8, 1, 4],
        [1, 12, 1, 4],
        [3, 0, 0, 5],
        [4, 70_000, 9, 300_000],
      ].flat(),
    ),
  };

  test.each([
    [0, 7, 0, 7],
    [1, 3, 1, 3],
    [1, 7, 1, 4],
    [1, 9, 1, 4],
    [1, 15, 1, 7],
    [2, 2, 2, 2],
    [3, 1, 0, 6],
    [4, 70_001, 9, 300_001],
  ])('%i:%i is %i:%i', (line, column, sourceLine, sourceColumn) => {
    expect(mapPosition(map, line, column)).toEqual({ line: sourceLine, column: sourceColumn });
  });
});
