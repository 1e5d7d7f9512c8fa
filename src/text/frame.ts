// A code frame: the lines of a cell around a place, with a mark and a caret under it, coloured for a terminal.
// Rule: pure and quick, also for a source of one enormous line; the caret stands under the character it means.
import { cyan, faint, red } from './colours';
import { linesBetween } from './lines';

export interface FrameOptions {
  readonly source: string;
  /** Counts from 1. */
  readonly line: number;
  /** UTF-16 units, counts from 1. */
  readonly column: number;
  /** How many UTF-16 units to underline, at least 1; what is beyond the end of the line is left out. */
  readonly length?: number;
}

const linesBefore = 2;
const linesAfter = 1;
const longestLine = 100;

/** `Cell [3]:2:7`, and the frame under it. @param label of the cell, or the file's name */
export function showPlace(label: string, place: FrameOptions): string[] {
  return [cyan(`${label}:${place.line}:${place.column}`), ...renderFrame(place)];
}

/**
 * Draws the place as lines of text.
 * @returns the lines, without newlines; none when the source has no such line.
 */
export function renderFrame({ source, line, column, length = 1 }: FrameOptions): string[] {
  const first = Math.max(1, line - linesBefore);
  const lines = linesBetween(source, first, line + linesAfter);
  if (line < 1 || line - first >= lines.length) return [];

  const index = Math.max(0, column - 1);
  const from = index > longestLine - 20 ? index - longestLine / 2 : 0;
  let last = lines.length;
  while (first + last - 1 > line && !lines[last - 1]!.trim()) last--;
  let start = 0;
  while (first + start < line && !lines[start]!.trim()) start++;

  const digits = String(first + last - 1).length;
  const frame: string[] = [];
  for (let at = start; at < last; at++) {
    const number = first + at;
    const text = lines[at]!;
    const gutter = `${String(number).padStart(digits)} |`;
    const visible = cutAround(text, from);
    if (number !== line) {
      frame.push(faint(`  ${gutter}`) + (visible && ` ${visible}`));
      continue;
    }
    const end = Math.min(index + Math.max(1, length), Math.max(text.length, index + 1), from + longestLine);
    const indent = (from > 0 ? 1 : 0) + widthOf(text.slice(from, index));
    const underlined = Math.max(1, widthOf(text.slice(index, end)));
    frame.push(`${red('>')} ${faint(gutter)} ${visible}`);
    frame.push(
      `${faint(`  ${' '.repeat(digits)} |`)} ${' '.repeat(indent)}${red(`^${'~'.repeat(underlined - 1)}`)}`,
    );
  }
  return frame;
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
