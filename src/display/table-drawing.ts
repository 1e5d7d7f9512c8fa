// A table as a page shows it, and as a box of characters.
// Rule: what is not shown is told of above, and by a row and a column of dots; cells are escaped.
import { Console } from 'node:console';
import { types } from 'node:util';
import { escapeHtml } from '../text/html';
import type { RawBundle } from './bundle';
import { toBriefText } from './plain';
import type { Table } from './table';
import { bounded, type Column, cellText, columnsOf, isFaint, isTemporal, valueText } from './table-cells';

/** UTF-16 units of a cell, on a page and in a box. */
const cellLength = 300;
const boxCellLength = 60;
const dots = '⋯';

/** Both forms of a table. */
export function tableDraft(table: Table): RawBundle {
  return { data: { 'text/html': tableHtml(table), 'text/plain': tableBox(table) } };
}

/** Whether rows or columns are left out. */
export function isCut(table: Table): boolean {
  return lacksRows(table) || table.columnCount > table.columns.length;
}

function lacksRows({ rowCount, rows }: Table): boolean {
  return rowCount > rows.length;
}

/** As HTML. Plain elements only: the page's own style of tables, light or dark, does the rest. */
export function tableHtml(table: Table): string {
  const columns = columnsOf(table);
  const isNarrow = table.columnCount > columns.length;
  // The class and the border are pandas': other tools style or lay out tables by them.
  let text = '<table border="1" class="dataframe">';
  if (isCut(table))
    text += `<caption style="caption-side: top; text-align: left; opacity: 0.7">${sizeNote(table)}</caption>`;
  text += '<thead><tr><th></th>';
  // Above their cells: pages put headings to the right, where numbers are.
  for (const column of columns) text += `<th${alignment(column)}>${escapeHtml(column.name)}</th>`;
  text += `${isNarrow ? `<th>${dots}</th>` : ''}</tr></thead><tbody>`;
  for (let row = 0; row <= table.rows.length; row++) {
    if (row === table.headLength && lacksRows(table)) text += gapHtml(columns, isNarrow);
    if (row === table.rows.length) break;
    const { index, cells } = table.rows[row]!;
    text += `<tr><th>${escapeHtml(valueText(index, cellLength))}</th>`;
    for (const column of columns) {
      const content = cellText(cells, column, cellLength);
      const faint = content !== undefined && isFaint(cells[column.name]);
      text += `<td${alignment(column, faint)}>${content === undefined ? '' : escapeHtml(content)}</td>`;
    }
    text += `${isNarrow ? `<td>${dots}</td>` : ''}</tr>`;
  }
  return `${text}</tbody></table>`;
}

function gapHtml(columns: readonly Column[], isNarrow: boolean): string {
  let text = `<tr><th>${dots}</th>`;
  for (const column of columns) text += `<td${alignment(column)}>${dots}</td>`;
  return `${text}${isNarrow ? `<td>${dots}</td>` : ''}</tr>`;
}

function alignment({ kind }: Column, faint = false): string {
  const side = kind === 'number' ? 'right' : 'left';
  return ` style="text-align: ${side}${faint ? '; opacity: 0.6' : ''}"`;
}

/** As a box of characters, texts in quotes: in the manner of Node's console.table, numbers to the right. */
export function tableBox(table: Table): string {
  const columns = columnsOf(table);
  const isNarrow = table.columnCount > columns.length;
  const isByPosition = table.rows.every(({ index }) => typeof index === 'number');
  const isRight = [isByPosition, ...columns.map(({ kind }) => kind === 'number')];
  const lines = [['', ...columns.map(({ name }) => boxText(name))]];
  for (const { index, cells } of table.rows) {
    const line = [typeof index === 'string' ? boxText(index) : bounded(toBriefText(index), boxCellLength)];
    for (const column of columns) {
      const value = cells[column.name];
      const isInspected = !(types.isDate(value) || isTemporal(value));
      const content = cellText(cells, column, boxCellLength);
      line.push(content === undefined || !isInspected ? (content ?? '') : inspected(value));
    }
    lines.push(line);
  }
  if (lacksRows(table)) lines.splice(table.headLength + 1, 0, [dots, ...columns.map(() => dots)]);
  if (isNarrow) {
    isRight.push(false);
    for (const line of lines) line.push(dots);
  }
  const box = draw(lines, isRight);
  return isCut(table) ? `${sizeNote(table)}\n${box}` : box;
}

function inspected(value: unknown): string {
  return bounded(toBriefText(value), boxCellLength);
}

/** A name, on one line. */
function boxText(name: string): string {
  return bounded(JSON.stringify(name).slice(1, -1).replace(/\\"/g, '"'), boxCellLength);
}

function draw(lines: readonly (readonly string[])[], isRight: readonly boolean[]): string {
  const widths = lines[0]!.map((_, at) => Math.max(...lines.map((line) => widthOf(line[at]!))));
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const drawn = lines.map((line) => {
    const cells = line.map((text, at) => {
      const space = ' '.repeat(widths[at]! - widthOf(text));
      return isRight[at] ? ` ${space}${text} ` : ` ${text}${space} `;
    });
    return `│${cells.join('│')}│`;
  });
  return [rule('┌', '┬', '┐'), drawn[0], rule('├', '┼', '┤'), ...drawn.slice(1), rule('└', '┴', '┘')].join(
    '\n',
  );
}

/** Columns of a terminal that a text takes: two for what East Asia writes and for pictures, none for what joins the letter before. */
function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const letter of text) {
    if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(letter)) continue;
    width +=
      /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]$/u.test(
        letter,
      )
        ? 2
        : 1;
  }
  return width;
}

/** What console.table of Node writes for the data, without the last newline. */
export function drawBox(data: unknown, columns?: string[]): string {
  let text = '';
  const stdout = {
    write(part: string) {
      text += part;
    },
  };
  const console = new Console({ stdout: stdout as never, colorMode: false, ignoreErrors: false });
  console.table(data, columns);
  return text.replace(/\n$/, '');
}

/** How large the whole is. */
function sizeNote({ rowCount, columnCount }: Table): string {
  return `${counted(rowCount, 'row')} × ${counted(columnCount, 'column')}`;
}

function counted(count: number, noun: string): string {
  const digits = String(count).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${digits} ${noun}${count === 1 ? '' : 's'}`;
}
