// The entry of the language thread. Loads TypeScript, then everything that needs it; the port keeps earlier requests.
import { parentPort, workerData } from 'node:worker_threads';
import { keptProject } from '../system/project';
import { build, cacheDirectories, type LoadedScript } from '../system/scripts';
import type {
  LanguageEvent,
  LanguageNotice,
  LanguageRequest,
  LanguageWorkerData,
} from '../threads/language-protocol';
import type { Ready, Reply, StartData, WorkerScript } from '../threads/requests';
import { Editors } from './editors';
import type { LanguageSession } from './session';
import { Tidying } from './tidying';
import { loadTypeScript } from './types/typescript';

interface Loaded {
  readonly session: LanguageSession;
  readonly typescript: LoadedScript;
}

const port = parentPort!;
const post = (message: Reply | LanguageEvent | Ready) => port.postMessage(message);

async function load({
  directory,
  data,
  typescript: choice,
  cache,
  waiting,
  observes,
  known,
}: LanguageWorkerData & StartData): Promise<Loaded> {
  const typescript = loadTypeScript({
    directory,
    choice,
    cacheDirectories: cacheDirectories(cache),
  });
  // Imported only now: its files must get the TypeScript that was just loaded.
  const { LanguageSession } = await import('./session');
  const project = keptProject(data, directory);
  const session = new LanguageSession({ directory, project, waiting, observes, known }, post);
  const { notebook, registry } = session;
  const editors = new Editors({
    directory,
    data,
    cache,
    notebook,
    registry,
    isCellWaiting: () => session.isCellWaiting(),
    isAsked: () => session.isAsked(),
  });
  session.isToldElsewhere = editors.isTold;
  const tidying = new Tidying(() => session.isBusy);
  port.on('message', (message: LanguageRequest | LanguageNotice) => {
    tidying.note();
    if (message.kind === 'packages') editors.packagesChanged();
    if (message.kind !== 'attach') return session.receive(message);
    editors.attach(message);
    message.port.on('message', () => tidying.note());
  });
  post({ kind: 'ready', build });
  session.rehearse();
  tidying.note();
  return { session, typescript };
}

const loading = load(workerData);

export const whenQuiet: WorkerScript['whenQuiet'] = (save) => {
  void loading.then(({ session, typescript }) => session.whenQuiet(() => save([typescript])));
};
