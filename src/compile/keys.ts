// Under which property of the global object a name of the cells is kept: under its key, which is the name with an invisible
// mark before it. So no library, nor Node, nor the kernel finds a cell's name where it looks for something of its own.
// Rule: whoever shows a name, or a text that V8 made of code, takes the marks out.
import type { CompileOptions, EarlierNames } from './types';

/**
 * Two letters that may begin a name and look like blanks (fillers of the Korean script). One alone people do use, for names and
 * texts that look empty; this pair stands in no text.
 */
const mark = '\uffa0\u1160';

/** The property that has the value of a name. */
export const keyOf = (name: string): string => mark + name;

/**
 * The property by which the code of a cell asks for the type of a name that nothing may have: `typeof` of one that throws
 * would throw.
 */
export const probeOf = (name: string): string => mark + mark + name;

/** The property by which a declaration gives its name the first value. */
export const initialOf = (name: string): string => mark + mark + mark + name;

export const isKey = (property: string): boolean => property.startsWith(mark);

/** The names that the code of a cell mentions by their keys, each with the offset where it does first. */
export function mentionsIn(code: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { 1: name, index } of code.matchAll(keyInCode)) if (!found.has(name!)) found.set(name!, index);
  return found;
}

const keyInCode = new RegExp(`(?:${mark})+([\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*)`, 'gu');

/** The name that a property was made for. */
export const nameOfKey = (key: string): string => (isKey(key) ? key.slice(mark.length) : key);

/** What closes an expression that begins with taking marks away: its end is to be found in the text of a function. */
export const endOfHandler = '/*__tsk_*/)';

/** What the compiler puts into functions. */
const ofCompiler =
  /__tsk_plain\([^)]*\);|\((?:__tsk_plain\([^)]*\),|(?:[^\s;{}(),]+=__tsk_text\([^)]*\),)+)|\/\*__tsk_\*\/\)|[^\s;{}]+=__tsk_text\([^)]*\);|__tsk_eval\("[^"]*"\)|__tsk_thrown\.value=/g;

/** The text of a function as it was written. */
export const withoutCalls = (text: string): string => text.replace(ofCompiler, '');

/** What V8 says of an assignment to a constant of a cell: to it that is a read-only property. */
const ofConstant = new RegExp(
  `Cannot assign to read only property '${mark}[^']*' of object '#<Object>'`,
  'g',
);

/** A text that V8 made of code, or that somebody made of such a text, as it would be without keys. */
export const withoutMarks = (text: string): string =>
  text.includes(mark)
    ? text.replace(ofConstant, 'Assignment to constant variable.').replaceAll(mark, '')
    : text;

const { getOwnPropertyDescriptor } = Object;

/** Whether cells gave a name a value, in the realm that runs this. */
export function hasValue(name: string): boolean {
  const found = getOwnPropertyDescriptor(globalThis, keyOf(name));
  return found !== undefined && 'value' in found;
}

const realmNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));

/** What the names of a cell mean. */
export interface Meanings {
  /** Whether a name that no scope in the cell declares is the cells', and not the realm's. */
  isOwn(name: string): boolean;
  /** Whether it is sure to have a value, or to be declared. */
  isBound(name: string): boolean;
}

/**
 * @param declared names of the cell
 * @param around names of earlier cells, and what is declared around the code, where it stands within a function
 */
export function meaningsOf(
  declared: ReadonlySet<string>,
  { bound, pending = noNames, locals = noNames }: Pick<CompileOptions, keyof EarlierNames | 'locals'>,
): Meanings {
  const isDeclared = (name: string) => declared.has(name) || bound.has(name);
  return {
    isBound: (name) => declared.has(name) || (bound.has(name) && !pending.has(name)),
    isOwn: (name) =>
      name !== 'arguments' &&
      !name.startsWith('__tsk_') &&
      !locals.has(name) &&
      (!realmNames.has(name) || isDeclared(name)),
  };
}

const noNames: ReadonlySet<string> = new Set();

/** What is known of the names, as data. */
export interface BoundState {
  readonly names: ReadonlySet<string>;
  readonly settled: ReadonlySet<string>;
  readonly running: ReadonlyMap<number, readonly string[]>;
}

/** The names that cells gave a value, as far as it takes to compile the next one. */
export class BoundNames {
  readonly #names = new Set<string>();
  /** Those that cells have given a value which have ended. */
  readonly #settled = new Set<string>();
  /** By the cell that runs: what it declares. */
  readonly #running = new Map<number, readonly string[]>();

  get all(): ReadonlySet<string> {
    return this.#names;
  }

  /** Those that only cells declare which still run. */
  get pending(): ReadonlySet<string> {
    if (this.#running.size === 0) return noNames;
    const declared = [...this.#running.values()].flat();
    return new Set(declared.filter((name) => !this.#settled.has(name)));
  }

  /** A cell begins to run. @param names what it declares */
  begin(cell: number, names: readonly string[]): void {
    this.#running.set(cell, names);
    for (const name of names) this.#names.add(name);
  }

  /** It ended. @param bound the names of its declarations that it gave a value */
  settle(cell: number, bound: readonly string[]): void {
    const declared = this.#running.get(cell) ?? [];
    this.#running.delete(cell);
    for (const name of bound) {
      this.#settled.add(name);
      this.#names.add(name);
    }
    for (const name of declared)
      if (!this.#settled.has(name) && !this.#isDeclared(name)) this.#names.delete(name);
  }

  #isDeclared(name: string): boolean {
    for (const names of this.#running.values()) if (names.includes(name)) return true;
    return false;
  }

  save(): BoundState {
    return { names: this.#names, settled: this.#settled, running: this.#running };
  }

  /** Takes over what others knew, as if all of it had happened here. */
  restore({ names, settled, running }: BoundState): void {
    for (const name of names) this.#names.add(name);
    for (const name of settled) this.#settled.add(name);
    for (const [cell, declared] of running) this.#running.set(cell, declared);
  }

  /** All have lost their values; cells that run may still give theirs one. */
  clear(): void {
    this.#settled.clear();
    this.#names.clear();
    for (const names of this.#running.values()) for (const name of names) this.#names.add(name);
  }
}
