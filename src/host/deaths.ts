// What a cell is told when it cannot end by itself: its worker died, it was interrupted before it ran, the kernel failed.
// Rule: each says what is lost and what to do.
import type { CellError } from '../api';
import { errorHead } from '../text/colours';

/** Why a worker was ended by us. */
export type WorkerEnd = 'interrupt' | 'memory' | 'close';

export const interrupted: CellError = {
  name: 'KeyboardInterrupt',
  message: 'the cell was interrupted before it ran',
  traceback: [errorHead('KeyboardInterrupt', 'the cell was interrupted before it ran')],
};

/** An error inside the kernel. */
export function kernelError(thrown: unknown): CellError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    name: 'KernelError',
    message,
    traceback: [errorHead('KernelError', message), 'This is a failure inside the kernel, not in the cell.'],
  };
}

export function lostWorker(message: string, name = 'WorkerLost'): CellError {
  return { name, message, traceback: [errorHead(name, message)] };
}

export function describeDeath(
  end: WorkerEnd | undefined,
  code: number,
  failure: Error | undefined,
): CellError {
  const lost = 'The variables of all cells are gone; run the cells that you need again.';
  if (end === 'interrupt') {
    return lostWorker(
      `the interrupted code could only be stopped by ending its thread. ${lost}`,
      'KeyboardInterrupt',
    );
  }
  if (
    end === 'memory' ||
    (failure as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  ) {
    return lostWorker(
      `the cell used up the memory of the worker (set TSKERNEL_MEMORY to a larger number of MB). ${lost}`,
      'OutOfMemory',
    );
  }
  return lostWorker(
    `the execution thread ended${failure ? `: ${failure.message}` : ` with code ${code}`}. ${lost}`,
  );
}
