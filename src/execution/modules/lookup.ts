// Where packages are looked for, without loading anything.
import { realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isThere } from '../../system/permissions';
import { packageOf } from '../../text/specifiers';

/** The node_modules directories for a file in `directory`, nearest first, whether they exist or not. */
export function packageDirectories(directory: string): string[] {
  const directories: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    if (!at.endsWith(`${sep}node_modules`)) directories.push(join(at, 'node_modules'));
    if (dirname(at) === at) return directories;
  }
}

/** Whether a package is there as it comes from a registry. One that is linked to a directory of the user's own is not. */
export function isInstalled(specifier: string, directory: string): boolean {
  const name = packageOf(specifier);
  const found = packageDirectories(directory).find((packages) => isThere(join(packages, name)));
  return found !== undefined && realpathSync(join(found, name)).includes(`${sep}node_modules${sep}`);
}

/** The nearest file of this name in the directory or above it. */
export function findUpwards(directory: string, name: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, name);
    if (isThere(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}
