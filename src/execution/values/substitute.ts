// An object in place of a value that the inspector must not be handed: a text that is too long, which it gives whole, each letter of it
// escaped several times; and what has a proxy among its prototypes, whose traps V8 would run.
// Rule: whoever is handed one gets an object that stands for the value until it comes back.
import { types } from 'node:util';
import { getPrototypeOf, isProxy } from '../../realm/builtins';
import { elementsOf } from './brief';

export class Substitute {
  // A private member would count as a change, which nothing that is only looked at may make.
  private constructor(private readonly value: unknown) {}

  /** @param longest of texts, in UTF-16 units @returns an object in place of a value that must not be handed over */
  static wrap(value: unknown, longest = 10_000): unknown {
    const isHeld = typeof value === 'string' ? value.length > longest : inheritsFromProxy(value);
    return isHeld ? new Substitute(value) : value;
  }

  /** @returns the value that an object stands for; any other value as it is */
  static unwrap(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || isProxy(value)) return value;
    return getPrototypeOf(value) === Substitute.prototype ? (value as Substitute).value : value;
  }
}

/** V8 asks nothing of one for a list, a Map or a Set. What a promise has come to, it alone says. */
function inheritsFromProxy(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || isProxy(value))
    return false;
  let owner = getPrototypeOf(value) as object | null;
  while (owner !== null && !isProxy(owner)) owner = getPrototypeOf(owner) as object | null;
  return owner !== null && elementsOf(value) === undefined && !types.isPromise(value);
}
