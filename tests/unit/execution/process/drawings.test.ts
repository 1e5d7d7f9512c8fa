import { describe, expect, test } from '@jest/globals';
import { Drawings } from '../../../../src/execution/process/drawings';

/** What is printed and displayed when cell 1 writes these texts in one turn of the event loop. */
async function shown(...texts: string[]): Promise<string[]> {
  const told: string[] = [];
  const drawings = new Drawings(
    (output, cell) => {
      if (!('data' in output)) throw new Error(output.kind);
      told.push(`${output.kind} of ${cell}: ${output.data['text/plain'] as string}`);
    },
    () => 'place',
  );
  for (const text of texts) {
    const printed = drawings.pass('stdout', text, 1);
    if (printed) told.push(printed);
  }
  await null;
  drawings.endCell(1);
  return told;
}

const hide = '\u001b[?25l';
const show = '\u001b[?25h';

describe('what a program writes', () => {
  test('is printed as it is, colours and carriage returns included', async () => {
    const texts = ['plain\n', '\u001b[31mred\u001b[39m\n', '50%', '\r100%\n'];
    expect(await shown(...texts)).toEqual(texts);
  });

  test('is written over blanks where it erases its line', async () => {
    expect(await shown('Loading', '\u001b[2K\u001b[1G', 'ok\n')).toEqual([
      'Loading',
      `\r${' '.repeat(7)}${'\b'.repeat(7)}\r`,
      'ok\n',
    ]);
    expect(await shown('abcd', '\u001b[1G', 'ab', '\u001b[K')).toEqual(['abcd', '\r', 'ab', '  \b\b']);
    expect(await shown('\u001b[2K\u001b[G', 'x\n')).toEqual(['\r\r', 'x\n']);
  });

  test('is a display when the cursor is hidden, until that is shown again', async () => {
    expect(await shown(hide, 'a', '\u001b[2K\u001b[1Gb', show, 'after\n')).toEqual([
      'display of 1: b',
      'after\n',
    ]);
  });

  test('is a display when it goes to other lines, or says that it begins a picture', async () => {
    expect(await shown('a\nb\n\u001b[1Ac')).toEqual(['display of 1: a\nc']);
    expect(await shown('\u001b[?2026ha\u001b[?2026l')).toEqual(['display of 1: a']);
  });

  test('at once after a picture was wiped away is the rest of it', async () => {
    expect(await shown(hide, 'Loading', '\u001b[2K\u001b[1G', show, '✔ done\n', 'next\n')).toEqual([
      'display of 1: ✔ done',
      'next\n',
    ]);
  });

  test('with the cursor after that was shown is of the picture still', async () => {
    expect(await shown(hide, 'a\n', show, '\u001b[1Ab', 'after\n')).toEqual(['display of 1: b', 'after\n']);
  });

  test('beyond the window of a terminal is left where it is', async () => {
    const lines = Array.from({ length: 100 }, (_, number) => `line ${number}`);
    const told = await shown(hide, lines.join('\n'));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^display of 1: line 0\n[\s\S]*line 75$/);
    expect(told[1]).toMatch(/^display of 1: line 76\n[\s\S]*line 99$/);
  });
});
