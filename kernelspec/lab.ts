// The extension for JupyterLab, beside the kernels of a place: put there, found again, taken away.
// Rule: a directory that is not ours, or that pip has put there, is never touched.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Complaint } from './locations';
import { replaceDirectory } from './replacement';

/** The directory, and what a Jupyter Server calls it. */
const name = 'tskernel';

/** An extension of ours, as found on disk. */
export interface FoundExtension {
  readonly directory: string;
  readonly version: string;
  /** Whether a Python package brought it, and takes it away. */
  readonly isPackaged: boolean;
}

/** What JupyterLab's list of extensions says of where it comes from. */
const source = { packageManager: 'npm', packageName: name, uninstallInstructions: 'tskernel uninstall' };

/**
 * Puts the extension beside the kernels, in place of an older one of ours.
 * @param kernels the `kernels` directory, absolute
 * @param built directory of the built extension
 * @returns the extension's directory
 * @throws Complaint when something else has the name, or the place cannot be written
 */
export function installExtension(kernels: string, built: string): string {
  const target = targetOf(kernels);
  const found = readExtension(target);
  if (!found && existsSync(target))
    throw new Complaint(`${target} holds another extension; install with --no-lab, or move it away`);
  if (found?.isPackaged) return target;
  replaceDirectory(target, (draft) => {
    cpSync(built, draft, { recursive: true });
    writeFileSync(join(draft, 'install.json'), `${JSON.stringify(source, null, 2)}\n`);
  });
  return target;
}

/**
 * Takes the extension away, where it is ours to take.
 * @param kernels the `kernels` directory, absolute
 * @returns its directory, if there was one
 */
export function removeExtension(kernels: string): string | undefined {
  const found = readExtension(targetOf(kernels));
  if (!found || found.isPackaged) return undefined;
  rmSync(found.directory, { recursive: true });
  return found.directory;
}

/**
 * The one that JupyterLab loads.
 * @param searched the `kernels` directories that Jupyter searches, in their order: it searches for extensions beside them
 */
export function findExtension(searched: readonly string[]): FoundExtension | undefined {
  for (const kernels of searched) {
    const found = readExtension(targetOf(kernels));
    if (found) return found;
  }
  return undefined;
}

const targetOf = (kernels: string): string => join(dirname(kernels), 'labextensions', name);

function readExtension(directory: string): FoundExtension | undefined {
  try {
    const manifest = readJson(join(directory, 'package.json')) as { name: string; version: string };
    if (manifest.name !== name) return undefined;
    const { packageManager } = readJson(join(directory, 'install.json')) as { packageManager: string };
    return { directory, version: manifest.version, isPackaged: packageManager === 'python' };
  } catch {
    // None, or not ours.
    return undefined;
  }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
