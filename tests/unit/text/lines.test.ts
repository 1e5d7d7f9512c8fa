// Where the lines of a text begin and end.
import { describe, expect, test } from '@jest/globals';
import {
  blankOf,
  breaksOf,
  lineOf,
  lineStart,
  linesBetween,
  linesOf,
  positionOf,
} from '../../../src/text/lines';

const text = 'a\r\nbc\n\rd\u2028e\u2029\nf';
const lines = ['a', 'bc', '', 'd', 'e', '', 'f'];

test('each of the five breaks ends a line', () => expect(linesOf(text)).toEqual(lines));

test.each(lines.map((line, index) => [index + 1, line] as const))('line %i is %j', (line, found) => {
  expect(lineOf(text, line)).toBe(found);
});

test('there is no line beyond the last, nor before the first', () => {
  expect([lineOf(text, 0), lineOf(text, 8)]).toEqual([undefined, undefined]);
});

test.each([
  [1, 2],
  [2, 4],
  [7, 7],
  [6, 9],
  [1, 99],
])('lines %i to %i', (first, last) => {
  expect(linesBetween(text, first, last)).toEqual(lines.slice(first - 1, last));
});

test.each([
  [0, 1, 1],
  [1, 1, 2],
  [3, 2, 1],
  [5, 2, 3],
  [6, 3, 1],
  [7, 4, 1],
  [8, 4, 2],
  [9, 5, 1],
  [12, 7, 1],
  [13, 7, 2],
  [99, 7, 2],
])('offset %i is in line %i, column %i', (offset, line, column) => {
  expect(positionOf(text, offset)).toEqual({ line, column });
});

test('a line starts after the break before it', () => {
  for (let offset = 0; offset <= text.length; offset++) {
    const { column } = positionOf(text, offset);
    // Between \r and \n no line begins for a position.
    if (offset !== 2) expect([offset, lineStart(text, offset)]).toEqual([offset, offset - column + 1]);
  }
});

describe('what becomes of', () => {
  test('a text whose characters go', () => expect(blankOf('a\r\n😀b')).toBe(' \r\n   '));
  test('a text of which the breaks stay', () => expect(breaksOf('a\r\nb\u2028')).toBe('\r\n\u2028'));
});
