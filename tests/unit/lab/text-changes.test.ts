import { describe, expect, test } from '@jest/globals';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { changeBetween, offsetAt, positionAt } from '../../../lab/src/text-changes';

describe('the change that makes one text of another', () => {
  test.each([
    ['let a = 1', 'let ab = 1', 'b', 5, 5],
    ['let ab = 1', 'let a = 1', '', 5, 6],
    ['aaa', 'aa', '', 2, 3],
    ['', 'x', 'x', 0, 0],
    ['x', '', '', 0, 1],
    ['a\nb\nc', 'a\nB\nc', 'B', 2, 3],
  ])('%j to %j is small', (before, after, text, start, end) => {
    expect(changeBetween(before, after)).toEqual({
      range: { start: positionAt(before, start), end: positionAt(before, end) },
      text,
    });
  });

  test('of equal texts is none', () => {
    expect(changeBetween('a\nb', 'a\nb')).toBeUndefined();
  });

  test.each([
    ['a😀b', 'a😁b'],
    ['😀', '😁😀'],
    ['a\r\nb', 'a\nb'],
    ['a\nb', 'a\r\nb'],
    ['a\r\n\r\nb', 'a\r\nb'],
    ['one\ntwo', 'one\r\ntwo\rthree\n'],
  ])('%j to %j gives a server the same text', (before, after) => {
    const document = TextDocument.create('file:///a.ts', 'typescript', 1, before);
    const change = changeBetween(before, after)!;
    expect(TextDocument.update(document, [change], 2).getText()).toBe(after);
    // Halves of a character would not survive the way.
    expect(Buffer.from(change.text).toString()).toBe(change.text);
  });
});

test.each([
  [0, 0, 0],
  [3, 0, 3],
  [5, 1, 0],
  [9, 2, 2],
])('offset %d is line %d, character %d', (offset, line, character) => {
  const text = 'one\r\nt\nfor';
  expect(positionAt(text, offset)).toEqual({ line, character });
  expect(offsetAt(text, { line, character })).toBe(offset);
});

test('a place beyond the line is its end, one beyond the text is that of the text', () => {
  expect(offsetAt('one\ntwo', { line: 0, character: 9 })).toBe(3);
  expect(offsetAt('one\ntwo', { line: 7, character: 0 })).toBe(7);
});
