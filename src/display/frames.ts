// Data frames of other libraries as tables: arquero, Apache Arrow, danfojs, data-forge, what a query of DuckDB has read, and
// objects of typed arrays. (nodejs-polars shows itself by the display symbol.)
// Rule: recognised by a shape that nothing else has, no library is loaded; only the rows that are shown are read, where the library allows it.
import { types } from 'node:util';
import { dataProperty, isArray, isPlainObject, keys } from '../realm/builtins';
import { type Table, type TableBounds, tableOf } from './table';

const { isTypedArray } = types;

/** @returns the frame as a table, or undefined when the value is no frame that we know. Not for proxies. */
export function frameTable(value: object, bounds?: TableBounds): Table | undefined {
  const frame = frameOf(value);
  return frame && tableOf(frame.names, frame.count, frame.read, bounds, frame.indexOf);
}

/** What all frames can tell. */
export interface Frame {
  readonly names: readonly string[];
  readonly count: number;
  read(column: number, row: number): unknown;
  /** What the frame calls a row, its position unless it says otherwise. */
  indexOf?(row: number): unknown;
}

/** @returns the whole frame, to be read from, or undefined when the value is no frame that we know. Not for proxies. */
export function frameOf(value: object): Frame | undefined {
  for (const recognise of recognisers) {
    const frame = recognise(value);
    if (frame) return frame;
  }
  return undefined;
}

const recognisers = [arquero, arrow, danfo, dataForge, duckdb, typedColumns];

/** Whether a value has all of these, methods or not. */
function has(value: object, methods: readonly string[], others: readonly string[] = []): boolean {
  for (const name of others) if (!(name in value)) return false;
  for (const name of methods) if (typeof dataProperty(value, name) !== 'function') return false;
  return true;
}

function arquero(value: object): Frame | undefined {
  if (!has(value, ['columnNames', 'numRows', 'get'])) return undefined;
  const frame = value as {
    columnNames(): unknown;
    numRows(): unknown;
    get(name: string, row: number): unknown;
  };
  const names = frame.columnNames();
  const count = frame.numRows();
  if (!isArray(names) || typeof count !== 'number') return undefined;
  return { names, count, read: (column, row) => frame.get(names[column] as string, row) };
}

/** What Apache Arrow calls dates and points in time: their values are numbers, in milliseconds. */
const arrowTimes: readonly unknown[] = [8, 10];

function arrow(value: object): Frame | undefined {
  if (!has(value, ['getChildAt'], ['schema', 'numRows'])) return undefined;
  const frame = value as {
    readonly schema?: {
      readonly fields?: readonly { readonly name: string; readonly type?: { typeId?: unknown } }[];
    };
    readonly numRows: unknown;
    getChildAt(index: number): { get(row: number): unknown } | null;
  };
  const fields = frame.schema?.fields;
  if (!isArray(fields) || typeof frame.numRows !== 'number') return undefined;
  const children = fields.map((_, column) => frame.getChildAt(column));
  const areTimes = fields.map((field) => arrowTimes.includes(field.type?.typeId));
  return {
    names: fields.map((field) => String(field.name)),
    count: frame.numRows,
    read(column, row) {
      const read = children[column]?.get(row);
      return areTimes[column] && typeof read === 'number' ? new Date(read) : read;
    },
  };
}

/** A DataFrame or a Series. */
function danfo(value: object): Frame | undefined {
  if (!has(value, [], ['$dataIncolumnFormat', '$columns', 'values', 'shape'])) return undefined;
  const frame = value as {
    readonly values: unknown;
    readonly columns: unknown;
    readonly index: unknown;
    readonly shape: unknown;
  };
  const { columns, index, shape, values } = frame;
  if (!isArray(columns) || !isArray(shape) || !isArray(values)) return undefined;
  return {
    names: columns.map(String),
    count: values.length,
    read: (column, row) =>
      shape.length === 1 ? values[row] : (values as readonly (readonly unknown[])[])[row]?.[column],
    indexOf: (row) => (isArray(index) ? index[row] : row),
  };
}

/** Lazy: its rows are made by walking over all of them. */
function dataForge(value: object): Frame | undefined {
  if (!has(value, ['getColumnNames', 'toPairs', 'bake'])) return undefined;
  const frame = value as { getColumnNames(): unknown; toPairs(): unknown };
  const names = frame.getColumnNames();
  const pairs = frame.toPairs();
  if (!isArray(names) || !isArray(pairs)) return undefined;
  return {
    names: names.map(String),
    count: pairs.length,
    read: (column, row) => pairs[row][1]?.[names[column] as string],
    indexOf: (row) => pairs[row][0] as unknown,
  };
}

/** What has been read of the result of a query: @duckdb/node-api's reader. Its values of SQL's own types say themselves. */
function duckdb(value: object): Frame | undefined {
  if (!has(value, ['columnNames', 'columnTypes', 'value'], ['currentRowCount'])) return undefined;
  const reader = value as {
    columnNames(): unknown;
    readonly currentRowCount: unknown;
    value(column: number, row: number): unknown;
  };
  const names = reader.columnNames();
  const count = reader.currentRowCount;
  if (!isArray(names) || typeof count !== 'number') return undefined;
  return {
    names: names.map(String),
    count,
    read(column, row) {
      const read = reader.value(column, row);
      return typeof read === 'object' && read !== null ? String(read) : read;
    },
  };
}

/** `{ x: Float64Array, y: Float64Array }`. Plain arrays are left alone: they may be anything. */
function typedColumns(value: object): Frame | undefined {
  if (!isPlainObject(value)) return undefined;
  const names = keys(value);
  if (names.length < 2) return undefined;
  const columns: { readonly length: number; readonly [row: number]: unknown }[] = [];
  for (const name of names) {
    const column = dataProperty(value, name);
    if (!isTypedArray(column) || column.length !== (columns[0] ?? column).length) return undefined;
    columns[columns.length] = column;
  }
  return { names, count: columns[0]!.length, read: (column, row) => columns[column]![row] };
}
