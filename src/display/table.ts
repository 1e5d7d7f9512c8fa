// Data as rows and columns: what of it a table shows.
// Rule: rows and columns are bounded, and of many rows the first and the last ones are taken; getters are not run.
import { types } from 'node:util';
import {
  create,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  inspect,
  isArray,
  isPlainObject,
  keys,
} from '../realm/builtins';

const { isDate, isMap, isProxy, isSet, isTypedArray } = types;

export interface TableBounds {
  /** Most rows shown. 50 unless told. */
  readonly rows?: number;
  /** Most columns shown. 20 unless told. */
  readonly columns?: number;
}

/** What is shown of the data, and how much of it there was. */
export interface Table {
  readonly columns: readonly string[];
  /** The first rows, then the last ones. */
  readonly rows: readonly TableRow[];
  /** How many of the rows are first ones. */
  readonly headLength: number;
  readonly rowCount: number;
  readonly columnCount: number;
}

export interface TableRow {
  /** A position, or the key of an object or Map. */
  readonly index: unknown;
  /** By column; a row may lack some. */
  readonly cells: { readonly [column: string]: unknown };
}

/** The column of rows that are no objects. */
export const valuesColumn = 'Values';

/** Stands for a property with a getter. */
export const getter = { [inspect.custom]: () => '[Getter]' };

const defaultBounds = { rows: 50, columns: 20 };

/** The positions that are shown of so many: all, or the first and the last ones. */
export function shownPositions(
  count: number,
  bound: number = defaultBounds.rows,
): { readonly positions: readonly number[]; readonly headLength: number } {
  const isWhole = count <= bound;
  const headLength = isWhole ? count : Math.ceil(bound / 2);
  const positions: number[] = [];
  for (let at = 0; at < headLength; at++) positions[at] = at;
  if (!isWhole)
    for (let at = count - (bound - headLength); at < count; at++) positions[positions.length] = at;
  return { positions, headLength };
}

/**
 * Lays out what is read by position and column.
 * @param read the value in a row of a column, both by position
 */
export function tableOf(
  names: readonly string[],
  count: number,
  read: (column: number, row: number) => unknown,
  bounds: TableBounds = {},
  indexOf: (row: number) => unknown = (row) => row,
): Table {
  const columns = names.slice(0, bounds.columns ?? defaultBounds.columns);
  const { positions, headLength } = shownPositions(count, bounds.rows);
  const rows: TableRow[] = [];
  for (const row of positions) {
    const cells: Record<string, unknown> = create(null);
    for (let column = 0; column < columns.length; column++) cells[columns[column]!] = read(column, row);
    rows[rows.length] = { index: indexOf(row), cells };
  }
  return { columns, rows, headLength, rowCount: count, columnCount: names.length };
}

/**
 * Lays out an array, Map, Set or object of rows as console.table does.
 * @param chosen the columns to show, all unless told
 * @returns undefined when the data is no collection
 */
export function tabulate(
  data: unknown,
  chosen?: readonly string[],
  bounds: TableBounds = {},
): Table | undefined {
  const columnBound = bounds.columns ?? defaultBounds.columns;
  const source = rowsOf(data, bounds.rows);
  if (source === undefined) return undefined;
  const columns: string[] = [];
  const known: Record<string, true> = create(null);
  let columnCount = 0;
  const note = (column: string): void => {
    if (known[column]) return;
    known[column] = true;
    if (columnCount++ < columnBound) columns[columns.length] = column;
  };
  if (chosen) for (const column of chosen) note(column);
  const rows: TableRow[] = [];
  let hasValues = false;
  for (const [index, value] of source.entries) {
    const cells: Record<string, unknown> = create(null);
    if (hasColumns(value)) {
      const names = chosen ?? keys(value);
      for (let at = 0; at < names.length; at++) {
        const name = names[at]!;
        const descriptor = getOwnPropertyDescriptor(value, name);
        if (!descriptor) continue;
        note(name);
        cells[name] = descriptor.get ? getter : descriptor.value;
      }
    } else {
      hasValues = true;
      cells[valuesColumn] = value;
    }
    rows[rows.length] = { index, cells };
  }
  if (hasValues && !chosen) {
    // Last, as Node has it, unless a property already goes by the name.
    note(valuesColumn);
  }
  return { columns, rows, headLength: source.headLength, rowCount: source.count, columnCount };
}

interface RowSource {
  readonly entries: readonly (readonly [unknown, unknown])[];
  readonly headLength: number;
  readonly count: number;
}

/** All rows of a collection, to be read from. */
export function recordsFrame(
  data: unknown,
  chosen?: readonly string[],
): {
  readonly names: readonly string[];
  readonly count: number;
  read(column: number, row: number): unknown;
  indexOf(row: number): unknown;
} {
  const { count, valueAt, indexOf } = allRowsOf(data as object);
  const names = new Set(chosen);
  let hasValues = false;
  const kind = new RowKind();
  for (let row = 0; row < count && !chosen; row++) {
    const value = valueAt(row);
    if (kind.has(value)) continue;
    if (!hasColumns(value)) {
      hasValues = true;
      continue;
    }
    for (const name of kind.take(value)) names.add(name);
  }
  if (hasValues) names.add(valuesColumn);
  const columns = [...names];
  return {
    names: columns,
    count,
    read(column, row) {
      const value = valueAt(row);
      const name = columns[column]!;
      if (!hasColumns(value)) return name === valuesColumn ? value : undefined;
      const descriptor = getOwnPropertyDescriptor(value, name);
      return descriptor?.get ? getter : descriptor?.value;
    },
    indexOf,
  };
}

/** What the row before is like: most rows have its names, and their own need not be listed then, which takes memory. */
class RowKind {
  #prototype: object | null | undefined;
  #names: readonly string[] = [];

  /** Whether a value has no other names, and is no proxy. */
  has(value: unknown): boolean {
    if (this.#prototype === undefined || typeof value !== 'object' || value === null) return false;
    if (isProxy(value) || getPrototypeOf(value) !== this.#prototype) return false;
    let at = 0;
    // Those that it inherits may be among them.
    for (const name in value) if (this.#names[at++] !== name) return false;
    return at === this.#names.length;
  }

  /** @returns the names of a row, which the next ones are compared with */
  take(value: object): readonly string[] {
    const prototype = getPrototypeOf(value) as object | null;
    this.#names = keys(value);
    // To list what is inherited from a proxy would run its code.
    this.#prototype = inheritsFromProxy(prototype) ? undefined : prototype;
    return this.#names;
  }
}

function inheritsFromProxy(prototype: object | null): boolean {
  for (let one = prototype; one !== null; one = getPrototypeOf(one) as object | null)
    if (isProxy(one)) return true;
  return false;
}

/** What stands in each row of a collection as it is now. */
function allRowsOf(data: object): {
  readonly count: number;
  valueAt(row: number): unknown;
  indexOf(row: number): unknown;
} {
  if (isArray(data) || isTypedArray(data)) {
    const rows: ArrayLike<unknown> = data.slice();
    return { count: rows.length, valueAt: (row) => rows[row], indexOf: (row) => row };
  }
  const { entries } = rowsOf(data, Number.POSITIVE_INFINITY)!;
  return {
    count: entries.length,
    valueAt: (row) => entries[row]![1],
    indexOf: (row) => entries[row]![0],
  };
}

function hasColumns(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isProxy(value) && !isDate(value);
}

function rowsOf(data: unknown, bound: number | undefined): RowSource | undefined {
  if (typeof data !== 'object' || data === null || isProxy(data)) return undefined;
  const names = isMap(data) || isSet(data) || isArray(data) || isTypedArray(data) ? undefined : keys(data);
  const count = names?.length ?? lengthOf(data as Collection);
  const { positions, headLength } = shownPositions(count, bound);
  const entries: (readonly [unknown, unknown])[] = [];
  if (isMap(data) || isSet(data)) {
    // What lies between the first and the last ones is passed by.
    let position = 0;
    for (const item of data as Iterable<unknown>) {
      const at = position++;
      if (at !== positions[entries.length]) continue;
      entries.push(isMap(data) ? (item as [unknown, unknown]) : [at, item]);
      if (entries.length === positions.length) break;
    }
  } else if (names) {
    for (const at of positions) {
      const descriptor = getOwnPropertyDescriptor(data, names[at]!)!;
      entries.push([names[at], descriptor.get ? getter : descriptor.value]);
    }
  } else {
    for (const at of positions) entries.push([at, (data as unknown[])[at]]);
  }
  return { entries, headLength, count };
}

type Collection = { readonly size: number } | { readonly length: number };

function lengthOf(data: Collection): number {
  return 'size' in data ? data.size : data.length;
}

/**
 * The table of a value that is one by its nature: an array of records, or a Map to records, whose cells are mostly plain.
 * What is nested deeper reads better as inspect shows it.
 */
export function recordsTable(value: unknown): Table | undefined {
  if (!looksLikeRecords(value)) return undefined;
  const table = tabulate(value);
  if (table === undefined || table.columnCount === 0) return undefined;
  let nested = 0;
  let filled = 0;
  for (const { index, cells } of table.rows) {
    if (typeof index === 'object' && index !== null) return undefined;
    for (const name of keys(cells)) {
      filled++;
      const cell = cells[name];
      if (typeof cell === 'object' && cell !== null && cell !== getter && !isDate(cell)) nested++;
    }
  }
  return nested * 2 > filled ? undefined : table;
}

function looksLikeRecords(value: unknown): boolean {
  let checked = 0;
  if (isArray(value)) {
    for (; checked < value.length && checked < 50; checked++) {
      if (!isRecord(getOwnPropertyDescriptor(value, checked)?.value)) return false;
    }
  } else if (isMap(value)) {
    for (const item of value.values()) {
      if (!isRecord(item)) return false;
      if (++checked === 50) break;
    }
  }
  return checked > 0;
}

function isRecord(value: unknown): boolean {
  return !isProxy(value) && isPlainObject(value);
}
