// A stack as the cells of its frames: who called a function, decides whose it is.
import { expect, test } from '@jest/globals';
import { latestCalledBack } from '../../../src/execution/callbacks';

/** @param stack innermost first: the number of a cell, the name of another file, or null for a builtin of V8's */
const latest = (...stack: readonly (number | string | null)[]) =>
  latestCalledBack(
    stack.map((frame) => ({ getFileName: () => (typeof frame === 'number' ? `cell#${frame}` : frame) })),
    (file) => (file.startsWith('cell#') ? Number(file.slice(5)) : undefined),
  );

test.each([
  ['a timer’s callback', ['console', 2, 'timers'], 2],
  ['a function that a library calls for an earlier cell', ['console', 5, 'library', 2, 'timers'], 5],
  ['a function that an earlier cell calls by its name', ['console', 7, 2, 'timers'], 2],
  ['the same by way of a builtin', ['console', 7, null, 2, 'timers'], 2],
  ['a helper of an earlier cell in a later one’s callback', ['console', 1, 'library', 5, 'library', 2], 5],
  ['what goes on after an await, with nobody below', ['console', 5], 5],
  ['a library alone', ['console', 'library', 'timers'], 0],
] as const)('%s', (_, stack, cell) => {
  expect(latest(...stack)).toBe(cell);
});
