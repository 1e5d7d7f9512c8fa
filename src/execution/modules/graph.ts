// The user's own modules that were loaded, and who imports whom: what changed on disk gets a new version, and so does
// every module that depends on it. Rule: packages never change under us, so they are no part of this.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The query of a module that was loaded again. */
const query = 'version=';

interface LocalModule {
  /** What its file looked like when this version was resolved. */
  stamp: string;
  version: number;
  readonly importers: Set<string>;
}

export class ModuleGraph {
  /** By the URL of their file. */
  readonly #modules = new Map<string, LocalModule>();

  has(url: string): boolean {
    return this.#modules.has(fileOf(url));
  }

  /**
   * Notes that a module is imported.
   * @param file the URL of its file
   * @param importer the URL of the importing module; undefined for a cell
   * @returns its present version, 0 for the first
   */
  visit(file: string, importer: string | undefined): number {
    let module = this.#modules.get(file);
    if (!module) {
      module = { stamp: stampOf(file), version: 0, importers: new Set() };
      this.#modules.set(file, module);
    }
    if (importer !== undefined) module.importers.add(fileOf(importer));
    return module.version;
  }

  /** Gives new versions to the modules whose files changed, and to those that depend on them. */
  refresh(): void {
    const changed: string[] = [];
    for (const [file, module] of this.#modules) if (stampOf(file) !== module.stamp) changed.push(file);
    this.renew(changed);
  }

  /** Gives new versions to these modules and to those that depend on them. */
  renew(files: Iterable<string>): void {
    const stale = new Set<string>();
    const spread = (file: string): void => {
      const module = this.#modules.get(file);
      if (!module || stale.has(file)) return;
      stale.add(file);
      module.importers.forEach(spread);
    };
    for (const file of files) spread(file);
    if (stale.size === 0) return;
    for (const [file, module] of this.#modules) {
      if (stale.has(file)) {
        module.version++;
        module.stamp = stampOf(file);
      }
      // They will be noted again with their imports.
      for (const importer of stale) module.importers.delete(importer);
    }
  }

  renewAll(): void {
    this.renew([...this.#modules.keys()]);
  }
}

/** The URL of a version of a module. */
export function withVersion(url: string, version: number): string {
  return version === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query}${version}`;
}

/** The URL without versions, as the user knows it. */
export function withoutVersion(url: string): string {
  return url.replace(/[?&]version=\d+$/, '');
}

/** The URL of the file alone: no queries, neither the user's nor ours nor those that tsx puts into the path. */
export function fileOf(url: string): string {
  return url.replace(/(?:%3Ftsx-|[?#]).*$/, '');
}

function stampOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(fileURLToPath(file), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs}:${size}:${ino}`;
}
