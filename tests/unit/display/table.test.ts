import { describe, expect, test } from '@jest/globals';
import type { Rendering } from '../../../src/api';
import { render } from '../../../src/display/render';
import { recordsFrame } from '../../../src/display/table';

const shown = (value: unknown) => (render(value) as Rendering).data;
const text = (value: unknown) => shown(value)['text/plain'] as string;
const page = (value: unknown) => shown(value)['text/html'] as string;
/** Each line of the HTML's body as the texts of its cells, a `>` before those at the right. */
const cells = (value: unknown) =>
  [...page(value).matchAll(/<tr>(.*?)<\/tr>/g)].map(([, line]) =>
    [...line!.matchAll(/<t[hd](?: style="text-align: (left|right)[^"]*")?>(.*?)<\/t[hd]>/g)].map(
      ([, side, content]) => (side === 'right' ? `>${content}` : content),
    ),
  );

describe('what is long or wide', () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => ({ n, name: `no ${n}` }));

  test('has its size above, its first and its last rows, and dots between', () => {
    expect(page(rows)).toContain('>20,000 rows × 2 columns</caption>');
    const lines = cells(rows);
    expect(lines).toHaveLength(1 + 25 + 1 + 25);
    expect(lines.slice(25, 28)).toEqual([
      ['24', '>24', 'no 24'],
      ['⋯', '>⋯', '⋯'],
      ['19975', '>19975', 'no 19975'],
    ]);
    expect(lines.at(-1)).toEqual(['19999', '>19999', 'no 19999']);
  });

  test('is the same as text', () => {
    const lines = text(rows).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '20,000 rows × 2 columns',
      '┌───────┬───────┬────────────┐',
      '│       │     n │ name       │',
      '├───────┼───────┼────────────┤',
      "│     0 │     0 │ 'no 0'     │",
    ]);
    expect(lines.at(29)).toBe('│     ⋯ │     ⋯ │ ⋯          │');
    expect(lines.at(-2)).toBe("│ 19999 │ 19999 │ 'no 19999' │");
  });

  test.each<[string, unknown]>([
    ['a Map', new Map(rows.map((row) => [`key ${row.n}`, row]))],
    ['a sparse beginning', rows],
  ])('%s: the last row is the last one', (_name, value) => {
    expect(cells(value).at(-1)!.slice(1)).toEqual(['>19999', 'no 19999']);
  });

  test('columns beyond the bound are a column of dots', () => {
    const wide = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`c${n}`, n]));
    expect(page([wide])).toContain('>1 row × 30 columns</caption>');
    expect(cells([wide])[0]!.slice(-2)).toEqual(['>c19', '⋯']);
    expect(text([wide])).toContain('│ c19 │ ⋯ │');
  });

  test('what fits has neither', () => {
    expect(page(rows.slice(0, 50))).not.toContain('caption');
    expect(text(rows.slice(0, 2))).toBe("[ { n: 0, name: 'no 0' }, { n: 1, name: 'no 1' } ]");
  });

  test('long texts are bounded, wide letters counted', () => {
    const value = Array.from({ length: 60 }, (_, n) => ({ text: n ? '日本\n' : 'x'.repeat(500) }));
    expect(cells(value)[1]![1]).toHaveLength(300);
    const lines = text(value).split('\n');
    expect(lines[4]).toMatch(/^│ {2}0 │ 'x{58}… │$/);
    expect(lines[5]).toBe(`│  1 │ '日本\\n'${' '.repeat(60 - 8)} │`);
  });
});

describe('columns', () => {
  const day = (text: string) => new Date(`${text}T00:00:00Z`);

  test.each<[string, unknown[], unknown[]]>([
    [
      'numbers with what is missing among them',
      [1, null, undefined, 2n],
      ['>c', '>1', '>null', '>undefined', '>2'],
    ],
    ['nothing but null', [null], ['c', 'null']],
    ['numbers among texts', [1, 'a'], ['c', '1', 'a']],
    ['days', [day('2024-02-29'), null, day('2024-03-01')], ['c', '2024-02-29', 'null', '2024-03-01']],
    [
      'points in time',
      [day('2024-02-29'), new Date('2024-03-01T12:30:00Z')],
      ['c', '2024-02-29T00:00:00.000Z', '2024-03-01T12:30:00.000Z'],
    ],
    [
      'days where the kernel runs',
      [new Date(2024, 0, 1), new Date(2024, 6, 1)],
      ['c', '2024-01-01', '2024-07-01'],
    ],
    ['no date', [new Date(Number.NaN)], ['c', 'Invalid Date']],
  ])('%s', (_name, values, expected) => {
    expect(cells(values.map((c) => ({ c }))).map(([, cell]) => cell)).toEqual(expected);
  });
});

describe('frames of libraries', () => {
  class ColumnTable {
    columnNames() {
      return ['a', 'b'];
    }
    numRows() {
      return 100;
    }
    get(name: string, row: number) {
      return `${name}${row}`;
    }
  }

  class ArrowTable {
    schema = { fields: [{ name: 'n' }, { name: 'at', type: { typeId: 10 } }] };
    get numRows() {
      return 2;
    }
    getChildAt(column: number) {
      return { get: (row: number) => (column === 0 ? BigInt(row) : row * 86_400_000) };
    }
  }

  class DataFrame {
    $dataIncolumnFormat = [];
    $columns = ['a', 'b'];
    readonly values = [
      [1, 'x'],
      [2, 'y'],
    ];
    get columns() {
      return this.$columns;
    }
    get index() {
      return ['first', 'second'];
    }
    get shape() {
      return [2, 2];
    }
  }

  class Series extends DataFrame {
    override readonly values = [5, 6] as never;
    override $columns = ['a'];
    override get shape() {
      return [2];
    }
  }

  class Forge {
    getColumnNames() {
      return ['a'];
    }
    toPairs() {
      return [
        [10, { a: 1 }],
        [11, { a: 2 }],
      ];
    }
    bake() {
      return this;
    }
  }

  class DuckDBResultReader {
    get currentRowCount() {
      return 1;
    }
    columnNames() {
      return ['day', 'n'];
    }
    columnTypes() {
      return [];
    }
    value(column: number) {
      return column === 0 ? { toString: () => '2024-02-29' } : 3n;
    }
  }

  test.each<[string, unknown, unknown[][]]>([
    [
      'Apache Arrow',
      new ArrowTable(),
      [
        ['', '>n', 'at'],
        ['0', '>0', '1970-01-01'],
        ['1', '>1', '1970-01-02'],
      ],
    ],
    [
      'danfojs',
      new DataFrame(),
      [
        ['', '>a', 'b'],
        ['first', '>1', 'x'],
        ['second', '>2', 'y'],
      ],
    ],
    [
      'a Series of danfojs',
      new Series(),
      [
        ['', '>a'],
        ['first', '>5'],
        ['second', '>6'],
      ],
    ],
    [
      'data-forge',
      new Forge(),
      [
        ['', '>a'],
        ['10', '>1'],
        ['11', '>2'],
      ],
    ],
    [
      'DuckDB',
      new DuckDBResultReader(),
      [
        ['', 'day', '>n'],
        ['0', '2024-02-29', '>3'],
      ],
    ],
    [
      'typed arrays of one length',
      { x: Float64Array.of(0.5, 1), y: Uint8Array.of(7, 8) },
      [
        ['', '>x', '>y'],
        ['0', '>0.5', '>7'],
        ['1', '>1', '>8'],
      ],
    ],
  ])('%s', (_name, frame, expected) => {
    expect(cells(frame)).toEqual(expected);
  });

  test('arquero: its size, first and last rows', () => {
    expect(text(new ColumnTable())).toContain('100 rows × 2 columns\n');
    expect(cells(new ColumnTable()).at(-1)).toEqual(['99', 'a99', 'b99']);
  });

  test.each<[string, unknown]>([
    ['plain arrays', { train: [1, 2], test: [3, 4] }],
    ['typed arrays of two lengths', { a: Uint8Array.of(1), b: Uint8Array.of(1, 2) }],
    ['one typed array', { a: Uint8Array.of(1) }],
  ])('no table for an object of %s', (_name, value) => {
    expect(Object.keys(shown(value))).toEqual(['text/plain']);
  });
});

describe('the columns of all rows', () => {
  class Parent {
    a = 1;
  }
  class Child extends Parent {
    b = 2;
  }
  const inherited = Object.create({ b: 'inherited' }, { a: { value: 1, enumerable: true } });
  test.each<[what: string, rows: unknown[], names: string[]]>([
    [
      'of one kind',
      [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ],
      ['a', 'b'],
    ],
    [
      'in another order',
      [
        { a: 1, b: 2 },
        { b: 4, a: 3 },
      ],
      ['a', 'b'],
    ],
    ['one more or less', [{ a: 1 }, { a: 1, b: 2 }, { a: 1 }, {}, { c: 1 }], ['a', 'b', 'c']],
    ['of classes', [new Parent(), new Child(), new Child()], ['a', 'b']],
    ['own ones only', [inherited, inherited, { a: 1 }, inherited], ['a']],
    ['values between them', [{ a: 1 }, 5, null, { a: 2 }, new Date(0)], ['a', 'Values']],
    ['lists', [[1, 2], [3, 4], [5]], ['0', '1']],
  ])('%s', (_what, rows, names) => {
    expect(recordsFrame(rows).names).toEqual(names);
  });

  test('are found without running the code of a proxy, also where it is inherited from', () => {
    const asked: string[] = [];
    const handler = new Proxy({}, { get: (_, trap) => void asked.push(String(trap)) });
    const proxy = new Proxy({}, handler);
    const [one, other] = [Object.create(proxy), Object.create(proxy)];
    one.a = other.a = 1;
    asked.length = 0;
    expect(recordsFrame([one, other, other, proxy]).names).toEqual(['a', 'Values']);
    expect(asked).toEqual([]);
  });
});
