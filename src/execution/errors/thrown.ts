// What a thrown value says of itself: its name, its message, its own properties, the errors inside of it.
// Rule: runs no code of the value's own but what its name, its message or its stack is made by, and lives with whatever that does.
import { inspect } from 'node:util';
import type { EngineErrorName } from '../../api';
import { classNameOf, findProperty } from '../../realm/builtins';
import { readProperty } from '../../realm/exceptions';
import { framesIn } from './frames';

const { getOwnPropertyDescriptor, keys } = Object;
const { get } = Reflect;
const { isNativeError } = require('node:util/types') as typeof import('node:util/types');

/** What a thrown value is called that is no error. */
export const notAnError = 'Thrown' satisfies EngineErrorName;

/** Lines of an error's own properties: an error of HTTP carries its request, its agent and its socket. */
const mostLines = 60;

/** Node makes no native errors of those that come out of its thread for loaders. */
export function isError(thrown: unknown): thrown is Error {
  return isNativeError(thrown) || thrown instanceof Error;
}

/** Some classes work out their name or message when it is asked for. */
function readText(target: object, name: 'name' | 'message'): string {
  try {
    const value: unknown = findProperty(target, name)?.descriptor.get
      ? get(target, name)
      : readProperty(target, name);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

export function nameAndMessage(thrown: unknown): { name: string; message: string } {
  if (isNativeError(thrown)) return { name: nameOf(thrown), message: messageOf(thrown) };
  if (thrown !== null && typeof thrown === 'object') {
    // DOMException, where it is no native error, and error-like objects of other realms.
    const name = nameOf(thrown);
    const message = readProperty(thrown, 'message');
    if (typeof message === 'string' && /Error|Exception/.test(name)) return { name, message };
  }
  return { name: notAnError, message: inspect(thrown, { depth: 4, customInspect: false }) };
}

function nameOf(thrown: object): string {
  const name = isNativeError(thrown) ? readText(thrown, 'name') : readProperty(thrown, 'name');
  const className = classNameOf(thrown);
  // A subclass that did not set its name is better known by its class.
  if (name === 'Error' && className) return className;
  return typeof name === 'string' && name ? name : className || 'Error';
}

/** The message; also that of what an error stands for, where its own says nothing. */
function messageOf(error: Error, depth = 0): string {
  const message = readText(error, 'message');
  // All that Node's fetch says, and nothing at all: what Node says when each of several addresses failed.
  if (depth > 3 || (message !== '' && message !== 'fetch failed')) return message;
  const members = readProperty(error, 'errors');
  const inner =
    readProperty(error, 'cause') ?? (Array.isArray(members) ? (members[0] as unknown) : undefined);
  const reason = isNativeError(inner) ? messageOf(inner, depth + 1) : '';
  return message && reason ? `${message}: ${reason}` : message || reason;
}

/** The text that code has put in the place of a stack: as Node shows it. */
export function customStack(error: Error): string | undefined {
  const [stack, name, message] = ['stack', 'name', 'message'].map((key) => readProperty(error, key));
  if (typeof stack !== 'string' || stack.trim() === '' || framesIn(stack).length > 0) return undefined;
  // Without frames, as with a limit of none, it says what the head says.
  return stack.startsWith(String(name)) && stack.endsWith(String(message ?? '')) ? undefined : stack;
}

/** What an error carries besides, as Node lists it: what can be enumerated. Nothing of what is undefined. */
export function extraProperties(error: Error): string[] {
  const hidden = new Set(['stack', 'message', 'name', 'cause', 'errors', 'constructor']);
  if (isSuppressed(error)) hidden.add('error').add('suppressed');
  const found = keys(error).flatMap((key): [string, unknown][] => {
    const value: unknown = getOwnPropertyDescriptor(error, key)?.value;
    return hidden.has(key) || value === undefined ? [] : [[key, value]];
  });
  if (found.length === 0) return [];
  // What is long comes last, so that it hides nothing.
  const isLong = ([, value]: [string, unknown]) => Number(typeof value === 'object' && value !== null);
  const extra = Object.fromEntries(found.toSorted((a, b) => isLong(a) - isLong(b)));
  const options = { depth: 1, maxArrayLength: 20, maxStringLength: 1000, breakLength: 100 };
  const lines = inspect(extra, options).split('\n');
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `… ${lines.length - mostLines} more lines`];
}

/** What `using` throws when leaving a scope fails that an error has left: the language's, or the emitter's own. */
const isSuppressed = (error: Error) => readProperty(error, 'name') === 'SuppressedError';

/** The message of a magic's error says in words what caused it. */
const namesItsCause = new Set<unknown>(['MagicError', 'CommandError'] satisfies EngineErrorName[]);

/** The errors inside of an error, each with its title. */
export function innerErrors(error: Error): [string, unknown][] {
  const inner: [string, unknown][] = [];
  const members = readProperty(error, 'errors');
  if (Array.isArray(members)) {
    for (let index = 0; index < Math.min(members.length, 10); index++)
      inner.push([`Error ${index + 1} of ${members.length}`, members[index]]);
  }
  if (isSuppressed(error)) {
    inner.push(['While its scope was left', readProperty(error, 'error')]);
    inner.push(['It suppressed', readProperty(error, 'suppressed')]);
  }
  const cause = getOwnPropertyDescriptor(error, 'cause')?.value as unknown;
  if (cause !== undefined && !namesItsCause.has(readProperty(error, 'name')))
    inner.push(['Caused by', cause]);
  return inner;
}
