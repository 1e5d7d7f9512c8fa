// What JupyterLab's completer is given of what the language server offers.
import { describe, expect, test } from '@jest/globals';
import type { CompletionItem } from 'vscode-languageserver-protocol';
import { laterChanges, offersOf, rank } from '../../../lab/src/features/completion-items';

const range = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});
const item = (
  label: string,
  from: number,
  to: number,
  more: Partial<CompletionItem> = {},
): CompletionItem => ({
  label,
  textEdit: { range: range(0, from, to), newText: label },
  ...more,
});
const labels = (source: string, items: CompletionItem[]) =>
  offersOf(source, source.length, items).items.map(({ label }) => label);

describe('the list', () => {
  test('has what begins with what was typed, whatever its case', () => {
    const items = ['forEach', 'filter', 'Find', 'fill', 'at', 'offset'].map((label) => item(label, 2, 4));
    expect(labels('a.fi', items)).toEqual(['fill', 'filter', 'Find']);
  });

  test('has what consists of words that begin so, where nothing else does', () => {
    const items = ['forEach', 'findLast', 'flat', 'toFixed', 'snake_case_name'].map((label) =>
      item(label, 2, 4),
    );
    expect(labels('a.fE', items)).toEqual(['forEach']);
    expect(labels('a.fila', items)).toEqual(['findLast']);
    expect(labels('a.scn', items)).toEqual(['snake_case_name']);
    expect(labels('a.ft', items)).toEqual([]);
  });

  test('has names of the notebook before those that would be imported', () => {
    const items = [
      item('readFile', 0, 2, { sortText: '16' }),
      item('Result', 0, 2, { sortText: '11' }),
      item('rest', 0, 2, { sortText: '15' }),
    ];
    expect(labels('re', items)).toEqual(['Result', 'rest', 'readFile']);
  });

  test('is in that order while more is typed', () => {
    const { items } = offersOf('r', 1, [
      item('rad', 0, 1, { sortText: '16' }),
      item('rab', 0, 1, { sortText: '15' }),
      item('rib', 0, 1, { sortText: '11' }),
    ]);
    expect(rank(items, 'ra').map(({ label }) => label)).toEqual(['rab', 'rad']);
  });
});

test('a member of what may be undefined takes the place of the dot as well', () => {
  const offers = offersOf('user.na', 7, [
    { label: 'name', textEdit: { range: range(0, 4, 7), newText: '?.name' } },
    item('nation', 5, 7),
  ]);
  expect(offers).toMatchObject({ start: 5, end: 7 });
  expect(offers.items).toMatchObject([
    { label: 'name', insertText: 'name', before: [{ from: 4, to: 5, text: '?.' }] },
    { label: 'nation', insertText: 'nation', before: [] },
  ]);
});

test('so does one of a list where all of them are such', () => {
  const offers = offersOf('user.', 5, [
    { label: 'name', textEdit: { range: range(0, 4, 5), newText: '?.name' } },
    { label: 'a b', textEdit: { range: range(0, 4, 5), newText: '?.["a b"]' } },
  ]);
  expect(offers.start).toBe(5);
  expect(offers.items).toMatchObject([
    { insertText: '["a b"]', before: [{ from: 4, to: 5, text: '?.' }] },
    { insertText: 'name', before: [{ from: 4, to: 5, text: '?.' }] },
  ]);
});

test('a member that is no name is written in brackets, without the dot', () => {
  const [offer] = offersOf('user.', 5, [
    { label: 'a b', textEdit: { range: range(0, 4, 5), newText: '["a b"]' } },
    item('c', 5, 5),
  ]).items;
  expect(offer).toMatchObject({ insertText: '["a b"]', before: [{ from: 4, to: 5, text: '' }] });
});

describe('an import that comes along', () => {
  const edits = [{ range: range(0, 0, 0), newText: 'import { join } from "node:path";\n' }];

  test('goes in front of what was put there', () => {
    const put = { from: 0, to: 2, text: 'join' };
    expect(laterChanges({ source: 'jo', edits }, 'jo', put)).toEqual([
      { from: 0, to: 0, text: edits[0]!.newText },
    ]);
  });

  test('holds while only more of the name was typed', () => {
    const put = { from: 10, to: 13, text: 'join' };
    expect(laterChanges({ source: 'const a = jo', edits }, 'const a = joi', put)).toHaveLength(1);
  });

  test('moves with what it comes after', () => {
    const after = [{ range: range(1, 0, 0), newText: 'x' }];
    const put = { from: 0, to: 2, text: 'join' };
    expect(laterChanges({ source: 'jo\n', edits: after }, 'jo\n', put)).toEqual([
      { from: 5, to: 5, text: 'x' },
    ]);
  });

  test('is not known for another text', () => {
    const after = [{ range: range(0, 3, 3), newText: 'x' }];
    const put = { from: 4, to: 6, text: 'join' };
    expect(laterChanges({ source: 'abc jo', edits: after }, 'abd jo', put)).toBeUndefined();
  });
});
