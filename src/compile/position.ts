// From a place in generated code to the place in the cell. Used by the execution worker: imports nothing but types.
import type { LineEdit, PositionMap } from './types';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The source position of a generated one.
 * @param line from 0, counted from the body's first line (as V8 reports it with `lineOffset: -1`, less one)
 * @param column from 0, in UTF-16 units
 */
export function mapPosition(map: PositionMap, line: number, column: number): Position {
  const position = mapSegments(map, line, column);
  return map.edits ? undoEdits(map.edits, position) : position;
}

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

function mapSegments({ segments }: PositionMap, line: number, column: number): Position {
  // The first segment behind the position.
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = segments[middle]!;
    if (segment[0] < line || (segment[0] === line && segment[1] <= column)) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 ? segments[low - 1]! : undefined;
  if (before === undefined || before[0] !== line) return { line, column };
  const next = low < segments.length ? segments[low]! : undefined;
  const moved = before[3] + column - before[1];
  const isBounded =
    next !== undefined &&
    next[0] === line &&
    next[2] === before[2] &&
    next[3] >= before[3] &&
    moved > next[3];
  return { line: before[2], column: isBounded ? next[3] : moved };
}
