// Asking the person: input() and its kin block the cell until the answer comes; process.stdin reads lines the same way.
// Rule: a wait ends with an answer, the end of input, or an interrupt; where nobody can answer, asking is an error at once.
import { Readable } from 'node:stream';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type SharedState, Signal } from '../threads/shared';
import { KeyboardInterrupt } from './errors';

export interface Question {
  readonly prompt: string;
  readonly password: boolean;
  /** Absent for a question that blocks. */
  readonly id: number | undefined;
}

export interface Asker {
  /** Sends the question of the calling code. @throws Error when its cell may not ask */
  ask(question: Question): void;
}

/** Waiting for the main thread, so that the user's code can block. */
export class Blocker {
  /** The latest interrupt that was thrown into the user's code by a wait here. */
  felt = 0;

  constructor(
    readonly shared: SharedState,
    readonly answers: MessagePort,
  ) {}

  /** Blocks for the next answer. @throws KeyboardInterrupt */
  receive(): string | null {
    for (;;) {
      const answer = receiveMessageOnPort(this.answers) as { message: string | null } | undefined;
      if (answer) return answer.message;
      this.#wait(Signal.answer | Signal.interrupt);
      this.shared.clear(Signal.answer);
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

  /** Throws away an answer that came after its question was given up. */
  discardAnswers(): void {
    while (receiveMessageOnPort(this.answers));
  }

  #wait(signals: number, milliseconds?: number): void {
    if (this.shared.wait(signals, milliseconds) & Signal.interrupt) {
      this.felt = this.shared.token;
      this.shared.clear(Signal.interrupt);
      throw new KeyboardInterrupt();
    }
  }
}

/** The questions that do not block, and who waits for them. */
export class OpenQuestions {
  readonly #waiting = new Map<number, (line: string | null) => void>();
  #last = 0;

  open(): { id: number; line: Promise<string | null> } {
    const id = ++this.#last;
    return { id, line: new Promise((resolve) => this.#waiting.set(id, resolve)) };
  }

  answer(id: number, line: string | null): void {
    this.#waiting.get(id)?.(line);
    this.#waiting.delete(id);
  }

  /** The cell that asked has ended: nobody will answer any more. What waits for an answer waits for ever. */
  abandon(): void {
    this.#waiting.clear();
  }
}

const text = (value: unknown) => (value === undefined ? '' : String(value));

/** The globals with which a cell asks. */
export function createInput(asker: Asker, blocker: Blocker, questions: OpenQuestions) {
  function input(prompt?: unknown, options: { password?: boolean } = {}): string | null {
    blocker.discardAnswers();
    asker.ask({ prompt: text(prompt), password: options.password === true, id: undefined });
    return blocker.receive();
  }
  async function inputLater(prompt?: unknown, options: { password?: boolean } = {}): Promise<string | null> {
    const { id, line } = questions.open();
    asker.ask({ prompt: text(prompt), password: options.password === true, id });
    return line;
  }
  function sleep(milliseconds: number): void {
    if (typeof milliseconds !== 'number' || Number.isNaN(milliseconds) || milliseconds < 0) {
      throw new RangeError(`sleep() takes milliseconds, 0 or more, but got ${text(milliseconds)}`);
    }
    blocker.sleep(milliseconds);
  }
  return {
    input: Object.assign(input, { async: inputLater }),
    prompt(message?: unknown, fallback?: unknown): string | null {
      const line = input(message === undefined ? '' : `${text(message)} `);
      return line === '' && fallback !== undefined ? text(fallback) : line;
    },
    confirm(message?: unknown): boolean {
      const line = input(`${message === undefined ? '' : `${text(message)} `}[y/N] `);
      return line !== null && /^\s*y(es)?\s*$/i.test(line);
    },
    alert(message?: unknown): void {
      input(`${message === undefined ? 'Alert' : text(message)} [Enter] `);
    },
    sleep,
    inputLater,
  };
}

export interface LineSource {
  /** Whether a cell is there that may ask. */
  canAsk(): boolean;
  readLine(): Promise<string | null>;
}

/** process.stdin: each read asks for a line, as work of the cell that runs then. */
export class Stdin extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  readonly #source: LineSource;
  /** Grows when a cell ends: an answer to a question of an earlier one is not for us any more. */
  #era = 0;
  #isAsking = false;

  constructor(source: LineSource) {
    super();
    this.#source = source;
  }

  override _read(): void {
    // Nothing for now; whoever reads again in the next cell brings us back here.
    if (!this.#source.canAsk()) return void this.push('');
    const era = this.#era;
    this.#isAsking = true;
    this.#source.readLine().then((line) => {
      if (era !== this.#era) return;
      this.#isAsking = false;
      this.push(line === null ? null : `${line}\n`);
    });
  }

  /** The cell that asked has ended. */
  abandon(): void {
    this.#era++;
    if (this.#isAsking) this.push('');
    this.#isAsking = false;
  }

  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
