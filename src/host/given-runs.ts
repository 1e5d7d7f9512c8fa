// The runs that the cells' thread was given and has not ended.
// Rule: each is settled exactly once. One that goes on in the background is so for who has asked for it, and again when it ends.
import type { CellError } from '../api';
import { type Bound, nothingBound } from '../compile/types';
import type { Run, RunOutcome, RunPayload } from '../threads/execution-protocol';

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly bound: Bound;
  /** It goes on in the background: how it ends, unless the kernel ends before. */
  readonly rest?: Promise<RunResult>;
}

export interface GivenRun {
  readonly run: Run;
  /** It is in the background. */
  readonly hasLeft: boolean;
  readonly resolve: (result: RunResult) => void;
}

export const failed = (error: CellError): RunResult => ({
  outcome: { status: 'error', error },
  bound: nothingBound,
});

export class GivenRuns {
  /** By the run's id, in the order in which they began. */
  readonly #runs = new Map<number, GivenRun>();

  add(run: Run): Promise<RunResult> {
    return new Promise((resolve) => {
      this.#runs.set(run.id, { run, hasLeft: false, resolve });
    });
  }

  has(id: number): boolean {
    return this.#runs.has(id);
  }

  get size(): number {
    return this.#runs.size;
  }

  /** In the order in which they began. */
  get all(): readonly GivenRun[] {
    return [...this.#runs.values()];
  }

  /** How many are not in the background. */
  get inFront(): number {
    return this.all.filter(({ hasLeft }) => !hasLeft).length;
  }

  /** Whoever has asked for the run waits no longer. */
  leave(id: number, payloads: readonly RunPayload[]): void {
    const given = this.#runs.get(id);
    if (!given) return;
    const { run, resolve } = given;
    const rest = new Promise<RunResult>((settle) => {
      this.#runs.set(id, { run, hasLeft: true, resolve: settle });
    });
    resolve({ outcome: { status: 'ok', payloads }, bound: nothingBound, rest });
  }

  /** It has ended, or will not be: what comes of it later is nobody's. */
  settle(id: number, result: RunResult): void {
    const given = this.#runs.get(id);
    this.#runs.delete(id);
    given?.resolve(result);
  }
}
