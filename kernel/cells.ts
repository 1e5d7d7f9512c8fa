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

/** Cells whose requests are known: the latest ones, those that have not ended, and those that still put out something. */
const rememberedCells = 20_000;
/** A moved slider sends thousands of comm messages: headers are kept for the latest ones only. */
const rememberedMessages = 1000;

export class Cells {
  /** Headers of requests, the one that was used longest ago first; nothing else is kept with them, since there are many. */
  readonly #parents = new Map<CellId, string>();
  /** The clients of cells that have not ended. */
  readonly #identities = new Map<CellId, CellOrigin['identities']>();
  /** Comm messages that are being handled. */
  readonly #handling = new Set<CellId>();
  /** Those that were, the oldest first. */
  readonly #messages: CellId[] = [];
  #last: CellId = 0;
  #lastExecution: CellId = 0;

  constructor(readonly remembered = rememberedCells) {}

  /** An execution begins. */
  begin(request: Received): CellId {
    const id = ++this.#last;
    this.#lastExecution = id;
    this.#parents.set(id, request.headerText);
    this.#identities.set(id, request.identities);
    if (this.#parents.size > this.remembered) this.#forgetOldest();
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
    if (id < 1 || id > this.#last) return undefined;
    const own = this.#parents.get(id);
    if (own !== undefined && id <= this.#last - this.remembered / 2) {
      // It is still in use.
      this.#parents.delete(id);
      this.#parents.set(id, own);
    }
    // What a forgotten one puts out after all belongs to the latest cell, under which it is at least seen.
    const parent = own ?? this.#parents.get(this.#lastExecution);
    return parent === undefined ? undefined : { parent, identities: this.#identities.get(id) };
  }

  #forgetOldest(): void {
    for (const id of this.#parents.keys()) {
      if (this.#identities.has(id) || this.#handling.has(id)) continue;
      this.#parents.delete(id);
      return;
    }
  }
}
