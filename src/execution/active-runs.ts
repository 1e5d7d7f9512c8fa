// The runs that are under way on the cells' thread, and what is asked of them by the cell whose code is calling.
// Rule: an interrupt has to find them, whatever cells have made of the realm, so no builtin is called to look through them.
import type { CellId } from '../api';
import { now } from '../realm/clock';
import { join, select, transform } from '../realm/lists';
import type { Run, RunPayload } from '../threads/execution-protocol';
import { type ActiveRun, signalOf } from './active-run';
import type { BackgroundRun } from './background';

export class ActiveRuns {
  /** In the order in which they began. */
  #active: readonly ActiveRun[] = [];

  add(active: ActiveRun): void {
    this.#active = join(this.#active, [active]);
  }

  remove(active: ActiveRun): void {
    this.#active = select(this.#active, (other) => other !== active);
  }

  get count(): number {
    return this.#active.length;
  }

  /** In the order in which they began. */
  get all(): readonly Run[] {
    return transform(this.#active, ({ run }) => run);
  }

  /** Those that somebody waits for. */
  get inFront(): readonly Run[] {
    return transform(
      select(this.#active, ({ background }) => !background),
      ({ run }) => run,
    );
  }

  has(active: ActiveRun): boolean {
    return this.findLast((other) => other === active) !== undefined;
  }

  findLast(isMeant: (active: ActiveRun) => boolean): ActiveRun | undefined {
    for (let at = this.#active.length - 1; at >= 0; at--)
      if (isMeant(this.#active[at]!)) return this.#active[at];
    return undefined;
  }

  #of(cell: CellId): ActiveRun | undefined {
    return this.findLast((active) => active.run.cell === cell);
  }

  /** The run of a cell, if one is under way. */
  find(cell: CellId): Run | undefined {
    return this.#of(cell)?.run;
  }

  /** Whether the code of a cell has come to its end, and only what it has set going is waited for. */
  isLingering(cell: CellId): boolean {
    return this.#of(cell)?.deadline !== undefined;
  }

  /** Whether nobody waits for the run of a cell any more. */
  hasLeft(cell: CellId): boolean {
    return this.#of(cell)?.background !== undefined;
  }

  /** What runs beside a cell, in the order of their begin. */
  listOthers(cell: CellId): readonly BackgroundRun[] {
    const others = select(this.#active, ({ run }) => run.cell !== cell);
    return transform(others, ({ run, begunAt }) => ({ run, state: 'running', time: now() - begunAt }));
  }

  /** Aborted when the run of that cell is interrupted. */
  signalOf(cell: CellId): AbortSignal {
    const active = this.#of(cell);
    return active ? signalOf(active) : AbortSignal.abort();
  }

  /** Something to hand over at the end of a cell that is under way: a page, a next cell. */
  addPayload(cell: CellId, payload: RunPayload): void {
    this.#of(cell)?.payloads.push(payload);
  }

  /** The cell does not end before this is settled. */
  track(cell: CellId, display: Promise<unknown>): void {
    this.#of(cell)?.displays.push(display);
  }
}
