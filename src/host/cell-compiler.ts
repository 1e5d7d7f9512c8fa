// Where a cell is compiled, and with which settings: on this thread if that is done at once, else in the language worker.
// Rule: what a cell changes of the settings holds for the cells after it, and the language worker hears of every cell.
import type { Cell } from '../api';
import type { CompiledCell } from '../compile/types';
import type { CellSettings } from '../magics/catalog';
import { refuseCell } from '../text/refusal';
import type { Compiler } from './compiler';
import type { Compilation, LanguageClient, SourceCell } from './language-client';

export interface CellCompilerOptions {
  readonly compiler: Pick<Compiler, 'compile'>;
  readonly language: Pick<LanguageClient, 'begin' | 'compile'>;
  /** Of the first cell. */
  readonly settings: CellSettings;
}

type Compiled = Extract<Compilation, { status: 'ok' }>;

export class CellCompiler {
  readonly #compiler: CellCompilerOptions['compiler'];
  readonly #language: CellCompilerOptions['language'];
  /** How the next cell is compiled and checked: changed by magics at the top of a cell. */
  #settings: CellSettings;
  /** A cell has said what becomes of types. */
  #areTypesChosen = false;
  /** The cells that the language worker compiles now: over when one goes to the execution worker, or fails before. */
  readonly #elsewhere = new Set<Promise<void>>();

  constructor({ compiler, language, settings }: CellCompilerOptions) {
    this.#compiler = compiler;
    this.#language = language;
    this.#settings = settings;
  }

  /** What is to be compiled: the source of a cell, or one of its expressions, which declares nothing and is not checked. */
  want({ id, label, place, allowInput }: Cell, source: string, isCell: boolean): SourceCell {
    return {
      cell: isCell ? id : undefined,
      label,
      ...(place !== undefined && { place }),
      source,
      settings: isCell ? this.#settings : { ...this.#settings, types: 'off' },
      // A program reads what is under the cell, and sees no front end.
      repeats: this.#areTypesChosen || !allowInput,
    };
  }

  /** Compiles on this thread; undefined if the language worker has to do it. */
  compileHere({ label, source, settings }: SourceCell): Compilation | undefined {
    // The language worker would have to be asked about its types all the same.
    if (settings.types === 'error') return undefined;
    const compiled = this.#compiler.compile(source, settings.dispatch);
    if (!compiled) return undefined;
    const { result } = compiled;
    const changed = { ...settings, ...compiled.settings };
    if (!result.ok) {
      return {
        status: 'error',
        error: refuseCell('SyntaxError', result.problems, source, label),
        problems: result.problems,
        settings: compiled.settings,
      };
    }
    if (changed.types === 'error') return undefined;
    return { status: 'ok', compiled: result.cell, settings: compiled.settings };
  }

  /** `end` is to be called when it is over. */
  compileElsewhere(wanted: SourceCell): { readonly answer: Promise<Compilation>; end(): void } {
    let resolve = () => {};
    const over = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.#elsewhere.add(over);
    const end = () => {
      this.#elsewhere.delete(over);
      resolve();
    };
    return { answer: this.#language.compile(wanted), end };
  }

  /** Until those that are compiled elsewhere now have gone to the execution worker, or failed before; absent when there are none. */
  get underway(): Promise<unknown> | undefined {
    return this.#elsewhere.size > 0 ? Promise.all(this.#elsewhere) : undefined;
  }

  /** The code of a text as if it was about to run, for a debugger. */
  async compileText(source: string): Promise<CompiledCell | undefined> {
    const settings: CellSettings = { ...this.#settings, types: 'off' };
    const here = this.#compiler.compile(source, settings.dispatch)?.result;
    if (here) return here.ok ? here.cell : undefined;
    const compilation = await this.#language.compile({ cell: undefined, label: '', source, settings });
    return compilation.status === 'ok' ? compilation.compiled : undefined;
  }

  /** For the cells after one. Another cell may have changed others of them meanwhile. @returns the settings of this one */
  changeSettings({ cell, settings: before }: SourceCell, changes: Compilation['settings']): CellSettings {
    const changed = { ...before, ...changes };
    if (cell === undefined) return changed;
    if (changes?.types !== undefined) this.#areTypesChosen = true;
    for (const name of ['dispatch', 'types'] as const)
      if (changed[name] !== before[name]) this.#settings = { ...this.#settings, [name]: changed[name] };
    return changed;
  }

  /** The language worker is to hear of a cell that was compiled here, and runs. */
  tell(
    { id: cell, allowInput }: Cell,
    { label, place, source, settings, repeats }: SourceCell,
    { compiled, settings: changes }: Compiled,
  ): void {
    const { types } = { ...settings, ...changes };
    const begun = {
      cell,
      label,
      ...(place !== undefined && { place }),
      source,
      values: compiled.declarations.map(({ name }) => name),
      types,
      repeats: repeats === true || changes?.types !== undefined,
    };
    // A program that has the types of its cells unchecked does not ask about them.
    this.#language.begin(begun, allowInput || types !== 'off');
  }
}
