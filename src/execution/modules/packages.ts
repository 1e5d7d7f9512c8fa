// Packages from the registry: which project they go into, whether what is wanted is there.
// Rule: never a global installation; what fails leaves the project as it was.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { refuseHomeless } from '../../system/homes';
import { findUpwards, packageDirectories } from '../../system/lookup';
import { isThere } from '../../system/permissions';
import type { NpmSpecifier } from '../../text/specifiers';

export interface Project {
  readonly directory: string;
  /** Kept by the kernel, because the notebook belongs to no project. */
  readonly isKept: boolean;
}

/** The project of a notebook: the nearest package.json, or the one that the kernel keeps. */
export function findProject(directory: string, kept: string | undefined): Project | undefined {
  const found = findUpwards(directory, 'package.json');
  if (found !== undefined) return { directory: dirname(found), isKept: false };
  return kept === undefined ? undefined : { directory: kept, isKept: true };
}

/**
 * Creates the kept project.
 * @param notebook the directory that it is kept for
 * @returns a function that takes it back
 */
export function createProject(directory: string, notebook: string): () => void {
  if (isThere(join(directory, 'package.json'))) return () => {};
  refuseHomeless(directory);
  mkdirSync(directory, { recursive: true });
  const description = `Packages of the notebooks in ${notebook}, kept by tskernel.`;
  writeFileSync(
    join(directory, 'package.json'),
    `${JSON.stringify({ name: 'notebook', private: true, description }, null, 2)}\n`,
  );
  return () => rmSync(directory, { recursive: true, force: true });
}

/** Whether a package is there in a version that was asked for. What is no plain range (a tag, a URL) is taken for granted. */
export function isSatisfied({ name, range }: NpmSpecifier, directories: readonly string[]): boolean {
  for (const packages of directories.flatMap(packageDirectories)) {
    const manifest = join(packages, name, 'package.json');
    if (!isThere(manifest)) continue;
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown };
    return matchesRange(String(version), range);
  }
  return false;
}

/** `4`, `4.17`, `4.17.21`, `^4.17.0`, `~4.17.0`. */
export function matchesRange(version: string, range: string): boolean {
  const match = /^([\^~]?)v?(\d+(?:\.\d+){0,2})$/.exec(range);
  if (!match) return true;
  const [, sign, digits = ''] = match;
  const [have, want] = [version, digits].map((text) => text.split(/[.+-]/, 3).map(Number));
  const fixed =
    sign === '^'
      ? want!.findIndex((part) => part > 0) + 1 || want!.length
      : sign === '~'
        ? Math.min(2, want!.length)
        : want!.length;
  for (let index = 0; index < want!.length; index++) {
    const difference = (have![index] ?? 0) - want![index]!;
    if (index < fixed ? difference !== 0 : difference < 0) return false;
    if (difference > 0) return true;
  }
  return true;
}
