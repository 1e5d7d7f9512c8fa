// What the type checker adds to the error of a cell, and which warnings are left beside it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Check } from '../../../../src/threads/language-protocol';
import { Dialogue } from '../dialogue';

const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));
beforeEach(() => notebook.restart());

/** @param text a cell with `|` where it fails */
async function failAt(text: string): Promise<{ advice: readonly string[]; warned: number[]; check: Check }> {
  const offset = text.indexOf('|');
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  const check = (await notebook.checkFailed(before + text.slice(offset + 1), { line, column }))!;
  const shown = String(check.warnings?.['text/plain'] ?? '');
  return {
    advice: check.advice,
    warned: [...shown.matchAll(/TS(\d+)/g)].map(([, code]) => Number(code)),
    check,
  };
}

describe('what the checker says of the place where a cell failed joins the error', () => {
  test.each([
    ['a name', '|consle.log(1)', ["Did you mean 'console'?"]],
    ['a member that is called', '"abc".|toUppercase()', ["Did you mean 'toUpperCase'?"]],
    [
      'a value before the member',
      'const u = [1].find(Boolean); u.|toFixed()',
      ["'u' is possibly 'undefined'. (TS18048)"],
    ],
    [
      'an argument',
      '[1].|includes("1" as string)',
      [/^Argument of type 'string' is not assignable .* \(TS2345\)$/],
    ],
    [
      'a call of what is no function',
      'const n = 1; |n()',
      [/^This expression is not callable\.\n .*\(TS2349\)$/],
    ],
    ['an index', 'const rows = [[1]].find(Boolean); rows[|0]', ["'rows' is possibly 'undefined'. (TS18048)"]],
    ['a class', 'const kind = 1; |new kind()', [/\(TS2351\)$/]],
    ['a target', 'const c = 1; c |= 2', ["Cannot assign to 'c' because it is a constant. (TS2588)"]],
    ['what a loop goes over', 'const n = 1; for (const x of |n);', [/\(TS2488\)$/]],
    ['what is taken apart', 'const { |a } = null!', []],
    [
      'a member of a promise',
      'const later = fetch("https://x.y"); later.|json()',
      ["Did you forget to use 'await'?"],
    ],
    ['an import', '|import { redFile } from "node:fs"', [/^Did you mean/]],
    [
      'a place in a function of the cell',
      'const run = () => {\n  |consle.log(1)\n}\nrun()',
      ["Did you mean 'console'?"],
    ],
  ])('%s', async (_, text, advice) => {
    const { advice: told, warned } = await failAt(text);
    expect(told).toHaveLength(advice.length);
    for (const [index, line] of advice.entries()) expect(told[index]).toMatch(line);
    expect(warned).toEqual([]);
  });

  test('and nothing is added where it says what the error says', async () => {
    expect(await failAt('|nobody')).toMatchObject({ advice: [], warned: [] });
  });

  test('or a hint, where the error was shown before the checker had anything to say', async () => {
    const check = await notebook.checkFailed('consle.log(1)', { line: 1, column: 1 }, true);
    expect(check?.warnings?.['text/plain']).toBe("Hint: Did you mean 'console'?");
    const told = await notebook.checkFailed('const n = 1; n()', { line: 1, column: 14 }, true);
    expect(told).toMatchObject({ advice: [expect.stringContaining('TS2349')] });
    expect(told).not.toHaveProperty('warnings');
  });

  test('nor is the same told of other places', async () => {
    expect(await failAt('|consle.log(1)\nconsle.log(2)')).toMatchObject({ warned: [] });
  });
});

describe('what is about something else stays a warning', () => {
  test.each([
    ['on the same line', 'const a: string = 1; |consle.log(a)', [2322]],
    ['beside what failed', '"a".|anchr("b".lnk)', [2551]],
    ['in a function that was not running', '[1].|map(() => "b".nothing)', [2339]],
    ['elsewhere', 'const a: string = 1\n|throw new TypeError("mine")', [2322]],
  ])('%s', async (_, text, warned) => {
    expect((await failAt(text)).warned).toEqual(warned);
  });
});

test('programs are told everything', async () => {
  const { check } = await failAt('const a: string = 1; |consle.log(a)');
  expect(check.diagnostics.map(({ code }) => code)).toEqual([2322, 2552]);
});
