// A value as text, as Node's inspect shows it: the text/plain of every bundle.
// Rule: always an answer, bounded in time and size; runs no getters, and what a value's own inspection throws is part of the text.
import { types } from 'node:util';
import {
  create,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  inspect,
  isArray,
  isProxy,
  keys,
  messageOf,
  min,
  typeNameOf,
} from '../realm/builtins';
import { fitsPage, mostLines, toPage } from '../text/page';
import { areColoursShown, withReadableColours } from './colours';

const { isMap, isSet, isTypedArray } = types;

const deepest = 4;
/** As deep as Node's inspect goes: what is too long for a page is shown to here. */
const usualDepth = 2;
/** Properties of a dictionary that is too long even by itself. */
const dictionaryLength = mostLines - 3;
const arrayLength = 100;
/** Properties and elements that one text may show before it is shown less deep. */
const entryBudget = 20_000;
/** UTF-16 units of a string that are shown, as many as Node shows. `console.log` prints all of it. */
const longString = 10_000;

const options = {
  depth: deepest,
  maxArrayLength: arrayLength,
  maxStringLength: longString,
  breakLength: 80,
  colors: false as boolean,
  customInspect: true,
  showProxy: false,
  showHidden: false,
  getters: false,
  sorted: false,
  numericSeparator: false,
  compact: 3,
} as const;
const noNames: readonly string[] = [];
const optionsByDepth = [0, 1, 2, 3, 4].map((depth) => ({ ...options, depth }));
const colouredByDepth = optionsByDepth.map((each) => ({ ...each, colors: true }));

/** The text of a value, what it contains in colours where these are shown. Never throws. */
export function toShownText(value: unknown): string {
  if (!areColoursShown() || typeof value !== 'object' || value === null) return toText(value);
  const text = withReadableColours(() => textOf(value, colouredByDepth));
  // Who cuts a text might cut within a colour.
  return fitsPage(text) ? text : toText(value);
}

/** The text of a value. Never throws. */
export function toText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return toPage(inspectSafely(value, options));
  return toPage(textOf(value, optionsByDepth));
}

/** The whole of what is shown, as deep as fits a page. */
function textOf(value: object, byDepth: typeof optionsByDepth): string {
  try {
    const names = isProxy(value) || isArray(value) || isTypedArray(value) ? noNames : keys(value);
    if (names.length > entryBudget) return inspectBeginning(value, names, byDepth[0]!);
    for (let depth = deepest; depth > 0; depth--) {
      if (!fits(value, depth)) continue;
      const text = inspectSafely(value, byDepth[depth]!);
      if (depth <= usualDepth || fitsPage(text)) return text;
    }
    return inspectSafely(value, byDepth[0]!);
  } catch (error) {
    return `[${typeNameOf(value)}: cannot be shown, ${messageOf(error)}]`;
  }
}

/** The text of a value on one line, for a cell of a table or a label. Never throws. */
export function toBriefText(value: unknown): string {
  return inspectSafely(value, briefOptions);
}
const briefOptions = {
  ...options,
  depth: 1,
  maxArrayLength: 10,
  maxStringLength: 200,
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
} as const;

function inspectSafely(value: unknown, how: Parameters<typeof inspect>[1]): string {
  try {
    return inspect(value, how);
  } catch (error) {
    const note = messageOf(error);
    try {
      return `${inspect(value, { ...how, customInspect: false })}\n(its own inspection threw: ${note})`;
    } catch {
      return `[${typeNameOf(value)}: cannot be shown, ${note}]`;
    }
  }
}

/** Whether inspect at this depth would visit few enough entries. */
function fits(value: object, depth: number): boolean {
  return spend(value, depth, entryBudget, new Set()) >= 0;
}

/** Walks as inspect would, and answers what is left of the budget; below 0 when it did not suffice. */
function spend(value: object, depth: number, budget: number, above: Set<object>): number {
  let left = budget;
  if (isProxy(value) || above.has(value)) return left - 1;
  above.add(value);
  if (isArray(value)) {
    const length = min(value.length, arrayLength);
    left -= length;
    for (let index = 0; index < length && left >= 0 && depth > 0; index++) {
      left = spendOn(getOwnPropertyDescriptor(value, index)?.value, depth, left, above);
    }
  } else if (isTypedArray(value)) {
    left -= arrayLength;
  } else {
    if (isMap(value) || isSet(value)) {
      let seen = 0;
      for (const [key, item] of (isMap(value) ? mapEntries : setEntries).call(value as never)) {
        if (seen++ === arrayLength || left < 0) break;
        left -= 1;
        if (depth > 0) left = spendOn(item, depth, spendOn(key, depth, left, above), above);
      }
    }
    const names = keys(value);
    left -= names.length;
    for (let index = 0; index < names.length && left >= 0 && depth > 0; index++) {
      left = spendOn(getOwnPropertyDescriptor(value, names[index]!)?.value, depth, left, above);
    }
  }
  above.delete(value);
  return left;
}
const { entries: mapEntries } = Map.prototype;
const { entries: setEntries } = Set.prototype;

function spendOn(value: unknown, depth: number, left: number, above: Set<object>): number {
  return typeof value === 'object' && value !== null && left >= 0
    ? spend(value, depth - 1, left, above)
    : left;
}

/** A dictionary with very many properties: its first ones, since inspect has no bound for them. */
function inspectBeginning(value: object, names: readonly string[], how: (typeof optionsByDepth)[0]): string {
  const beginning = create(getPrototypeOf(value) as object | null) as object;
  for (let index = 0; index < dictionaryLength; index++) {
    const name = names[index]!;
    defineProperty(beginning, name, getOwnPropertyDescriptor(value, name)!);
  }
  return `${inspectSafely(beginning, how)}\n… ${names.length - dictionaryLength} more properties`;
}
