// Places in files of the user's own, with the text around them.
// Rule: a file may have changed or gone since it was loaded: no more is shown of it than what is there.
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPackaged } from '../../system/lookup';
import { lineOf } from '../../text/lines';
import { withoutVersion } from '../modules/graph';
import { type FramePlace, placeIn } from './frames';

export interface FilePlace {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly source: string;
}

/** The path of a file that a stack names by its URL or its path. */
export const pathOf = (file: string): string =>
  file.startsWith('file:') ? fileURLToPath(withoutVersion(file)) : file;

export function readSource(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The place of a frame in code that the user works on, not in a package. */
export function findOwnPlace(frame: string): FilePlace | undefined {
  const place = placeIn(frame);
  return place && !isPackaged(place.file) ? findText(place) : undefined;
}

function findText({ file, line, column }: FramePlace): FilePlace | undefined {
  const path = pathOf(file);
  const source = isAbsolute(path) ? readSource(path) : undefined;
  if (source === undefined || (lineOf(source, line)?.length ?? -1) < column - 1) return undefined;
  return { path, line, column, source };
}
