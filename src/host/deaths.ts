// The errors of cells that did not end by themselves: the worker died, the cell was interrupted before it ran, the kernel failed.
// Rule: each says what is lost and what to do.
import type { CellError } from '../api';
import { gigabytes, readAddressSpace } from '../system/address-space';
import { errorHead } from '../text/colours';
import { cellError } from '../text/errors';
import type { Death } from './supervised-worker';

/** Why the kernel ended a worker. */
export type WorkerEnd = 'interrupt' | 'memory' | 'group' | 'close';

export const interrupted = cellError('KeyboardInterrupt', 'the cell was interrupted before it ran');

const lost = 'The variables of all cells are gone; run the cells that you need again.';

/** Of a cell in the background, where another one was the cause. */
export const lostBeside = cellError(
  'WorkerLost',
  `the thread of the cells was ended because of another cell, and this one in the background with it. ${lost}`,
);

/** An error inside the kernel. */
export function kernelError(thrown: unknown): CellError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return cellError('KernelError', message, [
    errorHead('KernelError', message),
    'This is a failure inside the kernel, not in the cell.',
  ]);
}

/** In Node 26 an `ArrayBuffer` that is refused ends a thread, where it throws a RangeError in Node 24, and in the main thread. */
const endsThreadsOfRefusals = Number(process.versions.node.split('.')[0]) >= 26;

/**
 * @param end why it was ended, if it was
 * @param running how many cells were under way in lanes: of several, nobody knows which one it was
 */
export function describeDeath(
  end: WorkerEnd | undefined,
  { code, error, broken, isAbandoned }: Death,
  running = 1,
): CellError {
  const cell = running > 1 ? `one of the ${running} cells that were running` : 'the cell';
  if (broken !== undefined) return cellError('WorkerLost', broken);
  if (end === 'close') return cellError('WorkerLost', 'the kernel is shutting down');
  if (end === 'interrupt') {
    return cellError(
      'KeyboardInterrupt',
      `the interrupted code could only be stopped by ending its thread. ${isAbandoned ? 'The old thread has not ended yet: it computes on until its builtin comes back. ' : ''}${lost}`,
    );
  }
  if (end === 'group') {
    return cellError(
      'OutOfMemory',
      `${cell} used up the memory that the container or batch job may take; its thread was ended before the system would have killed the kernel. ${lost}`,
    );
  }
  const isOfNode = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (end === 'memory' || isOfNode) {
    const way = 'set TSKERNEL_MEMORY to a larger number of MB';
    const addresses = isOfNode && readAddressSpace();
    if (addresses) {
      return cellError(
        'OutOfMemory',
        `${cell} asked for more addresses than this process may reserve (${gigabytes(addresses.limit)}, ulimit -v), or for more memory than the worker may take (${way}). WebAssembly, and with it fetch(), reserves 10 GB. ${lost}`,
      );
    }
    return cellError(
      'OutOfMemory',
      isOfNode && endsThreadsOfRefusals
        ? `${cell} asked for more memory than there is. For values, ${way}; a buffer that the system refuses ends the thread in this version of Node. ${lost}`
        : `${cell} used up the memory of the worker (${way}). ${isAbandoned ? 'Its thread does not end and goes on filling the memory: restart the kernel. ' : ''}${lost}`,
    );
  }
  return cellError(
    'WorkerLost',
    `the execution thread ended${error ? `: ${error.message}` : ` with code ${code}`}. ${lost}`,
  );
}
