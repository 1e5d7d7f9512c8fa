// Gets TypeScript into memory fast: 9 MB of JavaScript, compiled by V8 from a cache of its own machine code.
// Rule: the cache only ever saves time; without one, with a stale one or with none to be written, TypeScript loads all the same.
import { isAscii } from 'node:buffer';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

export interface LoadedTypeScript {
  readonly path: string;
  /** The cache was missing or made by another V8: worth calling `saveCache` in an idle moment. */
  readonly cacheIsStale: boolean;
  /** Writes the cache, what has been compiled since the start included. Takes about 100 ms; never throws. */
  saveCache(): void;
}

export interface LoadOptions {
  /** Where the notebook lives. */
  readonly directory: string;
  /** TSKERNEL_TYPESCRIPT: nothing, `project`, or the path of a typescript package. */
  readonly choice: string | undefined;
  /** Directories in which the cache may be, the best one first. */
  readonly cacheDirectories: readonly string[];
}

/**
 * Loads TypeScript so that every later `require('typescript')` of this bundle gets it.
 */
export function loadTypeScript(options: LoadOptions): LoadedTypeScript {
  const own = require.resolve('typescript');
  const path = findTypeScript(options.directory, options.choice);
  const source = readSource(path);
  const version = `${versionOf(path)}-${process.version}-${process.arch}`;
  const name = `typescript-${version}.v8cache`;
  const cachedData = readCache(options.cacheDirectories, name);
  const script = new Script(Module.wrap(source), { filename: path, cachedData });

  const module = new Module(path);
  const run: (...values: unknown[]) => void = script.runInThisContext();
  run.call(module.exports, module.exports, createRequire(path), module, path, dirname(path));
  module.filename = own;
  module.exports = slim(module.exports);
  module.loaded = true;
  require.cache[own] = module;

  return {
    path,
    cacheIsStale: !cachedData || script.cachedDataRejected === true,
    saveCache: () => writeCache(options.cacheDirectories, name, script),
  };
}

// The bundler copies every property of a CommonJS module for every file that imports it. TypeScript has more than two
// thousand, and we have twenty files: they get an object with one property of its own, the rest is inherited.
const slim = (typescript: object): object =>
  Object.create(typescript, {
    __esModule: { value: true },
    default: { value: typescript, enumerable: true },
  });

/** Where a cache may live: beside the kernel's own files, or else in the user's cache directory. */
export function cacheDirectories(environment: { readonly [name: string]: string | undefined }): string[] {
  const home = homedir();
  const users =
    process.platform === 'win32'
      ? (environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : environment.XDG_CACHE_HOME || join(home, '.cache');
  return [__dirname, join(users, 'tskernel')];
}

/**
 * Where the TypeScript to be used is: the kernel's own, unless another was chosen that is there and is 5.x or 6.x.
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

// Decoding nine megabytes as Latin-1 costs a tenth of decoding them as UTF-8, where it comes to the same.
function readSource(path: string): string {
  const bytes = readFileSync(path);
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}

function readCache(directories: readonly string[], name: string): Buffer | undefined {
  for (const directory of directories) {
    const path = join(directory, name);
    try {
      if (existsSync(path)) return readFileSync(path);
    } catch {}
  }
  return undefined;
}

// Written beside and renamed: another kernel that starts now sees a whole file or none.
function writeCache(directories: readonly string[], name: string, script: Script): void {
  const data = script.createCachedData();
  for (const directory of directories) {
    try {
      mkdirSync(directory, { recursive: true });
      const temporary = join(directory, `${name}.${process.pid}`);
      writeFileSync(temporary, data);
      renameSync(temporary, join(directory, name));
      return;
    } catch {}
  }
}
