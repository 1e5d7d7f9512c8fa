// A look at a value: what kinds of values are where in it.
// Rule: runs none of the user's code (no getter, no proxy, no iterator of theirs), and is bounded whatever the value. Goes level by
// level, so that a bound cuts off what is deep, not what comes late.
import { types } from 'node:util';
import { hasValue, keyOf } from '../../compile/keys';
import {
  dataProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isPlainObject,
} from '../../realm/builtins';
import type { PrimitiveName, Shape } from '../../threads/shape';
import { type Members, mostFields, Place } from './places';

const { getOwnPropertyNames, keys } = Object;
const { apply } = Reflect;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const nextOfMap = (getPrototypeOf(new Map().entries()) as { next(): unknown }).next;
const nextOfSet = (getPrototypeOf(new Set().values()) as { next(): unknown }).next;

/** What a look may take. A step is one value: a field, an element. */
const bounds = {
  /** Steps in all. */
  steps: 20_000,
  /** Steps at one place, once it has seen `fewest` values: rows that are wide are seen in smaller number. */
  stepsAtPlace: 5_000,
  fewest: 20,
  /** Elements of one array, Map or Set. */
  elements: 400,
  /** Of a key, in UTF-16 units. */
  keyLength: 100,
  depth: 8,
  /** How far up its prototypes go. */
  prototypes: 10,
};

interface Visit {
  readonly place: Place;
  readonly value: object;
  readonly depth: number;
  /** What it was found in. */
  readonly outer: Visit | undefined;
}

export class Look {
  readonly #top = new Place();
  #level: Visit[] = [];
  #next: Visit[] = [];
  #at = 0;
  #steps = 0;

  constructor(value: unknown) {
    this.#see(this.#top, value, undefined);
    this.#turn();
  }

  /** Goes on. @param until in milliseconds of `now()` @returns whether it is over */
  proceed(now: () => number, until: number): boolean {
    for (let count = 1; this.#steps < bounds.steps; count++) {
      if (this.#at === this.#level.length && !this.#turn()) return true;
      const visit = this.#level[this.#at++]!;
      try {
        this.#visit(visit);
      } catch {
        // An export that is not initialised yet, for example.
        visit.place.giveUp();
      }
      if (count % 8 === 0 && now() > until) return false;
    }
    return true;
  }

  /** What has been seen. */
  get shape(): Shape {
    return this.#top.toShape();
  }

  /** Goes one level down. @returns whether there is one */
  #turn(): boolean {
    this.#level = this.#next;
    this.#next = [];
    this.#at = 0;
    return this.#level.length > 0;
  }

  #see(place: Place, value: unknown, outer: Visit | undefined): void {
    this.#steps++;
    const isObject = typeof value === 'object' || typeof value === 'function';
    if (value === null || !isObject) return place.addPrimitive(primitiveName(value));
    const depth = outer === undefined ? 0 : outer.depth + 1;
    if (depth > bounds.depth || types.isProxy(value) || isWithin(value, outer)) return place.giveUp();
    this.#next.push({ place, value, depth, outer });
  }

  #visit(visit: Visit): void {
    const { place } = visit;
    if (place.spent > bounds.stepsAtPlace) return;
    const before = this.#steps;
    this.#describe(visit);
    // What comes first is seen in any case.
    place.spent += Math.max(1, Math.min(this.#steps - before, bounds.stepsAtPlace / bounds.fewest));
  }

  #describe(visit: Visit): void {
    const { place, value } = visit;
    if (typeof value === 'function')
      return this.#seeFunction(visit, value as (...rest: unknown[]) => unknown);
    if (isPlainObject(value)) return this.#seeFields(visit, place.members, namesOf(value));
    const named = findClass(value);
    if (named !== undefined && !named.isHolder) return place.addClass(named.name, named.isOwn);
    if (isArray(value)) return this.#seeElements(visit, value);
    if (types.isMap(value)) return this.#seeEntries(visit, value);
    if (types.isSet(value)) return this.#seeItems(visit, value);
    this.#seeInstance(visit);
  }

  #seeFields(visit: Visit, members: Members, names: readonly string[]): void {
    members.enter();
    for (let index = 0; index < names.length; index++) {
      if (index === mostFields) return members.open();
      this.#seeProperty(visit, members, visit.value, names[index]!);
    }
  }

  #seeProperty(visit: Visit, members: Members, owner: object, name: string): void {
    if (name.length > bounds.keyLength) return members.open();
    const descriptor = getOwnPropertyDescriptor(owner, name);
    const place = descriptor && members.field(name);
    if (!place) return;
    if ('value' in descriptor) this.#see(place, descriptor.value, visit);
    else place.giveUp();
  }

  #seeElements(visit: Visit, array: readonly unknown[]): void {
    const { elements } = visit.place;
    const count = Math.min(array.length, bounds.elements);
    for (let index = 0; index < count; index++) {
      const descriptor = getOwnPropertyDescriptor(array, sampleIndex(index, array.length));
      if (descriptor === undefined) continue;
      if ('value' in descriptor) this.#see(elements, descriptor.value, visit);
      else elements.giveUp();
    }
  }

  #seeEntries(visit: Visit, map: Map<unknown, unknown>): void {
    const { keys: keyPlace, values } = visit.place.entries;
    const iterator = apply(mapEntries, map, []) as object;
    for (let index = 0; index < bounds.elements; index++) {
      const { done, value } = apply(nextOfMap, iterator, []) as IteratorResult<readonly [unknown, unknown]>;
      if (done) return;
      this.#see(keyPlace, value[0], visit);
      this.#see(values, value[1], visit);
    }
  }

  #seeItems(visit: Visit, set: Set<unknown>): void {
    const { items } = visit.place;
    const iterator = apply(setValues, set, []) as object;
    for (let index = 0; index < bounds.elements; index++) {
      const { done, value } = apply(nextOfSet, iterator, []) as IteratorResult<unknown>;
      if (done) return;
      this.#see(items, value, visit);
    }
  }

  #seeFunction(visit: Visit, value: (...rest: unknown[]) => unknown): void {
    const { place } = visit;
    const parameters = getOwnPropertyDescriptor(value, 'length')?.value as unknown;
    const prototype = getOwnPropertyDescriptor(value, 'prototype');
    place.addFunction(typeof parameters === 'number' ? parameters : undefined, prototype?.writable === false);
    const names = getOwnPropertyNames(value).filter((name) => !ofFunctions.has(name));
    if (names.length > 0) this.#seeFields(visit, place.statics, names);
  }

  /** An instance of a class that has no name here: what it has itself, and the methods of its class. */
  #seeInstance(visit: Visit): void {
    const { place, value } = visit;
    const { members } = place;
    this.#seeFields(visit, members, namesOf(value));
    let owner = getPrototypeOf(value) as object | null;
    for (let count = 0; owner !== null; count++) {
      if (count === bounds.prototypes || types.isProxy(owner)) return members.open();
      if (getPrototypeOf(owner) === null) return;
      for (const name of getOwnPropertyNames(owner))
        if (name !== 'constructor' && !getOwnPropertyDescriptor(value, name))
          this.#seeProperty(visit, members, owner, name);
      owner = getPrototypeOf(owner) as object | null;
    }
  }
}

/** With more keys than this an object's are not listed twice: V8 lists all or none, a million in half a second. */
const manyKeys = 10_000;
const listed = new WeakMap<object, readonly string[]>();

/** Its keys; of very many, some. */
function namesOf(value: object): readonly string[] {
  const known = listed.get(value);
  if (known) return known;
  const names = keys(value);
  if (names.length <= manyKeys) return names;
  const some = names.slice(0, mostFields + 1);
  listed.set(value, some);
  return some;
}

/** What every function has. */
const ofFunctions = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

const primitiveName = (value: unknown): PrimitiveName =>
  value === null ? 'null' : (typeof value as Exclude<PrimitiveName, 'null'>);

function isWithin(value: unknown, outer: Visit | undefined): boolean {
  for (let at = outer; at !== undefined; at = at.outer) if (at.value === value) return true;
  return false;
}

/** All indices of a short array in order; of a long one the ends, then others that are spread ever more closely. */
function sampleIndex(index: number, length: number): number {
  if (length <= bounds.elements || index === 0) return index;
  if (index === 1) return length - 1;
  return Math.floor(((index * 0.618_033_988_749_895) % 1) * length);
}

/** The class of an object, where it goes by a name; of one that has none, whether it is an Array, a Map or a Set in the end. */
function findClass(
  value: object,
): { readonly name: string; readonly isOwn: boolean; readonly isHolder: boolean } | undefined {
  let isNearest = true;
  let owner = getPrototypeOf(value) as object | null;
  for (let count = 0; owner !== null && count < bounds.prototypes; count++) {
    if (types.isProxy(owner)) return undefined;
    const maker = getOwnPropertyDescriptor(owner, 'constructor')?.value as unknown;
    if (typeof maker === 'function' && !types.isProxy(maker)) {
      const name = dataProperty(maker, 'name');
      if (typeof name !== 'string' || name === 'Object') return undefined;
      const isHolder = holders.has(name);
      if (isNearest && hasValue(name) && dataProperty(globalThis, keyOf(name)) === maker)
        return { name, isOwn: true, isHolder: false };
      if ((isNearest || isHolder) && getOwnPropertyDescriptor(globalThis, name)?.value === maker)
        return { name, isOwn: false, isHolder };
      isNearest = false;
    }
    owner = getPrototypeOf(owner) as object | null;
  }
  return undefined;
}

/** Classes whose contents are described. */
const holders = new Set(['Array', 'Map', 'Set']);
