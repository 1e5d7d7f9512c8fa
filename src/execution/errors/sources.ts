// Where code of files comes from: the loader translates TypeScript, and its source map says which line it was.
import { findSourceMap } from 'node:module';
import { withoutVersion } from '../modules/graph';
import { pathOf } from './files';

/** The line and column, from 1, of which a place was made; undefined when the file is what ran. */
export function originOf(
  file: string,
  line: number,
  column: number,
): { readonly line: number; readonly column: number } | undefined {
  const origin = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (origin === undefined || !('originalLine' in origin)) return undefined;
  return { line: origin.originalLine + 1, column: origin.originalColumn + 1 };
}

/** The place in the user's own file, as text; undefined when the file is what ran. */
export function describeSource(file: string, line: number, column: number): string | undefined {
  const isUrl = file.startsWith('file:');
  const origin = originOf(file, line, column);
  if (origin === undefined) {
    return isUrl && withoutVersion(file) !== file ? `${pathOf(file)}:${line}:${column}` : undefined;
  }
  return `${isUrl ? pathOf(file) : file}:${origin.line}:${origin.column}`;
}
