// A table to sort, filter and scroll: an anywidget that asks for the rows that it shows.
// Rule: the rows stay here; only what is in view travels.
import { types } from 'node:util';
import type { Frame } from '../display/frames';
import { tableOf } from '../display/table';
import { bounded, cellText, columnsOf, isFaint, valueText } from '../display/table-cells';
import type { Globals } from '../globals';
import style from './grid.page.css?text';
import page from './grid.page.mjs?text';

const { isDate } = types;

const cellLength = 300;
const pageLength = 100;
/** Rows whose values say what a column is. */
const sampleLength = 1000;

/** What the page asks for. */
interface Question {
  readonly turn: number;
  readonly page: number;
  readonly length: number;
  readonly sort: { readonly column: number; readonly isDescending: boolean } | null;
  /** By column, what its cells have to match. */
  readonly filter: { readonly [column: string]: string };
}

/** What is faint is told from a text that reads the same. */
type Cell = string | { readonly text: string };

/** @param widget makes an anywidget */
export function createGrid(widget: Globals['widget'], frame: Frame): object {
  const grid = new Rows(frame);
  const made = widget({
    esm: page,
    css: style,
    state: { columns: grid.columns, count: frame.count, first: grid.page(grid.everything, 0, pageLength) },
  });
  made.onMessage((content) => {
    const { turn, page: at, length, sort, filter } = content as Question;
    const order = grid.order(sort, filter);
    made.send({ turn, page: at, total: order.length, rows: grid.page(order, at * length, length) });
  });
  return made;
}

class Rows {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNumeric: boolean }[];
  readonly everything: Uint32Array;
  readonly #kinds: ReturnType<typeof columnsOf>;
  readonly #frame: Frame;
  #latest: { readonly key: string; readonly order: Uint32Array } | undefined;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.everything = new Uint32Array(frame.count);
    for (let row = 0; row < frame.count; row++) this.everything[row] = row;
    const sample = tableOf(frame.names, frame.count, frame.read, {
      rows: sampleLength,
      columns: frame.names.length,
    });
    this.#kinds = columnsOf(sample);
    this.columns = this.#kinds.map(({ name, kind }) => ({
      name,
      isNumeric: kind === 'number',
      type: [...new Set(sample.rows.map(({ cells }) => typeOf(cells[name])))]
        .sort(byMissing)
        .slice(0, 3)
        .join(' | '),
    }));
  }

  /** Rows in an order, from one position on, each with what it is called first. */
  page(order: Uint32Array, start: number, length: number): Cell[][] {
    const { indexOf = (row: number) => row, names, read } = this.#frame;
    return Array.from(order.subarray(start, start + length), (row) => [
      valueText(indexOf(row), cellLength),
      ...names.map((name, column) => {
        const value = read(column, row);
        const text = cellText({ [name]: value }, this.#kinds[column]!, cellLength) ?? '';
        return isFaint(value) ? { text: value === undefined ? '' : text } : text;
      }),
    ]);
  }

  /** The rows that match, as they are to follow each other. */
  order(sort: Question['sort'], filter: Question['filter']): Uint32Array {
    const key = JSON.stringify([sort, filter]);
    if (this.#latest?.key === key) return this.#latest.order;
    const { read } = this.#frame;
    let order = this.everything;
    for (const [column, wanted] of Object.entries(filter)) {
      const matches = matcherFor(wanted);
      order = order.filter((row) => matches(read(Number(column), row)));
    }
    if (sort) {
      const values = new Map<number, unknown>();
      for (const row of order) values.set(row, read(sort.column, row));
      const direction = sort.isDescending ? -1 : 1;
      order = order
        .slice()
        .sort((one, other) => compare(values.get(one), values.get(other), direction) || one - other);
    }
    this.#latest = { key, order };
    return order;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return isDate(value) ? 'Date' : 'object';
}

/** What is missing is said last. */
const byMissing = (one: string, other: string) =>
  Number(isNone(one)) - Number(isNone(other)) || (one < other ? -1 : 1);
const isNone = (type: string) => type === 'null' || type === 'undefined';

/** Made when something is sorted: it takes a while. */
let collator: Intl.Collator | undefined;

function compareTexts(one: string, other: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(one, other);
}

/** Numbers and dates by size, the rest as texts; what is missing comes last in both directions. */
function compare(one: unknown, other: unknown, direction: number): number {
  const [first, second] = [rank(one), rank(other)];
  if (first === undefined || second === undefined)
    return Number(first === undefined) - Number(second === undefined);
  if (typeof first !== 'string' && typeof second !== 'string')
    return direction * (first < second ? -1 : first > second ? 1 : 0);
  return direction * compareTexts(String(first), String(second));
}

function rank(value: unknown): number | bigint | string | undefined {
  if (value === undefined || value === null || (typeof value === 'number' && Number.isNaN(value)))
    return undefined;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  if (isDate(value)) return value.getTime();
  return valueText(value, cellLength);
}

/** `> 5`, `<= 2024-01-31`, `= 3`, `2..4`, or a part of the text, in any case. */
function matcherFor(wanted: string): (value: unknown) => boolean {
  const text = wanted.trim();
  const [, sign, bound] = /^([<>]=?|=)\s*(.+)$/.exec(text) ?? [];
  if (sign !== undefined) {
    const tests: { readonly [sign: string]: (order: number) => boolean } = {
      '<': (order) => order < 0,
      '<=': (order) => order <= 0,
      '>': (order) => order > 0,
      '>=': (order) => order >= 0,
      '=': (order) => order === 0,
    };
    return (value) => rank(value) !== undefined && tests[sign]!(compare(value, likeThat(value, bound!), 1));
  }
  const [, least, most] = /^(\S+)\.\.(\S+)$/.exec(text) ?? [];
  if (least !== undefined)
    return (value) =>
      rank(value) !== undefined &&
      compare(value, likeThat(value, least), 1) >= 0 &&
      compare(value, likeThat(value, most!), 1) <= 0;
  const part = text.toLowerCase();
  return (value) => textOf(value).toLowerCase().includes(part);
}

/** What was typed, as a value of the kind that it is compared with. */
function likeThat(value: unknown, typed: string): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(typed);
  return isDate(value) ? new Date(typed) : typed;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : bounded(valueText(value, cellLength), cellLength);
}
