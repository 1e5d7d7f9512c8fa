// The value of a cell is what the language says a script's value is: the reference is V8's own evaluation.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { runCells } from './session';

const programs = [
  '1 + 1',
  '"use strict"',
  'null',
  'NaN',
  '-0',
  '',
  ';',
  '// nothing here',
  '5; // five',
  '5 // five',
  '5;;;',
  '5; function f() {}',
  '5; let a = 1',
  '5; var a = 1',
  '5; class A {}',
  '5; if (false) 6',
  '5; {}',
  '5; { 6 }',
  'let a = 1',
  'let a = 1; a',
  'let a = 1\n;[2]',
  'if (true) 1; else 2',
  'if (false) 1; else 2',
  'if (true) { 1; 2 } else { 3 }',
  'if (1) { if (0) 1; else if (1) 2; else 3 }',
  'let x = 3; if (x > 2) x * 2\nelse x',
  'for (let i = 0; i < 3; i++) i',
  'for (let i = 0; i < 3; i++) { let j = i; j * 2; }',
  'for (let i = 0; i < 3; i++) if (i === 1) i',
  'for (let i = 0; i < 3; i++) { i; if (i === 1) break }',
  'for (let i = 0; i < 3; i++) { i; if (i === 1) { "out"; break } }',
  'for (let i = 0; i < 3; i++) { i; if (i === 1) continue; "kept" }',
  'for (const x of [1, 2, 3]) x',
  'for (const k in { a: 1, b: 2 }) k',
  'for (var i = 0; i < 3; i++) { var j = i }',
  'let n = 0; while (n < 3) n++',
  'let n = 0; do n++; while (n < 3)',
  'let n = 0; do { n++ } while (n < 3) n',
  'try { 1 } catch { 2 }',
  'try { throw 1 } catch (e) { e + 1 }',
  'try { 1 } finally { 2 }',
  'try { 1; null.x } catch {}',
  '1; try {} finally {}',
  'switch (2) { case 1: "one"; break; case 2: "two"; break; default: "many" }',
  'switch (2) { case 1: "one"; case 2: "two"; case 3: "three" }',
  'switch (9) { case 1: "one" }',
  '1; switch (1) { case 1: }',
  'a: { 1; break a; 2 }',
  'a: for (const x of [1, 2]) { x; for (;;) { x * 10; continue a } }',
  'a: for (const x of [1, 2]) for (const y of [1, 2]) { if (y === 2) break a; y }',
  '(1, 2)',
  'var a; a = 5',
  'let f = () => {}\n;[1]',
  '() => {}\n;(1)',
  'let o = { a: 1 }; ({ a } = o); var a',
  '`a${1}b`',
  'typeof undefinedName',
  'void 0',
  'a = 1; var a',
  'function f() { return 1 } f()',
  'var [a, b] = [1, 2]; a + b',
  'const { a, b: [c] } = { a: 1, b: [2] }; [a, c]',
  'const { a = 1, ...rest } = { b: 2 }; [a, rest]',
  'let a = 1, b = a + 1, c; [a, b, c]',
  'const x = 1\nconst y = 2\nx + y',
  'new (class { x = 1 })().x',
  '[1, 2, 3].map((x) => x * 2)',
  '/a/.test("cat")',
  'x: 5',
  'do var a = 1\nwhile (false)\na',
  'if (0) var a = 1\nelse var a = 2\na',
  'for (var i = 0, n = 3; i < n; i++);\ni',
  'for (var k in { a: 1 });\nk',
  'for (var { x } of [{ x: 7 }]);\nx',
  'for (var [a, b] of [[1, 2]]);\na + b',
  '{ var a = 1; { var b = 2 } } a + b',
  'try { var a = 1 } finally { var b = 2 } a + b',
  'switch (1) { case 1: var a = 4 } a',
  'lab: var a = 3\na',
  'if (true) { function g() { return 4 } g() }',
  'with_ = 1; var with_',
  'var f = function () { return f.name }; f()',
  'const f = () => {}; f.name',
  'let f = class {}; f.name',
  'const { f = () => {} } = {}; f.name',
  'let x = 1; { let x = 2; x }',
  'let x = 1; { let x = 2 } x',
  'var x = x; x',
  'var x\n(1, 2)',
  'let y = 1\nlet z = y\n++z\nz',
  'class A { static n = 1 }\n;[A.n]',
  'class A { m() { return A.name } }\nnew A().m()',
  'function* g() { yield 1; yield 2 }\n[...g()]',
  'var a = 1; var a; a',
  'a\nvar a = 1',
  'function a() { return 1 }\nfunction a() { return 2 }\na()',
  'f(); function f() { return "hoisted" }',
  'let a = 5 /* five */ // really\na',
  'a: try { 1 } finally { 2; break a }',
  'a: try { 1 } finally { break a }',
  'a: try { throw 1 } catch (e) { e + 1 } finally { { 3; break a } }',
  'for (const x of [1, 2]) { try { x } finally { x * 10; if (x === 1) continue } }',
  'a: { try { 1 } finally { b: try { 2 } finally { 3; break b } } }',
  'a: if (true) { 5; break a; 6 }',
  'a: try { 5; if (true) { 6; break a } 7 } catch {}',
  'var a; () => {}; var b',
  'if (true) { (function () {}) }',
  'if (true) (class {})',
  'for (var async of [1, 2]) async',
];

/** The same, as far as a person sees. */
function shown(evaluate: () => unknown): string {
  try {
    return inspect(evaluate(), { depth: 3 });
  } catch (error) {
    return `threw ${(error as Error).name}`;
  }
}

describe('a cell shows the value that the language gives its program', () => {
  test.each(programs)('%j', (program) => {
    expect(shown(() => runCells(program))).toBe(shown(() => runInNewContext(program)));
  });

  // The names differ, so that the emitter is needed for nothing but the first line.
  test.each(['enum OnlyHere {}', 'using onlyHere = null;'])('also behind %j', (first) => {
    for (const program of programs) {
      const expected = shown(() => runInNewContext(program));
      expect([program, shown(() => runCells(`${first}\n${program}`))]).toEqual([program, expected]);
    }
  });

  test('also for programs made at random', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const program = randomProgram(seed);
      const expected = shown(() => runInNewContext(program, {}, { timeout: 1000 }));
      expect([program, shown(() => runCells(program))]).toEqual([program, expected]);
    }
  });
});

describe('a cell that looks like an object is one', () => {
  test.each([
    ['{}', {}],
    ['{ a: 1 }', { a: 1 }],
    ['{ a: 1, b: 2 }', { a: 1, b: 2 }],
    ['{ a: { b: 1 } }', { a: { b: 1 } }],
    ["{\n  user: {\n    name: 'x',\n  },\n}", { user: { name: 'x' } }],
    ["{ user: { name: 'x' } }", { user: { name: 'x' } }],
    ['{ a: {} }', { a: {} }],
    ['{ a: { b: { c: {} } } }', { a: { b: { c: {} } } }],
    ['{ a: { Infinity, NaN } }', { a: { Infinity, NaN } }],
    ['{ a: { b: 1 } }.a', { b: 1 }],
    ['// an object\n{\n  a: [1],\n  f() { return 1 },\n}.a', [1]],
    ['{ "a b": 1 }', { 'a b': 1 }],
    ['{ ...{ x: 1 } }', { x: 1 }],
    ['{ a: 1 as number, b: <T>(x: T) => x }.a', 1],
    ['{ a: 1; }', 1],
    ['{ a: 1 };', 1],
    ['{ 1 }', 1],
    ['let a = 1\n{ a }', 1],
  ])('%j', (source, expected) => {
    expect(runCells(source)).toEqual(expected);
  });

  test.each([
    ['{ outer: for (const x of [1, 2]) { x } }', 2],
    ['{ a: { 1; 2 } }', 2],
    ['{ a: { let x = 1; x } }', 1],
    ['{ a: { Math.max(3, 4) } }', 4],
    ['{ a: { b: 1; } }', 1],
    ['{ a: { 5; break a } }', 5],
    ['{ a: { b: break a } }', undefined],
    ['{ a: { b: 1 }; }', 1],
    ['{ a: { b: { 1; 2 } } }', 2],
    ['a: { b: 1 }', 1],
  ])('%j is a block', (source, expected) => {
    expect(runCells(source)).toEqual(expected);
  });

  test('{ a, b } takes names from the namespace', () => {
    expect(runCells('let a = 1, b = 2', '{ a, b }')).toEqual({ a: 1, b: 2 });
  });
});

test('<!-- is an operator here, as in a module', () => {
  expect(runCells('var a = 1, b = 1\na <!--b')).toBe(false);
});

/** Statements with jumps, at random but the same for the same seed; loops end after a few rounds. */
function randomProgram(seed: number): string {
  let state = seed * 2654435761;
  const next = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % limit;
  };
  let count = 0;
  const list = (depth: number, inLoop: boolean, labels: string[]) =>
    Array.from({ length: next(4) }, () => statement(depth, inLoop, labels)).join(next(2) ? '\n' : ' ');
  const block = (depth: number, inLoop: boolean, labels: string[]) => `{ ${list(depth, inLoop, labels)} }`;
  const condition = () => ['true', 'false', 'v++ % 2', 'v++ % 3'][next(4)]!;
  function statement(depth: number, inLoop: boolean, labels: string[]): string {
    const id = count++;
    if (depth === 0 || next(3) === 0) {
      switch (next(inLoop ? 8 : 5)) {
        case 0:
          return `var w${id} = ${id};`;
        case 1:
          return ';';
        case 5:
          return 'break;';
        case 6:
          return 'continue;';
        case 7:
          return labels.length > 0 ? `break ${labels[next(labels.length)]};` : 'break;';
        default:
          return `${id};`;
      }
    }
    const deeper = depth - 1;
    switch (next(10)) {
      case 0:
        return `if (${condition()}) ${statement(deeper, inLoop, labels)}`;
      case 1:
        return `if (${condition()}) ${block(deeper, inLoop, labels)} else ${statement(deeper, inLoop, labels)}`;
      case 2:
        return `for (let i = 0; i < 3; i++) ${block(deeper, true, labels)}`;
      case 3:
        return `do ${block(deeper, true, labels)} while (v++ < 6);`;
      case 4:
        return `try { ${list(deeper, inLoop, labels)} } catch {}`;
      case 5:
        return `try { ${list(deeper, inLoop, labels)} throw 1 } catch { ${list(deeper, inLoop, labels)} }`;
      case 6:
        return `L${id}: ${block(deeper, inLoop, inLoop ? [...labels, `L${id}`] : labels)}`;
      case 8:
        return `try ${block(deeper, inLoop, labels)} finally ${block(deeper, false, [])}`;
      case 7:
        return `switch (v++ % 3) { case 0: ${list(deeper, inLoop, labels)} case 1: ${list(deeper, inLoop, labels)} }`;
      default:
        return `for (const x of [1, 2]) ${statement(deeper, true, labels)}`;
    }
  }
  return `var v = 0;\n${list(3, false, [])}`;
}
