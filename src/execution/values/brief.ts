// A value as a debugger lists it: its text on one line, what it is in a word, how much is in it.
// Rule: runs none of the value's code (no getter, no proxy trap, no iterator or method of the user's), and is bounded whatever the
// value.
import { types } from 'node:util';
import { withoutCalls, withoutMarks } from '../../compile/keys';
import {
  classNameOf,
  dataProperty,
  findProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  inspect,
  isArray,
  isPlainObject,
  isProxy,
  keys,
  min,
} from '../../realm/builtins';
import { isException, readProperty } from '../../realm/exceptions';
import { type Description, quoteText } from '../../threads/description';

const { apply } = Reflect;
const { toString: textOfFunction } = Function.prototype;
const { toISOString, getTime } = Date.prototype;
const getterOf = (owner: object, name: PropertyKey) => getOwnPropertyDescriptor(owner, name)!.get!;
const sizeOfMap = getterOf(Map.prototype, 'size');
const sizeOfSet = getterOf(Set.prototype, 'size');
const typedArray = getPrototypeOf(Uint8Array.prototype) as object;
const lengthOfTyped = getterOf(typedArray, 'length');
const bytesOfBuffer = getterOf(ArrayBuffer.prototype, 'byteLength');
const bytesOfShared = getterOf(SharedArrayBuffer.prototype, 'byteLength');
const bytesOfView = getterOf(DataView.prototype, 'byteLength');
const sourceOfExpression = getterOf(RegExp.prototype, 'source');
const flagNames = {
  ...{ d: 'hasIndices', g: 'global', i: 'ignoreCase', m: 'multiline', s: 'dotAll', u: 'unicode' },
  ...{ v: 'unicodeSets', y: 'sticky' },
};
const flagsOfExpression = Object.entries(flagNames).map(
  ([flag, name]) => [flag, getterOf(RegExp.prototype, name)] as const,
);
const { entries: entriesOfMap } = Map.prototype;
const { values: valuesOfSet } = Set.prototype;
const nextOfMap = (getPrototypeOf(new Map().entries()) as Iterator<[unknown, unknown]>).next;
const nextOfSet = (getPrototypeOf(new Set().values()) as Iterator<unknown>).next;

/** What a text on one line may show. */
const bounds = {
  /** Elements, entries and members of one value. */
  parts: 10,
  depth: 2,
  /** Of a string within another value, in UTF-16 units. */
  string: 60,
  /** Of the whole. */
  length: 400,
};

export function describe(value: unknown): Description {
  const isObject = typeof value === 'object' && value !== null && !isProxy(value);
  // Listing the names of a dictionary takes a while.
  const names = isObject && !isArray(value) && !types.isTypedArray(value) ? keys(value) : undefined;
  const shown = withoutMarks(textOf(value, bounds.depth, names));
  const text = typeof value === 'string' ? shown : cut(shown, bounds.length);
  const type = withoutMarks(typeOf(value));
  const elements = isObject ? elementsOf(value) : undefined;
  return {
    text,
    type,
    ...(elements !== undefined && { elements }),
    ...(names && { members: names.length }),
  };
}

/** How many elements or entries a value has; undefined for one that has none by its nature. Not for proxies. */
export function elementsOf(value: object): number | undefined {
  if (isArray(value)) return value.length;
  if (types.isTypedArray(value)) return apply(lengthOfTyped, value, []) as number;
  if (types.isMap(value)) return apply(sizeOfMap, value, []) as number;
  if (types.isSet(value)) return apply(sizeOfSet, value, []) as number;
  return undefined;
}

/** The entries of a Map as pairs, the elements of a Set. @param skip how many are left out @param count how many at most */
export function entriesOf(value: object, skip: number, count: number): unknown[] {
  const isMap = types.isMap(value);
  const iterator = apply(isMap ? entriesOfMap : valuesOfSet, value, []) as object;
  const found: unknown[] = [];
  for (let index = 0; found.length < count; index++) {
    const step = apply(isMap ? nextOfMap : nextOfSet, iterator, []) as IteratorResult<unknown>;
    if (step.done) break;
    if (index >= skip) found[found.length] = step.value;
  }
  return found;
}

/** What a value is, in a word. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return isClass(value) ? 'class' : 'function';
  if (typeof value !== 'object') return typeof value;
  if (isProxy(value)) return 'Proxy';
  if (types.isModuleNamespaceObject(value)) return 'module';
  const name = nameOf(value);
  const size = elementsOf(value) ?? bytesOf(value);
  return size === undefined ? name : `${name}(${size})`;
}

function textOf(value: unknown, depth: number, names?: readonly string[]): string {
  if (typeof value === 'string')
    return quoteText(value, depth === bounds.depth ? bounds.length : bounds.string, inspect);
  if (typeof value === 'function') return functionText(value);
  if (typeof value !== 'object' || value === null) return inspect(value);
  if (isProxy(value)) return 'Proxy';
  if (types.isModuleNamespaceObject(value)) return `module { ${someOf(keys(value), (name) => name)} }`;
  if (types.isDate(value)) {
    const time = apply(getTime, value, []) as number;
    return Number.isNaN(time) ? 'Invalid Date' : (apply(toISOString, value, []) as string);
  }
  if (isException(value)) return errorText(value);
  if (types.isRegExp(value)) return expressionText(value);
  if (isNodes(value)) return inspect(value, oneLine).replace(/\s+/g, ' ');
  const type = typeOf(value);
  if (bytesOf(value) !== undefined) return type;
  if (isArray(value)) return listText('', value, value.length, depth);
  if (types.isTypedArray(value)) return listText(`${type} `, value, elementsOf(value)!, depth);
  if (types.isMap(value) || types.isSet(value)) return entriesText(type, value, depth);
  return membersText(isPlainObject(value) ? '' : `${type} `, value, depth, names);
}

const oneLine = { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: bounds.parts } as const;

function listText(head: string, list: object, length: number, depth: number): string {
  if (length === 0) return `${head}[]`;
  if (depth === 0) return `${head}[…]`;
  const parts: string[] = [];
  const shown = min(length, bounds.parts);
  for (let index = 0; index < shown; index++) {
    const descriptor = getOwnPropertyDescriptor(list, index);
    parts[index] = descriptor ? propertyText(descriptor, depth) : 'empty';
  }
  return `${head}[ ${joined(parts, length)} ]`;
}

function entriesText(type: string, value: object, depth: number): string {
  const size = elementsOf(value)!;
  if (size === 0) return `${type} {}`;
  if (depth === 0) return `${type} {…}`;
  const parts = entriesOf(value, 0, bounds.parts);
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    const [key, item] = types.isMap(value) ? (part as [unknown, unknown]) : [undefined, part];
    const text = textOf(item, depth - 1);
    parts[index] = types.isMap(value) ? `${textOf(key, depth - 1)} => ${text}` : text;
  }
  return `${type} { ${joined(parts as string[], size)} }`;
}

function membersText(
  head: string,
  value: object,
  depth: number,
  names: readonly string[] = keys(value),
): string {
  if (names.length === 0) return `${head}{}`;
  if (depth === 0) return `${head}{…}`;
  const shown = someOf(names, (name) => {
    const key = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
      ? name
      : inspect(cut(name, bounds.string));
    return `${key}: ${propertyText(getOwnPropertyDescriptor(value, name)!, depth)}`;
  });
  return `${head}{ ${shown} }`;
}

/** The first ones of many. */
function someOf(names: readonly string[], show: (name: string) => string): string {
  const parts: string[] = [];
  for (let index = 0; index < min(names.length, bounds.parts); index++) parts[index] = show(names[index]!);
  return joined(parts, names.length);
}

const joined = (parts: readonly string[], all: number): string =>
  parts.join(', ') + (all > parts.length ? `, … ${all - parts.length} more` : '');

function propertyText({ get, set, value }: PropertyDescriptor, depth: number): string {
  if (get || set) return get ? (set ? '[Getter/Setter]' : '[Getter]') : '[Setter]';
  return textOf(value, depth - 1);
}

/** The name of the class, as far as data say it. */
function nameOf(value: object): string {
  const name = classNameOf(value) ?? 'Object';
  const tag = dataProperty(value, Symbol.toStringTag);
  return name === 'Object' && typeof tag === 'string' && tag !== '' ? tag : name;
}

function bytesOf(value: object): number | undefined {
  if (types.isArrayBuffer(value)) return apply(bytesOfBuffer, value, []) as number;
  if (types.isSharedArrayBuffer(value)) return apply(bytesOfShared, value, []) as number;
  if (!types.isDataView(value)) return undefined;
  try {
    return apply(bytesOfView, value, []) as number;
  } catch {
    // Its buffer was handed to another thread.
    return 0;
  }
}

/** Its class is one of Node's that shows itself, and it has no members that somebody gave it. */
function isNodes(value: object): boolean {
  if (types.isTypedArray(value)) return false;
  const found = findProperty(value, inspect.custom);
  if (typeof found?.descriptor.value !== 'function' || keys(value).length > 0) return false;
  const name = classNameOf(found.owner);
  const global = name === undefined ? undefined : getOwnPropertyDescriptor(globalThis, name);
  return typeof global?.value === 'function' && dataProperty(global.value, 'prototype') === found.owner;
}

/** `TypeError: it is not so`, without the stack. */
function errorText(error: object): string {
  const given = readProperty(error, 'name');
  const name = typeof given === 'string' && given !== 'Error' ? given : (classNameOf(error) ?? 'Error');
  const message = readProperty(error, 'message');
  return typeof message === 'string' && message !== '' ? `${name}: ${message.split('\n', 1)[0]}` : name;
}

/** How much of the text of a function is read for its head, in UTF-16 units. */
const longestHead = 4000;

/** `/a/g`, of another realm and of a class of the user's as well. */
function expressionText(expression: RegExp): string {
  let flags = '';
  for (const [flag, has] of flagsOfExpression) if (apply(has, expression, [])) flags += flag;
  return `/${apply(sourceOfExpression, expression, []) as string}/${flags}`;
}

const sourceOf = (made: object): string =>
  withoutCalls((apply(textOfFunction, made, []) as string).slice(0, longestHead));

const isClass = (made: object): boolean => !isProxy(made) && /^class\b/.test(sourceOf(made));

/** `ƒ add(a, b)`, `class Circle extends Shape`: types were blanked. */
function functionText(made: object): string {
  if (isProxy(made)) return 'Proxy';
  const source = sourceOf(made);
  const given = dataProperty(made, 'name');
  // A getter may say it.
  const written = /^class\s+(?!extends\b)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(source)?.[1];
  const name = typeof given === 'string' && given !== '' ? given : (written ?? '(anonymous)');
  if (/^class\b/.test(source)) {
    const base = getPrototypeOf(made) as object | null;
    const baseName = base && !isProxy(base) ? dataProperty(base, 'name') : undefined;
    return `class ${name}${typeof baseName === 'string' && baseName !== '' ? ` extends ${baseName}` : ''}`;
  }
  const isAsync = /^async\b/.test(source);
  return `${isAsync ? 'async ' : ''}ƒ ${name}${parametersIn(source)}`;
}

/** The parameters in the text of a function: they end where their parenthesis does. */
function parametersIn(source: string): string {
  const alone = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(source);
  if (alone) return `(${alone[1]})`;
  const start = source.indexOf('(');
  let depth = 0;
  for (const { 0: part, index } of source.slice(start).matchAll(/(["'`])(?:\\[\s\S]|(?!\1).)*\1|[()]/gs)) {
    if (part === '(') depth++;
    else if (part === ')' && --depth === 0)
      return source
        .slice(start, start + index + 1)
        .replace(/\s+/g, ' ')
        .replace(/ (?=[,)])|(?<=\() /g, '');
  }
  return '(…)';
}

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
