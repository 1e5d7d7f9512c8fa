// Completion and hover for values that only exist at run time: own and inherited names of a live object.
// Rule: looks with property descriptors only, so no getter and no proxy trap of the user's runs.
// The getters that Node and the kernel themselves put on the global object (process, _) are known and harmless.
import { inspect, types } from 'node:util';
import type { CompletionItem, MimeBundle } from '../api';
import { hasValue, isKey, keyOf } from '../compile/keys';

const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;
const { isArray } = Array;
const { __lookupGetter__: lookupGetter } = Object.prototype as { __lookupGetter__(name: string): unknown };

const isOurs = new Set<unknown>();
/**
 * Takes note of the getters that the global object has now, before any cell ran. Not by descriptors: since Node 22 those make
 * what Node loads when it is first asked for, such as all of `fetch` for `FormData` (20 ms).
 */
export function trustGlobalGetters(): void {
  for (const name of getOwnPropertyNames(globalThis)) {
    const get: unknown = lookupGetter.call(globalThis, name);
    if (get) isOurs.add(get);
  }
}

/** The value at a path of plain data properties, or undefined when there is none. */
function follow(path: readonly string[]): unknown {
  let value: unknown = globalThis;
  for (const [index, property] of path.entries()) {
    const name = index === 0 && hasValue(property) ? keyOf(property) : property;
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || types.isProxy(value))
      return undefined;
    let owner: object | null = value;
    let descriptor: PropertyDescriptor | undefined;
    while (owner && !descriptor && !types.isProxy(owner)) {
      descriptor = getOwnPropertyDescriptor(owner, name);
      owner = getPrototypeOf(owner) as object | null;
    }
    if (!descriptor) return undefined;
    if ('value' in descriptor) value = descriptor.value;
    else if (value === globalThis && isOurs.has(descriptor.get)) value = Reflect.get(globalThis, name);
    else return undefined;
  }
  return value;
}

/** @returns at most 500 members whose names begin with the prefix */
export const listMembers = (path: readonly string[], prefix: string): CompletionItem[] =>
  membersOf(follow(path), prefix);

/** The same of a value that is at hand. */
export function membersOf(value: unknown, prefix: string): CompletionItem[] {
  if (value === null || value === undefined || types.isProxy(value)) return [];
  const items = new Map<string, CompletionItem>();
  for (
    let owner: object | null = Object(value) as object;
    owner && owner !== Object.prototype && !types.isProxy(owner);
    owner = getPrototypeOf(owner) as object | null
  ) {
    for (const name of getOwnPropertyNames(owner)) {
      if (items.size >= 500) return [...items.values()];
      if (
        items.has(name) ||
        isKey(name) ||
        !name.startsWith(prefix) ||
        !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
      )
        continue;
      const descriptor = getOwnPropertyDescriptor(owner, name);
      items.set(name, { text: name, kind: typeof descriptor?.value === 'function' ? 'method' : 'property' });
    }
  }
  return [...items.values()];
}

/** What a live value looks like, in a few lines. */
export function previewValue(path: readonly string[]): MimeBundle | undefined {
  const value = follow(path);
  if (value === undefined) return undefined;
  const text = inspect(value, {
    depth: 1,
    maxArrayLength: 10,
    maxStringLength: 200,
    breakLength: 80,
    getters: false,
    customInspect: false,
  });
  return { 'text/plain': `${path.join('.')}: ${kindOf(value)}\n${text}` };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return !types.isProxy(value) && isArray(value) ? `array of ${value.length}` : typeof value;
}
