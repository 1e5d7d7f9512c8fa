// The main thread's own compiler, which completes as well until there are types. Parsing a cell takes less time than asking
// another thread to do it.
// Rule: it compiles only what takes a few milliseconds; cells that are long or have to be emitted go to the language worker.

import { inspect } from 'node:util';
import type { CellId, Completeness } from '../api';
import type { Binding } from '../compile/bindings';
import type { CompiledInput } from '../compile/console';
import { BoundNames } from '../compile/keys';
import type { NotebookCell } from '../compile/magics/translate';
import type { Declaration, DeclarationKind, EarlierNames } from '../compile/types';
import type * as Parser from '../completion/parser';
import type { UntypedAnswer } from '../completion/untyped';
import type { CustomMagic, Dispatch } from '../magics/catalog';
import { type LoadedScript, loadOwnScript } from '../system/scripts';
import { offsetOf } from '../text/lines';

/** The longest source that is compiled here, in UTF-16 units: it takes about 10 ms. */
const longestSource = 20_000;

export interface CompilerOptions {
  /** The user's directory for our caches. */
  readonly cache: string;
  /** Where the notebook lives. */
  readonly directory: string;
  /** The user chose another TypeScript, with which the language worker compiles all cells. */
  readonly isReplaced: boolean;
  log(message: string): void;
}

export class Compiler {
  #script: LoadedScript | undefined;
  readonly #names = new BoundNames();
  #magics: readonly CustomMagic[] = [];
  readonly #kinds = new Map<string, DeclarationKind>();

  constructor(readonly options: CompilerOptions) {}

  #takes(source: string): boolean {
    return !this.options.isReplaced && source.length <= longestSource;
  }

  /** Undefined for a cell that the language worker has to compile. */
  compile(source: string, dispatch: Dispatch): NotebookCell | undefined {
    if (!this.#takes(source)) return undefined;
    try {
      return this.#exports.compileErasable(source, this.#isKnown, this.#earlier, dispatch);
    } catch (error) {
      // Not a reason to refuse the cell: the language worker may manage.
      this.options.log(`a cell could not be compiled at once: ${inspect(error)}`);
      return undefined;
    }
  }

  /**
   * What a debugger evaluates, or has as a condition.
   * @param locals what the scopes around it declare
   * @throws SyntaxError
   */
  compileExpression(text: string, locals: readonly string[]): string {
    return this.#exports.compileExpression(text, locals, (name) => this.#names.all.has(name));
  }

  /** What the scopes inside a cell declare around a place in its source. @param line and column from 1 */
  namesAt(source: string, line: number, column: number): readonly string[] {
    return this.#exports.namesAt(source, this.#isKnown, offsetOf(source, line, column));
  }

  /**
   * What a person types into the console of the debugger.
   * @param locals names of the scopes of a frame; nothing outside of one
   */
  compileInput(source: string, locals: ReadonlySet<string> | undefined): CompiledInput {
    return this.#exports.compileInput(source, this.#earlier, locals);
  }

  /** The names that a place of a file sees. @param line and column from 1 */
  bindingsAt(source: string, line: number, column: number): readonly Binding[] {
    return this.#exports.bindingsAt(source, line, column);
  }

  /** An expression, or statements, in which some names are said otherwise. */
  renameIn(source: string, codes: ReadonlyMap<string, string>): string {
    return this.#exports.renameIn(source, codes);
  }

  /** What is declared around a place of a text, behind it. @param line and column from 1 */
  pendingAt(source: string, line: number, column: number): ReadonlySet<string> {
    return this.#exports.pendingAt(source, line, column);
  }

  /** The head of a function that begins at a place of a text. @param line and column from 1 */
  signatureAt(source: string, line: number, column: number): string | undefined {
    return this.#exports.signatureAt(source, line, column);
  }

  /** A cell begins to run: later cells may refer to what it declares. */
  begin(cell: CellId, declarations: readonly Declaration[]): void {
    for (const { name, kind } of declarations) this.#kinds.set(name, kind);
    this.#names.begin(
      cell,
      declarations.map(({ name }) => name),
    );
  }

  /** The cell ended. @param bound the names of its declarations that it gave a value */
  settle(cell: CellId, bound: readonly string[]): void {
    this.#names.settle(cell, bound);
  }

  /** The magics that cells and packages have added. */
  noteMagics(magics: readonly CustomMagic[]): void {
    this.#magics = magics;
  }

  /** The names of all cells are gone. */
  forget(): void {
    this.#names.clear();
    this.#kinds.clear();
  }

  /** The names that cells have declared, and as what. */
  get names(): ReadonlyMap<string, DeclarationKind> {
    return new Map(Array.from(this.#names.all, (name) => [name, this.#kinds.get(name) ?? 'let']));
  }

  /** Whether a cell is finished. Undefined for one that the language worker has to look at. */
  checkCompleteness(source: string): Completeness | undefined {
    if (!this.#takes(source)) return undefined;
    return this.#exports.completenessOf(source, this.#isKnown);
  }

  /** What can be completed without types. @returns undefined where that is nothing */
  complete(source: string, offset: number): UntypedAnswer | undefined {
    if (!this.#takes(source)) return undefined;
    try {
      const { completeUntyped } = this.#exports;
      const { directory } = this.options;
      return completeUntyped({
        source,
        offset,
        directory,
        isKnown: this.#isKnown,
        names: this.names,
        magics: this.#magics,
      });
    } catch (error) {
      // The types may know.
      this.options.log(`a completion failed without types: ${inspect(error)}`);
      return undefined;
    }
  }

  /** Where the value lies that the cursor is at. @returns undefined unless a variable of a cell leads there */
  valueAt(source: string, offset: number): readonly string[] | undefined {
    if (!this.#takes(source)) return undefined;
    return this.#exports.valueAt(source, offset, this.#isKnown, this.names);
  }

  /** Loads the compiler ahead of the first cell. */
  load(): void {
    if (!this.options.isReplaced) void this.#loaded;
  }

  /** Writes V8's cache for the next start, unless there is a good one. Takes about 10 ms. */
  saveCache(): void {
    if (!this.options.isReplaced && this.#loaded.cacheIsStale) this.#loaded.saveCache();
  }

  readonly #isKnown = (name: string): boolean =>
    this.#names.all.has(name) ||
    name in globalThis ||
    this.#magics.some((magic) => magic.sign + magic.name === name);

  get #earlier(): EarlierNames {
    return { bound: this.#names.all, pending: this.#names.pending };
  }

  get #loaded(): LoadedScript {
    this.#script ??= loadOwnScript('compiler.cjs', this.options.cache);
    return this.#script;
  }

  get #exports(): typeof Parser {
    return this.#loaded.exports as typeof Parser;
  }
}
