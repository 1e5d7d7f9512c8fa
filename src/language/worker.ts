// The language thread. Loads TypeScript, then everything that needs it; requests that come before are kept by the port.
// Started as a program (`node dist/language.cjs`) it only prepares V8's cache of TypeScript, so that kernels start fast.
import { parentPort, workerData } from 'node:worker_threads';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageReply,
  LanguageRequest,
  LanguageWorkerData,
} from './protocol';
import type { LanguageSession } from './session';
import { cacheDirectories, type LoadedTypeScript, loadTypeScript } from './typescript';

/** When a person has probably started to read, in milliseconds after the start. */
const quietAfter = 10_000;

async function start(
  { directory, project, environment, waiting }: LanguageWorkerData,
  post: (message: LanguageReply | LanguageEvent) => void,
): Promise<{ session: LanguageSession; typescript: LoadedTypeScript }> {
  const typescript = loadTypeScript({
    directory,
    choice: environment.TSKERNEL_TYPESCRIPT,
    cacheDirectories: cacheDirectories(environment),
  });
  // Imported only now: what it imports takes TypeScript from where it was just put.
  const { LanguageSession } = await import('./session');
  return { session: new LanguageSession({ directory, project, waiting }, post), typescript };
}

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const post = (message: LanguageReply | LanguageEvent) => port.postMessage(message);
  const { session, typescript } = await start(workerData, post);
  port.on('message', (message: LanguageRequest | LanguageNotice) => session.receive(message));
  post({ kind: 'ready' });
  setImmediate(() => session.rehearse());
  if (typescript.cacheIsStale) {
    setTimeout(() => session.whenQuiet(() => typescript.saveCache()), quietAfter).unref();
  }
}

/** Does everything once, so that the cache holds what is really used. */
async function prepareCache(): Promise<void> {
  const waiting = new SharedArrayBuffer(4);
  const { session, typescript } = await start(
    { directory: __dirname, environment: process.env, waiting },
    () => {},
  );
  if (!typescript.cacheIsStale) return;
  const settings = { dispatch: 'auto', types: 'warn' } as const;
  const source = 'const greeting: string = await Promise.resolve("hello"); greeting.length';
  const question = { source: 'greeting.to', offset: 11 };
  session.receive({ kind: 'compile', id: 1, cell: '1', label: 'Cell [1]', source, settings });
  session.receive({ kind: 'settled', cell: '1', bound: ['greeting'] });
  session.receive({ kind: 'complete', id: 2, ...question });
  session.receive({ kind: 'inspect', id: 3, ...question, detail: 1 });
  session.receive({ kind: 'completeness', id: 4, source });
  session.whenQuiet(() => typescript.saveCache());
}

void (parentPort ? serve(parentPort) : prepareCache());
