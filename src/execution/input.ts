// Asking the person: input() and its kin block the cell until the answer comes; process.stdin reads lines the same way.
// Rule: a wait ends with an answer, the end of input, or an interrupt; where nobody can answer, asking is an error at once.
import { Readable } from 'node:stream';
import timers from 'node:timers';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type SharedState, Signal } from '../threads/shared';
import { KeyboardInterrupt } from './errors';
import { blockingQuestion } from './protocol';

const { apply, getPrototypeOf, set } = Reflect;
const { setImmediate } = timers;

/** Resolves when the event loop has turned. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export interface Question {
  readonly prompt: string;
  readonly password: boolean;
  /** `blockingQuestion`, or the number of an open question. */
  readonly id: number;
}

export interface Asker {
  /** Sends the question of the calling code. @throws Error when its cell may not ask */
  ask(question: Question): void;
}

/** Waiting for the main thread, so that the user's code can block. */
export class Blocker {
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
      this.shared.noteFelt();
      this.shared.clear(Signal.interrupt);
      throw new KeyboardInterrupt();
    }
  }
}

/** The questions that do not block, and who waits for them. */
export class OpenQuestions {
  readonly #waiting = new Map<number, (line: string | null | undefined) => void>();
  #last = 0;

  /** @returns the line to come; undefined when it will not */
  open(): { id: number; line: Promise<string | null | undefined> } {
    const id = ++this.#last;
    return { id, line: new Promise((resolve) => this.#waiting.set(id, resolve)) };
  }

  answer(id: number, line: string | null): void {
    this.#waiting.get(id)?.(line);
    this.#waiting.delete(id);
  }

  /** The cell that asked has ended: nobody will answer any more. */
  abandon(): void {
    for (const give of this.#waiting.values()) give(undefined);
    this.#waiting.clear();
  }
}

const text = (value: unknown) => (value === undefined ? '' : String(value));

/** The globals with which a cell asks. */
export function createInput(asker: Asker, blocker: Blocker, questions: OpenQuestions) {
  function input(prompt?: unknown, options: { password?: boolean } = {}): string | null {
    blocker.discardAnswers();
    asker.ask({ prompt: text(prompt), password: options.password === true, id: blockingQuestion });
    return blocker.receive();
  }
  async function askLater(prompt: string, password: boolean): Promise<string | null | undefined> {
    const { id, line } = questions.open();
    asker.ask({ prompt, password, id });
    return line;
  }
  async function inputLater(prompt?: unknown, options: { password?: boolean } = {}): Promise<string | null> {
    const line = await askLater(text(prompt), options.password === true);
    // What waits for an answer that nobody will give waits for ever.
    return line === undefined ? new Promise(() => {}) : line;
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
    readLine: () => askLater('', false),
  };
}

export interface LineSource {
  /** The run that is under way, if one is. */
  activeRun(): unknown;
  /** Whether a cell is there that may ask. */
  canAsk(): boolean;
  /** @returns the line, null at the end of input, undefined when the cell ended before */
  readLine(): Promise<string | null | undefined>;
}

/** An interface of `node:readline`. */
interface LineReader {
  readonly closed?: boolean;
  listenerCount(event: string): number;
  on(event: 'newListener', listener: (event: string | symbol) => void): unknown;
}

/** process.stdin: asks for a line while somebody listens, as work of the cell that runs then. */
export class Stdin extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  readonly #source: LineSource;
  /** Who listens, if it is an interface of readline that has prompted. */
  #reader: LineReader | undefined;
  /** It has prompted, and had no line since. */
  #isPrompting = false;

  constructor(source: LineSource) {
    // No line is asked for ahead of who wants it.
    super({ highWaterMark: 0 });
    this.#source = source;
  }

  get #isHeard(): boolean {
    return this.listenerCount('data') + this.listenerCount('readable') > 0;
  }

  /** Not by a reader alone that has what it asked for. */
  get #isWanted(): boolean {
    const reader = this.#reader?.closed ? undefined : this.#reader;
    const others = this.listenerCount('data') + this.listenerCount('readable') - (reader ? 1 : 0);
    return others > 0 || this.#isPrompting || (reader?.listenerCount('line') ?? 0) > 0;
  }

  /** A reader wants a line now, also one that an earlier cell made. */
  prompt(reader: LineReader): void {
    this.#isPrompting = true;
    if (this.#reader !== reader) {
      this.#reader = reader;
      reader.on('newListener', (event) => {
        if (event === 'line') this.resume();
      });
    }
    this.resume();
  }

  override _read(): void {
    // A stream flows on when its last listener has gone.
    if (!this.#isHeard || !this.#isWanted) return this.#rest();
    // A cell that only sets up who listens ends within a turn: it is not the one to ask, nor is the one after it.
    const run = this.#source.activeRun();
    const ask = () => {
      if (this.#source.activeRun() === run && this.#isHeard && this.#isWanted) this.#ask();
      else this.#rest();
    };
    // Promises carry the cell along.
    turn().then(turn).then(ask);
  }

  #ask(): void {
    if (!this.#source.canAsk()) return this.#rest();
    this.#source.readLine().then((line) => {
      if (line === undefined) this.#rest();
      else {
        this.#isPrompting = false;
        this.push(line === null ? null : `${line}\n`);
      }
    });
  }

  /** Nothing for now; whoever listens or resumes next brings us back to reading. */
  #rest(): void {
    // While it is taken to be flowing already, neither would do anything.
    if (this.readableFlowing) this.#forgetFlow();
    this.push('');
  }

  #forgetFlow(): void {
    set(this, 'readableFlowing', null);
  }

  /**
   * Ends the use of the stream by a cell.
   * @returns whether the next cell can go on with it: it has not ended, and nobody still waits for what it will read
   */
  release(): boolean {
    if (this.readableEnded || this.destroyed || this.#isHeard) return false;
    // Who paused it has ended too.
    this.#forgetFlow();
    return true;
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

/**
 * Tells stdin when an interface of `node:readline` wants a line: it listens all the time, and only that it prompts, or is
 * looped over, says so.
 */
export function hearReadline(): void {
  // Not before somebody uses stdin.
  const { Interface } = require('node:readline') as typeof import('node:readline');
  // That of `node:readline/promises` inherits from the same one.
  const prototype = getPrototypeOf(Interface.prototype) as typeof Interface.prototype;
  const announce = (name: 'prompt' | typeof Symbol.asyncIterator) => {
    const method = prototype[name] as (...given: never[]) => unknown;
    set(prototype, name, function (this: LineReader & { readonly input?: unknown }, ...given: never[]) {
      if (this.input instanceof Stdin) this.input.prompt(this);
      return apply(method, this, given);
    });
  };
  announce('prompt');
  announce(Symbol.asyncIterator);
}
