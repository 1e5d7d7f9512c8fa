// Lists by plain loops: a cell may have overwritten the methods of arrays, and whatever walks through one (`for … of`, a spread, a
// pattern) asks the realm how. Rule: nothing here looks up a builtin, and an item is the list's own, also where a cell has put a
// setter on the indices of all arrays.
const { defineProperty } = Object;

/** Puts an item behind the others. */
function append<T>(list: T[], value: T): void {
  // What a cell has put on the prototype of all objects is no part of the description.
  const item = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
  defineProperty(list, list.length, item);
}

export function holds<T>(list: readonly T[], wanted: T): boolean {
  for (let at = 0; at < list.length; at++) if (list[at] === wanted) return true;
  return false;
}

/** Those that are meant, in their order. */
export function select<T>(list: readonly T[], isMeant: (item: T) => boolean): T[] {
  const selected: T[] = [];
  for (let at = 0; at < list.length; at++) if (isMeant(list[at]!)) append(selected, list[at]!);
  return selected;
}

export function transform<From, To>(list: readonly From[], change: (item: From) => To): To[] {
  const changed: To[] = [];
  for (let at = 0; at < list.length; at++) append(changed, change(list[at]!));
  return changed;
}

/** One after the other. */
export function join<T>(first: readonly T[], second: readonly T[]): T[] {
  const joined: T[] = [];
  for (let at = 0; at < first.length; at++) append(joined, first[at]!);
  for (let at = 0; at < second.length; at++) append(joined, second[at]!);
  return joined;
}
