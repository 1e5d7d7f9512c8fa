// What the kernel itself is made of, which no debugger shows: its build, and the packages that load TypeScript for it.
// Rule: everything else that is a file belongs to the user, also when the kernel lies inside of their project.
import { readFileSync } from 'node:fs';
import type { Debugger } from 'node:inspector';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isThere } from '../system/permissions';
import { escapeRegExp } from './scripts';

export class OwnFiles {
  readonly #directories: readonly string[];
  /** URLs of the build's files that have another directory in them. */
  readonly #elsewhere = new Set<string>();
  /** Characters of each file of the build, by its name. */
  readonly #lengths = new Map<string, number | undefined>();

  /** @param build the directory of the kernel's own files */
  constructor(readonly build: string) {
    this.#directories = [build, ...loaders.flatMap((name) => directoryOf(name, build))].map(
      (path) => path + sep,
    );
  }

  has({ length, url }: Debugger.ScriptParsedEventDataType, file: string): boolean {
    if (this.#directories.some((directory) => file.startsWith(directory))) return true;
    // Code from a cache has the name of the file that it was compiled from, in whatever directory the build was made.
    const own = this.#lengthOf(basename(file));
    if (own === undefined || (length !== own && length !== own + wrapped)) return false;
    this.#elsewhere.add(url);
    return true;
  }

  /** Regular expressions for the URLs of all that it has seen. */
  get patterns(): readonly string[] {
    const directories = this.#directories.map((path) => `^${escapeRegExp(pathToFileURL(path).href)}`);
    return [...directories, ...Array.from(this.#elsewhere, (url) => `^${escapeRegExp(url)}$`)];
  }

  #lengthOf(name: string): number | undefined {
    if (!this.#lengths.has(name)) {
      const path = join(this.build, name);
      this.#lengths.set(
        name,
        name.endsWith('.cjs') && isThere(path) ? readFileSync(path, 'utf8').length : undefined,
      );
    }
    return this.#lengths.get(name);
  }
}

const loaders = ['tsx', 'esbuild'];
/** Characters that are put around a file that comes from a cache. */
const wrapped = Module.wrap('').length;

function directoryOf(name: string, build: string): string[] {
  try {
    return [dirname(createRequire(join(build, 'kernel.cjs')).resolve(`${name}/package.json`))];
  } catch {
    return [];
  }
}
