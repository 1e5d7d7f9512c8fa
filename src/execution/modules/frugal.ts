// Loading tsx where the system limits addresses (`ulimit -v`), of which it would take more than there may be.
// Rule: what a cell sees is Node's own; only what the kernel itself loads is told to do without.
import { register } from 'node:module';
import { readAddressSpace } from '../../system/address-space';

/**
 * Each memory of WebAssembly reserves some 10 GB; where it is refused that, Node 20 throws, and Node 26 ends the thread. tsx reads
 * modules by it, or, where there is none, without. Node's own thread for loaders would end too, after which no import comes to
 * its end. And a thread of esbuild's, which translates what is required, reserves as much as a cell's.
 * @param hasOwnThread whether tsx goes into Node's thread for loaders
 */
export async function loadFrugally<T>(hasOwnThread: boolean, load: () => Promise<T>): Promise<T> {
  const wasm = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly');
  if (!readAddressSpace() || !wasm?.configurable) return load();
  const { env } = process;
  const { ESBUILD_WORKER_THREADS: threads } = env;
  if (hasOwnThread) register('data:text/javascript,delete globalThis.WebAssembly');
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  env.ESBUILD_WORKER_THREADS = '0';
  try {
    return await load();
  } finally {
    Object.defineProperty(globalThis, 'WebAssembly', wasm);
    if (threads === undefined) delete env.ESBUILD_WORKER_THREADS;
    else env.ESBUILD_WORKER_THREADS = threads;
  }
}
