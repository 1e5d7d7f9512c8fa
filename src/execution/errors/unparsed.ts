// Code that could not be parsed or linked: where it is, by what V8 and the loader say of it.
// Rule: what they say is text, and files change: only a line that is still there is shown.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { lineOf } from '../../text/lines';
import { type FilePlace, pathOf, readSource } from './files';
import { originOf } from './sources';

/** A place as V8 or the loader names it. */
export interface RawPlace {
  /** The name of a script, the path of a file or its URL. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The line itself. */
  readonly text: string;
}

/** V8 puts `file:line`, the line and a caret in front of the stack of a SyntaxError. */
export function placeInHead(stack: string): RawPlace | undefined {
  const match = /^(.+):(\d+)\n(.*)\n( *)\^/.exec(stack);
  if (!match) return undefined;
  const [, file = '', line, text = '', indent = ''] = match;
  return { file, line: Number(line), column: indent.length + 1, text };
}

/** What the loader says of a file that it cannot translate. Columns count bytes from 0. */
export function translationFailure(message: string): { message: string; place: FilePlace } | undefined {
  const match = /^Transform failed with \d+ errors?:\n(.+):(\d+):(\d+): ERROR: (.+)/.exec(message);
  if (!match || !isAbsolute(match[1]!)) return undefined;
  const [, named = '', line, bytes, problem = ''] = match;
  const path = translatedFile(named);
  const source = readSource(path);
  const text = source === undefined ? undefined : lineOf(source, Number(line));
  if (source === undefined || text === undefined) return undefined;
  const column = Buffer.from(text).subarray(0, Number(bytes)).toString().length + 1;
  return { message: problem, place: { path, line: Number(line), column, source } };
}

/** The loader translates `a.cts` and `a.mts` under the name of `a.ts`. */
function translatedFile(named: string): string {
  const others = ['.cts', '.mts'].map((extension) => named.replace(/\.ts$/, extension));
  return [named, ...others].find((path) => existsSync(path)) ?? named;
}

/** The place in a file of the user's, before it was translated: Node says it of some errors and not of others. */
export function findInFile({ file, line, column, text }: RawPlace): FilePlace | undefined {
  const path = pathOf(file);
  const source = isAbsolute(path) ? readSource(path) : undefined;
  if (source === undefined) return undefined;
  if (lineOf(source, line) === text) return { path, line, column, source };
  const origin = originOf(file, line, column);
  return origin && lineOf(source, origin.line) !== undefined ? { path, ...origin, source } : undefined;
}
