// What a person refers back to: `In`, `Out`, `_`, `__`, `___` and `_3`.
// Rule: a name that the person declares is theirs from then on.
const { defineProperty, getOwnPropertyDescriptor, isExtensible } = Object;
const realm = globalThis;

export class Results {
  readonly #inputs: string[] = [''];
  readonly #outputs: Record<number, unknown> = {};
  #latest: unknown[] = [];

  constructor() {
    const shown = { In: () => this.#inputs, Out: () => this.#outputs };
    for (const [name, get] of Object.entries(shown)) defineName(name, get);
    for (const [index, name] of ['_', '__', '___'].entries()) defineName(name, () => this.#latest[index]);
  }

  noteInput(number: number, source: string): void {
    this.#inputs[number] = source;
  }

  noteOutput(number: number, value: unknown): void {
    this.#outputs[number] = value;
    this.#latest = [value, this.#latest[0], this.#latest[1]];
    const name = `_${number}`;
    if (!getOwnPropertyDescriptor(realm, name) && isExtensible(realm))
      defineName(name, () => this.#outputs[number]);
  }
}

function defineName(name: string, get: () => unknown): void {
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
