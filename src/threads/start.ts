// Where both workers start: loads the worker's own script with V8's cache, and writes that cache when told to.
import { parentPort, workerData } from 'node:worker_threads';
import { loadOwnScript } from '../system/scripts';
import type { CacheReply, CacheRequest, StartData } from './caches';

const { script } = workerData as StartData;
const port = parentPort!;
const loaded = loadOwnScript(script, process.env);
port.on('message', ({ kind }: CacheRequest) => {
  if (kind !== 'saveCache') return;
  if (loaded.cacheIsStale) loaded.saveCache();
  port.postMessage({ kind: 'cacheSaved' } satisfies CacheReply);
});
