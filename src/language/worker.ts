// The language thread. Loads TypeScript, then everything that needs it; requests that come before are kept by the port.
import { parentPort, workerData } from 'node:worker_threads';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageReply,
  LanguageRequest,
  LanguageWorkerData,
} from './protocol';
import { cacheDirectories, loadTypeScript } from './typescript';

/** When nobody waits any more for what TypeScript does first, in milliseconds. */
const quietAfter = 10_000;

async function start(port: NonNullable<typeof parentPort>, data: LanguageWorkerData): Promise<void> {
  const { directory, environment } = data;
  const typescript = loadTypeScript({
    directory,
    choice: environment.TSKERNEL_TYPESCRIPT,
    cacheDirectories: cacheDirectories(environment),
  });
  // Imported only now: what it imports takes TypeScript from where it was just put.
  const { LanguageSession } = await import('./session');
  const post = (message: LanguageReply | LanguageEvent) => port.postMessage(message);
  const session = new LanguageSession(data, post);
  port.on('message', (message: LanguageRequest | LanguageNotice) => session.receive(message));
  post({ kind: 'ready' });
  if (typescript.cacheIsStale)
    setTimeout(() => session.whenQuiet(() => typescript.saveCache()), quietAfter).unref();
}

if (parentPort) void start(parentPort, workerData);
