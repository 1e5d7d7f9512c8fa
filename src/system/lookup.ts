// Where packages and settings are looked for, without loading anything.
import { realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isThere } from './permissions';

/** The nearest file of this name in the directory or above it. */
export function findUpwards(directory: string, name: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, name);
    if (isThere(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}

/** The node_modules directories for a file in `directory`, nearest first, whether they exist or not. */
export function packageDirectories(directory: string): string[] {
  const directories: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    if (!at.endsWith(`${sep}node_modules`)) directories.push(join(at, 'node_modules'));
    if (dirname(at) === at) return directories;
  }
}

/** The directory of a package, as files in `directory` see it: installed, or linked to a directory of the user's own. */
export function findPackage(name: string, directory: string): string | undefined {
  return packageDirectories(directory)
    .map((packages) => join(packages, name))
    .find(isThere);
}

/** Whether a package is there as it comes from a registry. One that is linked to a directory of the user's own is not. */
export function isInstalled(name: string, directory: string): boolean {
  const found = findPackage(name, directory);
  return found !== undefined && isPackaged(realpathSync(found));
}

/** Whether a file belongs to a package that was installed, as opposed to one that the user works on. @param file its path or URL */
export function isPackaged(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}
