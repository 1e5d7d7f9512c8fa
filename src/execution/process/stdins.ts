// The process.stdin of each cell: cells that run after each other use one stream, those that run beside each other one each.
// Rule: no cell reads the lines of another, and what still listens when its cell ends hears no later one's.
import { syncBuiltinESMExports } from 'node:module';
import type { CellId } from '../../api';
import type { Run } from '../../threads/execution-protocol';
import { nobodyAnswers } from './input';
import { hearReadline, Stdin } from './stdin';

export interface StdinsOptions {
  /** That of the calling code. */
  currentCell(): CellId;
  /** The run of a cell that is under way, if one is. */
  find(cell: CellId): Run | undefined;
  /** Whether the code of a cell has come to its end, and only what it has set going is waited for. */
  isLingering(cell: CellId): boolean;
  fail(run: Run, error: Error): void;
  /** @returns the line, null at the end of input, undefined when the cell ended before */
  readLine(): Promise<string | null | undefined>;
}

export class Stdins {
  /** What reads lines, and the cell that asked for it last. */
  #latest: { readonly stream: Stdin; cell: CellId } | undefined;
  /** Those of cells that run beside that one. */
  readonly #others = new Map<CellId, Stdin>();

  constructor(readonly options: StdinsOptions) {}

  /** That of the calling code. */
  open(): Stdin {
    const cell = this.options.currentCell();
    const other = this.#others.get(cell);
    if (other && isUsable(other)) return other;
    const latest = this.#latest;
    if (latest && isUsable(latest.stream)) {
      if (latest.cell === cell || !this.options.find(latest.cell)) {
        latest.cell = cell;
        return latest.stream;
      }
      // Two cells that run would take each other's lines.
      const stream = this.#create();
      this.#others.set(cell, stream);
      return stream;
    }
    const stream = this.#create();
    this.#latest = { stream, cell };
    return stream;
  }

  #create(): Stdin {
    hearReadline();
    const { currentCell, find, isLingering, fail, readLine } = this.options;
    const activeRun = () => find(currentCell());
    return new Stdin({
      activeRun: () => (isLingering(currentCell()) ? undefined : activeRun()),
      canAsk() {
        const run = activeRun();
        if (run && !run.allowInput) fail(run, new Error(nobodyAnswers));
        return run?.allowInput === true;
      },
      readLine,
    });
  }

  /** A stream that ended, or that has listeners of this cell, stays with this cell: the next cell gets a new one. */
  release(cell: CellId): void {
    this.#others.delete(cell);
    const latest = this.#latest;
    if (!latest || latest.cell !== cell || latest.stream.release()) return;
    this.#latest = undefined;
    // Also by `import { stdin } from 'node:process'`.
    syncBuiltinESMExports();
  }
}

const isUsable = (stream: Stdin) => !stream.readableEnded && !stream.destroyed;
