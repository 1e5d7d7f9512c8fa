// What to do about an error of V8's, in one line: what is not declared, not here, not in this Node or not awaited.
// Rule: nothing where it is not sure. Runs no code of the user's.
import { types } from 'node:util';
import { keyOf } from '../../compile/keys';
import { explainName } from './foreign-names';
import { explainAbsence } from './newer-apis';

const { getOwnPropertyDescriptor } = Object;
const { isAsyncFunction, isPromise } = types;

/** Longest piece of code that is said again, in UTF-16 units. */
const longestCode = 40;

/** An error, and the line that it came from, where that is known. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly line?: string;
  /** From 1. */
  readonly column?: number;
}

/** @returns nothing where there is nothing to say */
export function adviseOn({ name, message, line, column = 1 }: Failure): string | undefined {
  if (name === 'ReferenceError') {
    const [, missing] = /^(\S+) is not defined$/.exec(message) ?? [];
    if (missing === undefined) return undefined;
    const declaration = line === undefined ? undefined : declare(missing, line, column - 1);
    return declaration ?? explainAbsence(message) ?? explainName(missing);
  }
  return explainAbsence(message) ?? (name === 'TypeError' ? adviseAwait(message) : undefined);
}

/** The declaration that an assignment to a name lacks. @param offset of the name, or of the `=` behind it */
function declare(name: string, line: string, offset: number): string | undefined {
  const before = line.slice(0, offset).trimEnd();
  const start = line.startsWith('=', offset) && before.endsWith(name) ? before.length - name.length : offset;
  const [, loop] = /\bfor\s*\(\s*$/.test(line.slice(0, start))
    ? (/^[\p{ID_Continue}$]+\s+((?:of|in)\b.*)$/u.exec(line.slice(start)) ?? [])
    : [];
  if (loop !== undefined) return `Declare it: for (const ${name} ${statementOf(loop)}) …`;
  const [, list] = /(?:^|[;{])\s*(\[[\p{ID_Continue}$\s,]+\])\s*=(?![=>])/u.exec(line) ?? [];
  if (list !== undefined && line.indexOf(list) < start && start < line.indexOf(list) + list.length)
    return `Declare them: let ${list} = …`;
  const [, value] = /^\s*=(?![=>])\s*(.*)$/.exec(line.slice(start + name.length)) ?? [];
  if (value === undefined || !line.startsWith(name, start)) return undefined;
  const code = statementOf(value);
  return new RegExp(
    `(?<![\\p{ID_Continue}$.])${name.replaceAll('$', '\\$')}(?![\\p{ID_Continue}$])`,
    'u',
  ).test(code)
    ? undefined
    : `Declare it: let ${name} = ${code}`;
}

/** The code up to the end of its statement; an ellipsis where that is on another line, or far. */
function statementOf(text: string): string {
  let depth = 0;
  let end = 0;
  for (const [token] of text.matchAll(
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/.*|[\s\S]/g,
  )) {
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    if (depth < 0 || (depth === 0 && (token === ';' || token.startsWith('//')))) break;
    end += token.length;
  }
  const code = text.slice(0, end).trim();
  return depth > 0 || code === '' || code.length > longestCode ? '…' : code;
}

/** A method that only the value of a promise has. */
function adviseAwait(message: string): string | undefined {
  const match =
    /^([\p{ID_Start}$_][\p{ID_Continue}$]*)(\(\.\.\.\))?(?:\.([\p{ID_Continue}$]+) is not a function| is not iterable)/u.exec(
      message,
    );
  if (!match) return undefined;
  const [, name = '', call, member] = match;
  const value: unknown = getOwnPropertyDescriptor(globalThis, keyOf(name))?.value;
  const givesPromise = call
    ? isAsyncFunction(value) || (name === 'fetch' && value === undefined)
    : isPromise(value);
  if (!givesPromise) return undefined;
  const written = call ? `${name}(…)` : name;
  return `${written} ${call ? 'gives' : 'is'} a promise. Await it first: (await ${written})${member === undefined ? '' : `.${member}`}`;
}
