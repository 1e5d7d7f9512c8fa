// A row for each request: in which order it is served, and how what clients send becomes the types of messages.ts.
// Rule: clients may send anything. A missing field has a default; a wrong one is an error that names it.
import type { JsonObject } from '../src';
import { RequestError } from './errors';
import type { Answers, Asks, RequestType } from './messages';
import type { Fields, Received } from './wire';

/**
 * In which order a request is served. `exclusive`: behind everything of its kind that came before, one at a time, whichever
 * channel it came on. `concurrent`: at once. `control`: at once on shell, one after the other on control; it must be quick,
 * for an interrupt may wait behind it. `debug`: one after the other, and nothing else behind them.
 */
export type Lane = 'exclusive' | 'concurrent' | 'control' | 'debug';

/** An answer with something for the metadata of its message. */
export class WithMetadata<Content> {
  constructor(
    readonly content: Content,
    readonly metadata: object,
  ) {}
}

export type Answered<T extends RequestType> = Answers<T> | WithMetadata<Answers<T>>;

/** One function for each request. */
export type Handlers = {
  readonly [T in RequestType]: (asks: Asks<T>, message: Received) => Answered<T> | Promise<Answered<T>>;
};

type Requests = {
  readonly [T in RequestType]: { readonly lane: Lane; readonly read: (fields: Fields) => Asks<T> };
};

const requests: Requests = {
  kernel_info_request: { lane: 'control', read: () => ({}) },
  connect_request: { lane: 'control', read: () => ({}) },
  execute_request: {
    lane: 'exclusive',
    read: (fields) => {
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
  },
  complete_request: {
    lane: 'concurrent',
    read: (fields) => ({
      code: text(fields, 'code'),
      cursor_pos: optionalNumber(fields, 'cursor_pos'),
    }),
  },
  inspect_request: {
    lane: 'concurrent',
    read: (fields) => ({
      code: text(fields, 'code'),
      cursor_pos: optionalNumber(fields, 'cursor_pos'),
      detail_level: fields.detail_level === 1 ? 1 : 0,
    }),
  },
  is_complete_request: { lane: 'concurrent', read: (fields) => ({ code: text(fields, 'code') }) },
  history_request: {
    lane: 'concurrent',
    read: (fields) => ({
      hist_access_type: text(fields, 'hist_access_type', ''),
      output: flag(fields, 'output', false),
      n: optionalNumber(fields, 'n'),
      session: optionalNumber(fields, 'session') ?? 0,
      start: optionalNumber(fields, 'start') ?? 0,
      stop: optionalNumber(fields, 'stop'),
      pattern: text(fields, 'pattern', '*'),
      unique: flag(fields, 'unique', false),
    }),
  },
  comm_info_request: {
    lane: 'concurrent',
    read: (fields) => ({ target_name: text(fields, 'target_name', '') }),
  },
  interrupt_request: { lane: 'control', read: () => ({}) },
  shutdown_request: { lane: 'control', read: (fields) => ({ restart: flag(fields, 'restart', false) }) },
  usage_request: { lane: 'control', read: () => ({}) },
  debug_request: {
    lane: 'debug',
    read: (fields) => ({
      seq: optionalNumber(fields, 'seq') ?? 0,
      command: text(fields, 'command', ''),
      arguments: object(fields, 'arguments'),
    }),
  },
  create_subshell_request: { lane: 'control', read: () => ({}) },
  delete_subshell_request: {
    lane: 'control',
    read: (fields) => ({ subshell_id: text(fields, 'subshell_id') }),
  },
  list_subshell_request: { lane: 'control', read: () => ({}) },
};

/** The request of that name; nothing when there is none. */
export function requestNamed(type: string): RequestType | undefined {
  return Object.hasOwn(requests, type) ? (type as RequestType) : undefined;
}

export function laneOf(type: RequestType): Lane {
  return requests[type].lane;
}

/** @throws RequestError when a field is missing that has no default, or has the wrong type. */
export function readRequest<T extends RequestType>(type: T, fields: Fields): Asks<T> {
  return requests[type].read(fields);
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
