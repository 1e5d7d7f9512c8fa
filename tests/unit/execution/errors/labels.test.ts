// Which cell a script's file name leads to.
import { expect, test } from '@jest/globals';
import { packSegments } from '../../../../src/compile/position';
import { Labels } from '../../../../src/execution/errors/labels';

const cell = (name: string, source: string) => ({
  name,
  label: 'Cell [1]',
  source,
  map: { segments: packSegments([]) },
});

test('each run keeps its own text, also when a cell runs again', () => {
  const labels = new Labels('/home');
  const before = labels.register(1, cell('a', 'one'));
  const after = labels.register(2, cell('b', 'two'));
  expect(labels.find(before, 1, 1)?.cell.source).toBe('one');
  expect(labels.find(after, 1, 1)?.cell.source).toBe('two');
  expect(labels.findByLabel('Cell [1]')?.source).toBe('two');
  expect([1, 2, 3].map((id) => labels.findById(id)?.name)).toEqual(['a', 'b', undefined]);
});

test('an expression of a cell has a text of its own', () => {
  const labels = new Labels('/home');
  const file = labels.register(1, cell('a', 'one'));
  const expression = labels.register(1, cell('a', 'x.y'), 1);
  expect(labels.find(file, 1, 1)?.cell.source).toBe('one');
  expect(labels.find(expression, 1, 1)?.cell.source).toBe('x.y');
  expect(labels.findById(1)?.source).toBe('one');
});

test('a file that only looks like the script of a cell is none', () => {
  const labels = new Labels('/home');
  labels.register(1, cell('a', 'one'));
  for (const name of ['/home/notes#1', '/else/Cell [1]#1', '/home/Cell [1]', '/home/Cell [1]#01', '', '1'])
    expect([name, labels.find(name, 1, 1)]).toEqual([name, undefined]);
});
