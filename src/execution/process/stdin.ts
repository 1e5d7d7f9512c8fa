// process.stdin: asks the user for a line while code listens, as input of the cell that runs then.
// Rule: no line is asked for before code wants it, and none on behalf of a cell that has ended.
import { Readable } from 'node:stream';
import timers from 'node:timers';

const { apply, getPrototypeOf, set } = Reflect;
const { setImmediate } = timers;

/** Resolves when the event loop has turned. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

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

/** process.stdin: asks the user for a line while code listens, as input of the cell that runs then. */
export class Stdin extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  readonly #source: LineSource;
  /** The readline interface that prompted, if one did. */
  #reader: LineReader | undefined;
  /** It has prompted, and had no line since. */
  #isPrompting = false;

  constructor(source: LineSource) {
    // No line is asked for ahead of who wants it.
    super({ highWaterMark: 0 });
    this.#source = source;
  }

  get #listeners(): number {
    return this.listenerCount('data') + this.listenerCount('readable');
  }

  /** Whether code listens, other than a reader that has what it asked for. */
  get #isWanted(): boolean {
    const listeners = this.#listeners;
    if (listeners === 0 || this.#isPrompting) return listeners > 0;
    const reader = this.#reader;
    return !reader || reader.closed === true || listeners > 1 || reader.listenerCount('line') > 0;
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
    if (!this.#isWanted) return this.#rest();
    // Wait two turns before prompting: a cell that only attaches a listener has ended by then, and neither its front end nor
    // the next cell's should be asked.
    const run = this.#source.activeRun();
    const ask = () => {
      if (this.#source.activeRun() === run && this.#isWanted) this.#ask();
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

  /** Does nothing now; the next listener or resume() starts reading again. */
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
   * @returns whether the next cell can use it: it has not ended, and no listener of this cell is left
   */
  release(): boolean {
    if (this.readableEnded || this.destroyed || this.#listeners > 0) return false;
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

let isReadlineHeard = false;

/**
 * Tells stdin when an interface of `node:readline` wants a line: it listens all the time, and only that it prompts, or is
 * looped over, says so. Call it when a cell first uses stdin.
 */
export function hearReadline(): void {
  if (isReadlineHeard) return;
  isReadlineHeard = true;
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
