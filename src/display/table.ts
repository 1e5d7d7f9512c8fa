// Data as a table: the HTML that a page shows, and the box of characters that Node's console.table draws, as its plain-text fallback.
// Rule: rows and columns are bounded and a caption says so; cells are escaped; getters are not run.
import { Console } from 'node:console';
import { types } from 'node:util';
import {
  create,
  getOwnPropertyDescriptor,
  hasOwn,
  inspect,
  isArray,
  isPlainObject,
  keys,
} from '../realm/builtins';
import type { RawBundle } from './bundle';
import { escapeHtml } from './markup';
import { toBriefText } from './plain';

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
  readonly rows: readonly TableRow[];
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
const getter = { [inspect.custom]: () => '[Getter]' };

const cellLength = 300;

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
  const rowBound = bounds.rows ?? 50;
  const columnBound = bounds.columns ?? 20;
  const source = rowsOf(data, rowBound);
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
    if (typeof value === 'object' && value !== null && !isProxy(value) && !isDate(value)) {
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
  return { columns, rows, rowCount: source.count, columnCount };
}

function rowsOf(
  data: unknown,
  bound: number,
): { entries: (readonly [unknown, unknown])[]; count: number } | undefined {
  if (typeof data !== 'object' || data === null || isProxy(data)) return undefined;
  const entries: (readonly [unknown, unknown])[] = [];
  if (isMap(data)) {
    for (const entry of data) if (entries.push(entry) >= bound) break;
    return { entries, count: data.size };
  }
  if (isSet(data)) {
    for (const item of data) if (entries.push([entries.length, item]) >= bound) break;
    return { entries, count: data.size };
  }
  if (isArray(data) || isTypedArray(data)) {
    for (let at = 0; at < data.length && at < bound; at++) entries.push([at, data[at]]);
    return { entries, count: data.length };
  }
  const names = keys(data);
  for (let at = 0; at < names.length && at < bound; at++) {
    const descriptor = getOwnPropertyDescriptor(data, names[at]!)!;
    entries.push([names[at], descriptor.get ? getter : descriptor.value]);
  }
  return { entries, count: names.length };
}

/** Both forms of a table. */
export function tableDraft(table: Table): RawBundle {
  return { data: { 'text/html': tableHtml(table), 'text/plain': tableBox(table) } };
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

/** As HTML. Plain elements only: the page's own style of tables, light or dark, does the rest. */
export function tableHtml(table: Table): string {
  // The class and the border are pandas': other tools style or lay out tables by them.
  let text = '<table border="1" class="dataframe">';
  const note = boundNote(table);
  if (note) text += `<caption style="caption-side: bottom; text-align: left; opacity: 0.7">${note}</caption>`;
  text += '<thead><tr><th></th>';
  for (const column of table.columns) {
    // Above its cells: pages put headings to the right, where numbers are.
    const isNumeric = table.rows.some(({ cells }) => isNumber(cells[column]));
    text += `<th style="text-align: ${isNumeric ? 'right' : 'left'}">${escapeHtml(column)}</th>`;
  }
  text += '</tr></thead><tbody>';
  for (const { index, cells } of table.rows) {
    text += `<tr><th>${escapeHtml(cellText(index))}</th>`;
    for (const column of table.columns) text += toCell(cells, column);
    text += '</tr>';
  }
  return `${text}</tbody></table>`;
}

function toCell(cells: TableRow['cells'], column: string): string {
  if (!hasOwn(cells, column)) return '<td></td>';
  const value = cells[column];
  const text = escapeHtml(cellText(value));
  if (isNumber(value)) return `<td style="text-align: right">${text}</td>`;
  const isFaint = value === null || value === undefined || value === getter;
  return `<td style="text-align: left${isFaint ? '; opacity: 0.6' : ''}">${text}</td>`;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function cellText(value: unknown): string {
  const isText = typeof value === 'string' || typeof value === 'bigint';
  const text = isText ? String(value) : isDate(value) ? dateText(value) : toBriefText(value);
  return text.length > cellLength ? `${text.slice(0, cellLength)}…` : text;
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString();
}

/** As the box that Node draws, of the same rows and columns. */
export function tableBox(table: Table): string {
  const hasPositions = table.rows.every(({ index }, at) => index === at);
  const hasNames = table.rows.every(({ index }) => typeof index === 'string');
  const data = (hasNames ? create(null) : []) as Record<PropertyKey, unknown>;
  for (let at = 0; at < table.rows.length; at++) {
    const { index, cells } = table.rows[at]!;
    const row: Record<string, unknown> = create(null);
    if (!hasNames && !hasPositions) row['(key)'] = index;
    for (const column of table.columns) if (hasOwn(cells, column)) row[column] = cells[column];
    data[hasNames ? (index as string) : at] = row;
  }
  const note = boundNote(table);
  return drawBox(data) + (note && `\n${note}`);
}

/** What console.table writes for the data, without the last newline. */
export function drawBox(data: unknown): string {
  let text = '';
  const stdout = {
    write(part: string) {
      text += part;
    },
  };
  new Console({ stdout: stdout as never, colorMode: false, ignoreErrors: false }).table(data);
  return text.replace(/\n$/, '');
}

function boundNote(table: Table): string {
  const notes: string[] = [];
  if (table.rowCount > table.rows.length)
    notes.push(`${table.rows.length} of ${grouped(table.rowCount)} rows`);
  if (table.columnCount > table.columns.length) {
    notes.push(`${table.columns.length} of ${grouped(table.columnCount)} columns`);
  }
  return notes.length > 0 ? `${notes.join(', ')} shown` : '';
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
