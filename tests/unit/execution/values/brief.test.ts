// What a debugger lists of a value: one line, a word for what it is, and nothing of the value's code runs.
import { describe, expect, test } from '@jest/globals';
import { describe as describeValue } from '../../../../src/execution/values/brief';

const shown = (value: unknown) => {
  const { type, text } = describeValue(value);
  return `${type}: ${text}`;
};

describe('a value on one line', () => {
  test.each<[unknown, string]>([
    [undefined, 'undefined: undefined'],
    [null, 'null: null'],
    [-0, 'number: -0'],
    [10n, 'bigint: 10n'],
    ["it's", `string: "it's"`],
    [Symbol('s'), 'symbol: Symbol(s)'],
    [[], 'Array(0): []'],
    [[1, 'a', [2, [3]]], "Array(3): [ 1, 'a', [ 2, […] ] ]"],
    // biome-ignore lint/suspicious/noSparseArray: what a hole looks like
    [[1, , 3], 'Array(3): [ 1, empty, 3 ]'],
    [{}, 'Object: {}'],
    [{ a: 1, 'b c': { d: { e: 1 } } }, "Object: { a: 1, 'b c': { d: {…} } }"],
    [new Map<unknown, unknown>([['a', { b: 1 }]]), "Map(1): Map(1) { 'a' => { b: 1 } }"],
    [new Set([1]), 'Set(1): Set(1) { 1 }'],
    [new Uint8Array(12), 'Uint8Array(12): Uint8Array(12) [ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, … 2 more ]'],
    [new ArrayBuffer(8), 'ArrayBuffer(8): ArrayBuffer(8)'],
    [new Date(0), 'Date: 1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Date: Invalid Date'],
    [/a b/gi, 'RegExp: /a b/gi'],
    [new RangeError('too far\nby much'), 'RangeError: RangeError: too far'],
    [new (class Odd extends Error {})('no'), 'Odd: Odd: no'],
    [new DOMException('it is gone', 'AbortError'), 'DOMException: AbortError: it is gone'],
    [
      new (class Point {
        x = 1;
      })(),
      'Point: Point { x: 1 }',
    ],
    [(a: number, b = ')') => [a, b], "function: ƒ (anonymous)(a, b = ')')"],
    [async function later() {}, 'function: async ƒ later()'],
    [class Circle extends Array {}, 'class: class Circle extends Array'],
    [new Proxy({}, {}), 'Proxy: Proxy'],
  ])('%#: %s', (value, expected) => {
    // esbuild, which compiles these tests, names what has no name.
    expect(shown(value).replace(/"\)"/, "')'")).toBe(expected);
  });

  test('is not longer than a line', () => {
    expect(describeValue('x'.repeat(1e6)).text).toMatch(/^'x{399}…' \(1,000,000 characters\)$/);
    expect(describeValue('two\nlines'.repeat(10)).text).not.toContain('\n');
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`key${n}`, n]));
    expect(describeValue(wide)).toMatchObject({
      text: expect.stringMatching(/^\{ key0: 0, .*, key9: 9, … 990 more \}$/),
      members: 1000,
    });
    const circle: { self?: object } = {};
    circle.self = circle;
    expect(describeValue(circle).text).toBe('{ self: { self: {…} } }');
  });

  test('runs nothing of it', () => {
    const ran = () => {
      throw new Error('it ran');
    };
    const tagged = { [Symbol.for('nodejs.util.inspect.custom')]: ran, toString: ran, a: 1 };
    Object.defineProperty(tagged, Symbol.toStringTag, { get: ran });
    Object.defineProperty(tagged, 'got', { get: ran, enumerable: true });
    const traps = new Proxy(tagged, new Proxy({}, { get: ran }));
    expect(describeValue({ traps, tagged }).text).toBe(
      '{ traps: Proxy, tagged: { toString: ƒ ran(), a: 1, got: [Getter] } }',
    );
  });
});
