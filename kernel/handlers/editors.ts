// The comm target of the language server: a front end opens a comm, and the data of each message, either way, is one message of the
// Language Server Protocol (JSON-RPC 2.0). Rule: no cell and no queue comes between; what is no such message is told so.

import { version } from '../../package.json';
import type { EditorConnection, Engine, JsonObject } from '../../src';
import type { Publisher } from '../publisher';
import { object, text } from '../requests';
import { noParent, type Received } from '../wire';
import { isCommType, type OpenComms } from './comms';

const editorTarget = 'tskernel.lsp';

/** What JSON-RPC calls a message that is none. */
const invalidRequest = -32600;

export class Editors {
  readonly #engine: Engine;
  readonly #publisher: Publisher;
  readonly #open = new Map<string, EditorConnection>();

  constructor(engine: Engine, publisher: Publisher) {
    this.#engine = engine;
    this.#publisher = publisher;
  }

  /** The comms that are open, by id. */
  comms(): OpenComms {
    return Array.from(this.#open.keys(), (id) => [id, { target: editorTarget }] as const);
  }

  /** Whether a message is for the language server. */
  concerns({ header: { msg_type: type }, content: { comm_id: id, target_name: target } }: Received): boolean {
    if (!isCommType(type)) return false;
    return type === 'comm_open' ? target === editorTarget : typeof id === 'string' && this.#open.has(id);
  }

  /** Takes a message that is for the language server. @throws RequestError when it names no comm */
  deliver({ header: { msg_type: type }, content }: Received): undefined {
    const id = text(content, 'comm_id');
    if (type === 'comm_open') this.#begin(id);
    else if (type === 'comm_close') this.#end(id);
    else this.#receive(id, content.data);
  }

  #begin(id: string): void {
    this.#end(id);
    const connection = this.#engine.attachEditor(version, {
      send: (data) => this.#send(id, data),
      closed: () => {
        this.#open.delete(id);
        this.#publisher.publish('comm_close', { comm_id: id, data: {} }, noParent);
      },
    });
    this.#open.set(id, connection);
  }

  #end(id: string): void {
    this.#open.get(id)?.close();
    this.#open.delete(id);
  }

  #receive(id: string, data: unknown): void {
    const message = object({ data }, 'data');
    const problem = problemOf(message);
    if (problem === undefined) return this.#open.get(id)!.receive(message);
    const { id: request } = message;
    this.#send(id, {
      jsonrpc: '2.0',
      id: isId(request) ? request : null,
      error: { code: invalidRequest, message: problem },
    });
  }

  #send(id: string, data: JsonObject): void {
    this.#publisher.publish('comm_msg', { comm_id: id, data }, noParent);
  }
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || typeof id === 'number';

/** Why this is no message of JSON-RPC. */
function problemOf(message: JsonObject): string | undefined {
  const { jsonrpc, id, method, params } = message;
  if (jsonrpc !== '2.0') return 'each message of this comm is one JSON-RPC object, with "jsonrpc": "2.0"';
  if (id !== undefined && id !== null && !isId(id)) return '"id" must be a string or a number';
  if (method === undefined && !('result' in message || 'error' in message))
    return 'a request and a notification have a "method", a response has a "result" or an "error"';
  if (method !== undefined && typeof method !== 'string') return '"method" must be a string';
  if (params !== undefined && (typeof params !== 'object' || params === null))
    return '"params" must be an object or an array';
  return undefined;
}
