// Asks the user for a line: input_request out, input_reply in (messaging spec: Messages on the stdin channel).
// Rule: a question has one answer. What comes for a question that is over is dropped.
import type { CellId, InputQuestion } from '../src';
import type { Cells } from './cells';
import type { Inlet } from './channels';
import { log } from './log';
import type { StdinTable } from './messages';
import type { Codec } from './wire';

/** What a front end sends for the end of input. */
const endOfInput = '\x04';

interface Pending {
  /** msg_id of the input_request. */
  readonly id: string;
  readonly cell: CellId;
  /** The engine's number of the question. */
  readonly question: number;
  readonly identities: readonly Uint8Array[];
}

export class Questions {
  #pending: readonly Pending[] = [];

  /** @param answer hands a line to the cell that waits; null at the end of input. */
  constructor(
    readonly codec: Codec,
    readonly channel: Inlet,
    readonly cells: Cells,
    readonly answer: (cell: CellId, question: number, line: string | null) => void,
  ) {}

  /** Sends the question to the client that runs the cell. A cell that has ended has no client to ask. */
  async ask(cell: CellId, question: InputQuestion): Promise<void> {
    // A late answer to an older question may still be in the socket: it must not answer this one.
    await this.channel.drained();
    const origin = this.cells.origin(cell);
    if (!origin?.identities) {
      this.answer(cell, question.id, null);
      return;
    }
    const content: StdinTable['input_request'] = { prompt: question.prompt, password: question.password };
    const { id, frames } = this.codec.encode({
      type: 'input_request',
      parent: origin.parent,
      metadata: '{}',
      content: JSON.stringify(content),
    });
    const others = this.#pending.filter(
      (pending) => pending.cell !== cell || pending.question !== question.id,
    );
    this.#pending = [...others, { id, cell, question: question.id, identities: origin.identities }];
    this.channel.send([...origin.identities, ...frames]);
  }

  /** A message on the stdin channel. */
  receive(frames: readonly Uint8Array[]): void {
    const decoded = this.codec.decode(frames);
    if ('problem' in decoded) {
      log(`a message on stdin was refused: ${decoded.problem}`);
      return;
    }
    const { header, parentId, identities, content } = decoded.message;
    if (header.msg_type !== 'input_reply') return;
    // Front ends set `parent_header` to our input_request. jupyter_client's do not; then match the oldest pending request of that client.
    const question = this.#pending.find((pending) =>
      parentId === undefined ? sameRoute(pending.identities, identities) : pending.id === parentId,
    );
    if (!question) return;
    this.#pending = this.#pending.filter((pending) => pending !== question);
    const line = String(content.value ?? '');
    this.answer(question.cell, question.question, line === endOfInput ? null : line);
  }

  /** The cell has ended: its questions are over. */
  forget(cell: CellId): void {
    if (this.#pending.length > 0) this.#pending = this.#pending.filter((pending) => pending.cell !== cell);
  }
}

function sameRoute(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length && left.every((frame, index) => Buffer.compare(frame, right[index]!) === 0)
  );
}
