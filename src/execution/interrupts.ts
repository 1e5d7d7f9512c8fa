// What an interrupt ends on the cells' thread: which runs, and how. Rule: it does so whatever cells have made of the realm, which
// may throw or say what is not so. So lists are walked by plain loops (realm/lists), and what is only told with the error may be lost.
import type { CellId } from '../api';
import { withIntrinsics } from '../realm/intrinsics';
import { holds, join, select, transform } from '../realm/lists';
import type { CodePlace, Run } from '../threads/execution-protocol';
import type { ActiveRuns } from './active-runs';
import { scriptOf } from './errors/interrupted';
import { KeyboardInterrupt } from './errors/stops';
import type { Runner } from './runner';

export interface InterruptsOptions {
  readonly runs: Pick<ActiveRuns, 'all' | 'inFront'>;
  readonly runner: Pick<Runner, 'fail'>;
  /** Ends the sleeps of a cell. */
  wakeSleepers(cell: CellId): void;
  cellOfScript(file: string): CellId | undefined;
  /** The cell into which a wait of its own threw the latest interrupt that was felt. */
  feltBy(): CellId | undefined;
  /** @param what happened to the cell, for its message */
  errorAt(places: readonly CodePlace[], what?: string): Error;
}

/** An interrupt as this thread hears of it. */
export interface Interrupt {
  readonly token: number;
  /** A wait threw it into the code of a cell. */
  readonly isFelt: boolean;
  /** What ran was cut off. */
  readonly isForced: boolean;
  /** Where, innermost first. */
  readonly places: readonly CodePlace[];
}

/** What an interrupt ends. */
export interface Ended {
  readonly runs: readonly Run[];
  /** Those of them whose code was cut off. */
  readonly cutOff: readonly Run[];
}

export class Interrupts {
  /** The cells that the latest interrupt has stopped. */
  #stopped: { readonly token: number; readonly cells: readonly CellId[] } = { token: 0, cells: [] };

  constructor(readonly options: InterruptsOptions) {}

  find({ token, isFelt, isForced, places }: Interrupt): Ended {
    if (this.#stopped.token !== token) this.#stopped = { token, cells: [] };
    const cutOff = isForced ? this.#runsAt(places) : [];
    return { runs: this.#stoppedRuns(isFelt, cutOff), cutOff };
  }

  /** A termination that strikes here leaves the rest to the next question of the same interrupt. */
  end({ runs, cutOff }: Ended, places: readonly CodePlace[]): void {
    // What was cut off was not waiting, wherever that was. The others were, each at a place of its own.
    const error = this.#errorAt(places);
    for (let at = 0; at < runs.length; at++) {
      const run = runs[at]!;
      const isCutOff = holds(cutOff, run);
      const { token, cells } = this.#stopped;
      this.#stopped = { token, cells: join(cells, [run.cell]) };
      this.stop(run, isCutOff ? error : this.#errorAt([]), !isCutOff);
    }
  }

  /** @param isWaiting whether its code waits for something */
  stop(run: Run, error: Error, isWaiting = true): void {
    const { runner, wakeSleepers } = this.options;
    // What it was doing ends where it sleeps, or it would go on behind its end.
    withIntrinsics(() => wakeSleepers(run.cell));
    runner.fail(run, error, isWaiting);
  }

  /** Stops cells that run beside others, as `%bg stop` does. */
  stopCell(cell: CellId): void {
    const runs = select(this.options.runs.all, (run) => run.cell === cell);
    // Where the cell is that stops it is not the place; that is where the other one waits.
    for (let at = 0; at < runs.length; at++) this.stop(runs[at]!, this.#errorAt([], 'the cell was stopped'));
  }

  /**
   * The cells that somebody waits for, but for one into which a wait of its own has thrown the interrupt, and what held the thread.
   * Cells in the background go on.
   */
  #stoppedRuns(isFelt: boolean, cutOff: readonly Run[]): readonly Run[] {
    const { runs, feltBy } = this.options;
    const { inFront } = runs;
    if (isFelt) return select(inFront, ({ cell }) => cell !== feltBy());
    return join(
      inFront,
      select(cutOff, (run) => !holds(inFront, run)),
    );
  }

  /**
   * Whose code was cut off: that of a cell whose script is there. Functions are of earlier cells too, and where that does not say,
   * it may be that of any: one that was left would run for ever, with nothing that goes on in it.
   */
  #runsAt(places: readonly CodePlace[]): readonly Run[] {
    const runs = this.options.runs.all;
    const cells = transform(places, ({ file }) => this.#cellAt(file));
    const found = select(runs, ({ cell }) => holds(cells, cell));
    // The question has come before, and its cell has ended by it.
    const { cells: stopped } = this.#stopped;
    const isKnown = found.length > 0 || select(stopped, (cell) => holds(cells, cell)).length > 0;
    return isKnown ? found : runs;
  }

  #cellAt(file: string): CellId | undefined {
    try {
      return withIntrinsics(() => this.options.cellOfScript(scriptOf(file)));
    } catch {
      return undefined;
    }
  }

  #errorAt(places: readonly CodePlace[], what?: string): Error {
    try {
      return withIntrinsics(() => this.options.errorAt(places, what));
    } catch {
      return new KeyboardInterrupt(what);
    }
  }
}
