// What cells put out, on its way from their thread: short texts by the ring, all else over the port.
// Rule: what goes over the port says up to which position of the ring text goes before it, and waits while too much is under way.
import type { CellId, Output, StreamName } from '../api';
import { withoutMarks } from '../compile/keys';
import { newDisplayId } from '../display/sink';
import { now } from '../realm/clock';
import { withIntrinsics } from '../realm/intrinsics';
import type { ExecutionEvent } from '../threads/execution-protocol';
import type { RingWriter } from '../threads/ring';
import type { SharedState } from '../threads/shared';
import { bytesOf, encodeLarge, encodePrinted, longPrint } from './encoding';
import { plainRendering } from './marks';
import { Drawings } from './process/drawings';
import { weigh } from './weight';

/** From one change of a display to the next, in milliseconds: what changes faster may be merged. */
const calmPause = 50;

export interface OutletOptions {
  readonly ring: RingWriter;
  readonly shared: SharedState;
  post(event: ExecutionEvent, moved: readonly ArrayBuffer[]): void;
  /** That of the calling code. */
  currentCell(): CellId;
}

export interface Outlet {
  /** Prints a text of the calling code. */
  write(stream: StreamName, text: string): void;
  /** Puts out what the calling code has made. */
  emit(output: Output): void;
  /** What a cell draws on its screen is finished. */
  endCell(cell: CellId): void;
}

export function createOutlet({ ring, shared, post, currentCell }: OutletOptions): Outlet {
  const drawings = new Drawings((output, cell) => put(output, cell), newDisplayId);
  /** Weight of all outputs that were posted. */
  let sentWeight = 0;
  /** When a display was changed last, in milliseconds of `now()`. */
  let lastUpdate = 0;

  const put = (made: Output, cell: CellId) => {
    const output = 'data' in made ? withIntrinsics(() => encodeLarge(plainRendering(made))) : made;
    const weight = withIntrinsics(() => weigh(output));
    const sent = shared.enterOutput(sentWeight, weight);
    withIntrinsics(() => {
      const before = lastUpdate;
      if (output.kind === 'update') lastUpdate = now();
      const moved = bytesOf(output);
      if (output.kind === 'update' && lastUpdate - before < calmPause)
        post({ kind: 'update', cell, output, sent }, moved);
      else post({ kind: 'output', cell, output, weight, sent, position: ring.mark() }, moved);
    });
    sentWeight = sent;
  };

  return {
    write(stream, text) {
      if (text)
        withIntrinsics(() => {
          const cell = currentCell();
          const printed = drawings.pass(stream, text, cell);
          if (!printed) return;
          const shown = withoutMarks(printed);
          if (shown.length < longPrint) ring.write(cell, stream, shown);
          else encodePrinted(stream, shown, (output) => put(output, cell));
        });
    },
    emit(output) {
      withIntrinsics(() => drawings.flush());
      put(output, currentCell());
    },
    endCell: (cell) => drawings.endCell(cell),
  };
}
