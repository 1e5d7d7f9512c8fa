// What require() has loaded of the user's own files: forgotten when it changed on disk, so that it is loaded again.
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { sep } from 'node:path';
import { isPackaged } from '../../system/lookup';

const { cache } = createRequire(__filename);

export class RequiredModules {
  readonly #stamps = new Map<string, string>();
  /** When the files were last looked at, in milliseconds since 1970: what is new in the cache was loaded after that. */
  #looked = 0;

  /**
   * Forgets the modules whose files changed, and those that depend on them.
   * @returns the files of these modules
   */
  refresh(): ReadonlySet<string> {
    const changed: string[] = [];
    for (const file of ownFiles()) {
      const { mtimeMs = 0, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
      const stamp = `${mtimeMs}:${size}`;
      const known = this.#stamps.get(file);
      if (known === undefined ? mtimeMs > this.#looked : known !== stamp) changed.push(file);
      this.#stamps.set(file, stamp);
    }
    this.#looked = Date.now();
    return this.forget(changed);
  }

  /** Forgets modules and those that depend on them. */
  forget(files: Iterable<string>): ReadonlySet<string> {
    const stale = new Set(files);
    if (stale.size === 0) return stale;
    // A set grows while it is walked: what is added is visited too.
    for (const file of stale) {
      for (const other of ownFiles()) {
        if (cache[other]?.children.some(({ filename }) => filename === file)) stale.add(other);
      }
    }
    for (const file of stale) {
      delete cache[file];
      this.#stamps.delete(file);
    }
    return stale;
  }

  /** Forgets what was cut off while it ran, of packages too: `require` would give what there is of it. */
  forgetUnfinished(): void {
    const unfinished = new Set(
      Object.keys(cache).filter((file) => cache[file]?.loaded === false && !file.startsWith(__dirname + sep)),
    );
    if (unfinished.size > 0) this.forget(unfinished);
  }

  forgetAll(): void {
    this.forget(ownFiles());
  }
}

/** Machine code is loaded once and for all. */
function ownFiles(): string[] {
  return Object.keys(cache).filter(
    (file) => !isPackaged(file) && !file.startsWith(__dirname + sep) && !file.endsWith('.node'),
  );
}
