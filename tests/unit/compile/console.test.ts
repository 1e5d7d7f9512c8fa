// What is typed into the console of the debugger, and what it becomes.
import { describe, expect, test } from '@jest/globals';
import { compileInput } from '../../../src/compile/console';
import { keyOf } from '../../../src/compile/keys';
import { pendingAt } from '../../../src/compile/pending';
import { signatureAt } from '../../../src/compile/signature';

const inFrame = (source: string) =>
  compileInput(source, { bound: new Set(['known', 'local']) }, new Set(['local']));

describe('an expression of the console', () => {
  test('means the frame first, then the cells', () => {
    const compiled = inFrame('local + (known as number)');
    expect(compiled.ok && compiled.cell.code).toContain(`local + (${keyOf('known')}`);
  });

  test('says a private member where a class may be around', () => {
    expect(inFrame('this.#secret').ok).toBe(true);
    expect(compileInput('made.#secret', { bound: new Set() })).toEqual({
      ok: false,
      problem: "SyntaxError: Private field '#secret' must be declared in an enclosing class.",
    });
  });

  test('is an await and no more', () => {
    expect(inFrame('await local!')).toMatchObject({ ok: true, awaited: 'local!' });
    expect(inFrame('1 + await local')).not.toHaveProperty('awaited');
  });

  test.each([
    ['const local = 1', "'local' is a variable here already: assign to it, or take another name."],
    ['enum Colour { red }', 'Enums, namespaces, decorators, `using` and JSX have to be written in a cell.'],
    ['known +', 'SyntaxError: Expression expected.'],
  ])('%s is refused in a sentence', (source, problem) => {
    expect(inFrame(source)).toEqual({ ok: false, problem });
  });
});

describe('what is not declared yet at a place', () => {
  const source =
    'function f() {\n  let a\n  {\n    const [b] = []\n    class C {}\n  }\n  let d\n  var e\n}\nlet g';
  test.each([
    [2, ['a', 'd']],
    [3, ['d']],
    [4, ['b', 'C', 'd']],
    [7, ['d']],
    [9, []],
  ])('line %d', (line, names) => {
    expect([...pendingAt(source, line, 3)].sort()).toEqual([...names].sort());
  });

  test.each([
    ['for (let i = here, end = 3; i < end; i++) {}', ['i', 'end']],
    ['for (let i = 0, end = here; i < end; i++) {}', ['end']],
    ['for (let i = 0; here; i++) {}', []],
    ['for (const [key, { of }] of here) {}', ['key', 'of']],
    ['for (const here of []) {}', ['here']],
    ['for (const key in {}) { here }', []],
    ['for (var i = here; ; ) {}', []],
  ])('%s', (loop, names) => {
    expect([...pendingAt(loop, 1, loop.indexOf('here') + 1)]).toEqual(names);
  });
});

describe('the head of a function, by where it begins', () => {
  test.each([
    ['function add(a: number, b = ")"): number { return a }', '(a', '(a: number, b = ")"): number'],
    ['const twice = (n: number) => 2 * n', '(n', '(n: number)'],
    ['const self = x => x', 'x =>', '(x)'],
    ['class A { get<T>(key: T,): { of: T } { return { of: key } } }', '(key', '(key: T): { of: T }'],
    ['const made = async (n: number) => n', 'async', '(n: number)'],
    ['const sum = 1 + 2', '1', undefined],
  ])('%s', (source, at, head) => {
    expect(signatureAt(source, 1, source.indexOf(at) + 1)).toBe(head);
  });
});
