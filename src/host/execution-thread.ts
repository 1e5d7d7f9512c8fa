// The thread of the cells, with the memory and the ports that it shares with this one. It takes longer to start than all else,
// so a host starts it before it loads the engine. Rule: what is imported here is little, since the thread waits for it.
import { join } from 'node:path';
import { MessageChannel, type MessagePort, SHARE_ENV, Worker, type WorkerOptions } from 'node:worker_threads';
import { executionArguments, headroom } from '../control/allowances';
import { frugalLimits, readAddressSpace, refuseThread } from '../system/address-space';
import { isAllowed } from '../system/permissions';
import type { ExecutionWorkerData } from '../threads/execution-protocol';
import type { StartData } from '../threads/requests';
import { createRingBuffer } from '../threads/ring';
import { SharedState } from '../threads/shared';
import type { Settings } from './settings';

/** What both workers start with. */
export const ownStartFile = join(__dirname, 'start.cjs');

export interface ExecutionThreadOptions {
  /** Where the notebook lives. Absolute. */
  readonly directory: string;
  readonly settings: Settings;
  /** What the worker starts with, where that is not the kernel's own. */
  readonly startFile?: string;
  /** Options of Node for the worker; those of this process when absent. */
  readonly nodeOptions?: readonly string[] | undefined;
}

export interface ExecutionThread {
  readonly worker: Worker;
  readonly shared: SharedState;
  /** Of what the cells print. */
  readonly ring: SharedArrayBuffer;
  /** Answers to the one question for which the worker blocks. */
  readonly replies: MessagePort;
}

/** @throws Error when the system refuses another thread */
export function startExecutionThread({
  directory,
  settings,
  startFile = ownStartFile,
  nodeOptions = process.execArgv,
}: ExecutionThreadOptions): ExecutionThread {
  const space = readAddressSpace();
  if (space) refuseThread(undefined, space);
  if (settings.isHeapGiven) {
    // Node's option would override the limits of workers. This thread got its own limit at its start.
    // Loaded only here: loading it takes longer than the rest.
    const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
    setFlagsFromString('--max-old-space-size=0');
  }
  const shared = new SharedState();
  const ring = createRingBuffer();
  const { port1: replies, port2: workerReplies } = new MessageChannel();
  const { cache, data, autoreload, installsPackages, dotenv, colours, linger, memory } = settings;
  const workerData: ExecutionWorkerData & StartData = {
    script: 'execution.cjs',
    directory,
    cache,
    data,
    autoreload,
    installsPackages,
    dotenv,
    colours,
    linger,
    shared: shared.buffer,
    ring,
    replies: workerReplies,
  };
  const worker = createWorker(startFile, [...nodeOptions, ...executionArguments], {
    workerData,
    transferList: [workerReplies],
    // Where nobody can watch the heap, V8's own limit is the limit.
    resourceLimits: {
      ...(space && frugalLimits(space)),
      maxOldGenerationSizeMb: isAllowed('inspector') ? memory + headroom : memory,
    },
    // Text that reaches these bypassed the cell's streams; it must not reach the kernel's real stdout.
    stdout: true,
    stderr: true,
    // The worker opens files for the output of children; this thread closes them.
    trackUnmanagedFds: false,
    // The process's own environment, as in plain Node: TZ takes effect, native code sees what a cell sets, and names
    // ignore case on Windows. It outlives a worker that is replaced.
    env: SHARE_ENV,
    name: 'execution',
  });
  replies.unref();
  return { worker, shared, ring, replies };
}

/**
 * @param nodeOptions those that only processes have are left out: what they say of V8 holds for all threads
 */
function createWorker(file: string, nodeOptions: readonly string[], options: WorkerOptions): Worker {
  try {
    return new Worker(file, { ...options, execArgv: [...nodeOptions] });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = /flags: (.*)/.exec(message)?.[1]?.split(', ') ?? [];
    const accepted = nodeOptions.filter((option) => !refused.includes(option));
    if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || accepted.length === nodeOptions.length) throw error;
    return createWorker(file, accepted, options);
  }
}
