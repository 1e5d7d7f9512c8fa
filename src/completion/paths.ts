// Completions for a path that is being typed.
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Windows takes both slashes. */
const separators = process.platform === 'win32' ? '/\\' : '/';

/** The offset behind the last separator of a path; 0 if it has none. @param slashes what separates folders here */
export function startOfName(path: string, slashes = separators): number {
  return Math.max(...[...slashes].map((slash) => path.lastIndexOf(slash))) + 1;
}

/** How many are listed at most. */
const mostPaths = 500;

/**
 * Lists names for the last part of a path; folders end with a slash, hidden files are listed once a dot was typed.
 * @param directory what the path is relative to
 * @param path as far as it was typed, without quotes
 */
export function listPaths(directory: string, path: string, isWanted = (_name: string) => true): string[] {
  const at = startOfName(path);
  const start = path.slice(at);
  const folder = resolve(directory, path.slice(0, at).replace(/^~(?=[\\/])/, homedir()));
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
      .sort()
      .slice(0, mostPaths)
      .map((name) => (isFolder(join(folder, name)) ? `${name}/` : name))
      .filter((name) => name.endsWith('/') || isWanted(name));
  } catch {
    return [];
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
