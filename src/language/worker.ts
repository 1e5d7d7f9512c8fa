// The entry of the language thread. Loads TypeScript, then everything that needs it; the port keeps earlier requests.
import { parentPort, workerData } from 'node:worker_threads';
import { keptProject } from '../system/project';
import { cacheDirectories, type LoadedScript } from '../system/scripts';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageReply,
  LanguageRequest,
  LanguageWorkerData,
  SaveRequest,
} from '../threads/language-protocol';
import type { LanguageSession } from './session';
import { loadTypeScript } from './types/typescript';

async function load(
  { directory, data, environment, waiting }: LanguageWorkerData,
  post: (message: LanguageReply | LanguageEvent) => void,
): Promise<{ session: LanguageSession; typescript: LoadedScript }> {
  const typescript = loadTypeScript({
    directory,
    choice: environment.TSKERNEL_TYPESCRIPT,
    cacheDirectories: cacheDirectories(environment),
  });
  // Imported only now: its files must get the TypeScript that was just loaded.
  const { LanguageSession } = await import('./session');
  const project = keptProject(data, directory);
  return { session: new LanguageSession({ directory, project, waiting }, post), typescript };
}

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const post = (message: LanguageReply | LanguageEvent) => port.postMessage(message);
  const { session, typescript } = await load(workerData, post);
  port.on('message', (message: LanguageRequest | LanguageNotice | SaveRequest) => {
    if (message.kind !== 'saveCache') return session.receive(message);
    session.whenQuiet(() => {
      if (typescript.cacheIsStale) typescript.saveCache();
      post({ kind: 'saved', id: message.id });
    });
  });
  post({ kind: 'ready' });
  session.rehearse();
}

if (parentPort) void serve(parentPort);
