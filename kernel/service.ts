// Serves an engine on the five sockets of a connection file, until the process ends. A file of its own in the build (service.cjs),
// which V8 takes from a cache: what comes before it, in main, is what the thread of the cells waits for.
import { join } from 'node:path';
import { createEngine, type Engine, type EngineOptions } from '../src';
import type { LoadedScript } from '../src/ahead';
import { type Connection, readConnection, writePorts } from './connection';
import { refuseFewDescriptors } from './descriptor-limit';
import { describeExposure } from './exposure';
import { History } from './history';
import { log, moveLog } from './log';
import { watchParent } from './parent';
import { Server } from './server';
import { bindSockets, type Sockets } from './sockets';
import { UnfinishedCell } from './unfinished';
import { createCodec } from './wire';

/** How long the history may take to be written at the end, in milliseconds. */
const historyPatience = 200;
/** How long the process may take to end by itself, in milliseconds. */
const exitPatience = 500;

/** How long after the start the caches are written, in milliseconds: the user is probably reading by then. */
const quietAfter = 10_000;

/** A kernel that serves. */
interface Service {
  /** Writes V8's caches for the next start, unless there are good ones. */
  saveCaches(): Promise<void>;
}

/**
 * Serves until a client or a signal asks for the end, then ends the process.
 * @param path of the connection file
 * @param loaded this file as it was loaded, and where the log goes
 * @returns once clients are served
 * @throws ConnectionError when the file cannot be used; Error when the system grants too little
 */
export async function serve(
  path: string,
  options: Omit<EngineOptions, 'log'>,
  loaded: { readonly script: LoadedScript; readonly logDescriptor: number },
): Promise<Service> {
  moveLog(loaded.logDescriptor);
  const { data } = options.settings;
  const engine = createEngine({ ...options, log });
  process.on('SIGINT', () => engine.interrupt());
  refuseFewDescriptors();
  const connection = readConnection(path);
  const exposure = describeExposure(path);
  if (exposure !== undefined) log(exposure);
  const sockets = await bindSockets(connection);
  if (asksForPorts(connection)) writePorts(path, sockets.ports);
  const history = new History(join(data, 'history'));
  const unfinished = new UnfinishedCell(join(data, 'unfinished'), path);
  const server = new Server({
    codec: createCodec(connection.key, connection.hash),
    channels: sockets,
    ports: sockets.ports,
    history,
    unfinished,
    engine,
    leave: () => {
      unfinished.end();
      void leave(engine, sockets, history);
    },
  });
  const shutDown = (): void => void server.shutdown();
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, shutDown);
  watchParent(process.env.JPY_PARENT_PID, shutDown);
  sockets.listen(server);
  const saveCaches = (): Promise<void> => {
    if (loaded.script.cacheIsStale) loaded.script.saveCache();
    return engine.saveCaches();
  };
  setTimeout(() => void saveCaches(), quietAfter).unref();
  return { saveCaches };
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
  await Promise.race([history.flush(), pause(historyPatience)]);
  history.flushNow();
  await sockets.close();
  // process.exit() would wait for a thread that is inside the system and does not come back.
  const end = () => (hasThreads ? process.kill(process.pid, 'SIGKILL') : process.exit(0));
  setTimeout(end, exitPatience).unref();
}

function asksForPorts({ transport, ports }: Connection): boolean {
  return transport === 'tcp' && Object.values(ports).includes(0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
