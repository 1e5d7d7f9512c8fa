// Collecting a thread's garbage, so that pages go back to the system.
// Rule: it takes the thread for up to 50 ms, so only a thread that nobody waits for.
import { Session } from 'node:inspector';
import { isAllowed } from './permissions';

/**
 * Of all ways the one that makes V8 give up pages too, on Node 26 those of threads that have ended as well. Options that are set while
 * V8 runs would make its caches of code void.
 */
export function collectGarbage(): void {
  if (!isAllowed('inspector')) return;
  const session = new Session();
  session.connect();
  // Not from within the answer: V8 still needs the session there.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
