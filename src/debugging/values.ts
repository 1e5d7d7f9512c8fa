// A value as the protocol's variables have it.
// Rule: JupyterLab shows the value of what it takes for a number, a text or a truth value by Python's names of types, and of
// everything else the type, if there is one.
import type { Runtime } from 'node:inspector';
import { inspect } from 'node:util';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type Description, quoteText } from '../threads/description';

/** Something with a name. Without a value and a getter it is not initialised. */
export interface Found {
  readonly name: string;
  /** How code says it; empty where it cannot. */
  readonly path: string;
  readonly value?: Runtime.RemoteObject | undefined;
  readonly accessor?: Accessor | undefined;
  readonly hint?: DebugProtocol.Variable['presentationHint'];
  /** By which `Debugged.set` knows it, where that is not the name. */
  readonly key?: number | undefined;
}

export interface Accessor {
  readonly get: Runtime.RemoteObject | undefined;
  readonly set: Runtime.RemoteObject | undefined;
  readonly receiver: string;
}

/** What a variable says of its value. */
export type Shown = Pick<DebugProtocol.Variable, 'value' | 'type'>;

export function shownOf({ text, type }: Description): Shown {
  if (plainTypes.has(type) || text.startsWith(`${type}: `)) return { value: text };
  return { value: text, type: knownTypes.get(type) ?? type };
}

const knownTypes = new Map([
  ['boolean', 'bool'],
  ['number', 'float'],
  ['string', 'str'],
]);
/** Types that say less than the value. So does that of an error, `TypeError: it is not so`. */
const plainTypes = new Set(['bigint', 'symbol', 'Date', 'RegExp', 'function', 'class', 'Promise']);

/** A value that the inspector hands over whole. */
export function describePrimitive(remote: Runtime.RemoteObject): Description | undefined {
  if (remote.objectId !== undefined) return undefined;
  const { type, value, unserializableValue, description } = remote;
  if (type === 'string') return { type, text: quoteText(value as string, longString, inspect) };
  if (remote.subtype === 'null') return { type: 'null', text: 'null' };
  return { type, text: unserializableValue ?? description ?? String(value) };
}

/** How much of a string is shown, in UTF-16 units. */
const longString = 400;

/** How code says a member. Empty for what it cannot say. */
export function memberPath(owner: string, name: string): string {
  if (owner === '') return '';
  const base = /^[\p{ID_Start}$_][\p{ID_Continue}$.[\]#"']*$/u.test(owner) ? owner : `(${owner})`;
  if (/^(?:0|[1-9]\d*)$/.test(name)) return `${base}[${name}]`;
  return /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `${base}.${name}`
    : `${base}[${JSON.stringify(name)}]`;
}
