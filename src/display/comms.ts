// Two-way channels between the user's code and a front end.
// Rule: an `open` for a target that nobody registered is answered with a `close`.
import type { CommMessage, Output } from '../engine';

export function createComms(emit: (output: Output) => void) {
  return {
    receive(message: CommMessage): void {
      if (message.kind !== 'open') return;
      emit({ kind: 'comm', message: { ...message, kind: 'close', data: {}, metadata: {}, buffers: [] } });
    },
  };
}
