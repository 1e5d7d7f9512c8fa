// Asks the user: input() and its kin block the cell until the answer comes; input.async() and the like wait for it.
// Rule: a wait ends with an answer, the end of input, or an interrupt; where nobody can answer, asking is an error at once.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { CellId } from '../../api';
import type { Globals } from '../../globals';
import type { tskernel } from '../../globals/cells';
import { blockingQuestion } from '../../threads/execution-protocol';
import { type SharedState, Signal } from '../../threads/shared';
import { KeyboardInterrupt } from '../errors/stops';

export const nobodyAnswers =
  'Asking for input needs somebody to answer, and here is nobody: the notebook runs without a front end (allow_stdin is false), or the cell has ended.';

export const holdsAll =
  'input(), prompt(), confirm() and alert() hold every cell until the answer is there, and this one runs in the background. Use await input.async() there.';

export interface Question {
  readonly prompt: string;
  readonly password: boolean;
  /** `blockingQuestion`, or the number of an open question. */
  readonly id: number;
  /** Whose question it is. */
  readonly cell: CellId;
}

export interface Asker {
  /** Sends the question. @throws Error when its cell may not ask */
  ask(question: Question): void;
}

/** Waiting for the main thread, so that the user's code can block. */
export class Blocker {
  /** @param felt called where a wait throws an interrupt into the calling code */
  constructor(
    readonly shared: SharedState,
    readonly replies: MessagePort,
    readonly felt: () => void,
  ) {}

  /**
   * Blocks for the reply to a question.
   * @param send sends it
   * @throws KeyboardInterrupt
   */
  ask(send: () => void): string | null {
    // What came after its question was given up.
    while (receiveMessageOnPort(this.replies));
    send();
    for (;;) {
      const reply = receiveMessageOnPort(this.replies) as { message: string | null } | undefined;
      if (reply) return reply.message;
      this.#wait(Signal.reply | Signal.interrupt);
      this.shared.clear(Signal.reply);
    }
  }

  /** Blocks for a time. @throws KeyboardInterrupt */
  sleep(milliseconds: number): void {
    this.#wait(Signal.interrupt, milliseconds);
  }

  /** To be called after a wait that the shared words do not end. @throws KeyboardInterrupt if one was raised meanwhile */
  checkInterrupt(): void {
    this.#wait(Signal.interrupt, 0);
  }

  #wait(signals: number, milliseconds?: number): void {
    if (this.shared.wait(signals, milliseconds) & Signal.interrupt) {
      this.felt();
      this.shared.noteFelt();
      this.shared.clear(Signal.interrupt);
      throw new KeyboardInterrupt();
    }
  }
}

/** The questions that do not block, and who waits for them. */
export class OpenQuestions {
  readonly #waiting = new Map<
    number,
    { readonly cell: CellId; readonly give: (line: string | null | undefined) => void }
  >();
  #last = 0;

  /** @returns the line to come; undefined when it will not */
  open(cell: CellId): { id: number; line: Promise<string | null | undefined> } {
    const id = ++this.#last;
    return { id, line: new Promise((give) => this.#waiting.set(id, { cell, give })) };
  }

  areAskedBy(cell: CellId): boolean {
    return [...this.#waiting.values()].some((question) => question.cell === cell);
  }

  answer(id: number, line: string | null): void {
    this.#waiting.get(id)?.give(line);
    this.#waiting.delete(id);
  }

  /** The cell that asked has ended: its questions get no answer any more. */
  abandon(cell: CellId): void {
    for (const [id, question] of this.#waiting) {
      if (question.cell !== cell) continue;
      question.give(undefined);
      this.#waiting.delete(id);
    }
  }
}

const text = (value: unknown) => (value === undefined ? '' : String(value));

/** @throws Error at the end of input: who asks for a line wants one */
function lineOrThrow(line: string | null): string {
  if (line !== null) return line;
  throw new Error('The end of input: no line was given. prompt() returns null there.');
}

type InputGlobals = Pick<Globals, 'input' | 'prompt' | 'confirm' | 'alert'>;

/**
 * The globals with which a cell asks, and `readLine` for its stdin.
 * @param currentCell that of the calling code
 */
export function createInput(
  asker: Asker,
  blocker: Blocker,
  questions: OpenQuestions,
  currentCell: () => CellId,
): InputGlobals & { readLine(): Promise<string | null | undefined> } {
  function ask(prompt: string, password = false): string | null {
    return blocker.ask(() => asker.ask({ prompt, password, id: blockingQuestion, cell: currentCell() }));
  }
  function input(prompt?: unknown, options: tskernel.InputOptions = {}): string {
    return lineOrThrow(ask(text(prompt), options.password === true));
  }
  async function askLater(prompt: string, password: boolean): Promise<string | null | undefined> {
    const cell = currentCell();
    const { id, line } = questions.open(cell);
    asker.ask({ prompt, password, id, cell });
    return line;
  }
  async function inputLater(prompt?: unknown, options: tskernel.InputOptions = {}): Promise<string> {
    const line = await askLater(text(prompt), options.password === true);
    // A promise for an answer that will not come would stay pending for ever.
    return line === undefined ? new Promise(() => {}) : lineOrThrow(line);
  }
  return {
    input: Object.assign(input, { async: inputLater }),
    prompt(message, fallback) {
      const line = ask(message === undefined ? '' : `${text(message)} `);
      return line === '' && fallback !== undefined ? text(fallback) : line;
    },
    confirm(message) {
      const line = ask(`${message === undefined ? '' : `${text(message)} `}[y/N] `);
      return line !== null && /^\s*y(es)?\s*$/i.test(line);
    },
    alert(message) {
      ask(`${message === undefined ? 'Alert' : text(message)} [Enter] `);
    },
    readLine: () => askLater('', false),
  };
}
