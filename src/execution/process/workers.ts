// The worker threads that code starts: TypeScript means there what it means in cells, on every Node.
// Rule: a worker of plain text (`eval`) is left as it is, and so is everything in a confined kernel.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { WorkerOptions } from 'node:worker_threads';

const urlOf = (path: string) => pathToFileURL(path).href;

/** A module that does for a worker what is done for the cells' own imports, before anything of the worker is loaded. */
function preparationFor(directory: string, project: string | undefined): string {
  const { resolve: find } = createRequire(__filename);
  // What an import would find, beside what require() does: on Node 20 tsx puts its hooks in from there only.
  const parts = ['tsx/esm/api', 'tsx/cjs/api'].map((name) => [
    name,
    urlOf(find(name).replace(/cjs$/, 'mjs')),
  ]);
  const [urls, ...places] = [Object.fromEntries(parts), directory, project].map((value) =>
    JSON.stringify(value),
  );
  return `import loader from '${urlOf(join(__dirname, 'loader.cjs'))}';
    await loader.installLoader(${places.join(', ')}, (name) => import(${urls}[name]));`;
}

/**
 * Has workers load TypeScript.
 * @param directory that of the notebook
 * @param projectOf where packages are looked for last
 */
export function installWorkers(directory: string, projectOf: () => string | undefined): void {
  const threads = require('node:worker_threads') as { Worker: object };
  let preparation: string | undefined;

  function prepare(file: unknown, options: WorkerOptions | undefined): [unknown, WorkerOptions | undefined] {
    const path = options?.eval ? undefined : pathOf(file);
    if (path === undefined) return [file, options];
    preparation ??= preparationFor(directory, projectOf());
    if (!/\.[mc]?tsx?$/.test(path)) {
      const execArgv = [...(options?.execArgv ?? process.execArgv), '--import', moduleOf(preparation).href];
      return [file, { ...options, execArgv }];
    }
    // Node 20 would refuse the file before what is loaded first can change its mind.
    const start = `process.argv[1] = ${JSON.stringify(path)}; await import('${urlOf(path)}');`;
    return [moduleOf(preparation + start), options];
  }

  threads.Worker = new Proxy(threads.Worker, {
    construct: (target, [file, options], maker) =>
      Reflect.construct(
        target as new () => object,
        prepare(file, options as WorkerOptions | undefined),
        maker,
      ) as object,
  });
  syncBuiltinESMExports();
}

/** @returns undefined for what is no file, or is for Node to refuse */
function pathOf(file: unknown): string | undefined {
  if (file instanceof URL) return file.protocol === 'file:' ? fileURLToPath(file) : undefined;
  return typeof file === 'string' && /^\.{0,2}[\\/]|^[a-z]:[\\/]/i.test(file) ? resolve(file) : undefined;
}

const moduleOf = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
