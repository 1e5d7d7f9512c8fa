// Under which property of the global object a name of the cells is kept. Where the realm has something under the name itself
// (`URL`, `Map`, `setTimeout`), that stays as it is for libraries, for Node and for the kernel: the cells' own is hidden.
// Rule: the property is the name, or looks like it.

/** Invisible, and allowed in names. Not the one of hoisted functions: both may come together. */
export const hidingMark = '\u200d';

const realmNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));

/** Those of the names that are kept under another one. */
export function hiddenAmong(names: Iterable<string>): Set<string> {
  const hidden = new Set<string>();
  for (const name of names) if (realmNames.has(name)) hidden.add(name);
  return hidden;
}

/** The property of the global object that has the value of a hidden name. */
export const hiddenKey = (name: string): string => `${name}${hidingMark}`;

/** The property for a name of the cells. @param hidden those that are hidden */
export const keyIn = (hidden: ReadonlySet<string>, name: string): string =>
  hidden.has(name) ? hiddenKey(name) : name;

/** The name that a property was made for. */
export const nameOfKey = (key: string): string => (key.endsWith(hidingMark) ? key.slice(0, -1) : key);

const marks = new RegExp(`(?<=[\\w$])${hidingMark}`, 'g');

/** A text of the engine's that mentions names, as the person wrote them. Elsewhere the mark may be the person's own. */
export const withoutMarks = (text: string): string =>
  text.includes(hidingMark) ? text.replace(marks, '') : text;

/** The names that cells gave a value, as far as it takes to compile the next one. */
export class BoundNames {
  readonly #names = new Set<string>();
  readonly #hidden = new Set<string>();
  /** By the cell that runs: what it declares and no cell before it did. */
  readonly #fresh = new Map<number, readonly string[]>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Those that are kept beside the realm's own. */
  get hidden(): ReadonlySet<string> {
    return this.#hidden;
  }

  /** A cell begins to run. @param names what it declares */
  begin(cell: number, names: readonly string[]): void {
    this.#fresh.set(
      cell,
      names.filter((name) => !this.#names.has(name)),
    );
    for (const name of names) this.#names.add(name);
    for (const name of hiddenAmong(names)) this.#hidden.add(name);
  }

  /** It ended. @param bound the names of its declarations that it gave a value */
  settle(cell: number, bound: readonly string[]): void {
    for (const name of this.#fresh.get(cell) ?? []) {
      if (bound.includes(name)) continue;
      this.#names.delete(name);
      this.#hidden.delete(name);
    }
    this.#fresh.delete(cell);
  }

  clear(): void {
    this.#names.clear();
    this.#hidden.clear();
    this.#fresh.clear();
  }
}
