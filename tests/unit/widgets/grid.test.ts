// What the page of an interactive table asks for, and what it is given.
import { describe, expect, test } from '@jest/globals';
import { recordsFrame } from '../../../src/display/table';
import { createGrid } from '../../../src/widgets/grid';

type Rows = readonly (readonly (string | { readonly text: string })[])[];
interface State {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNumeric: boolean }[];
  readonly count: number;
  readonly first: Rows;
}

/** A grid, and a page that asks it. */
function open(data: unknown) {
  let state: State | undefined;
  let ask: (content: object) => void = () => {};
  let answer: { readonly total: number; readonly rows: Rows } | undefined;
  const widget = (options: { readonly state: State }) => {
    state = options.state;
    return {
      onMessage(listener: typeof ask) {
        ask = listener;
      },
      send(content: typeof answer) {
        answer = content;
      },
    };
  };
  createGrid(widget as never, recordsFrame(data));
  return {
    state: state!,
    ask(question: { page?: number; length?: number; sort?: object | null; filter?: object } = {}) {
      ask({ turn: 1, page: 0, length: 100, sort: null, filter: {}, ...question });
      return {
        total: answer!.total,
        rows: answer!.rows.map((row) =>
          row.map((cell) => (typeof cell === 'string' ? cell : `(${cell.text})`)).join(' '),
        ),
      };
    },
  };
}

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const rows = [
  { name: 'b10', n: 10, on: day('2024-01-02') },
  { name: 'b9', n: null, on: day('2024-01-01') },
  { name: 'A', n: 2, on: day('2024-01-03') },
];

test('the columns have types, and the first page is there', () => {
  const { state } = open(rows);
  expect(state.columns).toEqual([
    { name: 'name', type: 'string', isNumeric: false },
    { name: 'n', type: 'number | null', isNumeric: true },
    { name: 'on', type: 'Date', isNumeric: false },
  ]);
  expect(state.count).toBe(3);
  expect(state.first[1]).toEqual(['1', 'b9', { text: 'null' }, '2024-01-01']);
});

describe('sorts', () => {
  test.each<[string, number, boolean, string]>([
    ['texts as people do', 0, false, '2 1 0'],
    ['numbers by size, what is missing last', 1, false, '2 0 1'],
    ['the other way, what is missing last', 1, true, '0 2 1'],
    ['dates', 2, false, '1 0 2'],
  ])('%s', (_name, column, isDescending, expected) => {
    const { rows: answered } = open(rows).ask({ sort: { column, isDescending } });
    expect(answered.map((row) => row.split(' ')[0]).join(' ')).toBe(expected);
  });
});

describe('filters', () => {
  test.each<[number, string, string]>([
    [0, 'B', '0 1'],
    [1, '> 2', '0'],
    [1, '>= 2', '0 2'],
    [1, '= 10', '0'],
    [1, '2..9', '2'],
    [1, 'null', '1'],
    [2, '< 2024-01-03', '0 1'],
    [0, 'nothing has it', ''],
  ])('column %s by %j', (column, wanted, expected) => {
    const { rows: answered, total } = open(rows).ask({ filter: { [column]: wanted } });
    expect(answered.map((row) => row.split(' ')[0]).join(' ')).toBe(expected);
    expect(total).toBe(answered.length);
  });
});

test('pages of 100,000 rows', () => {
  const many = open(Array.from({ length: 100_000 }, (_, n) => ({ n })));
  const sort = { column: 0, isDescending: true };
  expect(many.ask({ page: 500, length: 100, sort })).toMatchObject({ total: 100_000, rows: { length: 100 } });
  expect(many.ask({ page: 999, length: 100, sort }).rows.at(-1)).toBe('0 0');
});

test('a Map by its keys, values that are no records, getters that do not run', () => {
  const { state } = open(
    new Map<string, unknown>([
      [
        'a',
        {
          get x() {
            throw new Error('must not run');
          },
        },
      ],
      ['b', 5],
    ]),
  );
  expect(state.first).toEqual([
    ['a', { text: '[Getter]' }, { text: '' }],
    ['b', { text: '' }, '5'],
  ]);
});

test('columns are those of all rows, however late a name comes, and rows stay as they were', () => {
  const data: object[] = [{ a: 1 }, { a: 2 }, { b: 3 }, { a: 4, c: 5 }];
  const frame = recordsFrame(data);
  data.length = 0;
  expect(frame.names).toEqual(['a', 'b', 'c']);
  expect([0, 1, 2, 3].map((row) => frame.names.map((_, column) => frame.read(column, row)))).toEqual([
    [1, undefined, undefined],
    [2, undefined, undefined],
    [undefined, 3, undefined],
    [4, undefined, 5],
  ]);
});
