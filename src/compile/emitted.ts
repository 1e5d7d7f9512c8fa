// What comes of emitting a cell, and its positions after edits.
import { nowhere } from './position';
import type { CompileOptions, Segments } from './types';

/** [column, source line, source column], sorted by column. */
export type Mapping = readonly [number, number, number];

export interface Emitted {
  readonly text: string;
  /** The mappings of each line of `text`. */
  readonly lines: readonly (readonly Mapping[])[];
}

/**
 * Makes JavaScript of a cell's text.
 * @param hasParameterDecorators only legacy decorators know them
 */
export type Emitter = (
  text: string,
  language: 'ts' | 'tsx',
  options: CompileOptions,
  hasParameterDecorators: boolean,
) => Emitted;

/** There is something in a cell that cannot be erased, and no emitter. */
export class EmitterNeeded extends Error {}

/** The mapping at a place of the emitted text, or the nearest before it on its line. */
export function mappingAt(emitted: Emitted, line: number, column: number): Mapping | undefined {
  return emitted.lines[line]?.findLast((mapping) => mapping[0] <= column);
}

/**
 * The map of emitted text after edits. Every line gets a segment at its start: what the emitter made up stands where the
 * last mapped text before it stands, and its helpers, which come before all text of the cell, nowhere.
 * @param columnOf where a column of an emitted line stands after the edits
 */
export function composeMap(
  emitted: Emitted,
  lineCount: number,
  columnOf: (line: number, column: number) => number,
): Segments {
  const segments: number[] = [];
  let sourceLine = nowhere;
  let sourceColumn = 0;
  for (let line = 0; line < lineCount; line++) {
    const mappings = emitted.lines[line] ?? [];
    if (mappings[0]?.[0] !== 0 || columnOf(line, 0) > 0)
      segments.push(line, 0, mappings[0]?.[1] ?? sourceLine, mappings[0]?.[2] ?? sourceColumn);
    for (const [column, ...source] of mappings) {
      [sourceLine, sourceColumn] = source;
      segments.push(line, columnOf(line, column), sourceLine, sourceColumn);
    }
  }
  return segments;
}
