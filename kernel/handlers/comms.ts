// comm_info_request, and the comm messages of clients: two-way channels into the user's code (messaging spec: Comm info,
// Custom Messages).
import type { CommMessage, Engine } from '../../src';
import type { Cells } from '../cells';
import { describeError, log } from '../log';
import type { CommType } from '../messages';
import { type Handlers, object, text } from '../requests';
import type { Received } from '../wire';

/** By id. */
export type OpenComms = Iterable<readonly [id: string, comm: { readonly target: string }]>;

const kinds: { readonly [T in CommType]: CommMessage['kind'] } = {
  comm_open: 'open',
  comm_msg: 'message',
  comm_close: 'close',
};

export function isCommType(type: string): type is CommType {
  return Object.hasOwn(kinds, type);
}

/** @param others whose comms do not reach the user's code */
export function commHandlers(
  engine: Engine,
  others: { comms(): OpenComms },
): Pick<Handlers, 'comm_info_request'> {
  return {
    comm_info_request({ target_name }) {
      const open = [...engine.comms(), ...others.comms()];
      const wanted = open.filter(([, { target }]) => !target_name || target === target_name);
      const comms = Object.fromEntries(wanted.map(([id, { target }]) => [id, { target_name: target }]));
      return { status: 'ok', comms };
    },
  };
}

/**
 * Hands a client's message to the user's code. An open for a target that nobody registered is answered by the engine,
 * with a close.
 */
export async function deliverComm(
  engine: Engine,
  cells: Cells,
  type: CommType,
  message: Received,
): Promise<undefined> {
  const { content, metadata, buffers } = message;
  const cell = cells.note(message);
  try {
    await engine.deliver(cell, message.header.msg_id, {
      kind: kinds[type],
      commId: text(content, 'comm_id'),
      ...(type === 'comm_open' && { target: text(content, 'target_name') }),
      data: object(content, 'data'),
      metadata: object({ metadata }, 'metadata'),
      buffers,
    });
  } catch (error) {
    log(`a ${type} could not be handled: ${describeError(error)}`);
  } finally {
    cells.end(cell);
  }
}
