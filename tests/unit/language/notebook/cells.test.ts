// Names and types from cell to cell.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Dialogue } from '../dialogue';

const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));
beforeEach(() => notebook.restart());

describe('a later cell knows', () => {
  test.each([
    ['a variable', 'let count = 1', 'count.toFixed(); count = 2'],
    ['a constant', 'const name = "a"', 'name satisfies "a"'],
    [
      'what was destructured',
      'const { a, b: [c, ...d], ...e } = { a: 1, b: [2, 3], f: 4 }',
      'a + c + d.length + e.f',
    ],
    ['a function', 'function twice(n: number) { return 2 * n }', 'twice(2).toFixed()'],
    [
      'overloads',
      'function f(a: string): 1; function f(a: number): 2; function f(a: unknown) { return a as never }',
      'f("") satisfies 1; f(0) satisfies 2',
    ],
    [
      'a generic function',
      'function pair<T>(value: T): [T, T] { return [value, value] }',
      'pair(1)[0].toFixed()',
    ],
    ['an arrow function', 'const half = (n: number) => n / 2', 'half(2).toFixed()'],
    ['a class', 'class A { a = 1 }', 'class B extends A {}; const x: A = new B(); x.a'],
    [
      'a generic class',
      'class Box<T> { constructor(readonly value: T) {} }',
      'const box: Box<string> = new Box("a"); box.value.length',
    ],
    ['an enum', 'enum Color { Red, Green }', 'const c: Color = Color.Red; c satisfies Color.Red; Color[0]'],
    ['a const enum', 'const enum Color { Red, Green }', 'const c: Color = Color.Red'],
    ['an interface', 'interface Point { x: number }', 'const p: Point = { x: 1 }'],
    ['a generic type', 'type Maybe<T> = T | undefined', 'const m: Maybe<string> = "a"'],
    [
      'a namespace',
      'namespace N { export const one = 1; export type T = string }',
      'const t: N.T = "a"; N.one.toFixed()',
    ],
    [
      'an import',
      'import * as path from "node:path"; import { readFile as read } from "node:fs/promises"',
      'path.join("a"); read("a").then',
    ],
    ['a type import', 'import type { Stats } from "node:fs"', 'let s: Stats | undefined; s?.size'],
    ['what was awaited', 'const text = await Promise.resolve("a")', 'text.length'],
    [
      'what was exported',
      'export const a = 1; export class B { b = 2 }; export default function c() { return 3 }',
      'a.toFixed(); new B().b; c().toFixed()',
    ],
    [
      'what is exported from elsewhere',
      'export { gzipSync as gz, type Gzip } from "node:zlib"; export * as P from "node:path"; gz("a")',
      'gz("a").length; P.join("a"); let g: Gzip | undefined; g?.bytesWritten.toFixed()',
    ],
    [
      'a type that is exported from elsewhere',
      'export type { Stats } from "node:fs"; export { default as fs } from "node:fs"',
      'let s: Stats = fs.statSync(".")',
    ],
    [
      'a var in a block',
      'if (true) { var inner = 1 } for (var i = 0; i < 1; i++) {}',
      'inner.toFixed(); i.toFixed()',
    ],
    [
      'a variable that begins with nothing',
      'let server = null, latest = undefined; var first = null; function start() { server = { close() {} } }',
      'server.close(); server = { listen() {} }; server.listen(); latest = 5; latest.toFixed(); first = [1]',
    ],
    [
      'an assertion function',
      'function check(x: unknown): asserts x is string {}',
      'let u: unknown = "a"; check(u); u.length',
    ],
    [
      'a type predicate',
      'const isText = (x: unknown): x is string => true',
      'let u: unknown; if (isText(u)) u.length',
    ],
    [
      'a type and a value of one name',
      'const T = { parse: (s: string) => s }; type T = string',
      'const t: T = T.parse("a")',
    ],
    ['a resource', 'using file = { [Symbol.dispose]() {}, size: 1 }', 'file.size.toFixed()'],
    [
      'a global declared in a module',
      'declare global { interface Array<T> { second(): T } }',
      '[1].second().toFixed()',
    ],
    ['a result by number', '1 + 1', '_1.anything; _.anything; Out[1]; In[1].length'],
  ])('%s', async (_, earlier, later) => {
    expect(await notebook.run(earlier, later)).toBe('');
    // Once more, now that the earlier cell is only declarations.
    expect(await notebook.run(later)).toBe('');
  });

  test('the types of what is exported from elsewhere', async () => {
    await notebook.run('export { gzipSync as gz } from "node:zlib"; export * as P from "node:path"');
    expect(await notebook.codes('gz("a").nothing; P.nothing')).toEqual(['TS2339', 'TS2339']);
  });

  test('a type of one cell for the value of another', async () => {
    const cells = [
      'const User = { parse: () => ({ name: "" }) }',
      'type User = ReturnType<typeof User.parse>',
      'const u: User = User.parse(); u.name',
    ];
    expect(await notebook.run(...cells)).toBe('');
  });

  test('a class, though a cell between has types that cannot be written down', async () => {
    await notebook.run('class A { private p = 1 }', 'let v = new A(); const K = class { private q = 1 }');
    expect(await notebook.run('v = new A(); new K()')).toBe('');
  });

  test('names through a chain of cells', async () => {
    const chain = Array.from({ length: 30 }, (_, index) => `const v${index + 1} = v${index} + 1`);
    expect(await notebook.run('let v0 = 1', ...chain, 'v30.toFixed()')).toBe('');
    expect(await notebook.codes('v30.length')).toEqual(['TS2339']);
  });
});

describe('declared again', () => {
  test('a class: old values keep the old class', async () => {
    await notebook.run('class A { a = 1 }', 'let v = new A()', 'class A { b = 2 }');
    expect(await notebook.run('v.a; new A().b')).toBe('');
    expect(await notebook.codes('v.b')).toEqual(['TS2339']);
    expect(await notebook.codes('new A().a')).toEqual(['TS2339']);
  });

  test('old and new class are told apart by their cells', async () => {
    await notebook.run('class A { a = 1 }', 'let v = new A()', 'class A { b = 2 }');
    expect(await notebook.run('v = new A()')).toMatch(/of Cell \[1\].*|.*of Cell \[3\]/);
  });

  test('a variable: with another type', async () => {
    await notebook.run('let x = 1', 'let x = "a"');
    expect(await notebook.run('x.length')).toBe('');
  });

  test('a function as a class, a class as a constant', async () => {
    await notebook.run('function F() {}', 'class F { f = 1 }');
    expect(await notebook.run('new F().f')).toBe('');
    await notebook.run('const F = 1');
    expect(await notebook.run('F.toFixed()')).toBe('');
  });

  test('an interface: replaced, not merged', async () => {
    await notebook.run('interface P { x: number }', 'interface P { y: number }');
    expect(await notebook.run('const p: P = { y: 1 }')).toBe('');
  });

  test('a cell edited and run again replaces what it declared', async () => {
    await notebook.run('const rate = 1', 'const price = rate * 2', 'const rate = "a"');
    expect(await notebook.run('rate.length; price.toFixed()')).toBe('');
  });

  test('a name of the cell itself is its own', async () => {
    await notebook.run('const x = 1');
    expect(await notebook.run('const x = "a"; x.length')).toBe('');
  });

  test.each([
    ['a constant', 'const V = 1', 'V.toFixed()'],
    ['a class', 'class V { v = 1 }', 'new V().v'],
    ['a namespace', 'namespace V { export const v = 1 }', 'V.v.toFixed()'],
  ])('%s: as a type that is imported, the value stays', async (_, earlier, later) => {
    const use = 'let s: V | undefined; s?.size';
    expect(await notebook.run(earlier, `import type { Stats as V } from "node:fs"; ${use}`)).toBe('');
    expect(await notebook.run(`import { type Stats as V } from "node:fs"; ${use}`)).toBe('');
    expect(await notebook.run(`${later}; ${use}`)).toBe('');
  });

  test('a global of the library or of the kernel', async () => {
    expect(
      await notebook.run(
        'const name = "a", display = 1, process = 2',
        'display.toFixed(); process + 1; name.length',
      ),
    ).toBe('');
  });
});

describe('what a check has shown of a constant', () => {
  const find = 'const rows = [{ id: 1 }]; const row = rows.find(({ id }) => id === 1)';

  test('holds for the cells after it', async () => {
    await notebook.run(find);
    expect(await notebook.codes('row.id')).toEqual(['TS18048']);
    expect(await notebook.run('if (!row) throw new Error("no row")', 'row.id', 'row.id.toFixed()')).toBe('');
  });

  test('holds when one cell has both', async () => {
    expect(await notebook.run(`${find}\nif (row === undefined) { throw 0 }`, 'row.id')).toBe('');
  });

  test.each([
    ['an assertion', 'import assert from "node:assert"', '// There is one.\nassert(row)'],
    ['an assertion of a namespace', 'import * as assert from "node:assert"', 'assert.ok(row)'],
    [
      'an assertion of an earlier cell',
      'function assertThere<T>(value: T): asserts value is NonNullable<T> {}',
      'assertThere(row)',
    ],
    ['the other branch', '0', 'if (row) { row.id } else throw new Error("no row")'],
    ['a block that says more', '0', 'if (!row) { console.error("none"); throw 0 }'],
  ])('is known by %s', async (_by, before, check) => {
    expect(await notebook.run(before, find, check, 'row.id')).toBe('');
  });

  test('tells the members of a union apart, one check after the other', async () => {
    await notebook.run(
      'type A = { kind: "a"; a: 1 }; type B = { kind: "b"; b: 2 }; type Answer = A | B | undefined',
      'const answer = { kind: "a" } as Answer',
      'if (!answer) throw 0',
      'if (answer.kind !== "a") throw 0',
    );
    expect(await notebook.run('answer.a satisfies 1')).toBe('');
    expect(await notebook.codes('answer.b')).toEqual(['TS2339']);
  });

  test('is still known when types were written down long ago', async () => {
    await notebook.run(find, 'if (!row) throw 0');
    await notebook.run('0', '1', '2');
    expect(await notebook.run('row.id')).toBe('');
    expect(notebook.inspect('row|', 1)).toContain('id: number');
  });

  test('does not hold when the cell failed', async () => {
    await notebook.run(find, ['if (row) throw new Error("a row")', { fails: true }]);
    expect(await notebook.codes('row.id')).toEqual(['TS18048']);
    expect(await notebook.run('row?.id')).toBe('');
  });

  test('does not hold for a name declared anew', async () => {
    await notebook.run(find, 'if (!row) throw 0', find);
    expect(await notebook.codes('row.id')).toEqual(['TS18048']);
  });

  test('ends with the cell for what can be assigned', async () => {
    await notebook.run('let word: string | undefined', 'if (!word) throw 0');
    expect(await notebook.codes('word.length')).toEqual(['TS18048']);
    expect(await notebook.run('word = undefined')).toBe('');
  });

  test('is offered to nobody', async () => {
    await notebook.run(find, 'if (!row) throw 0');
    expect(notebook.complete('|').texts.filter((text) => text.includes('narrowed'))).toEqual([]);
  });
});

describe('of cells that run beside each other and declare one name', () => {
  /** What x is by then: `0` of the earlier cell, `a` or `b` of these, or nothing. */
  const meaning = async (steps: string, hasEarlier: boolean) => {
    if (hasEarlier) await notebook.run('let x = 0 as unknown as "0"');
    const ids = new Map<string, number>();
    for (const step of steps.split(' ')) {
      const [cell = '', how] = step.split(/(?=[!.])/);
      if (how === '.') notebook.settle(ids.get(cell)!, ['x']);
      else if (how === '!') notebook.settle(ids.get(cell)!, []);
      else ids.set(cell, notebook.compile(`let x = 0 as unknown as "${cell}"`).id);
    }
    for (const value of ['0', 'a', 'b', 'c'])
      if ((await notebook.codes(`x satisfies "${value}"`)).length === 0) return value;
    return 'nothing';
  };

  test.each([
    // The one that has the value by its end: only that one says so.
    ['a b a. b.', 'b'],
    ['a b b. a.', 'a'],
    ['a b a! b.', 'b'],
    ['a b b! a.', 'a'],
    ['a b a. b!', 'a'],
    ['a b b. a!', 'b'],
    ['a b a! b!', 'before'],
    ['a b b! a!', 'before'],
    // Until they end, the one that began last.
    ['a b', 'b'],
    ['a b a.', 'b'],
    ['a b a!', 'b'],
    ['a b b!', 'a'],
    ['a b b.', 'b'],
    ['a b c b. a! c!', 'b'],
    ['a b c a. b! c!', 'a'],
    ['a b c c! b! a!', 'before'],
    ['a b c a! c! b!', 'before'],
    ['a b c c. a. b!', 'a'],
  ])('%s: it is that of %s', async (steps, expected) => {
    expect(await meaning(steps, true)).toBe(expected === 'before' ? '0' : expected);
    notebook.restart();
    expect(await meaning(steps, false)).toBe(expected === 'before' ? 'nothing' : expected);
  });

  test('those that run when all names are forgotten keep theirs, if they have them at their end', async () => {
    await notebook.run('interface Row { id: number }', 'const rows: Row[] = []');
    const { id: kept } = notebook.compile('const first = rows[0]!');
    const { id: lost } = notebook.compile('const second = rows[1]!');
    notebook.session.receive({ kind: 'forget' });
    notebook.settle(kept, ['first']);
    notebook.settle(lost, []);
    expect(await notebook.codes('first.id.toFixed(); first satisfies { id: number }')).toEqual([]);
    expect(await notebook.codes('second')).toEqual(['TS2304']);
    expect(await notebook.codes('rows')).toEqual(['TS2304']);
  });
});

describe('a failed cell', () => {
  test('leaves what it bound', async () => {
    await notebook.run(['const a = 1; throw 0; const b = 2', { bound: ['a'] }]);
    expect(await notebook.run('a.toFixed()')).toBe('');
    expect(await notebook.codes('b')).toEqual(['TS2304']);
  });

  test('leaves its types', async () => {
    await notebook.run(['interface P { x: number } const p = null!', { bound: [] }]);
    expect(await notebook.run('let q: P | undefined')).toBe('');
  });

  test('leaves a name that it did not come to declare again as it was', async () => {
    await notebook.run('const data = [1, 2]; class P { p = 1 }');
    await notebook.run(['const data = JSON.parse("oops") as string', { bound: [] }]);
    await notebook.run(['throw 1; class P { q = 2 }', { bound: [] }]);
    expect(await notebook.run('data.map((n) => n + new P().p); let p: P = { p: 1 }')).toBe('');
    expect(notebook.compile('data[0].toFixed()', 'error').reply.result.ok).toBe(true);
  });

  test('leaves nothing of an import that failed', async () => {
    await notebook.run('import { join } from "node:path"');
    await notebook.run(['import { join, sep } from "no-package"', { bound: [] }]);
    expect(await notebook.run('join("a", "b").length')).toBe('');
    expect(await notebook.codes('sep; let s: sep')).toEqual(['TS2304', 'TS2304']);
  });

  test('leaves the types that it imported before', async () => {
    const source = 'import { Stats, statSync } from "node:fs"; const s: Stats = statSync("missing")';
    await notebook.run([source, { bound: ['statSync'], imported: ['Stats'] }]);
    expect(await notebook.run('let s: Stats = statSync(".")')).toBe('');
  });

  test('leaves the type of a name whose value it did not come to', async () => {
    await notebook.run('const T = 1', ['throw 1; const T = "a"; type T = string', { bound: [] }]);
    expect(await notebook.run('T.toFixed(); let t: T = "a"')).toBe('');
  });

  test('that does not compile leaves nothing', async () => {
    expect(notebook.compile('const a = ;').reply.result.ok).toBe(false);
    expect(await notebook.codes('a')).toEqual(['TS2304']);
  });

  test('with types that do not fit, refused, leaves nothing', async () => {
    expect(notebook.compile('const a: string = 1', 'error').reply.result.ok).toBe(false);
    expect(await notebook.codes('a')).toEqual(['TS2304']);
  });
});

test('a restart forgets values and types', async () => {
  await notebook.run('const a = 1; interface B {}');
  notebook.restart();
  expect(await notebook.codes('a; let b: B')).toEqual(['TS2304', 'TS2304']);
});

test('what an earlier cell declared cannot be assigned: it is no import', async () => {
  await notebook.run('function f() {}', 'class C {}; enum E { A }; namespace N { export const n = 1 }');
  await notebook.run('import { join } from "node:path"');
  const warnings = await notebook.run('f = 1; C = 1; E = 1; N = 1; join = 1');
  expect(warnings.match(/TS\d+: .*/g)).toEqual([
    "TS2630: Cannot assign to 'f' because it is a function.",
    "TS2629: Cannot assign to 'C' because it is a class.",
    "TS2628: Cannot assign to 'E' because it is an enum.",
    "TS2631: Cannot assign to 'N' because it is a namespace.",
    "TS2632: Cannot assign to 'join' because it is an import.",
  ]);
});

test('a constant of an earlier cell cannot be assigned', async () => {
  await notebook.run('const a = 1');
  expect(await notebook.codes('a = 2')).toEqual(['TS2588']);
});

describe('in a long notebook', () => {
  /** Many cells that only want to be run. */
  const many = (count: number, source: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => [source(index), { types: 'off' }] as const);

  function openNotebook(): Dialogue {
    return new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));
  }

  test('cells go that nobody can refer to any more, and those stay that somebody does', async () => {
    const long = openNotebook();
    await long.run(
      ['class Old { old = 1 }', { types: 'off' }],
      ['const kept = new Old()', { types: 'off' }],
      ['type Kept = typeof kept', { types: 'off' }],
      ['class Old { young = 1 }', { types: 'off' }],
      ['globalThis.made = 1', { types: 'off' }],
      ['declare global { var everywhere: string }', { types: 'off' }],
      ...many(600, (index) => `const x = ${index}; x + 1`),
    );
    expect(long.pruned.length).toBeGreaterThan(400);
    expect(long.pruned.every((label) => Number(/\d+/.exec(label)) > 6)).toBe(true);
    expect(await long.run('kept.old.toFixed(); new Old().young; made.any; everywhere.length')).toBe('');
    expect(await long.run('const another: Kept = kept; x.toFixed()')).toBe('');
    expect(await long.codes('kept.young')).toEqual(['TS2339']);
  });

  test('a cell goes with the last one that refers to it', async () => {
    const long = openNotebook();
    await long.run(['const a = 1', { types: 'off' }], ['const b = a', { types: 'off' }]);
    await long.run(['const a = ""', { types: 'off' }], ...many(300, () => '1'));
    expect(long.pruned).not.toContain('Cell [1]');
    await long.run(['const b = a', { types: 'off' }], ...many(300, () => '1'));
    expect(long.pruned).toContain('Cell [1]');
    expect(long.pruned).toContain('Cell [2]');
    expect(await long.run('b.length')).toBe('');
  });

  test('no cell goes before its types were looked at', async () => {
    const long = openNotebook();
    const cells = Array.from({ length: 300 }, (_, index) => long.compile(`const y: string = ${index}`).id);
    for (const cell of cells)
      long.session.receive({ kind: 'settled', cell, bound: { values: ['y'], types: [], completed: true } });
    await long.run(...many(300, () => '1'));
    expect(cells.filter((cell) => long.warningOf(cell) === undefined)).toEqual([]);
  });

  test('cells that come without a pause are looked at when many wait', async () => {
    const long = openNotebook();
    const { id } = long.compile('const first: string = 1');
    const isDone = () => long.warningOf(id) !== undefined && long.pruned.length > 0;
    for (let count = 0; count < 20_000 && !isDone(); count++) {
      const later = long.compile('const x = 1').id;
      long.session.receive({
        kind: 'settled',
        cell: later,
        bound: { values: ['x'], types: [], completed: true },
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(long.warningOf(id)).toContain("Type 'number' is not assignable to type 'string'");
    expect(long.pruned.length).toBeGreaterThan(0);
  });

  test('what a name means again if the cell fails stays', async () => {
    const long = openNotebook();
    await long.run(['const a = "old"', { types: 'off' }]);
    const { id } = long.compile('const a = await later', 'off');
    await long.run(...many(300, () => '1'));
    expect(long.pruned).not.toContain('Cell [1]');
    long.session.receive({ kind: 'settled', cell: id, bound: { values: [], types: [], completed: true } });
    expect(await long.codes('a.nope')).toEqual(['TS2339']);
  });

  test('a cell that has not ended stays', async () => {
    const long = openNotebook();
    const { id } = long.compile('const slow = await later', 'off');
    await long.run(['const slow = 1', { types: 'off' }], ...many(300, () => '1'));
    expect(long.pruned).not.toContain('Cell [1]');
    long.session.receive({
      kind: 'settled',
      cell: id,
      // The name is the other cell's.
      bound: { values: [], types: [], completed: true },
    });
    await long.run(...many(300, () => '1'));
    expect(long.pruned).toContain('Cell [1]');
  });
});
