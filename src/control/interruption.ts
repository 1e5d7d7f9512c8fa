// Stops the execution worker: asks it first, then terminates what it runs, and as a last resort replaces it.
// Rule: a termination is only sent while the worker is known to run code that survives it (facts in threads/shared.ts).

import { isAllowed } from '../system/permissions';
import { findWaitedFor, signalAll } from '../system/processes';
import { Activity, type SharedState } from '../threads/shared';
import type { WorkerInspector } from './inspector';

/** How long the worker may take to answer before something stronger is tried, in milliseconds. */
const patience = 30;
/** How long between two attempts. */
const interval = 50;
/** Up to this attempt the worker may finish what could not be repeated. */
const shelteredAttempts = 40;
/** After this many attempts the worker is given up. */
const attempts = 100;

/** Node 24 and newer survive a termination anywhere (started with --no-force-async-hooks-checks). */
const survivesAnywhere = Number(process.versions.node.split('.')[0]) >= 24;
export const executionArguments = survivesAnywhere ? ['--no-force-async-hooks-checks'] : [];

export interface InterruptionOptions {
  readonly inspector: WorkerInspector;
  readonly shared: SharedState;
  /**
   * Posts the question; the worker answers when its event loop turns.
   * @param isForced what ran has been terminated
   */
  ask(token: number, isForced: boolean): void;
  /** The worker cannot be stopped and live: replace it. */
  replace(): void;
}

/** The interrupts of one execution worker. */
export class Interruption {
  #timer: NodeJS.Timeout | undefined;
  #token = 0;
  #over: (() => void) | undefined;
  #signalling: Promise<void> | undefined;
  /** The processes that have had a SIGINT of this interrupt. */
  readonly #signalled = new Set<number>();
  /** Set from the start of an interrupt until the worker has answered or is being replaced. */
  underway: Promise<void> | undefined;

  constructor(readonly options: InterruptionOptions) {}

  start(): void {
    this.#token = this.options.shared.raiseInterrupt();
    this.options.ask(this.#token, false);
    if (this.#timer) return;
    this.#signalled.clear();
    this.underway = new Promise((resolve) => {
      this.#over = resolve;
    });
    let tries = 0;
    const attempt = () => {
      tries++;
      this.#timer = setTimeout(attempt, interval);
      this.#force(tries);
    };
    this.#timer = setTimeout(attempt, patience);
  }

  /** The worker answered. */
  acknowledge(token: number): void {
    if (token === this.#token) this.#stop();
  }

  close(): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.underway = undefined;
    this.#over?.();
  }

  #force(tries: number): void {
    const { shared, inspector } = this.options;
    const replace = () => {
      clearTimeout(this.#timer);
      this.options.replace();
    };
    if (tries > attempts) return replace();
    // A wait threw the interrupt into the cell as an error, which the cell may catch. To stop it, interrupt again.
    if (shared.hasFelt(this.#token)) return this.#stop();
    const { activity } = shared;
    if (activity === Activity.child) {
      // To find the children may take longer than the time between two attempts.
      this.#signalling ??= this.#signalChildren(tries).finally(() => {
        this.#signalling = undefined;
      });
      return;
    }
    if (shared.isSheltered && tries < shelteredAttempts) return;
    // Between two promise jobs the worker looks idle; the next attempt looks again.
    if (!survivesAnywhere && activity === Activity.idle && tries < 20) return;
    if (!survivesAnywhere && (activity !== Activity.cell || shared.hooksInUse)) return replace();
    if (!isAllowed('inspector')) return replace();
    // A termination may hit the worker's handler of this question, so each attempt asks again.
    inspector.post('Runtime.terminateExecution').then(() => {
      if (this.#timer) this.options.ask(this.#token, true);
    }, replace);
  }

  /** As Ctrl-C would; once, for many programs take a second one for impatience, and by force in the end. */
  async #signalChildren(tries: number): Promise<void> {
    const found = await findWaitedFor(this.options.shared.waitingSince);
    if (tries > 20) return signalAll(found, 'SIGKILL');
    const fresh = found.filter((id) => !this.#signalled.has(id));
    for (const id of fresh) this.#signalled.add(id);
    await signalAll(fresh, 'SIGINT');
  }
}
