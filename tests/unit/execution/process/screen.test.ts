import { describe, expect, test } from '@jest/globals';
import { Screen } from '../../../../src/execution/process/screen';

const shown = (...texts: string[]) => {
  const screen = new Screen();
  for (const text of texts) screen.write(text);
  return screen.toString();
};

describe('a screen shows', () => {
  test.each<[string, string[], string]>([
    ['lines', ['one\n', 'two\n'], 'one\ntwo'],
    ['what was written over the beginning of a line', ['50%  ', '\r100%'], '100%'],
    ['a line that was erased, and what came then', ['Loading', '\u001b[2K\u001b[1GDone'], 'Done'],
    ['the line without its end', ['abcdef', '\u001b[4G\u001b[K'], 'abc'],
    ['blanks where the beginning of a line was', ['abcdef', '\u001b[2G\u001b[1K'], '  cdef'],
    ['a list that was drawn again', ['a 0\nb 0\n', '\u001b[2A\u001b[Ja 1\nb 1\n'], 'a 1\nb 1'],
    [
      'lines that were erased one by one',
      ['a\nb\n', '\u001b[2K\u001b[1A\u001b[2K\u001b[1A\u001b[2K\u001b[Gc'],
      'c',
    ],
    ['a line that was left as it was', ['a\nb\nc', '\u001b[1F\u001b[GB\u001b[1E'], 'a\nB\nc'],
    ['what was written where the cursor had been', ['a\u001b7bc\u001b8x'], 'axc'],
    ['all but what was deleted', ['abc\b\bX'], 'aXc'],
    ['the place that was named', ['\u001b[2J\u001b[2;3Hx'], '\n  x'],
    ['no more lines than there are', ['a\u001b[5Bb'], 'ab'],
    ['nothing of modes and titles', ['\u001b[?25l\u001b[?2026ha\u001b[?7h\u001b[?25h'], 'a'],
  ])('%s', (_, texts, expected) => expect(shown(...texts)).toBe(expected));

  test('colours as they were given, also of what is written over', () => {
    const red = '\u001b[31m';
    expect(shown(`${red}a\u001b[39mb`)).toBe(`${red}a\u001b[0mb`);
    expect(shown(`${red}abc\u001b[39m`, '\rX')).toBe(`X${red}bc\u001b[0m`);
    expect(shown('\u001b[1;38;5;200;44mx\u001b[22;49my\u001b[0m')).toBe(
      '\u001b[38;5;200;44;1mx\u001b[0m\u001b[38;5;200my\u001b[0m',
    );
    expect(shown('\u001b[38;2;1;2;3mx\u001b[m\n\u001b[4;7mx\u001b[24;27m')).toBe(
      '\u001b[38;2;1;2;3mx\u001b[0m\n\u001b[4;7mx\u001b[0m',
    );
  });

  test('the rest, when its first lines were taken away', () => {
    const screen = new Screen();
    screen.write('a\nb\nc');
    expect(screen.shed(2)).toBe('a\nb');
    screen.write('!');
    expect(screen.toString()).toBe('c!');
  });
});
