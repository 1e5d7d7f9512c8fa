// The words that the main thread and the execution worker share besides their port.
// Rule: each word has one meaning, is written as said here, and only ever with Atomics.
//
//   index  name      written by            meaning
//   0      activity  worker                what the worker's thread is doing (Activity)
//   1      signal    both (or-ed bits)     why a blocked worker should wake (Signal); the worker waits on it
//   2      token     main                  number of the latest interrupt
//   3      hooks     worker                1 once the user's code switched async_hooks on (see interruption.ts)
//   4      arrived   main                  weight of all outputs that came over the port, modulo 2^32; the worker waits on it
//   5      felt      worker                number of the latest interrupt that a wait threw into the user's code
//   6      waiting   worker                since when it waits for a child, in milliseconds after the start of the process
//   7      sheltered worker                1 while it does what could not be repeated if it were cut off
//   8      cut       main                  number of the latest interrupt that cuts off what runs
//   9      striking  main                  1 while a termination is under way; the worker may wait on it
//   10     evaluated both                  what is evaluated for the debugger (Evaluated); the worker may wait on it
//   11     announced main                  number of the latest run that it has announced, once it has gone on from there
//   12     given     main                  number of the latest announced run that is there now, or will not be; the worker waits on it
//   13     sending   main                  how many evaluations are being sent with what follows them; the worker waits on it
import { now } from '../realm/clock';

// The worker's side lives in the user's realm, where these may be overwritten.
const { add, and, compareExchange, load, notify, or, store, wait } = Atomics;

export const Activity = {
  /** In the event loop, or in native code that no cell waits for. */
  idle: 0,
  /** In the synchronous part of a cell, or in a promise job: execution can be terminated and the worker lives on. */
  cell: 1,
  /** In a callback of a timer, immediate or native handle: terminating here kills the process on Node 20 and 22. */
  callback: 2,
  /** Waiting for a child process (execSync and its kin): the child has to be signalled. */
  child: 3,
} as const;
export type Activity = (typeof Activity)[keyof typeof Activity];

export const Signal = { none: 0, reply: 1, interrupt: 2 } as const;

const Word = {
  activity: 0,
  signal: 1,
  token: 2,
  hooks: 3,
  arrived: 4,
  felt: 5,
  waiting: 6,
  sheltered: 7,
  cut: 8,
  striking: 9,
  evaluated: 10,
  announced: 11,
  given: 12,
  sending: 13,
} as const;

const Evaluated = { nothing: 0, code: 1, cutOff: 2 } as const;
/** How long code may wait for the other side, which is about to cut it off or to send the rest, in milliseconds. */
const evaluationPatience = 1000;

/** What a message weighs besides its bytes: many small ones keep the main thread busy, too. */
export const messageWeight = 16 * 1024;
/** Of all outputs under way. A single one may weigh more. */
const mostUnderway = 8 * 2 ** 20;

/** Both sides' view of the shared words. */
export class SharedState {
  readonly #words: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(56)) {
    this.#words = new Int32Array(buffer);
  }

  get activity(): Activity {
    return load(this.#words, Word.activity) as Activity;
  }
  set activity(value: Activity) {
    store(this.#words, Word.activity, value);
  }

  /** Since when the worker waits for the child that it waits for, in milliseconds after the start of the process. */
  get waitingSince(): number {
    return load(this.#words, Word.waiting);
  }
  set waitingSince(time: number) {
    store(this.#words, Word.waiting, time);
  }

  get isSheltered(): boolean {
    return load(this.#words, Word.sheltered) === 1;
  }
  /** Worker: the work takes a moment, and comes to its end before an interrupt cuts anything off. */
  async shelter<T>(work: () => Promise<T>): Promise<T> {
    store(this.#words, Word.sheltered, 1);
    // A termination that was sent before strikes here.
    while (load(this.#words, Word.striking) === 1) wait(this.#words, Word.striking, 1);
    try {
      return await work();
    } finally {
      this.endShelter();
    }
  }
  /** Worker: also where the work was cut off after all. */
  endShelter(): void {
    store(this.#words, Word.sheltered, 0);
  }

  /** Main: a termination is about to be sent. @returns whether that may be done: not to a worker that has just taken shelter */
  beginStrike(isShelterOver: boolean): boolean {
    store(this.#words, Word.striking, 1);
    if (isShelterOver || !this.isSheltered) return true;
    this.endStrike();
    return false;
  }
  /** Main: it has struck. */
  endStrike(): void {
    store(this.#words, Word.striking, 0);
    notify(this.#words, Word.striking);
  }

  /** Worker: code of the debugger's begins, which may be cut off from now on. */
  beginEvaluation(): void {
    store(this.#words, Word.evaluated, Evaluated.code);
  }
  /** Worker: it has come to its end. Where it is about to be cut off all the same, that strikes here. */
  endEvaluation(): void {
    const before = compareExchange(this.#words, Word.evaluated, Evaluated.code, Evaluated.nothing);
    if (before === Evaluated.cutOff) wait(this.#words, Word.evaluated, Evaluated.cutOff, evaluationPatience);
  }
  /** Worker: it has come to its end, or was cut off. */
  leaveEvaluation(): void {
    store(this.#words, Word.evaluated, Evaluated.nothing);
  }
  get isEvaluating(): boolean {
    return load(this.#words, Word.evaluated) !== Evaluated.nothing;
  }
  /** Main: @returns whether there is code to be cut off, which the caller has to do then, once */
  claimEvaluation(): boolean {
    return compareExchange(this.#words, Word.evaluated, Evaluated.code, Evaluated.cutOff) === Evaluated.code;
  }

  /** Main: code of the debugger's is about to be sent, and something behind it. */
  beginSending(): void {
    add(this.#words, Word.sending, 1);
  }
  /** Main: both have been. */
  endSending(): void {
    add(this.#words, Word.sending, -1);
    notify(this.#words, Word.sending);
  }
  /** Worker: before code of the debugger's begins, so that what follows it comes before the promise jobs that it leaves. */
  awaitSent(): void {
    for (;;) {
      const sending = load(this.#words, Word.sending);
      if (sending === 0 || wait(this.#words, Word.sending, sending, evaluationPatience) === 'timed-out')
        return;
    }
  }

  get hooksInUse(): boolean {
    return load(this.#words, Word.hooks) === 1;
  }
  noteHooks(): void {
    store(this.#words, Word.hooks, 1);
  }

  /**
   * Worker: an output is about to be posted. Blocks while too much is under way, so that a cell that shows for ever waits.
   * @param sent weight of all outputs before it
   * @returns weight of all outputs with it, to be sent along. An interrupt may strike before it is posted, or before the
   * worker notes that it was; either way the two sides agree again with the next output.
   */
  enterOutput(sent: number, weight: number): number {
    for (;;) {
      const arrived = load(this.#words, Word.arrived);
      const underway = (sent - arrived) | 0;
      if (underway <= 0) return (arrived + weight) | 0;
      if (underway + weight <= mostUnderway) return (sent + weight) | 0;
      wait(this.#words, Word.arrived, arrived);
    }
  }

  /** Main: an output has arrived, and the weight of all outputs is this now. */
  noteArrival(sent: number): void {
    if (((sent - load(this.#words, Word.arrived)) | 0) <= 0) return;
    store(this.#words, Word.arrived, sent);
    notify(this.#words, Word.arrived);
  }

  /** Main: the announcement was posted, and this thread goes on. */
  noteAnnounced(number: number): void {
    store(this.#words, Word.announced, number);
  }
  /** Worker: whether the main thread has gone on, so that this one has another processor and takes nothing from it. */
  hasGoneOn(announced: number): boolean {
    return load(this.#words, Word.announced) >= announced;
  }
  /** Main: the run that was announced by this number is about to be posted, or will not be. */
  noteGiven(announced: number): void {
    store(this.#words, Word.given, announced);
    notify(this.#words, Word.given);
  }
  /** Worker: sleeps until then, or for so many milliseconds. */
  awaitGiven(announced: number, milliseconds: number): void {
    const given = load(this.#words, Word.given);
    if (given < announced) wait(this.#words, Word.given, given, milliseconds);
  }

  /** Number of the latest interrupt; 0 before the first. */
  get token(): number {
    return load(this.#words, Word.token);
  }

  /** Whether the user's code has had that interrupt, as an error that a wait threw. */
  hasFelt(token: number): boolean {
    return load(this.#words, Word.felt) >= token;
  }
  /** Worker: the latest interrupt is thrown into the user's code. */
  noteFelt(): void {
    store(this.#words, Word.felt, this.token);
  }

  /** Main: what runs is about to be cut off. The question that says so, and where, follows the one that was asked before. */
  noteCutOff(): void {
    store(this.#words, Word.cut, this.token);
  }
  wasCutOff(token: number): boolean {
    return load(this.#words, Word.cut) >= token;
  }

  /** Main: announces a new interrupt and wakes the worker if it waits. Returns its number. */
  raiseInterrupt(): number {
    const token = add(this.#words, Word.token, 1) + 1;
    this.#raise(Signal.interrupt);
    return token;
  }

  /** Main: a reply lies on the reply port. */
  raiseReply(): void {
    this.#raise(Signal.reply);
  }

  #raise(signal: number): void {
    or(this.#words, Word.signal, signal);
    notify(this.#words, Word.signal);
  }

  /** Worker: forgets a signal that has been dealt with, or that came for an earlier wait. */
  clear(signal: number): void {
    and(this.#words, Word.signal, ~signal);
  }

  /**
   * Worker: blocks until one of `signals` is raised or `milliseconds` have passed.
   * @returns the raised signals (not cleared), 0 after the time.
   */
  wait(signals: number, milliseconds = Number.POSITIVE_INFINITY): number {
    const deadline = now() + milliseconds;
    for (;;) {
      const seen = load(this.#words, Word.signal);
      if (seen & signals) return seen & signals;
      const left = deadline - now();
      if (left <= 0) return 0;
      wait(this.#words, Word.signal, seen, left);
    }
  }
}
