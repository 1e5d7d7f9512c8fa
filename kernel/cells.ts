// Who caused what: from the engine's cell ids to the requests behind them, for the life of the kernel.
// Rule: an output of a timer finds the request of its cell long after that has ended.
import type { CellId } from '../src';
import type { Received } from './wire';

export interface CellOrigin {
  /** Header of the request, as JSON text. */
  readonly parent: string;
  /** Where a question of the cell goes; undefined once the cell has ended and nobody waits to be asked. */
  readonly identities: readonly Uint8Array[] | undefined;
}

/** Comm messages come by the thousand (a slider that is moved); the outputs of older ones are not expected any more. */
const rememberedMessages = 1000;

export class Cells {
  /** Headers of the requests, for ever: so there is nothing else with them. */
  readonly #parents = new Map<CellId, string>();
  /** Of cells that have not ended. */
  readonly #identities = new Map<CellId, CellOrigin['identities']>();
  readonly #messages: CellId[] = [];
  #duplicates = 0;

  /** An execution begins. The id is the request's, made unique should a client use one twice. */
  begin(request: Received): CellId {
    const id = this.#unused(request.header.msg_id);
    this.#parents.set(id, request.headerText);
    this.#identities.set(id, request.identities);
    return id;
  }

  end(id: CellId): void {
    this.#identities.delete(id);
  }

  /** A client's comm message is about to be handled, as a small cell of its own. */
  note(message: Received): CellId {
    const id = this.#unused(message.header.msg_id);
    this.#parents.set(id, message.headerText);
    this.#messages.push(id);
    if (this.#messages.length > rememberedMessages) this.#parents.delete(this.#messages.shift()!);
    return id;
  }

  origin(id: CellId): CellOrigin | undefined {
    const parent = this.#parents.get(id);
    return parent === undefined ? undefined : { parent, identities: this.#identities.get(id) };
  }

  #unused(id: string): CellId {
    if (!this.#parents.has(id)) return id;
    this.#duplicates += 1;
    return `${id}#${this.#duplicates}`;
  }
}
