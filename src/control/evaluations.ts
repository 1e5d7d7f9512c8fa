// Cuts off what the debugger evaluates in the thread of the cells, and leaves the rest of that thread as it is.
// Rule: V8's inspector hears of nothing while such code runs. A SIGINT of this process to itself reaches it, by a watchdog of
// Node's (`breakOnSigint` of node:vm) that is there while the code runs; one is sent only while the code is known to be there,
// and to wait for it: without the watchdog it would be the end of the process.
import type { SharedState } from '../threads/shared';

export type CutReason = 'interrupt' | 'memory' | 'end';

const canSignal = process.platform !== 'win32';

export class Evaluations {
  readonly #shared: SharedState;
  readonly #resident: () => number;
  #isUsed = false;
  #underway = 0;
  #sizeBefore = 0;
  #reason: CutReason | undefined;

  /** @param resident the size of this process, in MB */
  constructor(shared: SharedState, resident: () => number = () => process.memoryUsage.rss() / 2 ** 20) {
    this.#shared = shared;
    this.#resident = resident;
  }

  /** Code is about to be sent. */
  begin(): void {
    this.#isUsed = true;
    if (this.#underway++ > 0) return;
    this.#sizeBefore = this.#resident();
    this.#reason = undefined;
  }

  /** It has come to its end, or its thread has. @returns why it was cut off, if it was by this */
  end(): CutReason | undefined {
    if (--this.#underway === 0) listenAgain();
    return this.#reason;
  }

  /** Something is sent behind the code, and belongs to it: the code begins when that has been sent as well. */
  beginSending(): void {
    this.#shared.beginSending();
  }

  endSending(): void {
    this.#shared.endSending();
  }

  /** Code has taken a signal that somebody sent to the process: who listens is told. */
  passOn(): void {
    process.emit('SIGINT', 'SIGINT');
  }

  /** The thread has ended, and with it what ran there. */
  close(): void {
    if (this.#isUsed) listenAgain();
  }

  get isRunning(): boolean {
    return this.#shared.isEvaluating;
  }

  /** By how much the process has grown since code of now was sent, and how large it was before, in MB; nothing while none runs. */
  get growth(): { readonly by: number; readonly from: number } | undefined {
    if (!this.isRunning) return undefined;
    return { by: this.#resident() - this.#sizeBefore, from: this.#sizeBefore };
  }

  /** @returns whether code runs that is cut off, by this or by an earlier call */
  cutOff(reason: CutReason): boolean {
    if (!canSignal || !this.isRunning) return false;
    if (this.#shared.claimEvaluation()) {
      this.#reason = reason;
      process.kill(process.pid, 'SIGINT');
    }
    return true;
  }
}

/** Where the watchdog has gone, nothing hears SIGINT any more before the listeners of this thread are set again. */
function listenAgain(): void {
  const listeners = process.rawListeners('SIGINT') as NodeJS.SignalsListener[];
  process.removeAllListeners('SIGINT');
  for (const listener of listeners) process.on('SIGINT', listener);
}
