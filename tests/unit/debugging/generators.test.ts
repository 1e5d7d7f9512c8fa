// Which functions are generators, by the code before their parameters.
import { expect, test } from '@jest/globals';
import { kindBefore } from '../../../src/debugging/generators';

test.each([
  ['function* count', 'sync'],
  ['const g = function *', 'sync'],
  ['export default async function* ', 'async'],
  ['async function*\n  größe   ', 'async'],
  ['class A { *walk', 'sync'],
  ['class A { static async *#read', 'async'],
  ['const o = { async *[Symbol.asyncIterator]', 'async'],
  ["const o = { *'a b'", 'sync'],
  ['const o={async*a', 'async'],
  ['const myasync = 1, f = function* myasync', 'sync'],
  ['function count', undefined],
  ['async function work', undefined],
  ['class A { get size', undefined],
  ['2 * (', undefined],
  ['/* a * b */ function f', undefined],
  ['const two = 2 * 1; const f = async ', undefined],
])('%j', (head, kind) => {
  expect(kindBefore(head)).toBe(kind);
});
