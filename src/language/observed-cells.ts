// Cells of which more is known once the values of the names in them are: those that they use, or may have changed.
// Rule: a value is asked for when the cell has ended; of a cell that runs for long is told what is known without.
import type { CellId } from '../api';
import type { TypeChecking } from '../magics/catalog';
import type { Finding } from './answers/wording';
import type { Notebook } from './notebook/cells';
import type { CellModule } from './notebook/module';
import type { Observations } from './observations';

/** A cell that was compiled and not type-checked yet. */
export interface Unchecked {
  readonly id: CellId;
  readonly cell: CellModule;
  readonly types: TypeChecking;
  /** Its warnings are shown under it, also those that a front end shows where it is typed. */
  readonly repeats: boolean;
}

/** A cell that was checked by static types, while the values of names in it are asked for. */
export interface Observed extends Unchecked {
  readonly findings: readonly Finding[];
  readonly names: readonly string[];
  /** What is told of it waits for that. */
  isAwaited: boolean;
  /** The values are known, or not waited for any longer. */
  isDue: boolean;
}

/** How long a cell that still runs waits for values, in milliseconds. */
const patience = 500;

export class ObservedCells {
  readonly #notebook: Notebook;
  readonly #observations: Observations | undefined;
  readonly #wake: () => void;
  #cells: Observed[] = [];

  /**
   * @param observations absent where values are not looked at
   * @param wake called when a cell may be due
   */
  constructor(notebook: Notebook, observations: Observations | undefined, wake: () => void) {
    this.#notebook = notebook;
    this.#observations = observations;
    this.#wake = wake;
  }

  /** Those that later cells must not take away. */
  get all(): readonly Observed[] {
    return this.#cells;
  }

  /** A cell of which everything is known that there is to tell. */
  get due(): Observed | undefined {
    return this.#cells.find(({ isAwaited, isDue }) => isAwaited && isDue);
  }

  /** Whether what is told of a cell waits for values. */
  isAwaited(id: CellId): boolean {
    return this.#cells.some((one) => one.isAwaited && one.id === id);
  }

  /** A cell was checked by static types. @returns whether what is told of it waits for values */
  add(unchecked: Unchecked, findings: readonly Finding[]): boolean {
    const { id, cell, types } = unchecked;
    const isWanted = (name: string) => this.#observations?.isWanted(name) === true;
    const isAwaited = types !== 'off' && cell.brought.some(({ name }) => isWanted(name));
    const names = namesIn(cell.source).filter(isWanted);
    if (names.length === 0) {
      forgetBrought(cell);
      return isAwaited;
    }
    const observed = { ...unchecked, findings, names, isAwaited, isDue: false };
    this.#cells.push(observed);
    if (!this.#notebook.isRunning(id)) this.#ask(observed);
    else if (isAwaited) setTimeout(() => this.#hurry(observed), patience).unref();
    return isAwaited;
  }

  /** A cell has ended. */
  settle(id: CellId): void {
    this.#observations?.noteEnd();
    for (const observed of this.#cells) if (observed.id === id) this.#ask(observed);
  }

  /** What was due is told. */
  conclude(observed: Observed): void {
    observed.isAwaited = false;
    if (!this.#notebook.isRunning(observed.id)) this.#drop(observed);
  }

  /** Asks for the values of the names in a text that a cell may have changed since: for the next question about it. */
  refresh(source: string): void {
    this.#observations?.refresh(namesIn(source));
  }

  /** Whether values have been asked for and are not told yet. */
  get isAsking(): boolean {
    return this.#observations?.isAsking === true;
  }

  /** Takes over the cells of another one, before any has come here. */
  restore(cells: readonly Observed[]): void {
    this.#cells = [...cells];
  }

  forget(): void {
    this.#cells = [];
    this.#observations?.forget();
  }

  #ask(observed: Observed): void {
    this.#observations?.ask(observed.names, () => {
      if (observed.isAwaited) observed.isDue = true;
      else this.#drop(observed);
      this.#wake();
    });
  }

  #hurry(observed: Observed): void {
    observed.isDue = true;
    this.#wake();
  }

  #drop(observed: Observed): void {
    this.#cells = this.#cells.filter((one) => one !== observed);
    forgetBrought(observed.cell);
  }
}

/** All that may be a name. */
const namesIn = (source: string): string[] => [
  ...new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)),
];

/** What it holds on to would keep cells from being garbage-collected. */
function forgetBrought(cell: CellModule): void {
  cell.brought = [];
}
