// What an answer of the language server does to a text, and to the cursor in it.
import { describe, expect, test } from '@jest/globals';
import { applyEdits, sameLetter } from '../../../lab/src/text-edits';

test('edits are of the text as it was, in whatever order they are listed', () => {
  const range = (line: number, from: number, to: number) => ({
    start: { line, character: from },
    end: { line, character: to },
  });
  const edits = [
    { range: range(0, 0, 1), newText: 'first' },
    { range: range(1, 0, 1), newText: 'second' },
    { range: range(1, 1, 1), newText: '!' },
    { range: range(1, 1, 1), newText: '?' },
  ];
  expect(applyEdits('a b\nc', edits)).toBe('first b\nsecond!?');
});

describe('the cursor stays at its letter', () => {
  test.each([
    ['if(a){|b}', 'if (a) {|\n  b\n}'],
    ['const  x|=1', 'const x| = 1'],
    ['a\n|', 'a\n|'],
    ['|a', '|a'],
    ['f( )|', 'f()|'],
  ])('%j', (before, after) => {
    const at = sameLetter(before.replace('|', ''), before.indexOf('|'), after.replace('|', ''));
    expect(at).toBe(after.indexOf('|'));
  });
});
