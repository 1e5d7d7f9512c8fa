// Gets large files of JavaScript into memory fast: V8 takes its own machine code for them from a cache.
// Rule: a cache only ever saves time; without one, with a stale one or with none to be written, the file loads all the same.
import { isAscii } from 'node:buffer';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Script } from 'node:vm';
import { refuseHomeless } from './homes';

declare const buildId: string;

/** After which time a cache is taken for one of a build or a Node that is gone, in milliseconds; one in use is written anew. */
const lifetime = 90 * 24 * 60 * 60 * 1000;

/** Tells one build from all others; the build puts it in. Code that was not built has none. */
export const build: string = typeof buildId === 'undefined' ? '' : buildId;

export interface LoadedScript {
  /** What the file exports. */
  readonly exports: object;
  /** The cache was missing or made by another V8: worth calling `saveCache` in an idle moment. */
  readonly cacheIsStale: boolean;
  /** Writes the cache, what has been compiled since the start included. Takes 10 ms a megabyte; never throws. */
  saveCache(): void;
}

/**
 * Loads a CommonJS file past Node's loader. It must not use import(): Node 20 does not know it in code from a cache.
 * @param name what tells this version of the file from others
 * @param directories in which the cache may be; the first one is where it is written
 */
export function loadScript(path: string, name: string, directories: readonly string[]): LoadedScript {
  // Only here: whoever imports this file may have a thread to start before.
  const Module = require('node:module') as typeof import('node:module');
  const { Script } = require('node:vm') as typeof import('node:vm');
  const source = readSource(path);
  const cacheName = `${name}-${process.version}-${process.platform}-${process.arch}.v8cache`;
  const cachedData = readCache(directories, cacheName);
  const script = new Script(Module.wrap(source), { filename: path, cachedData });
  const module = new Module(path);
  const run: (...values: unknown[]) => void = script.runInThisContext();
  run.call(module.exports, module.exports, Module.createRequire(path), module, path, dirname(path));
  return {
    exports: module.exports,
    cacheIsStale: !cachedData || script.cachedDataRejected === true,
    saveCache: () => writeCache(directories[0], cacheName, script),
  };
}

/**
 * Loads one of the kernel's own files.
 * @param file its name in the directory of the build
 * @param cache the user's directory for our caches
 */
export function loadOwnScript(file: string, cache: string): LoadedScript {
  return loadScript(join(__dirname, file), nameOf(file), cacheDirectories(cache));
}

/**
 * Tells this build's own files from all others. Code from a cache has the name of the file that it was compiled from: where
 * the build was made before it was copied, or that of another installation which shares the cache.
 */
export function recogniseOwnFiles(): (file: string) => boolean {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, [site]) => site?.getFileName();
  const compiledAs = new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  const inside = __dirname + sep;
  return (file) => file.startsWith(inside) || file === compiledAs;
}

/** A name that no other build has for its file: V8 would take the code of another file of the same length. */
export const nameOf = (file: string): string => `${file}-${build}`;

/**
 * Where a cache may live: in the user's directory for our caches, or beside the kernel's own files, where the build and
 * `tskernel install` put them. A kernel that runs writes nothing there: what is installed belongs to npm or pip.
 */
export const cacheDirectories = (cache: string): string[] => [cache, __dirname];

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
function writeCache(directory: string | undefined, name: string, script: Script): void {
  if (directory === undefined) return;
  const path = join(directory, name);
  const temporary = `${path}.${process.pid}`;
  try {
    refuseHomeless(directory);
    mkdirSync(directory, { recursive: true });
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, path);
    removeOld(directory);
  } catch {}
}

function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (/\.v8cache(?:\.\d+)?$/.test(name) && Date.now() - statSync(path).mtimeMs > lifetime) rmSync(path);
  }
}
