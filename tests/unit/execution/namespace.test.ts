// What compiled code does with a function declaration.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hideMarks, hoist } from '../../../src/execution/namespace';

const before = Object.getOwnPropertyDescriptor(Function.prototype, 'toString')!;
beforeAll(hideMarks);
afterAll(() => {
  Object.defineProperty(Function.prototype, 'toString', before);
});

test('a function has the name and the text that it has in the source', () => {
  const compiled = new Function('return function f\u200c(a) { return a ? f(a - 1) : "\u200c" }')();
  const f = hoist('f', compiled as () => unknown);
  expect(f.name).toBe('f');
  expect(String(f)).toBe('function f(a) { return a ? f(a - 1) : "\u200c" }');
  expect(Function.prototype.toString.call(f)).toBe(String(f));
});

test('other functions keep theirs, also the one that tells it', () => {
  expect(String((a: number) => a)).toMatch(/=>/);
  expect(String(Math.max)).toBe('function max() { [native code] }');
  expect(String(Function.prototype.toString)).toBe('function toString() { [native code] }');
  expect(Function.prototype.toString.name).toBe('toString');
  expect(() => Function.prototype.toString.call({} as never)).toThrow(TypeError);
});

test('names may look like patterns of a replacement', () => {
  const compiled = new Function('return function $$\u200c() {}')();
  expect(String(hoist('$$', compiled as () => unknown))).toBe('function $$() {}');
});
