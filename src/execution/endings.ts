// When a run is over whose code has come to its end. A script of Node's is not over before its promise jobs and ticks are, and what
// is wrong with a promise that nobody awaited is said after them: clients that stop listening when a cell ends would miss that.
// Rule: a run ends with a turn of the event loop; where nobody watches, what it has set going has a little time, too.
import timers from 'node:timers';
import { MessageChannel } from 'node:worker_threads';
import { now } from '../realm/clock';
import { withIntrinsics } from '../realm/intrinsics';
import type { Run } from '../threads/execution-protocol';
import type { ActiveRun } from './active-run';
import { keepFromCells } from './listeners';
import { Outstanding } from './outstanding';

const { setTimeout } = timers;

export interface EndingsOptions {
  /** How long the end of a cell that nobody watches may wait for what it has set going, in milliseconds. */
  readonly linger: number;
  /** Not a turn later: nobody hears of what comes up in it. */
  readonly endsAtOnce?: boolean;
  /** The run that came to its end with that turn may end. */
  end(turn: number): void;
}

export class Endings {
  readonly #options: EndingsOptions;
  readonly #outstanding: Outstanding;
  #lastTurn = 0;
  readonly #takeTurn: (turn: number) => void;

  constructor(options: EndingsOptions) {
    this.#options = options;
    this.#outstanding = new Outstanding(options.linger);
    if (options.endsAtOnce) {
      this.#takeTurn = (turn) => options.end(turn);
      return;
    }
    // A message to itself takes a turn of the event loop, whatever builtins cells overwrote: requests arrive in the same way.
    const { port1, port2 } = new MessageChannel();
    keepFromCells(port1);
    port1.on('message', (turn: number) => options.end(turn));
    port1.unref();
    this.#takeTurn = port2.postMessage.bind(port2);
  }

  begin(active: ActiveRun): void {
    if (this.isUnwatched(active.run)) active.outstanding = withIntrinsics(() => this.#outstanding.begin());
  }

  /** The code has come to its end. */
  await(active: ActiveRun): void {
    active.turn = ++this.#lastTurn;
    this.#takeTurn(active.turn);
  }

  /** Who cannot answer does not stay either. */
  isUnwatched({ allowInput, number }: Run): boolean {
    return !allowInput && number !== undefined && this.#options.linger > 0;
  }

  /** Whether the end waits for what the cell has set going: then it comes again. */
  waits(active: ActiveRun, turn: number): boolean {
    if (!this.isUnwatched(active.run)) return false;
    active.deadline ??= now() + this.#options.linger;
    const { deadline } = active;
    if (now() >= deadline || !withIntrinsics(() => this.#outstanding.has(active.outstanding, deadline)))
      return false;
    setTimeout(() => this.#options.end(turn), 1).unref();
    return true;
  }

  /** The run is settled. */
  over(active: ActiveRun): void {
    if (active.outstanding) this.#outstanding.end();
  }
}
