// Named pipes, which only a program can make: kernels leave pairs for the next ones, since starting a program takes 5 ms.
// Rule: a pair belongs to whoever renames its directory; without a pair to take, one is made.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseHomeless } from '../src/ahead';

/** The two of a pair, in the order of their descriptors. */
export const pipeNames = ['stdout', 'stderr'] as const;
const spare = 'spare-';
const taken = 'taken-';
/** How many pairs are left: a program makes many as fast as one, and some kernels live too short to leave any. */
const spares = 4;
/** A directory of a kernel that died between taking and opening is removed after this long, in milliseconds. */
const abandonedAfter = 60_000;

/** Loaded only when needed: loading it takes longer than taking a pair that is there. */
const programs = () => require('node:child_process') as typeof import('node:child_process');

/**
 * Takes a pair of named pipes that an earlier kernel has left, or makes one, and those for the next kernels with it.
 * @param directory where pairs are left; it need not exist
 * @returns the directory with both, to be removed once they are open; undefined where there is no program to make them
 */
export function takePipes(directory: string): string | undefined {
  for (const name of entriesOf(directory)) {
    if (!name.startsWith(spare)) continue;
    const path = join(directory, name.replace(spare, taken));
    try {
      renameSync(join(directory, name), path);
      return path;
    } catch {
      // Another kernel was faster.
    }
  }
  const own = mkdtempSync(join(tmpdir(), 'tskernel-pipes-'));
  const others = directoriesFor(spares, directory);
  const { status } = programs().spawnSync('mkfifo', argumentsFor([own, ...others]), { stdio: 'ignore' });
  leave(others, status === 0);
  if (status === 0) return own;
  rmSync(own, { recursive: true, force: true });
  return undefined;
}

/** Removes a pair that is open, or should have been. Without `rmSync`, for which Node 20 loads half a millisecond. */
export function removePipes(directory: string): void {
  try {
    for (const name of pipeNames) unlinkSync(join(directory, name));
    rmdirSync(directory);
  } catch {
    // Somebody cleaned up.
  }
}

/**
 * Sees to it that pairs are there for the next kernels. Never throws: it only saves time.
 * @param directory where pairs are left
 */
export function leavePipes(directory: string): void {
  try {
    const entries = entriesOf(directory);
    for (const name of entries.filter((entry) => entry.startsWith(taken))) {
      const path = join(directory, name);
      // Renaming leaves the time of the pipes as it was, so the directory's own counts.
      if (Date.now() - statSync(path).ctimeMs > abandonedAfter)
        rmSync(path, { recursive: true, force: true });
    }
    const missing = spares - entries.filter((entry) => entry.startsWith(spare)).length;
    const made = directoriesFor(missing, directory);
    if (made.length === 0) return;
    const child = programs().spawn('mkfifo', argumentsFor(made), { stdio: 'ignore' });
    child.on('error', () => leave(made, false));
    child.on('exit', (code) => leave(made, code === 0));
  } catch {
    // Somebody cleans up as well.
  }
}

/** Where pairs are about to be made. None where the directory cannot be written to: the next kernel makes its own pair. */
function directoriesFor(count: number, directory: string): string[] {
  const made: string[] = [];
  try {
    refuseHomeless(directory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    while (made.length < count) made.push(mkdtempSync(join(directory, taken)));
  } catch {
    // As many as there are.
  }
  return made;
}

/** @param areMade whether the pipes are in them now */
function leave(directories: readonly string[], areMade: boolean): void {
  for (const path of directories) {
    try {
      if (areMade) renameSync(path, path.replace(taken, spare));
      else rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody cleaned up meanwhile.
    }
  }
}

function argumentsFor(directories: readonly string[]): string[] {
  return ['-m', '600', ...directories.flatMap((path) => pipeNames.map((name) => join(path, name)))];
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
