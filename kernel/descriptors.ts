// The process's own descriptors 1 and 2: native code and threads of the cells write to them, and mean the notebook.
// Rule: each becomes a pipe into this process, before any other thread is there; the log goes on to the real stderr.
//
// Node cannot duplicate a descriptor. But a file that is opened takes the lowest free number: after `close(1)` that is 1,
// as long as no other thread opens one in between.
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { ForeignPipes, StreamName } from '../src';
import { log, moveLog } from './log';
import { pipeNames, removePipes, takePipes } from './pipes';

/** Whether the platform and the permissions of the process allow it. */
export function canPipe(): boolean {
  const { permission } = process as { permission?: { has(scope: 'child'): boolean } };
  return process.platform !== 'win32' && (permission === undefined || permission.has('child'));
}

/**
 * @param spares where earlier kernels leave pipes
 * @returns the ends to read from, which do not block; none where that is not possible
 */
export function pipeDescriptors(spares: string): ForeignPipes {
  if (!canPipe()) return {};
  const log2 = reopenStderr();
  const wanted = log2 === undefined ? pipeNames.slice(0, 1) : pipeNames;
  const ends: { -readonly [stream in keyof ForeignPipes]: ForeignPipes[stream] } = {};
  let pair: string | undefined;
  try {
    pair = takePipes(spares);
    if (pair === undefined) return {};
    if (log2 !== undefined) moveLog(log2);
    for (const [index, name] of wanted.entries()) {
      const path = join(pair, name);
      const end = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      closeSync(index + 1);
      openSync(path, 'w');
      ends[name] = end;
    }
  } catch (error) {
    log(`native output will not be shown in cells: ${(error as Error).message}`);
  } finally {
    if (pair !== undefined) removePipes(pair);
  }
  return ends;
}

/**
 * Keeps this thread from writing to its descriptors that are pipes now. To be called before anything of it closes a socket.
 */
export function keepStreamsAway(ends: ForeignPipes): void {
  for (const name of pipeNames) if (ends[name] !== undefined) replaceStream(name);
  if (ends.stderr !== undefined) logWarnings();
}

/**
 * Node opens `process.stderr` when a socket of this thread closes, and would make the descriptor, which threads and native code
 * share, one that does not block: what they write at once would be cut off.
 */
function replaceStream(name: StreamName): void {
  const value = new Writable({
    write(chunk, _encoding, done) {
      log(String(chunk).trimEnd());
      done();
    },
  });
  Object.defineProperty(process, name, { value, configurable: true, enumerable: true });
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
