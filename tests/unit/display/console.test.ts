// What the console writes is what Node's own console writes.

import { Console } from 'node:console';
import { describe, expect, test } from '@jest/globals';
import type { Rendering } from '../../../src/api';
import { createConsole } from '../../../src/display/console';

function consoles() {
  const ours = { stdout: '', stderr: '' };
  const theirs = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      theirs[name] += text;
    },
  });
  const tables: Rendering[] = [];
  return {
    ours,
    theirs,
    tables,
    mine: createConsole(
      (name, text) => {
        ours[name] += text;
      },
      (rendering) => tables.push(rendering),
    ),
    node: new Console({
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      colorMode: false,
      ignoreErrors: false,
    } as never),
  };
}

describe('the same text as Node', () => {
  test.each<[string, (console: Console) => void]>([
    ['nothing', (c) => c.log()],
    ['a text', (c) => c.log('hello')],
    ['a lone percent', (c) => c.log('100%')],
    ['two percents alone', (c) => c.log('%%')],
    ['a format', (c) => c.log('%s is %d%%', 'x', 5)],
    ['percents behind the first', (c) => c.log('a', '%d', 1)],
    ['primitives', (c) => c.log('a', 1, -0, Number.NaN, true, null, undefined, 10n, Symbol('s'))],
    ['a number first', (c) => c.log(1, 'a', '%s')],
    ['objects', (c) => c.log({ a: [1, { b: 2 }] }, new Map([[1, 2]]))],
    ['an empty text', (c) => c.log('')],
    ['info, debug', (c) => [c.info('i'), c.debug('d', 2)]],
    ['warn, error', (c) => [c.warn('w'), c.error('e', { x: 1 })]],
    [
      'groups',
      (c) => {
        c.group('outer', 1);
        c.log('a\nb');
        c.groupCollapsed();
        c.error('inner');
        c.log({ deep: 'x'.repeat(80), more: 'y'.repeat(20) });
        c.groupEnd();
        c.warn('after');
        c.groupEnd();
        c.groupEnd();
        c.log('out');
      },
    ],
    ['count', (c) => [c.count(), c.count('x'), c.countReset(), c.count()]],
    ['assert', (c) => [c.assert(true, 'no'), c.assert(false, 'yes %d', 1), c.assert(false)]],
    ['dir', (c) => c.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 })],
    ['a table of primitives that is none', (c) => c.table(5)],
  ])('%s', (_name, use) => {
    const { ours, theirs, mine, node } = consoles();
    use(mine);
    use(node);
    expect(ours).toEqual(theirs);
  });
});

test('console.time tells a duration', () => {
  const { ours, mine } = consoles();
  mine.time('t');
  mine.timeEnd('t');
  expect(ours.stdout).toMatch(/^t: [\d.]+ms\n$/);
});

test('console.trace names the function that called it, on stderr', () => {
  const { ours, mine } = consoles();
  function caller() {
    mine.trace('here %d', 1);
  }
  caller();
  expect(ours.stderr).toMatch(/^Trace: here 1\n {4}at caller /);
});

describe('console.table', () => {
  test.each<[string, unknown, string[] | undefined]>([
    ['records', [{ a: 1, b: 'x' }, { a: 2 }], undefined],
    ['primitives', ['x', 'y'], undefined],
    [
      'arrays',
      [
        [1, 2],
        [3, 4],
      ],
      undefined,
    ],
    ['an object', { first: { n: 1 }, second: { n: 2 } }, undefined],
    ['a Map', new Map([['k', 1]]), undefined],
    ['a Set', new Set(['x']), undefined],
    ['chosen columns', [{ a: 1, b: 2 }], ['b']],
  ])('%s: HTML, with the box that Node draws as text', (_name, data, columns) => {
    const { ours, theirs, tables, mine, node } = consoles();
    mine.table(data, columns);
    node.table(data, columns);
    expect(ours.stdout).toBe('');
    expect(tables).toHaveLength(1);
    expect(`${tables[0]!.data['text/plain']}\n`).toBe(theirs.stdout);
    expect(tables[0]!.data['text/html']).toContain('<table');
  });
});

test('has every member of the global console', () => {
  const { mine } = consoles();
  for (const name of ['log', 'Console', 'timeStamp', 'profile', 'dirxml']) expect(mine).toHaveProperty(name);
});

test('a cell that has begun a group indents its own lines only', () => {
  let cell = 1;
  const told: string[] = [];
  const console = createConsole(
    (_, text) => told.push(text),
    undefined,
    () => cell,
  );
  console.group('one');
  console.log('a');
  console.dir('b');
  cell = 2;
  console.log('two');
  console.group();
  console.log('c');
  cell = 1;
  console.log('d');
  console.groupEnd();
  console.log('e');
  cell = 2;
  console.groupEnd();
  console.groupEnd();
  console.dir('f');
  expect(told).toEqual(['one\n', '  a\n', "  'b'\n", 'two\n', '  c\n', '  d\n', 'e\n', "'f'\n"]);
});
