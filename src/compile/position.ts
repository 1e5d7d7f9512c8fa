// From a place in generated code to the place in the cell, and the form in which the way is kept. Used by the
// threads that do without TypeScript: imports nothing but types.
import type { LineEdit, PositionMap, Segments } from './types';

/** The line of what has no place in the source: helpers that the emitter put before the text of the cell. */
export const nowhere = 0xffffffff;

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The source position of a generated one; its line is `nowhere` in helpers of the emitter.
 * @param line from 0, counted from the body's first line (as V8 reports it with `lineOffset: -1`, less one)
 * @param column from 0, in UTF-16 units
 */
export function mapPosition(map: PositionMap, line: number, column: number): Position {
  const position = mapSegments(map, line, column);
  return position.line === nowhere ? position : beforeEdits(map, position);
}

/** The position in the source of one in the text that was compiled. */
export const beforeEdits = ({ edits }: PositionMap, position: Position): Position =>
  edits ? undoEdits(edits, position) : position;

/** The position before a line was edited. What was put there stands where it begins. */
function undoEdits(edits: readonly LineEdit[], { line, column }: Position): Position {
  let shift = 0;
  for (const [editLine, editColumn, removed, inserted] of edits) {
    if (editLine !== line) continue;
    const into = column - (editColumn + shift);
    if (into < 0) break;
    if (into < inserted) return { line, column: editColumn };
    shift += inserted - removed;
  }
  return { line, column: column - shift };
}

/** So many numbers become text in one step: they are the arguments of a call. */
const stepLength = 4096;

/** Two UTF-16 units a number. While no number is above 255, V8 keeps such text in one byte a unit. */
export function packSegments(segments: Segments): string {
  let text = '';
  for (let start = 0; start < segments.length; start += stepLength) {
    const units: number[] = [];
    const end = Math.min(start + stepLength, segments.length);
    for (let index = start; index < end; index++)
      units.push(segments[index]! >>> 16, segments[index]! & 0xffff);
    text += String.fromCharCode(...units);
  }
  return text;
}

interface Segment {
  readonly line: number;
  readonly column: number;
  readonly source: Position;
}

const segmentLength = 8;

function segmentAt(packed: string, index: number): Segment {
  const start = index * segmentLength;
  const numberAt = (at: number) => packed.charCodeAt(at) * 0x10000 + packed.charCodeAt(at + 1);
  return {
    line: numberAt(start),
    column: numberAt(start + 2),
    source: { line: numberAt(start + 4), column: numberAt(start + 6) },
  };
}

function mapSegments({ segments }: PositionMap, line: number, column: number): Position {
  const count = segments.length / segmentLength;
  // The first segment behind the position.
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = segmentAt(segments, middle);
    if (segment.line < line || (segment.line === line && segment.column <= column)) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 ? segmentAt(segments, low - 1) : undefined;
  if (before === undefined || before.line !== line) return { line, column };
  const next = low < count ? segmentAt(segments, low) : undefined;
  const moved = before.source.column + column - before.column;
  const isBounded =
    next !== undefined &&
    next.line === line &&
    next.source.line === before.source.line &&
    next.source.column >= before.source.column &&
    moved > next.source.column;
  return { line: before.source.line, column: isBounded ? next.source.column : moved };
}
