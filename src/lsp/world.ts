// What names mean in a notebook that is being edited: what they would mean if it ran from its top to the cell.
// Rule: for each name the nearest declaration above, as it is typed now; else what cells left that ran; else nothing. An edit costs
// as much as there are cells that mention the names which it changes, not as there are cells.
import type { Notebook } from '../language/notebook/cells';
import type { KnownName, KnownValue, Meanings, Surroundings } from '../language/notebook/module';
import type { Modules } from '../language/types/service';
import { type CellText, DocumentCell, type ReadFile } from './cell';

/** What cells left that ran: their names, their modules, and the texts of their values. */
export type Executed = Modules & Pick<Notebook, 'names' | 'isUntyped' | 'magics' | 'listen'>;

export class World implements Modules {
  readonly #executed: Executed | undefined;
  readonly #readFile: ReadFile;
  readonly #modules = new Map<string, DocumentCell>();
  readonly #byKey = new Map<string, DocumentCell>();
  #cells: DocumentCell[] = [];
  readonly #declaring = new Index();
  readonly #mentioning = new Index();
  readonly #checking = new Index();
  readonly #globals = new Index();
  readonly #augmenting = new Set<DocumentCell>();
  /** Counts changes, of any cell. */
  revision = 0;

  constructor(readFile: ReadFile, executed?: Executed) {
    this.#readFile = readFile;
    this.#executed = executed;
  }

  get cells(): readonly DocumentCell[] {
    return this.#cells;
  }

  find(name: string) {
    return this.#modules.get(name) ?? this.#executed?.find(name);
  }

  /** A cell of the document by the name of its module. */
  cellNamed(module: string): DocumentCell | undefined {
    return this.#modules.get(module);
  }

  /** A cell of the document by what the document calls it. */
  cellOf(key: string): DocumentCell | undefined {
    return this.#byKey.get(key);
  }

  get global() {
    return [...(this.#executed?.global ?? []), ...this.#augmenting];
  }

  findValue(module: string) {
    return this.#executed?.findValue(module);
  }

  /**
   * Takes the cells as the document has them now.
   * @returns those whose text is new, and those in which a name may mean something else
   */
  update(texts: readonly CellText[]): Set<DocumentCell> {
    const changed = new Set<DocumentCell>();
    const names = new Set<string>();
    const kept = new Set<string>();
    const cells = texts.map((text) => {
      kept.add(text.key);
      const known = this.#byKey.get(text.key);
      const cell = known ?? new DocumentCell(text.key, text);
      cell.place = text;
      this.#byKey.set(text.key, cell);
      return cell;
    });
    for (const cell of this.#cells) if (!kept.has(cell.key)) this.#remove(cell, names);
    const isMoved = movedIn(cells);
    cells.forEach((cell, index) => {
      cell.index = index;
      // What it declares is above other cells now, and other cells are above it.
      if (!isMoved(cell)) return;
      for (const name of declaredBy(cell)) names.add(name);
      if (this.#modules.has(cell.name)) changed.add(cell);
    });
    this.#cells = cells;
    cells.forEach((cell, index) => {
      const text = texts[index]!;
      const isNew = !this.#modules.has(cell.name);
      if (!isNew && cell.source === text.source && cell.isCode === text.isCode) return;
      this.#read(cell, text, names);
      changed.add(cell);
    });
    for (const name of names) for (const cell of this.#mentioning.of(name)) changed.add(cell);
    for (const cell of changed) cell.isStale = true;
    if (changed.size > 0 || names.size > 0) this.revision++;
    return changed;
  }

  /**
   * Cells ran, or forgot what they had left.
   * @param names those that may mean something else by that
   * @returns the cells in which one may
   */
  executedChanged(names: readonly string[]): Set<DocumentCell> {
    const changed = new Set<DocumentCell>();
    const { global = [] } = this.#executed ?? {};
    if (global.length !== this.#globalCount) {
      // What is global now is seen by every cell.
      this.#globalCount = global.length;
      for (const cell of this.#cells) changed.add(cell.touch());
    }
    const also = new Set<string>();
    for (const magic of names.filter((name) => /^[%!]/.test(name))) {
      for (const cell of this.#cells) {
        if (!cell.source.includes(magic)) continue;
        const { key, place, source, isCode } = cell;
        this.#read(cell, { ...place, key, source, isCode }, also);
        changed.add(cell.touch());
      }
    }
    for (const name of [...names, ...also]) for (const cell of this.#mentioning.of(name)) changed.add(cell);
    for (const cell of changed) cell.isStale = true;
    if (changed.size > 0) this.revision++;
    return changed;
  }
  #globalCount = 0;

  /** Whether a word has a meaning in a cell: it is no magic by mistake. */
  isKnown(word: string, cell: DocumentCell): boolean {
    return (
      word in globalThis ||
      this.lookup(word, cell)?.value !== undefined ||
      this.#executed?.magics.has(word) === true
    );
  }

  /**
   * Whether the value that the kernel has of a name is the one that the name means in a cell: what declares it has run, and was
   * not edited since.
   */
  hasValue(name: string, cell: DocumentCell): boolean {
    const ran = this.#executed?.names.get(name)?.value?.cell;
    const home = cell.outline.values.has(name) ? cell : this.homeOf(name, cell);
    if (home) return ran !== undefined && home.isTextOf(ran);
    return ran !== undefined || this.#executed?.isUntyped(name) === true;
  }

  /** What a name means in a cell that does not declare it itself. */
  lookup(name: string, cell: DocumentCell): KnownName | undefined {
    let valueCell: DocumentCell | undefined;
    let type: DocumentCell | undefined;
    for (const other of this.#declaring.of(name)) {
      if (other.index >= cell.index) continue;
      const { values, types } = other.outline;
      if (values.has(name) && other.index >= (valueCell?.index ?? 0)) valueCell = other;
      if (types.has(name) && other.index >= (type?.index ?? 0)) type = other;
    }
    if (!valueCell && !type) return this.#executed?.names.get(name);
    return { value: valueCell && this.#valueIn(valueCell, name, cell), type };
  }

  /** The cell of the document that declares what a name means in a cell, or nothing. */
  homeOf(name: string, cell: DocumentCell): DocumentCell | undefined {
    const known = this.lookup(name, cell);
    return this.#modules.get((known?.value?.cell ?? known?.type)?.name ?? '');
  }

  /** All names that mean something in a cell, but for its own. */
  namesAt(cell: DocumentCell): Map<string, KnownName> {
    const names = new Map<string, KnownName>();
    for (const name of [...this.#declaring.names, ...(this.#executed?.names.keys() ?? [])]) {
      const known = names.has(name) ? undefined : this.lookup(name, cell);
      if (known) names.set(name, known);
    }
    return names;
  }

  /** The other cells, as a cell sees them. */
  around(cell: DocumentCell): Surroundings {
    return { names: this.#meaningsAt(cell), find: (name) => this.find(name) };
  }

  /** Makes the tail of a cell anew, if that is due. */
  bring(cell: DocumentCell): void {
    if (!cell.isStale) return;
    const found = new Set<DocumentCell>();
    const note = (other: unknown) => {
      if (other instanceof DocumentCell) found.add(other);
    };
    const names: Meanings = {
      get: (name) => {
        const known = this.lookup(name, cell);
        note(known?.value?.cell);
        note(known?.value?.narrowedIn);
        note(known?.type);
        return known;
      },
    };
    const isUntyped = (name: string) =>
      this.#executed?.isUntyped(name) === true ||
      /^_\d+$/.test(name) ||
      this.#globals.of(name).some(({ index }) => index < cell.index);
    cell.bring(names, isUntyped);
    for (const other of cell.dependencies) if (!found.has(other)) other.dependents.delete(cell);
    for (const other of found) other.dependents.add(cell);
    cell.dependencies = found;
  }

  #meaningsAt(cell: DocumentCell): Meanings {
    return { get: (name) => this.lookup(name, cell) };
  }

  #valueIn(owner: DocumentCell, name: string, cell: DocumentCell): KnownValue {
    const declared = owner.outline.values.get(name)!;
    let narrowedIn: DocumentCell | undefined;
    if (declared.kind === 'const') {
      for (const other of this.#checking.of(name)) {
        const { imported, types } = other.outline;
        if (other.index < owner.index || other.index >= cell.index) continue;
        if (imported.has(name) || types.has(name) || other.index < (narrowedIn?.index ?? 0)) continue;
        narrowedIn = other;
      }
    }
    return { ...declared, cell: owner, ...(narrowedIn && { narrowedIn }) };
  }

  /** @param names takes what the cell no longer declares as it did */
  #read(cell: DocumentCell, text: CellText, names: Set<string>): void {
    const before = new Map([...declaredBy(cell)].map((name) => [name, traitsOf(cell, name)]));
    this.#withdraw(cell);
    cell.read(text, (word) => this.isKnown(word, cell), this.#readFile);
    this.#modules.set(cell.name, cell);
    this.#enter(cell);
    for (const name of new Set([...before.keys(), ...declaredBy(cell)]))
      if (before.get(name) !== traitsOf(cell, name)) names.add(name);
  }

  #remove(cell: DocumentCell, names: Set<string>): void {
    for (const name of declaredBy(cell)) names.add(name);
    this.#withdraw(cell);
    this.#byKey.delete(cell.key);
    this.#modules.delete(cell.name);
    for (const other of cell.dependencies) other.dependents.delete(cell);
    // Whoever refers to it mentions a name that changed, and is brought anew.
  }

  #enter(cell: DocumentCell): void {
    const { values, types, mentions, checked, globals, changesGlobals } = cell.outline;
    this.#declaring.add(cell, [...values.keys(), ...types]);
    this.#mentioning.add(cell, mentions);
    this.#checking.add(cell, checked);
    this.#globals.add(cell, globals);
    if (changesGlobals) this.#augmenting.add(cell);
  }

  #withdraw(cell: DocumentCell): void {
    const { values, types, mentions, checked, globals } = cell.outline;
    this.#declaring.delete(cell, [...values.keys(), ...types]);
    this.#mentioning.delete(cell, mentions);
    this.#checking.delete(cell, checked);
    this.#globals.delete(cell, globals);
    this.#augmenting.delete(cell);
  }
}

/** Which cells have to do with a name. */
class Index {
  readonly #cells = new Map<string, Set<DocumentCell>>();

  get names(): Iterable<string> {
    return this.#cells.keys();
  }

  of(name: string): DocumentCell[] {
    return [...(this.#cells.get(name) ?? [])];
  }

  add(cell: DocumentCell, names: Iterable<string>): void {
    for (const name of names) {
      const cells = this.#cells.get(name);
      if (cells) cells.add(cell);
      else this.#cells.set(name, new Set([cell]));
    }
  }

  delete(cell: DocumentCell, names: Iterable<string>): void {
    for (const name of names) {
      const cells = this.#cells.get(name);
      cells?.delete(cell);
      if (cells?.size === 0) this.#cells.delete(name);
    }
  }
}

/** All names for which other cells may refer to it. */
function* declaredBy({ outline }: DocumentCell): Generator<string> {
  yield* outline.values.keys();
  yield* outline.types;
  yield* outline.checked;
  yield* outline.globals;
}

/** What tails say of a name of the cell, as one text. */
function traitsOf({ outline }: DocumentCell, name: string): string {
  const { values, types, checked, globals, imported } = outline;
  const said = [types, checked, globals, imported].map((names) => (names.has(name) ? 1 : 0));
  return `${said.join('')}${JSON.stringify(values.get(name) ?? null)}`;
}

/** Which cells stand in another order than before: all but those of one long ascending row. */
function movedIn(cells: readonly DocumentCell[]): (cell: DocumentCell) => boolean {
  const moved = new Set<DocumentCell>();
  let highest = -1;
  for (const cell of cells) {
    if (cell.text === '') continue;
    if (cell.index < highest) moved.add(cell);
    else highest = cell.index;
  }
  return (cell) => moved.has(cell);
}
