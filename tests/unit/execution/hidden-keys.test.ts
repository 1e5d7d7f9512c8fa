// The text of functions is their source, whatever the compiler has put there.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyOf } from '../../../src/compile/keys';
import { hideMarks } from '../../../src/execution/hidden-keys';

const before = Object.getOwnPropertyDescriptor(Function.prototype, 'toString')!;
beforeAll(hideMarks);
afterAll(() => {
  Object.defineProperty(Function.prototype, 'toString', before);
});

test('a function has the text that it has in the source', () => {
  const compiled = `return function f(a) { try { return eval(__tsk_eval("a,b")(a)) + ${keyOf('b')} } catch (e) {__tsk_plain(e); return ${keyOf('f')}() } }`;
  const f = new Function(compiled)() as () => unknown;
  const source = 'function f(a) { try { return eval((a)) + b } catch (e) { return f() } }';
  expect(String(f)).toBe(source);
  expect(Function.prototype.toString.call(f)).toBe(source);
});

test('other functions keep theirs, also the one that tells it', () => {
  expect(String((a: number) => a)).toMatch(/=>/);
  expect(String(Math.max)).toBe('function max() { [native code] }');
  expect(String(Function.prototype.toString)).toBe('function toString() { [native code] }');
  expect(Function.prototype.toString.name).toBe('toString');
  expect(() => Function.prototype.toString.call({} as never)).toThrow(TypeError);
});
