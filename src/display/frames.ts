// Data frames of other libraries as tables: arquero, Apache Arrow. (nodejs-polars shows itself by the display symbol.)
// Rule: recognised by their shape, no library is loaded; only the rows that are shown are read.
import { create, dataProperty, isArray } from '../realm/builtins';
import type { Table, TableRow } from './table';

const rowBound = 50;
const columnBound = 20;

/** @returns the frame's beginning, or undefined when the value is no frame that we know. Not for proxies. */
export function frameTable(value: object): Table | undefined {
  if ('columnNames' in value && 'numRows' in value) return arqueroTable(value as ArqueroTable);
  if ('getChildAt' in value && 'schema' in value && 'numRows' in value)
    return arrowTable(value as ArrowTable);
  return undefined;
}

interface ArqueroTable {
  columnNames(): readonly string[];
  numRows(): number;
  get(name: string, row: number): unknown;
}

function arqueroTable(frame: ArqueroTable): Table | undefined {
  for (const method of ['columnNames', 'numRows', 'get']) {
    if (typeof dataProperty(frame, method) !== 'function') return undefined;
  }
  const names = frame.columnNames();
  const count = frame.numRows();
  if (!isArray(names) || typeof count !== 'number') return undefined;
  return readFrame(names, count, (column, row) => frame.get(names[column]!, row));
}

interface ArrowTable {
  readonly schema?: { readonly fields?: readonly { readonly name: string }[] };
  readonly numRows: number;
  getChildAt(index: number): { get(row: number): unknown } | null;
}

function arrowTable(frame: ArrowTable): Table | undefined {
  if (typeof dataProperty(frame, 'getChildAt') !== 'function') return undefined;
  const fields = frame.schema?.fields;
  if (!isArray(fields) || typeof frame.numRows !== 'number') return undefined;
  const names: string[] = [];
  for (const field of fields) names[names.length] = String(field.name);
  return readFrame(names, frame.numRows, (column, row) => frame.getChildAt(column)?.get(row));
}

function readFrame(
  names: readonly string[],
  count: number,
  read: (column: number, row: number) => unknown,
): Table {
  const columns: string[] = [];
  for (let at = 0; at < names.length && at < columnBound; at++) columns[at] = names[at]!;
  const rows: TableRow[] = [];
  for (let row = 0; row < count && row < rowBound; row++) {
    const cells: Record<string, unknown> = create(null);
    for (let column = 0; column < columns.length; column++) cells[columns[column]!] = read(column, row);
    rows[row] = { index: row, cells };
  }
  return { columns, rows, rowCount: count, columnCount: names.length };
}
