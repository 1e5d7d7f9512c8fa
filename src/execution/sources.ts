// Where code of files comes from: the loader translates TypeScript, and its source map says which line it was.
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { withoutVersion } from './modules/graph';

/** The place in the user's own file, as text; undefined when the file is what ran. */
export function describeSource(file: string, line: number, column: number): string | undefined {
  const isUrl = file.startsWith('file:');
  const origin = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (origin === undefined || !('originalLine' in origin)) {
    return isUrl && withoutVersion(file) !== file ? `${pathOf(file)}:${line}:${column}` : undefined;
  }
  return `${isUrl ? pathOf(file) : file}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
}

const pathOf = (url: string) => fileURLToPath(withoutVersion(url));
