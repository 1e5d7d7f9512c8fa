// Where both workers start: loads the worker's own script with V8's cache, and writes the caches when told to.
import { parentPort, workerData } from 'node:worker_threads';
import { type LoadedScript, loadOwnScript } from '../system/scripts';
import { answerTo, type CacheQuestions, type Request, type StartData, type WorkerScript } from './requests';

const { script, cache } = workerData as StartData;
const port = parentPort!;
const loaded = loadOwnScript(script, cache);
const { whenQuiet }: WorkerScript = loaded.exports;
const answer = answerTo<CacheQuestions>();

// The script listens too: what is not for the start is for it.
port.on('message', (request: Request<CacheQuestions>) => {
  if (request.kind !== 'saveCache') return;
  const save = (others?: readonly LoadedScript[]) => {
    saveStale(loaded);
    others?.forEach(saveStale);
    port.postMessage(answer(request, undefined));
  };
  if (whenQuiet) whenQuiet(save);
  else save();
});

function saveStale(saved: LoadedScript): void {
  if (saved.cacheIsStale) saved.saveCache();
}
