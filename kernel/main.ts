// The kernel process: `node kernel.cjs <connection file> [options of Node for the thread of the cells]`.
// Rule: the thread of the cells starts first; whatever else has to be loaded loads beside it.
import { inspect } from 'node:util';
import { createEngine, type EngineEvents } from '../src';
import { dataDirectory } from './data';
import { describeError, log } from './log';

/** @param nodeOptions for the thread of the cells; none: those of this process */
async function main(path: string | undefined, nodeOptions: readonly string[]): Promise<void> {
  if (path === undefined) {
    throw new Error(
      'Jupyter starts this program with a connection file. To make it known to Jupyter: tskernel install',
    );
  }
  let events: EngineEvents | undefined;
  const engine = createEngine({
    events: {
      output: (cell, output) => events?.output(cell, output),
      input: (cell, question) => events?.input(cell, question),
      log,
    },
    directory: process.cwd(),
    data: dataDirectory(),
    ...(nodeOptions.length > 0 && { nodeOptions }),
    environment: process.env,
  });
  process.on('SIGINT', () => engine.interrupt());
  const { serve } = await import('./service');
  await serve(path, engine, (wanted) => {
    events = wanted;
  });
}

// An error in the kernel must not end the process: the user's variables would be lost.
process.on('uncaughtException', (error) => log(`internal error: ${inspect(error)}`));

main(process.argv[2], process.argv.slice(3)).catch((error: unknown) => {
  log(describeError(error));
  process.exit(1);
});
