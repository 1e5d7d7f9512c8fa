// A code frame: the lines of a cell around one or several places, with carets under them, painted for whoever shows it.
// Rule: pure and quick, also for a source of one enormous line; the caret stands under the character it means.
import { cyan, faint, red } from './colours';
import { linesBetween } from './lines';

/** A place in a source. */
export interface Mark {
  /** Counts from 1. */
  readonly line: number;
  /** UTF-16 units, counts from 1. */
  readonly column: number;
  /** How many UTF-16 units to underline, at least 1; what is beyond the end of the line is left out. */
  readonly length?: number;
}

export interface FrameOptions extends Mark {
  readonly source: string;
}

/** How the parts of a frame are written: with colours of a terminal, as HTML, or as they are. */
export interface Paint {
  /** Code. */
  code(text: string): string;
  /** Numbers of lines and the like. */
  faint(text: string): string;
  /** What points at the place. */
  mark(text: string): string;
}

const terminal: Paint = { code: (text) => text, faint, mark: red };

const linesBefore = 2;
const linesAfter = 1;
const longestLine = 100;

/** `Cell [3]:2:7`, and the frame under it. @param label of the cell, or the file's name */
export function showPlace(label: string, place: FrameOptions): string[] {
  return [cyan(`${label}:${place.line}:${place.column}`), ...renderFrame(place)];
}

/**
 * Draws the place as lines of text with colours of a terminal.
 * @returns the lines, without newlines; none when the source has no such line.
 */
export function renderFrame({ source, ...mark }: FrameOptions): string[] {
  return renderMarks(source, [mark], terminal);
}

/** A line of the source in a frame, and what is marked in it. */
interface Row {
  readonly number: number;
  readonly text: string;
  readonly marks: readonly Mark[];
  /** Where a long line is cut at its beginning. */
  readonly from: number;
}

/** Draws several places of one source; lines between them that are far from both are left out. */
export function renderMarks(source: string, marks: readonly Mark[], paint: Paint): string[] {
  const rows = rowsAround(source, marks);
  const digits = String(rows.at(-1)?.number ?? '').length;
  const frame: string[] = [];
  for (const [index, row] of rows.entries()) {
    const { number, text, from } = row;
    if (index > 0 && rows[index - 1]!.number < number - 1)
      frame.push(paint.faint(`  ${'…'.padStart(digits)} |`));
    const gutter = `${String(number).padStart(digits)} |`;
    const visible = paint.code(cutAround(text, from));
    if (row.marks.length === 0) frame.push(paint.faint(`  ${gutter}`) + (visible && ` ${visible}`));
    else {
      frame.push(`${paint.mark('>')} ${paint.faint(gutter)} ${visible}`);
      frame.push(`${paint.faint(`  ${' '.repeat(digits)} |`)} ${caretsOf(row, paint)}`);
    }
  }
  return frame;
}

/** The lines to show, in order, each once. */
function rowsAround(source: string, marks: readonly Mark[]): Row[] {
  const lines = [...new Set(marks.map(({ line }) => line))].filter((line) => line > 0).sort((a, b) => a - b);
  // Where there are many places, each has less around it.
  const [before, after] = lines.length > 1 ? [1, 0] : [linesBefore, linesAfter];
  const rows = new Map<number, Row>();
  for (const line of lines) {
    const first = Math.max(1, line - before);
    const texts = linesBetween(source, first, line + after);
    if (line - first >= texts.length) continue;
    const own = marks.filter((mark) => mark.line === line).sort((a, b) => a.column - b.column);
    const index = Math.max(0, own[0]!.column - 1);
    const from = index > longestLine - 20 ? index - longestLine / 2 : 0;
    let start = 0;
    while (first + start < line && !texts[start]!.trim()) start++;
    let end = texts.length;
    while (first + end - 1 > line && !texts[end - 1]!.trim()) end--;
    for (let at = start; at < end; at++) {
      const number = first + at;
      if (number === line) rows.set(number, { number, text: texts[at]!, marks: own, from });
      else if (!rows.has(number)) rows.set(number, { number, text: texts[at]!, marks: [], from });
    }
  }
  return [...rows.values()].sort((a, b) => a.number - b.number);
}

/** The carets under a line. A place inside of one that is underlined already has none of its own. */
function caretsOf({ text, marks, from }: Row, paint: Paint): string {
  let carets = '';
  let width = 0;
  for (const { column, length = 1 } of marks) {
    const index = Math.max(0, column - 1);
    const end = Math.min(index + Math.max(1, length), Math.max(text.length, index + 1), from + longestLine);
    const indent = (from > 0 ? 1 : 0) + widthOf(text.slice(from, index));
    if (indent < width || index >= from + longestLine) continue;
    const underlined = Math.max(1, widthOf(text.slice(index, end)));
    carets += ' '.repeat(indent - width) + paint.mark(`^${'~'.repeat(underlined - 1)}`);
    width = indent + underlined;
  }
  return carets;
}

function cutAround(line: string, from: number): string {
  const piece = expandTabs(line.slice(from, from + longestLine));
  if (from >= line.length) return from > 0 && line ? '…' : piece;
  return (from > 0 ? '…' : '') + piece + (line.length > from + longestLine ? '…' : '');
}

// A tab stands wherever its stop is; two spaces keep the frame narrow and the caret right.
const expandTabs = (text: string) => text.replaceAll('\t', '  ');

/** Terminal columns that a text takes: 2 for East Asian wide characters and emoji, 0 for marks that combine. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of expandTabs(text)) {
    if (character >= ' ' && character < '\u007f') width += 1;
    else if (zeroWidth.test(character)) continue;
    else width += wide.test(character) ? 2 : 1;
  }
  return width;
}

const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
