// The process's own descriptors 1 and 2: native code and threads of the cells write to them, and mean the notebook.
// Rule: each becomes a pipe into this process, before any other thread is there; the log goes on to the real stderr.
//
// Node cannot duplicate a descriptor. But a file that is opened takes the lowest free number: after `close(1)` that is 1,
// as long as no other thread opens one in between.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { log, moveLog } from './log';

const names = ['stdout', 'stderr'] as const;

export type Descriptors = { readonly [name in (typeof names)[number]]?: number };

/** @returns the ends to read from, which do not block; none where the platform or a permission is against it */
export function pipeDescriptors(): Descriptors {
  const { permission } = process as { permission?: { has(scope: 'child'): boolean } };
  if (process.platform === 'win32' || (permission && !permission.has('child'))) return {};
  const log2 = reopenStderr();
  const wanted = log2 === undefined ? names.slice(0, 1) : names;
  const paths = wanted.map((name) => join(tmpdir(), `tskernel-${process.pid}-${name}`));
  const ends: { [name in (typeof names)[number]]?: number } = {};
  try {
    const { status } = spawnSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    if (status !== 0) return {};
    if (log2 !== undefined) moveLog(log2);
    for (const [index, name] of wanted.entries()) {
      const path = paths[index]!;
      const end = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      closeSync(index + 1);
      openSync(path, 'w');
      ends[name] = end;
    }
  } catch (error) {
    log(`native output will not be shown in cells: ${(error as Error).message}`);
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
  if (ends.stderr !== undefined) logWarnings();
  return ends;
}

/** Another descriptor of the real stderr. None where it is a socket, which cannot be opened by name: then it stays. */
function reopenStderr(): number | undefined {
  try {
    return openSync('/dev/fd/2', constants.O_WRONLY | constants.O_APPEND);
  } catch {
    return undefined;
  }
}

/** Node prints the warnings of this thread to descriptor 2. They are none of the cells'. */
function logWarnings(): void {
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log(`${warning.name}: ${warning.message}`));
}
