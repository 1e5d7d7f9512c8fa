import { describe, expect, test } from '@jest/globals';
import { type FrameOptions, renderFrame, renderMarks } from '../../../src/text/frame';

const plain = (options: FrameOptions) =>
  renderFrame(options).map((line) => line.replace(/\u001b\[\d+m/g, ''));

describe('a code frame', () => {
  const source = 'const a = 1;\nconst b = 2;\nconst c: string = a;\nc.length;\nb;\n';

  test('shows the line with two lines before and one after', () => {
    expect(plain({ source, line: 3, column: 7, length: 1 })).toEqual([
      '  1 | const a = 1;',
      '  2 | const b = 2;',
      '> 3 | const c: string = a;',
      '    |       ^',
      '  4 | c.length;',
    ]);
  });

  test('underlines as much as is meant, to the end of the line at most', () => {
    expect(plain({ source: 'foo + bar\n', line: 1, column: 7, length: 3 })).toEqual([
      '> 1 | foo + bar',
      '    |       ^~~',
    ]);
    expect(plain({ source: 'a(\nb)', line: 1, column: 1, length: 5 })[1]).toBe('    | ^~');
  });

  test('points behind the end of a line when something is missing there', () => {
    expect(plain({ source: 'let x =', line: 1, column: 8 })).toEqual(['> 1 | let x =', '    |        ^']);
  });

  test('leaves out blank lines at its edges', () => {
    expect(plain({ source: '\n\nboom()\n\n', line: 3, column: 1, length: 4 })).toEqual([
      '> 3 | boom()',
      '    | ^~~~',
    ]);
  });

  test('aligns line numbers of different width', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line${index + 1}`).join('\n');
    expect(plain({ source: lines, line: 9, column: 1 })).toEqual([
      '   7 | line7',
      '   8 | line8',
      '>  9 | line9',
      '     | ^',
      '  10 | line10',
    ]);
  });

  test('stands under the character after tabs, wide characters and emoji', () => {
    expect(plain({ source: '\tx', line: 1, column: 2 })).toEqual(['> 1 |   x', '    |   ^']);
    expect(plain({ source: '"日本" x', line: 1, column: 6 })[1]).toBe('    |        ^');
    expect(plain({ source: '"🎉" x', line: 1, column: 6 })[1]).toBe('    |      ^');
    expect(plain({ source: 'e\u0301 x', line: 1, column: 4 })[1]).toBe('    |   ^');
  });

  test('cuts a long line around the caret', () => {
    const long = `${'a'.repeat(5000)}!${'b'.repeat(5000)}`;
    const [text, caret] = plain({ source: long, line: 1, column: 5001 });
    expect(text!.length).toBeLessThan(115);
    expect(text![caret!.indexOf('^')]).toBe('!');
  });

  test('reads the line breaks that Windows writes', () => {
    expect(plain({ source: 'a\r\nb\r\nc', line: 2, column: 1 })).toEqual([
      '  1 | a',
      '> 2 | b',
      '    | ^',
      '  3 | c',
    ]);
  });

  test('is empty for a place that does not exist', () => {
    expect(renderFrame({ source: 'a', line: 3, column: 1 })).toEqual([]);
    expect(renderFrame({ source: 'a', line: 0, column: 1 })).toEqual([]);
  });
});

describe('a frame of several places', () => {
  const paint = { code: (text: string) => text, faint: (text: string) => text, mark: (text: string) => text };
  const source = Array.from({ length: 9 }, (_, index) => `line${index + 1} and more`).join('\n');

  test('leaves out what is far from all of them', () => {
    const marks = [1, 2, 8].map((line) => ({ line, column: 1, length: 4 }));
    expect(renderMarks(source, marks, paint)).toEqual([
      '> 1 | line1 and more',
      '    | ^~~~',
      '> 2 | line2 and more',
      '    | ^~~~',
      '  … |',
      '  7 | line7 and more',
      '> 8 | line8 and more',
      '    | ^~~~',
    ]);
  });

  test('marks them beside each other in a line, and one inside another once', () => {
    const marks = [
      { line: 1, column: 11, length: 4 },
      { line: 1, column: 1, length: 5 },
      { line: 1, column: 3, length: 2 },
    ];
    expect(renderMarks(source, marks, paint).slice(0, 2)).toEqual([
      '> 1 | line1 and more',
      '    | ^~~~~     ^~~~',
    ]);
  });
});
