// Loads the TypeScript that the notebook chose, and makes it the one that every file of the language worker gets.
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { type LoadedScript, loadScript, nameOf } from '../../system/scripts';

export interface LoadOptions {
  /** Where the notebook lives. */
  readonly directory: string;
  /** Nothing, `project`, or the path of a typescript package. */
  readonly choice: string | undefined;
  /** Directories in which the cache may be; the first one is where it is written. */
  readonly cacheDirectories: readonly string[];
}

/**
 * Loads TypeScript so that every later `require('typescript')` of this bundle gets it.
 */
export function loadTypeScript({ directory, choice, cacheDirectories }: LoadOptions): LoadedScript {
  const own = require.resolve('typescript');
  const path = findTypeScript(directory, choice);
  const name = `typescript-${versionOf(path)}`;
  // The build's own is minified: another text than any other of that version.
  const script = loadScript(path, path === own ? nameOf(name) : name, cacheDirectories);
  const module = new Module(own);
  module.filename = own;
  module.exports = slim(script.exports);
  module.loaded = true;
  require.cache[own] = module;
  return script;
}

// The bundler copies every own property of a CommonJS module for every file that imports it: over two thousand of
// TypeScript, for twenty files. So they get an object with one own property that inherits the rest.
const slim = (typescript: object): object =>
  Object.create(typescript, {
    __esModule: { value: true },
    default: { value: typescript, enumerable: true },
  });

/**
 * The path of the TypeScript to use: the kernel's own, unless another was chosen, exists and is 5.x or 6.x.
 * @param choice nothing, `project`, or the path of a typescript package
 */
export function findTypeScript(directory: string, choice: string | undefined): string {
  const own = require.resolve('typescript');
  if (!choice) return own;
  try {
    const from = createRequire(join(directory, 'notebook.js'));
    const path = from.resolve(choice === 'project' ? 'typescript' : choice);
    return /^[56]\./.test(versionOf(path)) ? path : own;
  } catch {
    return own;
  }
}

const versionOf = (path: string): string =>
  (createRequire(path)('../package.json') as { readonly version: string }).version;
