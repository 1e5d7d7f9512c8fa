// What to do about an error of V8's, in one line: what is not declared, not here, not in this Node or not awaited.
// Rule: nothing where it is not sure. Runs no code of the user's.
import { builtinModules } from 'node:module';
import { types } from 'node:util';
import { keyOf } from '../../compile/keys';
import { getOwnPropertyDescriptor, hasOwn, isArray, isPlainObject } from '../../realm/builtins';
import { commandLineHere } from '../../text/commands';
import { explainFunction, explainMember, type Kind } from './foreign-members';
import { explainName } from './foreign-names';
import { explainAbsence } from './newer-apis';

const { isAsyncFunction, isMap, isPromise, isSet } = types;

const NativePromise = Promise;

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
    const code = line?.slice(column - 1) ?? '';
    return (
      declaration ??
      explainAbsence(message) ??
      explainMembers(missing, code) ??
      explainName(missing, code) ??
      commandLineHere(line?.trim().replace(/;$/, '') ?? '')
    );
  }
  const known = explainAbsence(message);
  if (known !== undefined || name !== 'TypeError') return known;
  return adviseAwait(message) ?? adviseAwaitInLine(message, line, column - 1) ?? adviseMember(message);
}

/** Of a module that is not imported, or of another language's. @param code from the name on */
function explainMembers(module: string, code: string): string | undefined {
  const [path = '', member = ''] = code.startsWith(`${module}.`) ? (/^[\w$]+\.(\w+)/.exec(code) ?? []) : [];
  if (member === '') return undefined;
  const isNodes = builtinModules.includes(module) && hasOwn(require(`node:${module}`) as object, member);
  return isNodes ? `Import it: import ${module} from 'node:${module}'` : explainFunction(path);
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

const valueOfName = (name: string): unknown => getOwnPropertyDescriptor(globalThis, keyOf(name))?.value;

/** Whether a name is a promise, or a call of it gives one, as far as that can be known. */
function givesPromise(name: string, isCall: boolean): boolean {
  const value = valueOfName(name);
  return isCall ? isAsyncFunction(value) || (name === 'fetch' && value === undefined) : isPromise(value);
}

function awaitFirst(name: string, isCall: boolean, member?: string): string {
  const written = isCall ? `${name}(…)` : name;
  return `${written} ${isCall ? 'gives' : 'is'} a promise. Await it first: (await ${written})${member === undefined ? '' : `.${member}`}`;
}

/**
 * What a promise lacks and its value has: the code before the place where nothing could be read, `data.rows` of
 * `data.rows.length`, or behind the place where nothing could be iterated.
 */
function adviseAwaitInLine(message: string, line = '', offset: number): string | undefined {
  const path =
    /([\p{ID_Start}$_][\p{ID_Continue}$]*)(\([^()]*\))?\??\.([\p{ID_Continue}$]+)(?:\??\.[\p{ID_Continue}$]+|\[[^[\]]*\])*$/u;
  const place = /^Cannot read properties of undefined/.test(message)
    ? line.slice(0, offset).replace(/(?:\?\.|\.|\[)$/, '')
    : (/^Cannot destructure property .* of '([^']+)' as it is undefined/.exec(message)?.[1] ?? '');
  const [all, name = '', call, member] = path.exec(place) ?? [];
  if (all !== undefined) {
    const isPart = /[\p{ID_Continue}$.)\]]$/u.test(place.slice(0, -all.length));
    const isOfPromise = member !== undefined && member in NativePromise.prototype;
    return !isPart && !isOfPromise && givesPromise(name, call !== undefined)
      ? awaitFirst(name, call !== undefined, member)
      : undefined;
  }
  const [, called] =
    /^([\p{ID_Start}$_][\p{ID_Continue}$]*) is not a function or its return value is not iterable$/u.exec(
      message,
    ) ?? [];
  if (called !== undefined) return givesPromise(called, true) ? awaitFirst(called, true) : undefined;
  if (!message.startsWith('object is not iterable')) return undefined;
  const [, source = '', args] =
    /^=?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)(\([^()]*\))?;?\s*$/u.exec(line.slice(offset)) ?? [];
  return givesPromise(source, args !== undefined) ? awaitFirst(source, args !== undefined) : undefined;
}

/** A method as another language calls it, where it is clear what it was called on. */
function adviseMember(message: string): string | undefined {
  const [, receiver = '', member = ''] =
    /^(.+)\.([\p{ID_Continue}$]+) is not a function$/u.exec(message) ?? [];
  const kind = kindOf(receiver);
  return kind && explainMember(kind, member, receiver);
}

/** @param code a text or a list, or a path of plain properties that begins with a name of the cells */
function kindOf(code: string): Kind | undefined {
  if (/^"(?:[^"\\]|\\.)*"$/.test(code)) return 'text';
  if (code === '[]') return 'list';
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Continue}$]+)*$/u.test(code)) return undefined;
  const [name = '', ...path] = code.split('.');
  let value = valueOfName(name);
  for (const key of path) {
    if (!isPlainObject(value)) return undefined;
    value = getOwnPropertyDescriptor(value, key)?.value;
  }
  if (typeof value === 'string') return 'text';
  if (isArray(value)) return 'list';
  if (isMap(value)) return 'map';
  if (isSet(value)) return 'set';
  return isPlainObject(value) ? 'table' : undefined;
}

/** A method that only the value of a promise has. */
function adviseAwait(message: string): string | undefined {
  const match =
    /^([\p{ID_Start}$_][\p{ID_Continue}$]*)(\(\.\.\.\))?(?:\.([\p{ID_Continue}$]+) is not a function| is not iterable)/u.exec(
      message,
    );
  if (!match) return undefined;
  const [, name = '', call, member] = match;
  const isCall = call !== undefined;
  return givesPromise(name, isCall) ? awaitFirst(name, isCall, member) : undefined;
}
