// Stops the execution worker: asks it first, then terminates what it runs, and as a last resort replaces it.
// Rule: a termination is only sent while the worker is known to run code that survives it (facts in threads/shared.ts), and an
// interrupt is not over before the termination that it sent has struck: it would strike the next cell.

import { isAllowed } from '../system/permissions';
import { findWaitedFor, signalAll } from '../system/processes';
import type { CodePlace } from '../threads/execution-protocol';
import { Activity, type SharedState } from '../threads/shared';
import { survivesAnywhere } from './allowances';
import type { Evaluations } from './evaluations';
import type { WorkerInspector } from './inspector';
import type { Whereabouts } from './whereabouts';

/**
 * How long the worker may take to answer before something stronger is tried, in milliseconds. Of several cells it may be at one that
 * has nothing to do with the interrupt and goes on to its next await: that must not be struck.
 */
const patience = { ofOne: 30, ofSeveral: 300 };
/** How long between two attempts. */
const interval = 50;
/** Up to this attempt the worker may finish what could not be repeated. */
const shelteredAttempts = 40;
/**
 * How long the worker may take to say where it is, in milliseconds; and where that says which of several cells is to end. Where not
 * everything survives a termination, one is sent to a worker that stands still; to look again would take a busy machine longer.
 */
const patienceForPlace = { ofOne: survivesAnywhere ? 150 : 2000, ofSeveral: survivesAnywhere ? 1000 : 2000 };
/** After this many attempts a person is told that nothing cuts off what runs: a builtin of V8's or Node's comes back by itself. */
const tellingAttempts = 40;
/** After this many attempts the worker is given up, where nobody could be told. */
const attempts = 100;
/** Once somebody was told, every how manyth attempt does something. */
const slowness = 20;

export interface InterruptionOptions {
  readonly inspector: WorkerInspector;
  /** What the debugger has had evaluated: the worker answers when that has ended. */
  readonly evaluations: Pick<Evaluations, 'cutOff'>;
  readonly whereabouts: Pick<Whereabouts, 'find' | 'free' | 'release'>;
  readonly shared: SharedState;
  /** Whether a debugger has paused the worker, as far as is known: then it does not answer. */
  isPaused(): boolean;
  /**
   * Posts the question; the worker answers when its event loop turns.
   * @param isForced what ran has been terminated
   * @param places where, innermost first
   */
  ask(token: number, isForced: boolean, places: readonly CodePlace[]): void;
  /** Whether several cells are under way, of which the place tells which one it is. */
  hasSeveral(): boolean;
  /** Nothing cuts off what runs, so far. @returns whether there is a person who was told, and may interrupt again */
  tell(): boolean;
  /** The worker cannot be stopped and live: replace it. */
  replace(): void;
}

const isShelterOver = (tries: number): boolean => tries >= shelteredAttempts;

/** The interrupts of one execution worker. */
export class Interruption {
  /** To the next attempt; none any more once the worker is being replaced. */
  #timer: NodeJS.Timeout | undefined;
  #token = 0;
  #over: (() => void) | undefined;
  /** A person knows that the next interrupt ends the worker. */
  #isTold = false;
  #signalling: Promise<void> | undefined;
  /** Where the worker was when it was first looked for. */
  #places: readonly CodePlace[] | undefined;
  #isLooking = false;
  #tries = 0;
  #isFreed = false;
  /** The worker has answered, or its cell has felt the interrupt. */
  #isAnswered = false;
  /** Where it was sent, a termination that has not struck yet: V8 keeps it for what the worker runs next. */
  #termination: Promise<void> | undefined;
  /** The processes that have had a SIGINT of this interrupt. */
  readonly #signalled = new Set<number>();
  /** Set from the start of an interrupt until the worker has answered or is being replaced. */
  underway: Promise<void> | undefined;

  constructor(readonly options: InterruptionOptions) {}

  start(): void {
    this.#token = this.options.shared.raiseInterrupt();
    this.#isAnswered = false;
    this.options.ask(this.#token, false, []);
    if (this.underway) {
      if (this.#isTold) this.#replace();
      return;
    }
    this.#isTold = false;
    this.#isFreed = false;
    this.#signalled.clear();
    this.#places = undefined;
    this.underway = new Promise((resolve) => {
      this.#over = resolve;
    });
    this.#tries = 0;
    this.#attemptIn(this.options.isPaused() ? 0 : patience[this.#count]);
  }

  /** @param delay in milliseconds */
  #attemptIn(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#attemptIn(interval);
      // It has not come to the cell: what a termination would cut off is the start of the thread.
      if (this.options.inspector.isStarting) return;
      this.#tries++;
      this.#force(this.#tries);
    }, delay);
  }

  get #count(): 'ofOne' | 'ofSeveral' {
    return this.options.hasSeveral() ? 'ofSeveral' : 'ofOne';
  }

  /** The worker answered. @returns whether the interrupt was under way, and no run was posted since it began */
  acknowledge(token: number): boolean {
    if (token !== this.#token || !this.underway) return false;
    this.#settle();
    return true;
  }

  close(): void {
    this.#stop();
  }

  /** The worker is about to be ended: it must not be held. */
  release(): void {
    this.options.whereabouts.release(true);
  }

  /** Lets the worker go on where a debugger has paused it. */
  free(): void {
    this.options.whereabouts.free();
  }

  /** The interrupt has had its effect. */
  #settle(): void {
    this.#isAnswered = true;
    if (!this.#termination) this.#stop();
  }

  #stop(): void {
    this.release();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.underway = undefined;
    this.#over?.();
  }

  #replace(): void {
    // Nothing more is sent: a message that meets the end of a thread makes Node abort the process.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.options.replace();
  }

  #force(tries: number): void {
    const { shared } = this.options;
    const replace = () => this.#replace();
    // Another question is for the termination to strike.
    if (this.#isAnswered)
      return tries > attempts ? replace() : this.options.ask(this.#token, true, this.#places ?? []);
    if (this.options.evaluations.cutOff('interrupt') && tries <= attempts) return;
    if (tries === tellingAttempts) this.#isTold = this.options.tell();
    if (this.#isTold && tries % slowness > 0) return;
    if (!this.#isTold && tries > attempts) return replace();
    // A wait threw the interrupt into the cell as an error, which the cell may catch. To stop it, interrupt again.
    if (shared.hasFelt(this.#token)) return this.#settle();
    const { activity } = shared;
    if (activity === Activity.child) {
      // To find the children may take longer than the time between two attempts.
      this.#signalling ??= this.#signalChildren(tries).finally(() => {
        this.#signalling = undefined;
      });
      return;
    }
    if (shared.isSheltered && !isShelterOver(tries)) return this.options.isPaused() ? this.free() : undefined;
    const isCertain = survivesAnywhere || (activity === Activity.cell && !shared.hooksInUse);
    // Nothing is cut off there. Where a debugger has paused it, it goes on and comes to its end.
    if (!isCertain && this.options.isPaused()) return this.free();
    // Between two promise jobs the worker looks idle; the next attempt looks again.
    if (!survivesAnywhere && activity === Activity.idle && tries < 20) return;
    if (!isCertain) return this.#isFreed ? replace() : this.#free();
    if (!isAllowed('inspector')) return replace();
    if (!this.#isLooking) this.#cutOff(tries).catch(replace);
  }

  /** Terminates what runs, once it is known where that is. */
  async #cutOff(tries: number): Promise<void> {
    const { shared, whereabouts } = this.options;
    let places = this.#places;
    if (!places || !(survivesAnywhere || this.#termination)) {
      this.#isLooking = true;
      places = await whereabouts.find(patienceForPlace[this.#count]);
      this.#isLooking = false;
      if (!this.#places?.length) this.#places = places;
    }
    try {
      // The worker has run on while it was looked for: the next attempt looks again.
      const isElsewhere = !survivesAnywhere && shared.activity !== Activity.cell;
      if (!this.#timer || isElsewhere || shared.hasFelt(this.#token)) return;
      if (!this.#termination && !shared.beginStrike(isShelterOver(tries))) return;
      shared.noteCutOff();
      this.#terminate();
    } finally {
      whereabouts.release(!this.#timer);
    }
    // A termination may hit the worker's handler of this question, so each attempt asks again.
    if (this.#timer) this.options.ask(this.#token, true, this.#places ?? []);
  }

  /** One at a time: V8 refuses another one until the first has struck. */
  #terminate(): void {
    this.#termination ??= this.options.inspector.call('Runtime.terminateExecution').then(
      () => {
        this.#termination = undefined;
        this.options.shared.endStrike();
        if (this.#isAnswered) return this.#stop();
        // What it comes to next has nothing to do with the interrupt, and is not struck before the worker could answer.
        if (this.#timer) this.#attemptIn(Math.max(interval, patience[this.#count]));
      },
      () => this.#replace(),
    );
  }

  /** A debugger that the kernel does not know of may have paused it. */
  #free(): void {
    this.#isFreed = true;
    if (isAllowed('inspector')) this.free();
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
