// The main thread's own compiler. Parsing a cell takes less time than asking another thread to do it.
// Rule: it compiles only what takes a few milliseconds; cells that are long or have to be emitted go to the language worker.

import { inspect } from 'node:util';
import type { CellId } from '../api';
import type { compileErasable } from '../compile/erasing';
import { BoundNames } from '../compile/keys';
import type { NotebookCell } from '../compile/magics/translate';
import type { Declaration } from '../compile/types';
import type { Dispatch } from '../magics/catalog';
import { type LoadedScript, loadOwnScript } from '../system/scripts';

/** The longest source that is compiled here, in UTF-16 units: it takes about 10 ms. */
const longestSource = 20_000;

export interface CompilerOptions {
  /** The user's directory for our caches. */
  readonly cache: string;
  log(message: string): void;
}

export class Compiler {
  #script: LoadedScript | undefined;
  readonly #names = new BoundNames();

  constructor(readonly options: CompilerOptions) {}

  /** Undefined for a cell that the language worker has to compile. */
  compile(source: string, dispatch: Dispatch): NotebookCell | undefined {
    if (source.length > longestSource) return undefined;
    try {
      return this.#compileErasable(source, this.#isKnown, this.#names.all, dispatch);
    } catch (error) {
      // Not a reason to refuse the cell: the language worker may manage.
      this.options.log(`a cell could not be compiled at once: ${inspect(error)}`);
      return undefined;
    }
  }

  /** A cell begins to run: later cells may refer to what it declares. */
  begin(cell: CellId, declarations: readonly Declaration[]): void {
    this.#names.begin(
      cell,
      declarations.map(({ name }) => name),
    );
  }

  /** The cell ended. @param bound the names of its declarations that it gave a value */
  settle(cell: CellId, bound: readonly string[]): void {
    this.#names.settle(cell, bound);
  }

  /** The names of all cells are gone. */
  forget(): void {
    this.#names.clear();
  }

  /** The names that cells have declared. */
  get names(): ReadonlySet<string> {
    return this.#names.all;
  }

  /** Loads the compiler ahead of the first cell. */
  load(): void {
    void this.#loaded;
  }

  /** Writes V8's cache for the next start, unless there is a good one. Takes about 10 ms. */
  saveCache(): void {
    if (this.#loaded.cacheIsStale) this.#loaded.saveCache();
  }

  readonly #isKnown = (name: string): boolean => this.#names.all.has(name) || name in globalThis;

  get #loaded(): LoadedScript {
    this.#script ??= loadOwnScript('compiler.cjs', this.options.cache);
    return this.#script;
  }

  get #compileErasable(): typeof compileErasable {
    return (this.#loaded.exports as { readonly compileErasable: typeof compileErasable }).compileErasable;
  }
}
