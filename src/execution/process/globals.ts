// Defines the kernel's globals for cells, and hides what makes this thread a worker.
// Rule: a cell may declare any of these names again; then it is the cell's.
import { syncBuiltinESMExports } from 'node:module';
import type { Globals, ResultName } from '../../globals';
import { denial } from '../../system/permissions';

/** All that cells are told of, but for the results of other cells, and what takes the place of Node's own. */
export type DefinedGlobals = Omit<Globals, ResultName> &
  Pick<typeof globalThis, 'console' | 'module' | 'require'>;

/** Defines globals that do not show when the global object is listed. */
export function defineGlobals(globals: DefinedGlobals): void {
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** For the user's code this thread is the main one: the port to the real one is the kernel's. */
export function hideWorker(): void {
  const threads = require('node:worker_threads') as Record<string, unknown>;
  Object.assign(threads, { parentPort: null, isMainThread: true, workerData: null });
  syncBuiltinESMExports();
}

/**
 * Takes the inspector away from the cells of a confined kernel. Their thread must have the permission, for an interrupt ends
 * what runs through it, but a session with the main thread would do there what a cell may not.
 */
export function withholdInspector(): void {
  const inspector = require('node:inspector') as typeof import('node:inspector');
  const refuse = () => {
    throw denial('Inspector');
  };
  for (const name of ['connect', 'connectToMainThread', 'post'] as const)
    Object.defineProperty(inspector.Session.prototype, name, { value: refuse });
  Object.assign(inspector, { open: refuse, close: refuse, waitForDebugger: refuse });
  syncBuiltinESMExports();
}
