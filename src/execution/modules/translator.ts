// The process that translates TypeScript for tsx: when it has died, or was left in the middle of an answer, the next
// translation starts another one. Rule: each thread has its own.
import { createRequire } from 'node:module';

/** Does something that translates, a second time if the process was gone. */
export function translating<T>(work: () => T | Promise<T>): T | Promise<T> {
  const again = (error: unknown) => {
    if (!isGone(error)) throw error;
    renewTranslator();
    return work();
  };
  try {
    const value = work();
    return value instanceof Promise ? value.catch(again) : value;
  } catch (error) {
    return again(error);
  }
}

/** Ends what has translated for this thread; the next translation starts anew. */
export function renewTranslator(): void {
  const tsx = createRequire(createRequire(__filename).resolve('tsx/esm/api'));
  const esbuild = tsx.cache[tsx.resolve('esbuild')]?.exports as Partial<typeof import('esbuild')> | undefined;
  void esbuild?.stop?.();
}

/** What esbuild says of its own process: that it died, or answered another question. */
const isGone = (error: unknown) =>
  /The service (?:is no longer running|was stopped)|Expected id \d+ but got id|write EPIPE/.test(
    String((error as Error | undefined)?.message),
  );
