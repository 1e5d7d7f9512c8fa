import { describe, expect, test } from '@jest/globals';
import { matchesGlob } from '../../../kernel/glob';
import { toCodePoints, toUtf16 } from '../../../kernel/positions';

describe('a position', () => {
  const text = 'a😀b𝒳c';

  test.each([
    [0, 0],
    [1, 1],
    [2, 3],
    [3, 4],
    [4, 6],
    [5, 7],
  ])('%i in code points is %i in UTF-16, and back', (position, offset) => {
    expect(toUtf16(text, position)).toBe(offset);
    expect(toCodePoints(text, offset)).toBe(position);
  });

  test('that is absent or beyond the text is the end; one before it is the start', () => {
    expect(toUtf16(text, undefined)).toBe(7);
    expect(toUtf16(text, 100)).toBe(7);
    expect(toUtf16(text, Number.NaN)).toBe(7);
    expect(toUtf16(text, -1)).toBe(0);
    expect(toUtf16('abc', 2)).toBe(2);
    expect(toUtf16('', 0)).toBe(0);
  });
});

describe('a pattern', () => {
  test.each([
    ['*', '', true],
    ['*', 'anything\nat all', true],
    ['', '', true],
    ['', 'a', false],
    ['1?2*', '1+2', true],
    ['1?2*', '1+2+3', true],
    ['1?2*', '12', false],
    ['con*og*', 'console.log(1)', true],
    ['*log', 'console.log(1)', false],
    ['*a*a*', 'banana', true],
    ['*x*', 'banana', false],
    ['[1].*', '[1].map(f)', true],
    ['a.c', 'abc', false],
    ['?', '*', true],
  ])('%p over %p: %p', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  test('with many stars is answered without trying every way', () => {
    expect(matchesGlob('*a'.repeat(200).concat('b'), 'a'.repeat(5000))).toBe(false);
  });
});
