// The package that this build came in: npm's, Python's wheel, or a checkout. Rule: read from what lies beside the build.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param dist directory of the built files */
export function versionOf(dist: string): string {
  const { version } = JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Whether pip, or what does its work, has put the build where it is, and will take it away again. */
export function isInWheel(dist: string): boolean {
  return existsSync(join(dist, '..', '__init__.py'));
}

/**
 * How to mend what is missing in the package, in words.
 * @param command what mends it for npm and in a checkout
 */
export function repairOf(dist: string, command: string): string {
  return isInWheel(dist)
    ? 'run "pip install --force-reinstall tskernel"'
    : `run "${command}" in ${dirname(dist)}`;
}
