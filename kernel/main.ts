// The kernel process: `node kernel.cjs <connection file> [options of Node for the thread of the cells]`.
// Rule: the thread of the cells starts first; whatever else has to be loaded loads beside it, from a file of its own.
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  type ExecutionThread,
  loadOwnScript,
  readSettings,
  refuseFewAddresses,
  startExecutionThread,
} from '../src/ahead';
import { forgetAllocatorSettings } from './allocator';
import { canPipe, keepStreamsAway, pipeDescriptors } from './descriptors';
import { describeError, log, logDescriptor } from './log';
import { leavePipes } from './pipes';
import type * as Service from './service';

/** When pipes for the next kernel are made, in milliseconds after the start: not in the way of the first cells. */
const afterFirstCells = 2000;

/** @param nodeOptions for the thread of the cells; none: those of this process */
async function main(path: string | undefined, nodeOptions: readonly string[]): Promise<void> {
  if (path === undefined) {
    throw new Error(
      'Jupyter starts this program with a connection file. To make it known to Jupyter: tskernel install',
    );
  }
  // Before there is another thread, which takes the environment over.
  forgetAllocatorSettings();
  refuseFewAddresses();
  const { settings, reports } = readSettings();
  const options = { settings, directory: process.cwd(), ...(nodeOptions.length > 0 && { nodeOptions }) };
  const pipes = join(settings.data, 'pipes');
  const foreign = pipeDescriptors(pipes);
  const started = startAhead(options);
  keepStreamsAway(foreign);
  // No turn of the event loop is between: nothing that the thread says is missed.
  const script = loadOwnScript('service.cjs', settings.cache);
  const { serve } = script.exports as typeof Service;
  const served = serve(path, { ...options, started, foreign }, { script, logDescriptor: logDescriptor() });
  for (const { problem } of reports) if (problem !== undefined) log(problem);
  if (canPipe()) setTimeout(() => leavePipes(pipes), afterFirstCells).unref();
  await served;
}

/** The engine tries again where this fails, and says why not. */
function startAhead(options: Parameters<typeof startExecutionThread>[0]): ExecutionThread | undefined {
  try {
    return startExecutionThread(options);
  } catch {
    return undefined;
  }
}

// An error in the kernel must not end the process: the user's variables would be lost.
process.on('uncaughtException', (error) => log(`internal error: ${inspect(error)}`));

main(process.argv[2], process.argv.slice(3)).catch((error: unknown) => {
  log(describeError(error));
  process.exit(1);
});
