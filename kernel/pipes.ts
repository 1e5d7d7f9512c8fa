// Named pipes, which only a program can make: a kernel leaves a pair for the next one, since starting a program takes 5 ms.
// Rule: a pair belongs to whoever renames its directory; without a pair to take, one is made.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseHomeless } from '../src/ahead';

/** The two of a pair, in the order of their descriptors. */
export const pipeNames = ['stdout', 'stderr'] as const;
const spare = 'spare-';
const taken = 'taken-';
/** A directory of a kernel that died between taking and opening is removed after this long, in milliseconds. */
const abandonedAfter = 60_000;

/** Loaded only when needed: loading it takes longer than taking a pair that is there. */
const programs = () => require('node:child_process') as typeof import('node:child_process');

/**
 * Takes a pair of named pipes that an earlier kernel has left, or makes one.
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
  const path = mkdtempSync(join(tmpdir(), 'tskernel-pipes-'));
  const { status } = programs().spawnSync('mkfifo', argumentsFor(path), { stdio: 'ignore' });
  if (status === 0) return path;
  rmSync(path, { recursive: true, force: true });
  return undefined;
}

/**
 * Sees to it that a pair is there for the next kernel. Never throws: it only saves time.
 * @param directory where pairs are left
 */
export function leavePipes(directory: string): void {
  try {
    refuseHomeless(directory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const entries = entriesOf(directory);
    for (const name of entries.filter((entry) => entry.startsWith(taken))) {
      const path = join(directory, name);
      // Renaming leaves the time of the pipes as it was, so the directory's own counts.
      if (Date.now() - statSync(path).ctimeMs > abandonedAfter)
        rmSync(path, { recursive: true, force: true });
    }
    if (entries.some((entry) => entry.startsWith(spare))) return;
    const path = mkdtempSync(join(directory, taken));
    const child = programs().spawn('mkfifo', argumentsFor(path), { stdio: 'ignore' });
    child.on('error', () => rmSync(path, { recursive: true, force: true }));
    child.on('exit', (code) => {
      try {
        if (code !== 0) rmSync(path, { recursive: true, force: true });
        else renameSync(path, path.replace(taken, spare));
      } catch {
        // Somebody cleaned up meanwhile.
      }
    });
  } catch {
    // The directory cannot be written to: the next kernel makes its own pair.
  }
}

function argumentsFor(path: string): string[] {
  return ['-m', '600', ...pipeNames.map((name) => join(path, name))];
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
