// What a run leaves of its names, and that the text of functions is their source, whatever the compiler has put there.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyOf } from '../../../src/compile/keys';
import { Bindings, hideMarks } from '../../../src/execution/namespace';

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

test('the end of a run says the same when it is cut off and comes again', () => {
  const names = ['left', 'kept'].map((name) => ({ name, kind: 'const' as const }));
  const bindings = new Bindings({ declarations: names, mentions: [], probes: [] });
  bindings.bindImport(keyOf('kept'), 1);
  const first = bindings.finish(false);
  expect(first).toEqual({ values: ['kept'], types: [], completed: false });
  expect(bindings.finish(false)).toEqual(first);
  expect([keyOf('left') in globalThis, keyOf('kept') in globalThis]).toEqual([false, true]);
});
