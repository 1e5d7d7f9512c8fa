// The one namespace of all cells: properties of the realm's own global object, under keys that nobody else looks for (see
// compile/keys). A name is one property, for every cell and every closure.
// Rule: only this file defines or seals properties for names; compiled code just assigns to them.
//
// While a cell runs, each name that it declares and has not initialised yet is an accessor: reading gives the value of
// an earlier cell, or the ReferenceError that the language asks for; the declaration assigns to a property of its own, which
// turns the name into plain data. So a name exists from the moment it is initialised, and what a failed cell did not
// initialise is as it was before.
//
// A name that code mentions and no cell has declared is an accessor too: it stands for the realm's global of that name, if
// there is one by then, until a cell declares it.
import { initialOf, isKey, keyOf, nameOfKey, probeOf, withoutCalls, withoutMarks } from '../compile/keys';
import type { Bound, CompiledCell, Declaration } from '../compile/types';
import { withIntrinsics } from '../realm/intrinsics';
import type { StandIn } from '../standins/kernel';

const { defineProperty, getOwnPropertyDescriptor, hasOwn } = Object;
const { apply, deleteProperty, set: assign } = Reflect;
const realm = globalThis as { [name: string]: unknown };

/** A name between the start of its cell and its first assignment. */
interface Pending {
  readonly key: string;
  readonly name: string;
  readonly before: PropertyDescriptor | undefined;
  readonly getter: () => unknown;
}

/** The declarations of one run, from its start to its end. */
export class Bindings {
  readonly declarations: readonly Declaration[];
  readonly #pending: Pending[] = [];
  /** The names that the run has left uninitialised. */
  readonly #unbound = new Set<string>();
  readonly #types: string[] = [];

  constructor({ declarations, mentions, probes }: Names) {
    this.declarations = declarations;
    for (const name of mentions) if (!hasOwn(realm, keyOf(name))) defineMention(name);
    for (const name of probes) if (!hasOwn(realm, probeOf(name))) defineProbe(name);
    for (const declaration of declarations) this.#prepare(declaration);
  }

  #prepare({ name, kind, isAssigned }: Declaration): void {
    const key = keyOf(name);
    const before = getOwnPropertyDescriptor(realm, key);
    switch (kind) {
      case 'enum':
      case 'namespace':
        // A new one, not an addition to that of an earlier cell.
        return this.#await({ key, name, before, getter: () => undefined }, true);
      case 'var':
      case 'function':
        if (!before || before.get) setData(key, realm[name]);
        else if (before.writable === false) setData(key, before.value);
        return;
      default: {
        const isData = before !== undefined && !before.get;
        const getter = () => {
          if (isData) return before.value as unknown;
          if (name in realm) return realm[name];
          throw uninitialised(name);
        };
        this.#await({ key, name, before, getter }, isAssigned === true);
      }
    }
  }

  /** @param isAssigned the first value comes by an assignment like any other */
  #await(pending: Pending, isAssigned: boolean): void {
    const { key, name, getter } = pending;
    // Not only once: what an earlier cell still runs behind its end may initialise a name of its own that is called the same.
    const initialise = (value: unknown) => setData(key, value);
    const refuse = () => {
      throw uninitialised(name);
    };
    setAccessor(key, getter, isAssigned ? initialise : refuse);
    setAccessor(initialOf(name), undefined, initialise);
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
   * Ends the run: consts are sealed, and names that were not initialised are put back as they were. Says the same when it is
   * called again, which it is when an interrupt cut it off.
   * @param completed whether it came to its end
   */
  finish(completed: boolean): Bound {
    const unbound = this.#unbound;
    for (const { key, name, before, getter } of this.#pending) {
      deleteProperty(realm, initialOf(name));
      if (!unbound.has(name) && getOwnPropertyDescriptor(realm, key)?.get !== getter) continue;
      unbound.add(name);
      if (before) defineProperty(realm, key, before);
      else deleteProperty(realm, key);
    }
    const bound = this.declarations.filter(({ name }) => !unbound.has(name));
    seal(...bound.filter(({ kind }) => kind === 'const').map(({ name }) => keyOf(name)));
    return { values: bound.map(({ name }) => name), types: this.#types, completed };
  }
}

type Names = Pick<CompiledCell, 'declarations' | 'mentions' | 'probes'>;

const uninitialised = (name: string) => new ReferenceError(`Cannot access '${name}' before initialization`);
const unknown = (name: string) => new ReferenceError(`${name} is not defined`);

let standIns: ReadonlyMap<string, StandIn> = new Map();

/** Names that cells find where nothing else has them. */
export function offerStandIns(names: ReadonlyMap<string, StandIn>): void {
  standIns = names;
}

/** The realm's global of a name stands for it: a library may make one at any time. */
function defineMention(name: string): void {
  const standIn = standIns.get(name);
  const get = () => {
    if (name in realm) return realm[name];
    if (standIn) return standIn.get();
    throw unknown(name);
  };
  const set = (value: unknown) => {
    if (!(name in realm)) {
      if (standIn?.set) return standIn.set(value);
      throw unknown(name);
    }
    if (!assign(realm, name, value)) throw new TypeError(`Cannot assign to read only property '${name}'`);
  };
  ofMentions.add(get);
  setAccessor(keyOf(name), get, set);
}

/** The getters of names that no cell has declared. */
const ofMentions = new WeakSet<object>();

/** For `typeof`: of a name that nothing has it is 'undefined'. */
function defineProbe(name: string): void {
  const key = keyOf(name);
  setAccessor(probeOf(name), () => {
    const get = getOwnPropertyDescriptor(realm, key)?.get;
    return hasOwn(realm, key) && !(get && ofMentions.has(get)) ? realm[key] : realm[name];
  });
}

function setAccessor(key: string, get: (() => unknown) | undefined, set?: (value: unknown) => void): void {
  defineProperty(realm, key, { get, set, configurable: true, enumerable: false });
}

function setData(key: string, value: unknown, writable = true): void {
  defineProperty(realm, key, { value, writable, configurable: true, enumerable: false });
}

/** Makes consts unassignable, if they are initialised. */
export function seal(...keys: string[]): void {
  for (const key of keys) {
    const descriptor = getOwnPropertyDescriptor(realm, key);
    if (descriptor?.configurable && descriptor.writable) defineProperty(realm, key, { writable: false });
  }
}

/**
 * Makes the text of a function its source: a function may be sent elsewhere as text (to another thread, to a page), where
 * nobody knows the keys.
 */
export function hideMarks(): void {
  const native = Function.prototype.toString;
  const natives = hideKeys();
  const sourceOf = new Proxy(native, {
    apply(_, declared: unknown, values: unknown[]) {
      const text = apply(native, nativeOf(declared), values) as string;
      return withoutMarks(withoutCalls(text));
    },
  });
  natives[natives.length] = [sourceOf, native];
  const nativeOf = (declared: unknown): unknown => {
    for (let at = 0; at < natives.length; at++) if (natives[at]![0] === declared) return natives[at]![1];
    return declared;
  };
  defineProperty(Function.prototype, 'toString', { value: sourceOf });
}

/**
 * Makes what lists the properties of the global object leave out the keys, which cannot be enumerated anyway.
 * @returns pairs of a function and the native one that it stands for
 */
function hideKeys(): [stand: unknown, native: unknown][] {
  const { getOwnPropertyNames, getOwnPropertyDescriptors } = Object;
  const { ownKeys } = Reflect;
  const keep = <T extends string | symbol>(names: T[]): T[] =>
    withIntrinsics(() => names.filter((name) => typeof name === 'symbol' || !isKey(name)));
  // Methods, which like natives cannot be constructed.
  const stands = {
    getOwnPropertyNames(target: object) {
      const names = getOwnPropertyNames(target);
      return target === realm ? keep(names) : names;
    },
    getOwnPropertyDescriptors(target: object) {
      const found: { [name: string]: PropertyDescriptor } = getOwnPropertyDescriptors(target);
      if (target === realm)
        for (const name of getOwnPropertyNames(found)) if (isKey(name)) delete found[name];
      return found;
    },
    ownKeys(target: object) {
      const names = ownKeys(target);
      return target === realm ? keep(names) : names;
    },
  };
  const owners = { getOwnPropertyNames: Object, getOwnPropertyDescriptors: Object, ownKeys: Reflect };
  return Object.entries(stands).map(([name, stand]) => {
    const owner = owners[name as keyof typeof owners];
    const native: unknown = getOwnPropertyDescriptor(owner, name)!.value;
    defineProperty(owner, name, { value: stand });
    return [stand, native];
  });
}
