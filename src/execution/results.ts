// What a person refers back to: `In`, `Out`, `_`, `__`, `___` and `_3`.
// Rule: a name that the person declares is theirs from then on.
import type { ResultName } from '../globals';

const { defineProperty, getOwnPropertyDescriptor, isExtensible } = Object;
const realm = globalThis;

export class Results {
  readonly #inputs: string[] = [''];
  readonly #outputs: Record<number, unknown> = {};
  /** What `_`, `__` and `___` are. */
  readonly #latest: Record<number, unknown> = { 0: undefined, 1: undefined, 2: undefined };

  constructor() {
    const all = { inputs: this.#inputs, outputs: this.#outputs };
    const members: { readonly [Name in ResultName]: readonly [owner: Members, key: PropertyKey] } = {
      In: [all, 'inputs'],
      Out: [all, 'outputs'],
      _: [this.#latest, 0],
      __: [this.#latest, 1],
      ___: [this.#latest, 2],
    };
    for (const [name, [owner, key]] of Object.entries(members)) defineName(name, owner, key);
  }

  noteInput(number: number, source: string): void {
    this.#inputs[number] = source;
  }

  noteOutput(number: number, value: unknown): void {
    this.#outputs[number] = value;
    this.#latest[2] = this.#latest[1];
    this.#latest[1] = this.#latest[0];
    this.#latest[0] = value;
    const name = `_${number}`;
    if (!getOwnPropertyDescriptor(realm, name) && isExtensible(realm))
      defineName(name, this.#outputs, number);
  }
}

interface Members {
  readonly [key: PropertyKey]: unknown;
}

/** Makes a name for a member. There is one for each value of a cell, so its two functions share their surroundings. */
function defineName(name: string, owner: Members, key: PropertyKey): void {
  const get = () => owner[key];
  const set = (value: unknown) =>
    defineProperty(realm, name, {
      // What the person gave to Object.prototype is not meant for descriptors.
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
}
