// The one namespace of all cells: the realm's own global object. A name is one property, for every cell and every closure.
// Rule: only this file defines or seals properties for declarations; compiled code just assigns to them.
//
// While a cell runs, each name that it declares and has not initialised yet is an accessor: reading gives the value of
// an earlier cell, or the ReferenceError that the language asks for; the first assignment turns it into plain data.
// So a name exists from the moment it is assigned, and what a failed cell did not assign is as it was before.
import { nameOfKey, withoutMarks } from '../compile/keys';
import type { Bound, Declaration } from '../compile/types';

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { apply, deleteProperty } = Reflect;

/** A name between the start of its cell and its first assignment. */
interface Pending {
  readonly key: string;
  readonly name: string;
  readonly before: PropertyDescriptor | undefined;
  readonly getter: () => unknown;
}

/** The declarations of one run, from its start to its end. */
export class Bindings {
  readonly #pending: Pending[] = [];
  readonly #types: string[] = [];

  constructor(readonly declarations: readonly Declaration[]) {
    const seen = new Set<string>();
    for (const declaration of declarations) {
      if (seen.has(declaration.name)) continue;
      seen.add(declaration.name);
      this.#prepare(declaration);
    }
  }

  #prepare({ name, kind, key = name }: Declaration): void {
    const before = getOwnPropertyDescriptor(globalThis, key);
    if (before && !before.configurable) return;
    switch (kind) {
      case 'enum':
      case 'namespace':
        // A new one, not an addition to that of an earlier cell.
        return this.#await({ key, name, before, getter: () => undefined });
      case 'var':
      case 'function':
        if (!before) setData(key, undefined);
        else if (before.writable === false) setData(key, before.value);
        return;
      default: {
        const getter = before
          ? (before.get ?? (() => before.value as unknown))
          : () => {
              throw new ReferenceError(`Cannot access '${name}' before initialization`);
            };
        this.#await({ key, name, before, getter });
      }
    }
  }

  #await(pending: Pending): void {
    const { key, getter } = pending;
    defineProperty(globalThis, key, {
      get: getter,
      set: (value: unknown) => setData(key, value),
      configurable: true,
      enumerable: true,
    });
    this.#pending.push(pending);
  }

  /** Binds an imported name: it can be declared again, but not assigned to. */
  bindImport(key: string, value: unknown): void {
    setData(key, value, false);
  }

  /** Notes an imported name that has no value: what was imported is a type. */
  noteType(key: string): void {
    this.#types.push(nameOfKey(key));
  }

  /**
   * Ends the run: consts are sealed, and names that were not initialised are put back as they were.
   * @param completed whether it came to its end
   */
  finish(completed: boolean): Bound {
    const unbound = new Set<string>();
    for (const { key, name, before, getter } of this.#pending) {
      if (getOwnPropertyDescriptor(globalThis, key)?.get !== getter) continue;
      unbound.add(name);
      if (before) defineProperty(globalThis, key, before);
      else deleteProperty(globalThis, key);
    }
    const bound = this.declarations.filter(({ name }) => !unbound.has(name));
    seal(...bound.filter(({ kind }) => kind === 'const').map(({ name, key }) => key ?? name));
    return { values: bound.map(({ name }) => name), types: this.#types, completed };
  }
}

function setData(key: string, value: unknown, writable = true): void {
  defineProperty(globalThis, key, { value, writable, configurable: true, enumerable: true });
}

/** Makes consts unassignable, if they are initialised. */
export function seal(...keys: string[]): void {
  for (const key of keys) {
    const descriptor = getOwnPropertyDescriptor(globalThis, key);
    if (descriptor?.configurable && descriptor.writable) defineProperty(globalThis, key, { writable: false });
  }
}

/** Gives a function declaration the name that it has in the source. */
export function hoist<T extends { readonly name: string }>(name: string, declared: T): T {
  apply(setName, hoisted, [declared, { name, marked: declared.name }]);
  return defineProperty(declared, 'name', { value: name, configurable: true });
}

/**
 * Makes the text of a function its source: a function may be sent elsewhere as text (to another thread, to a page),
 * and there it has to find itself by its name.
 */
export function hideMarks(): void {
  const native = Function.prototype.toString;
  const sourceOf = new Proxy(native, {
    apply(_, declared: unknown, values: unknown[]) {
      const text = apply(native, declared === sourceOf ? native : declared, values) as string;
      const names = apply(getNames, hoisted, [declared]) as Names | undefined;
      return withoutMarks(names ? (apply(replace, text, [names.marked, () => names.name]) as string) : text);
    },
  });
  defineProperty(Function.prototype, 'toString', { value: sourceOf });
}

/** A hoisted function's name in the source, and in the compiled script. */
interface Names {
  readonly name: string;
  readonly marked: string;
}
const hoisted = new WeakMap<object, Names>();
const { get: getNames, set: setName } = WeakMap.prototype;
const { replace } = String.prototype;
