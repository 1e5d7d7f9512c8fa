// A language worker that leaves since nobody used it, and the next one: a person sees no difference.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { Dialogue, plain, type Run } from './dialogue';

const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));
beforeEach(() => notebook.restart());

/** Runs cells, and has another worker take over. */
async function runAndLeave(...cells: readonly (string | readonly [string, Run])[]): Promise<void> {
  await notebook.run(...cells);
  expect(notebook.succeed()).toBe(true);
}

test('what earlier cells declared is completed, described and checked', async () => {
  await runAndLeave(
    '/** How much there is. */ interface Stock { amount: number; place: string }',
    'const stock: Stock = { amount: 1, place: "left" }; class Box<T> { constructor(readonly content: T) {} }',
  );
  expect(notebook.complete('stock.|').texts).toEqual(['amount', 'place']);
  expect(notebook.inspect('|stock')).toContain('const stock: Stock');
  expect(notebook.inspect('|Stock')).toContain('How much there is.');
  expect(notebook.complete('new Box(stock).content.|').texts).toEqual(['amount', 'place']);
  expect(notebook.typeOf('stock')).toBe('Stock');
  expect(plain(await notebook.run('const wrong: string = stock.amount'))).toContain(
    "'number' is not assignable to type 'string'",
  );
});

test('a name that a later cell declares anew is that one, and the other cells keep theirs', async () => {
  await runAndLeave('let unit = 1; const double = () => unit * 2');
  expect(await notebook.run("let unit = 'one'")).toBe('');
  expect(notebook.inspect('|unit')).toContain('let unit: string');
  expect(notebook.inspect('|double')).toContain('() => number');
  expect(notebook.succeed()).toBe(true);
  expect(notebook.inspect('|unit')).toContain('let unit: string');
});

test('what a check has made of a constant stays', async () => {
  await runAndLeave(
    'const row = [{ id: 1 }].find(({ id }) => id === 1)',
    'if (!row) throw new Error("there is none")',
  );
  expect(await notebook.run('row.id')).toBe('');
});

test('values without a type keep what is known of them, and are looked at again', async () => {
  notebook.live.data = { total: 1 };
  await runAndLeave('const data = JSON.parse(text)', ['data.total', {}]);
  expect(notebook.complete('data.|').texts).toContain('total');
  notebook.live.data = { other: 1 };
  await notebook.run('void data.other');
  expect(notebook.complete('data.|').texts).toContain('other');
});

test('a cell that runs meanwhile settles its names when it ends', async () => {
  await notebook.run('let count = 1');
  const { id } = notebook.compile("let count = 'many'; await new Promise(() => {})");
  await notebook.quiet();
  expect(notebook.succeed()).toBe(true);
  expect(notebook.inspect('|count')).toContain('string');
  notebook.settle(id, []);
  expect(notebook.inspect('|count')).toContain('number');
});

test('a cell that was checked before can still be asked about', async () => {
  await notebook.run('const a = 1');
  const { id } = notebook.compile('const b: string = a; await new Promise(() => {})');
  await notebook.quiet();
  expect(notebook.succeed()).toBe(true);
  const check = await notebook.ask(id);
  expect(check?.diagnostics).toMatchObject([{ code: 2322 }]);
});

test('what augments the globals stays', async () => {
  await runAndLeave(
    'declare global { interface Array<T> { last(): T } }; export {}',
    'globalThis.answer = 42',
  );
  expect(await notebook.run('[1].last().toFixed(); answer')).toBe('');
});

test('nobody leaves before the cells are checked', async () => {
  notebook.compile('const late: string = 1');
  expect(notebook.succeed()).toBe(false);
  await notebook.quiet();
  expect(notebook.succeed()).toBe(true);
});

test('the cells of a long notebook are handed over, each as its declarations', async () => {
  const cells = Array.from(
    { length: 300 },
    (_, number) => `const c${number} = ${number ? `c${number - 1}` : 0} + 1`,
  );
  await runAndLeave(...cells);
  expect(notebook.inspect('|c299')).toContain('const c299: number');
});
