// The hash that front ends and the kernel have in common: vectors of JupyterLab's own.
import { expect, test } from '@jest/globals';
import { murmur2 } from '../../../kernel/murmur';

test.each([
  ['', 3990065800],
  ['a', 2167009006],
  ['ab', 2805137849],
  ['abc', 3350977461],
  ['abcd', 804720481],
  ['print(1)', 3773950048],
  ['x = "€中文😀"', 3614572063],
  ['const a: number = 1;\nconsole.log(a)\n', 828836233],
])('%j', (text, hash) => {
  expect(murmur2(new TextEncoder().encode(text), 0xc70f6907)).toBe(hash);
});
