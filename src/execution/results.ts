// The names for earlier inputs and results: `In`, `Out`, `_`, `__`, `___` and `_3`.
// Rule: once a cell declares one of these names, it is the cell's.
import type { ResultName } from '../globals';
import type { PendingOutput } from './background';

const { defineProperty, entries, getOwnPropertyDescriptor, isExtensible, keys } = Object;
const { deleteProperty } = Reflect;
const realm = globalThis;

/** How many values are kept: as many as IPython keeps. */
const keptValues = 1000;

export class Results {
  readonly #inputs: string[] = [''];
  readonly #outputs: Record<number, unknown> = {};
  /** What `_`, `__` and `___` are. */
  readonly #latest: Record<number, unknown> = { 0: undefined, 1: undefined, 2: undefined };
  /** The cells whose values are kept, from `#oldest` on, and the accessors that their names (`_3`) were given. */
  readonly #kept: Record<number, { readonly number: number; readonly get: (() => unknown) | undefined }> = {};
  #oldest = 0;
  #newest = 0;

  constructor() {
    this.#defineNames();
  }

  #defineNames(): void {
    const all = { inputs: this.#inputs, outputs: this.#outputs };
    const members: { readonly [Name in ResultName]: readonly [owner: Members, key: PropertyKey] } = {
      In: [all, 'inputs'],
      Out: [all, 'outputs'],
      _: [this.#latest, 0],
      __: [this.#latest, 1],
      ___: [this.#latest, 2],
    };
    for (const [name, [owner, key]] of entries(members))
      if (!getOwnPropertyDescriptor(realm, name)) defineName(name, owner, key);
  }

  noteInput(number: number, source: string): void {
    this.#inputs[number] = source;
  }

  /** Keeps a value, in the place of the oldest one when there are many. */
  noteOutput(number: number, value: unknown): void {
    this.#latest[2] = this.#latest[1];
    this.#latest[1] = this.#latest[0];
    this.#latest[0] = value;
    this.#keep(number, value);
  }

  /** Keeps the promise of a value, of a cell that runs on in the background. It is nobody's latest result, nor is the value. */
  promiseOutput(number: number, promise: Promise<unknown>): void {
    this.#keep(number, promise);
  }

  /** The value is there, or will not come: then the promise stays, which says why. */
  keepPromise(number: number, { promise, value, hasFailed }: PendingOutput): void {
    // Forgotten meanwhile.
    if (hasFailed || this.#outputs[number] !== promise) return;
    if (value === undefined) delete this.#outputs[number];
    else this.#outputs[number] = value;
  }

  #keep(number: number, value: unknown): void {
    this.#outputs[number] = value;
    const name = `_${number}`;
    const isFree = !getOwnPropertyDescriptor(realm, name) && isExtensible(realm);
    this.#kept[this.#newest++] = {
      number,
      get: isFree ? defineName(name, this.#outputs, number) : undefined,
    };
    if (this.#newest - this.#oldest > keptValues) this.#forgetOldest();
  }

  /** Forgets all values and sources. */
  clear(): void {
    this.#inputs.length = 1;
    while (this.#oldest < this.#newest) this.#forgetOldest();
    // What cells added to `Out` goes with it.
    for (const key of keys(this.#outputs)) delete this.#outputs[Number(key)];
    for (const index of [0, 1, 2]) this.#latest[index] = undefined;
    // Cells may have declared these, and what they declared is gone.
    this.#defineNames();
  }

  #forgetOldest(): void {
    const { number, get } = this.#kept[this.#oldest]!;
    delete this.#kept[this.#oldest++];
    delete this.#outputs[number];
    const name = `_${number}`;
    // A cell may have declared that name.
    if (get && getOwnPropertyDescriptor(realm, name)?.get === get) deleteProperty(realm, name);
  }
}

interface Members {
  readonly [key: PropertyKey]: unknown;
}

/**
 * Makes a name for a member. There is one for each value of a cell, so its two functions share their surroundings.
 * @returns what reads it
 */
function defineName(name: string, owner: Members, key: PropertyKey): () => unknown {
  const get = () => owner[key];
  const set = (value: unknown) =>
    defineProperty(realm, name, {
      // A descriptor must not inherit what a cell added to Object.prototype.
      __proto__: null,
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    } as PropertyDescriptor);
  defineProperty(realm, name, {
    __proto__: null,
    get,
    set,
    configurable: true,
    enumerable: false,
  } as PropertyDescriptor);
  return get;
}
