// The builtins that displays rely on, taken when the worker starts: the user may replace any of them later.
// Rule: code on the way from a value to its bundle uses these and plain loops.
import { inspect as nodeInspect, types } from 'node:util';
import { withIntrinsics } from './intrinsics';

/** Node's inspect; it leans on builtins of the realm, so it is done over with the original ones where it throws. */
export const inspect = Object.assign(
  (value: unknown, options?: Parameters<typeof nodeInspect>[1]): string =>
    withIntrinsics(() => nodeInspect(value, options)),
  { custom: nodeInspect.custom },
);
export const { isArray } = Array;
export const { isProxy } = types;
export const { parse: parseJson, stringify: toJsonText } = JSON;
export const { min } = Math;
export const { create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, keys } = Object;

const { call } = Function.prototype;
const bindThis = <This, Rest extends unknown[], Result>(method: (this: This, ...rest: Rest) => Result) =>
  call.bind(method) as unknown as (self: This, ...rest: Rest) => Result;

const wellFormed = bindThis(String.prototype.isWellFormed);
const repaired = bindThis(String.prototype.toWellFormed);

/** The text with each lone surrogate replaced by U+FFFD: JSON parsers of other languages choke on them. */
export function toWellFormed(text: string): string {
  return wellFormed(text) ? text : repaired(text);
}

/** Where a property is, own first, then inherited, but from a proxy. Not for proxies: their traps would run. */
export function findProperty(
  target: object,
  key: PropertyKey,
): { readonly owner: object; readonly descriptor: PropertyDescriptor } | undefined {
  for (let owner: object | null = target; owner !== null; owner = getPrototypeOf(owner) as object | null) {
    if (owner !== target && isProxy(owner)) return undefined;
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (descriptor) return { owner, descriptor };
  }
  return undefined;
}

/** A property's value without running a getter; undefined for an accessor. Not for proxies. */
export function dataProperty(target: object, key: PropertyKey): unknown {
  return findProperty(target, key)?.descriptor.value;
}

/** The name of an object's class, unless a getter says it. Not for proxies. */
export function classNameOf(value: object): string | undefined {
  const maker = dataProperty(value, 'constructor');
  const name = typeof maker === 'function' ? dataProperty(maker, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** What a value is, in a word: `number`, `null`, `Map`, `object`. Runs none of its code. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return isProxy(value) ? 'Proxy' : classNameOf(value) || 'object';
}

/** An object literal, from whichever realm: its prototype is an Object.prototype or null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isArray(value)) return false;
  const prototype = getPrototypeOf(value) as object | null;
  if (prototype !== null && isProxy(prototype)) return false;
  return prototype === null || (getPrototypeOf(prototype) === null && hasOwn(prototype, 'isPrototypeOf'));
}

/** What was thrown, in one line; never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'an error that cannot be shown';
  }
}
