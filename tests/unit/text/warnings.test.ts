// What warnings look like, as text and on a page.
import { describe, expect, test } from '@jest/globals';
import { joinWarnings, renderWarnings, type Warning } from '../../../src/text/warnings';

const source = 'const a: string = 1;\nconst b = a < 2;';
const warning = (text: string, line: number, related: string[] = []): Warning => ({
  messages: [{ code: 'TS1', text, count: 1 }],
  label: 'Cell [1]',
  source,
  marks: [{ line, column: 7 }],
  related,
});
const plain = (...given: Parameters<typeof renderWarnings>) => renderWarnings(...given)?.['text/plain'];
const html = (...given: Parameters<typeof renderWarnings>) => String(renderWarnings(...given)?.['text/html']);

describe('warnings', () => {
  test('are text without colours for consoles', () => {
    expect(
      plain([warning('No.\n  Why not.', 1, ['lib/a.ts:1:1 here']), warning('Nor this.', 2)], ['try that']),
    ).toBe(
      [
        'Warning TS1: No.',
        '  Why not.',
        'Cell [1]:1:7',
        '> 1 | const a: string = 1;',
        '    |       ^',
        '  2 | const b = a < 2;',
        '  lib/a.ts:1:1 here',
        '',
        'Warning TS1: Nor this.',
        'Cell [1]:2:7',
        '  1 | const a: string = 1;',
        '> 2 | const b = a < 2;',
        '    |       ^',
        '',
        'Hint: try that',
      ].join('\n'),
    );
  });

  test('fold on a page from the second on; one alone does not fold', () => {
    const page = html([warning('One.', 1), warning('Two.', 2), warning('Three.', 2)]);
    expect(page.match(/<details[^>]*>/g)).toEqual(['<details open>', '<details>', '<details>']);
    expect(html([warning('One.', 1)])).not.toContain('<details');
  });

  test('have no code where only the kernel knows of them', () => {
    const own = { ...warning('No.', 1), messages: [{ text: 'No.', count: 1 }] };
    expect(plain([own])).toMatch(/^Warning: No\.\n/);
    expect(html([own])).toContain('Warning</b> No.</div>');
  });

  test('of two displays are one, the first first', () => {
    const [one, two] = [renderWarnings([warning('One.', 1)]), renderWarnings([warning('Two.', 2)])];
    const both = joinWarnings(one, two);
    expect(both?.['text/plain']).toBe(`${one?.['text/plain']}\n\n${two?.['text/plain']}`);
    expect(both?.['text/html']).toMatch(/One\..*Two\./s);
    expect(joinWarnings(undefined, two)).toBe(two);
    expect(joinWarnings(one, undefined)).toBe(one);
  });

  test('are no markup, and need no script and no sheet of styles', () => {
    const page = html([warning('<b>No</b>.', 2, ['<i>'])], ['<u>']);
    for (const text of ['&lt;b&gt;No&lt;/b&gt;.', 'a &lt; 2;', '&lt;i&gt;', '&lt;u&gt;'])
      expect(page).toContain(text);
    expect(page).not.toMatch(/<(script|style|link|b>No|i|u)\b|class=/);
  });

  test('are counted where they are many, and so are the places of one', () => {
    const many = Array.from({ length: 11 }, () => warning('No.', 1));
    expect(plain(many)).toMatch(/\n\nand 3 more$/);
    const places = {
      ...warning('No.', 1),
      marks: Array.from({ length: 9 }, (_, at) => ({ line: 1, column: at + 1 })),
    };
    expect(plain([{ ...places, messages: [{ code: 'TS1', text: 'No.', count: 9 }] }])).toContain(
      'Warning TS1: No. (9 times)\nCell [1]:1:1, 1:2, 1:3, 1:4, 1:5 and 4 more\n',
    );
  });

  test('are nothing where there is nothing to say', () => {
    expect(renderWarnings([])).toBeUndefined();
    expect(plain([], ['try that'])).toBe('Hint: try that');
  });
});
