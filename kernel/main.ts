// The kernel process: `node kernel.cjs <connection file> [options of Node for the thread of the cells]`.
// Rule: the workers start first and load beside us; the sockets are bound before anything else is waited for.
import { join } from 'node:path';
import { createEngine, type Engine, type EngineEvents } from '../src';
import { type Connection, readConnection, writePorts } from './connection';
import { dataDirectory } from './data';
import { describeExposure } from './exposure';
import { History } from './history';
import { describe, log } from './log';
import { watchParent } from './parent';
import { Server } from './server';
import type { Sockets } from './sockets';
import { createCodec } from './wire';

/** How long the history may take to be written at the end, in milliseconds. */
const HISTORY_PATIENCE = 200;
/** How long the process may take to end by itself, in milliseconds. */
const EXIT_PATIENCE = 500;

/** @param nodeOptions for the thread of the cells; none: those of this process */
async function main(path: string | undefined, nodeOptions: readonly string[]): Promise<void> {
  if (path === undefined) {
    throw new Error(
      'Jupyter starts this program with a connection file. To make it known to Jupyter: tskernel install',
    );
  }
  const connection = readConnection(path);
  const exposure = describeExposure(path);
  if (exposure !== undefined) log(exposure);
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
  let server: Server | undefined;
  const shutDown = (): void => void (server ? server.shutdown() : process.exit(0));
  process.on('SIGINT', () => engine.interrupt());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, shutDown);
  watchParent(process.env.JPY_PARENT_PID, shutDown);

  const { bindSockets } = await import('./sockets');
  const sockets = await bindSockets(connection);
  if (asksForPorts(connection)) writePorts(path, sockets.ports);
  const history = new History(join(dataDirectory(), 'history'));
  server = new Server({
    codec: createCodec(connection.key, connection.hash),
    channels: sockets,
    ports: sockets.ports,
    history,
    startEngine: (wanted) => {
      events = wanted;
      return engine;
    },
    leave: () => void leave(engine, sockets, history),
  });
  sockets.listen(server);
}

/**
 * Ends the process by leaving it nothing to do: ZeroMQ delivers what is still under way when the process ends by itself,
 * and drops it at process.exit(). Should something keep the process alive, it ends all the same.
 */
async function leave(engine: Engine, sockets: Sockets, history: History): Promise<void> {
  let hasThreads = true;
  void engine.close().then(() => {
    hasThreads = false;
  });
  await Promise.race([history.flush(), pause(HISTORY_PATIENCE)]);
  history.flushNow();
  await sockets.close();
  // process.exit() would wait for a thread that is inside the system and does not come back.
  const end = () => (hasThreads ? process.kill(process.pid, 'SIGKILL') : process.exit(0));
  setTimeout(end, EXIT_PATIENCE).unref();
}

function asksForPorts({ transport, ports }: Connection): boolean {
  return transport === 'tcp' && Object.values(ports).includes(0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

// A mistake of ours is no reason to take the user's variables along.
process.on('uncaughtException', (error) => log(`internal error: ${error.stack ?? error.message}`));

main(process.argv[2], process.argv.slice(3)).catch((error: unknown) => {
  log(describe(error));
  process.exit(1);
});
