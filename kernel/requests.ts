// Reads what clients send into the types of messages.ts: fields checked, defaults filled in.
// Rule: clients may send anything. A missing field has a default; a wrong one is an error that names it.
import type { JsonObject } from '../src';
import type { Asks, RequestType } from './messages';
import type { Fields } from './wire';

/** A request that lacks a field or has nonsense in it. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

type Readers = { readonly [T in RequestType]: (fields: Fields) => Asks<T> };

const readers: Readers = {
  kernel_info_request: () => ({}),
  connect_request: () => ({}),
  execute_request: (fields) => {
    const silent = flag(fields, 'silent', false);
    return {
      code: text(fields, 'code'),
      silent,
      store_history: !silent && flag(fields, 'store_history', true),
      user_expressions: texts(fields, 'user_expressions'),
      allow_stdin: flag(fields, 'allow_stdin', false),
      stop_on_error: flag(fields, 'stop_on_error', true),
    };
  },
  complete_request: (fields) => ({
    code: text(fields, 'code'),
    cursor_pos: optionalNumber(fields, 'cursor_pos'),
  }),
  inspect_request: (fields) => ({
    code: text(fields, 'code'),
    cursor_pos: optionalNumber(fields, 'cursor_pos'),
    detail_level: fields.detail_level === 1 ? 1 : 0,
  }),
  is_complete_request: (fields) => ({ code: text(fields, 'code') }),
  history_request: (fields) => ({
    hist_access_type: text(fields, 'hist_access_type', ''),
    output: flag(fields, 'output', false),
    n: optionalNumber(fields, 'n'),
    session: optionalNumber(fields, 'session') ?? 0,
    start: optionalNumber(fields, 'start') ?? 0,
    stop: optionalNumber(fields, 'stop'),
    pattern: text(fields, 'pattern', '*'),
    unique: flag(fields, 'unique', false),
  }),
  comm_info_request: (fields) => ({ target_name: text(fields, 'target_name', '') }),
  interrupt_request: () => ({}),
  shutdown_request: (fields) => ({ restart: flag(fields, 'restart', false) }),
  usage_request: () => ({}),
  debug_request: (fields) => ({
    seq: optionalNumber(fields, 'seq') ?? 0,
    command: text(fields, 'command', ''),
    arguments: object(fields, 'arguments'),
  }),
  create_subshell_request: () => ({}),
  delete_subshell_request: (fields) => ({ subshell_id: text(fields, 'subshell_id') }),
  list_subshell_request: () => ({}),
};

export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(readers, type);
}

/** @throws RequestError when a field is missing that has no default, or has the wrong type. */
export function readRequest<T extends RequestType>(type: T, fields: Fields): Asks<T> {
  return readers[type](fields);
}

/** A string. @throws RequestError when it is something else, or absent without a default. */
export function text(fields: Fields, name: string, absent?: string): string {
  const value = fields[name] ?? absent;
  if (typeof value !== 'string') throw new RequestError(`"${name}" must be a string`);
  return value;
}

/** A JSON object; anything else counts as an empty one. */
export function object(fields: Fields, name: string): JsonObject {
  const value = fields[name];
  // What came as JSON is JSON.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function flag(fields: Fields, name: string, absent: boolean): boolean {
  const value = fields[name];
  return typeof value === 'boolean' ? value : absent;
}

function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' ? value : undefined;
}

function texts(fields: Fields, name: string): { readonly [key: string]: string } {
  const entries = Object.entries(object(fields, name));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
