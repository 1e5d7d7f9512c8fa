// Who caused what: numbers the cells for the engine, and leads from their numbers to the requests behind them.
// Rule: a timer's output finds the request of its cell, also long after that cell has ended.
import type { CellId } from '../src';
import type { Received } from './wire';

export interface CellOrigin {
  /** Header of the request, as JSON text. */
  readonly parent: string;
  /** The client that answers the cell's input requests; undefined once the cell has ended. */
  readonly identities: readonly Uint8Array[] | undefined;
}

/** A moved slider sends thousands of comm messages: headers are kept for the latest ones only. */
const rememberedMessages = 1000;

export class Cells {
  /** Headers of all requests; kept for the life of the kernel, so nothing else is kept with them. */
  readonly #parents = new Map<CellId, string>();
  /** The clients of cells that have not ended. */
  readonly #identities = new Map<CellId, CellOrigin['identities']>();
  /** Comm messages that are being handled. */
  readonly #handling = new Set<CellId>();
  /** Those that were, the oldest first. */
  readonly #messages: CellId[] = [];
  #last: CellId = 0;

  /** An execution begins. */
  begin(request: Received): CellId {
    const id = ++this.#last;
    this.#parents.set(id, request.headerText);
    this.#identities.set(id, request.identities);
    return id;
  }

  end(id: CellId): void {
    this.#identities.delete(id);
    if (!this.#handling.delete(id)) return;
    this.#messages.push(id);
    if (this.#messages.length > rememberedMessages) this.#parents.delete(this.#messages.shift()!);
  }

  /** A client's comm message is about to be handled, as a small cell of its own. */
  note(message: Received): CellId {
    const id = ++this.#last;
    this.#parents.set(id, message.headerText);
    this.#handling.add(id);
    return id;
  }

  origin(id: CellId): CellOrigin | undefined {
    const parent = this.#parents.get(id);
    return parent === undefined ? undefined : { parent, identities: this.#identities.get(id) };
  }
}
