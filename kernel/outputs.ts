// Turns what cells put out into iopub messages.
import type { CommMessage, Output } from '../src';
import { log } from './log';
import { asMember, type Publisher } from './publisher';

/** @param parent header of the request whose cell made the output, as JSON text. */
export function publishOutput(publisher: Publisher, parent: string, output: Output): void {
  switch (output.kind) {
    case 'text':
      publisher.publish('stream', { name: output.stream, text: output.text }, parent, {
        topic: `stream.${output.stream}`,
        encoded: asMember('text', output.encoded),
      });
      return;
    case 'display': {
      const { data, metadata, displayId, encoded } = output;
      const transient = displayId === undefined ? undefined : { display_id: displayId };
      publisher.publish('display_data', { data, metadata, transient }, parent, {
        encoded: asMember('data', encoded),
      });
      return;
    }
    case 'update': {
      const { data, metadata, displayId, encoded } = output;
      publisher.publish(
        'update_display_data',
        { data, metadata, transient: { display_id: displayId } },
        parent,
        { encoded: asMember('data', encoded) },
      );
      return;
    }
    case 'clear':
      publisher.publish('clear_output', { wait: output.wait }, parent);
      return;
    case 'comm':
      publishComm(publisher, parent, output.message);
      return;
    default:
      log(`an output of an unknown kind: ${JSON.stringify(output satisfies never)}`);
  }
}

function publishComm(publisher: Publisher, parent: string, message: CommMessage): void {
  const { commId: comm_id, data, metadata, buffers } = message;
  const options = { topic: `comm-${comm_id}` as const, metadata, buffers };
  switch (message.kind) {
    case 'open':
      publisher.publish('comm_open', { comm_id, target_name: message.target ?? '', data }, parent, options);
      return;
    case 'message':
      publisher.publish('comm_msg', { comm_id, data }, parent, options);
      return;
    case 'close':
      publisher.publish('comm_close', { comm_id, data }, parent, options);
      return;
    default:
      log(`a comm message of an unknown kind: ${JSON.stringify(message.kind satisfies never)}`);
  }
}
