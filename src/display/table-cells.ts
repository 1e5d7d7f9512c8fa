// What stands in the cells of a table: numbers to the right with what is missing among them, days without a time.
// Rule: a column is one kind of thing, which all that it shows decide; every text is bounded.
import { types } from 'node:util';
import { dataProperty, hasOwn, isProxy } from '../realm/builtins';
import { toBriefText } from './plain';
import { getter, type Table, type TableRow } from './table';

const { isDate } = types;

/** `day`: dates at midnight, in UTC. `localDay`: at midnight where the kernel runs. */
type ColumnKind = 'number' | 'day' | 'localDay' | 'other';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** The columns that a table shows. */
export function columnsOf({ columns, rows }: Table): Column[] {
  return columns.map((name) => ({ name, kind: kindOf(name, rows) }));
}

function kindOf(name: string, rows: readonly TableRow[]): ColumnKind {
  let numbers = 0;
  let dates = 0;
  let days = 0;
  let localDays = 0;
  for (const { cells } of rows) {
    const value = cells[name];
    if (value === undefined || value === null) continue;
    if (typeof value === 'number' || typeof value === 'bigint') numbers++;
    else if (isDate(value)) {
      dates++;
      if (isMidnight(value)) days++;
      if (isLocalMidnight(value)) localDays++;
    } else return 'other';
    if (numbers > 0 && dates > 0) return 'other';
  }
  if (numbers > 0) return 'number';
  if (dates === 0) return 'other';
  if (days === dates) return 'day';
  return localDays === dates ? 'localDay' : 'other';
}

function isMidnight(date: Date): boolean {
  const time = date.getTime();
  return Number.isNaN(time) || time % 86_400_000 === 0;
}

function isLocalMidnight(date: Date): boolean {
  const time = date.getTime();
  return Number.isNaN(time) || new Date(time).setHours(0, 0, 0, 0) === time;
}

/** @returns undefined for a cell that its row does not have */
export function cellText(
  cells: TableRow['cells'],
  { name, kind }: Column,
  length: number,
): string | undefined {
  if (!hasOwn(cells, name)) return undefined;
  const value = cells[name];
  if (isDate(value)) return dateText(value, kind);
  return valueText(value, length);
}

/**
 * A value by itself, texts without quotes.
 * @param length the most UTF-16 units of it
 */
export function valueText(value: unknown, length: number): string {
  return bounded(plainText(value), length);
}

function plainText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  if (isDate(value)) return dateText(value, 'other');
  return isTemporal(value) ? String(value) : toBriefText(value);
}

export function bounded(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Whether there is nothing that a person would look for. */
export function isFaint(value: unknown): boolean {
  return value === null || value === undefined || value === getter;
}

export function isTemporal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isProxy(value)) return false;
  const tag = dataProperty(value, Symbol.toStringTag);
  return typeof tag === 'string' && tag.startsWith('Temporal.');
}

function dateText(date: Date, kind: ColumnKind): string {
  const time = date.getTime();
  if (Number.isNaN(time)) return 'Invalid Date';
  if (kind === 'localDay')
    return new Date(time - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return kind === 'day' ? date.toISOString().slice(0, 10) : date.toISOString();
}
