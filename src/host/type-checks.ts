// What the type checker says of each cell: when it is told, where, and how often.
// Rule: one mistake is told once. Of a cell that failed it joins the error, as far as it is about the place of that; the rest
// is one display below what the cell showed, which a later run of the same cell changes in place.
import type { Cell, CellError, CellId, Checked, ErrorPlace, Outcome, Output } from '../api';
import type { TypeChecking } from '../magics/catalog';
import { joinWarnings } from '../text/warnings';
import type { Check } from '../threads/language-protocol';
import type { Notice } from './stale-names';

/** How long to wait, in milliseconds. */
const patience = {
  /** Until what is known of a cell that runs is shown, though the cell may still fail of it. */
  forTheEnd: 1000,
  /** For what joins an error, before that is shown without. Loading TypeScript may take a second. */
  forAnError: 2000,
};

/** The errors that wrong types lead to; what code throws by itself is mostly another one. */
const typical = new Set(['ReferenceError', 'SyntaxError', 'TypeError']);

export interface TypeChecksParts {
  /**
   * Asks for a check that is not made yet, or for one that was just made.
   * @param isShown the error was shown without: what belongs to it is a hint of the warnings
   */
  check(cell: CellId, failure?: ErrorPlace, isShown?: boolean): Promise<Check | undefined>;
  show(cell: CellId, output: Output): void;
}

/** A cell that runs. */
interface RunningCell {
  readonly id: CellId;
  readonly place: string;
  /** Its end waits for its check. */
  readonly waits: boolean;
  /** What its check says may explain its error. */
  readonly isExplained: boolean;
  /** Arrives while it runs. */
  check?: Check;
  readonly timer: NodeJS.Timeout;
  /** It runs for so long that the check is shown before its end. */
  isLong: boolean;
}

export class TypeChecks {
  readonly #parts: TypeChecksParts;
  readonly #running = new Map<CellId, RunningCell>();
  /** Runs whose check has not come, with the place of each. */
  readonly #waiting = new Map<CellId, string>();
  /** The run that began last. */
  #last: { readonly id: CellId; readonly place: string } | undefined;
  /** The run that has a place now. */
  readonly #latest = new Map<string, CellId>();
  /** The run whose warnings are shown at a place. */
  readonly #shown = new Map<string, CellId>();
  /** What is told of names at a place, beside what the check of the run there says. */
  readonly #notices = new Map<string, Notice>();
  /** The cells whose check is being asked for, and what ends the wait. */
  readonly #asked = new Map<CellId, () => void>();

  constructor(parts: TypeChecksParts) {
    this.#parts = parts;
  }

  /** A cell begins to run. @param noticeOf what is told of its names; asked only where something is shown of it */
  begin(cell: Cell, types: TypeChecking, noticeOf?: () => Notice | undefined): void {
    // Nothing is shown of a silent cell.
    if (types === 'off' || !cell.wantsResult) return;
    const { id } = cell;
    const place = placeOf(cell);
    if (cell.place !== undefined) this.#latest.set(place, id);
    this.#waiting.set(id, place);
    this.#last = { id, place };
    const notice = noticeOf?.();
    if (notice) this.#notices.set(place, notice);
    else this.#notices.delete(place);
    const timer = setTimeout(() => this.#tire(id), patience.forTheEnd).unref();
    const isExplained = types !== 'error';
    this.#running.set(id, { id, place, waits: waitsFor(cell, types), isExplained, timer, isLong: false });
  }

  /** Whether the end of a cell that runs waits for its check. */
  isAwaited(id: CellId): boolean {
    return this.#running.get(id)?.waits === true;
  }

  /** A cell will not run: what is shown at its place is about another text. */
  refuse(cell: Cell): void {
    const place = placeOf(cell);
    this.#notices.delete(place);
    this.#show(cell.id, place, undefined);
  }

  /** The check of a cell, beside its run or after it. */
  receive(id: CellId, check: Check): void {
    if (this.#asked.has(id)) return;
    const running = this.#running.get(id);
    if (!running) return this.#showLate(id, check);
    running.check = check;
    if (running.isLong) this.#show(id, running.place, check);
  }

  /** A cell that ran has come to its end. @returns the outcome with what is to be told with it */
  async end(id: CellId, outcome: Outcome): Promise<Outcome> {
    const running = this.#running.get(id);
    if (!running) return outcome;
    this.#running.delete(id);
    clearTimeout(running.timer);
    const { waits, isExplained, check } = running;
    if (outcome.status === 'error') {
      const { error } = outcome;
      const failure = isExplained && typical.has(error.name) ? error.place : undefined;
      if (!failure && !waits) return withChecked(outcome, this.#tell(running, check));
      const found = await this.#ask(id, failure, waits ? undefined : patience.forAnError);
      const advised = { ...outcome, error: withAdvice(error, found?.advice ?? []) };
      return withChecked(advised, this.#tell(running, found));
    }
    if (check || !waits) return withChecked(outcome, this.#tell(running, check));
    return { ...outcome, checked: this.#ask(id).then((found) => this.#tell(running, found)) };
  }

  /** Whoever waits for a check waits no longer; it is told when it comes. @returns whether somebody waited */
  interrupt(): boolean {
    for (const giveUp of this.#asked.values()) giveUp();
    return this.#asked.size > 0;
  }

  /** @returns nothing when it takes too long; it is shown later then */
  async #ask(id: CellId, failure?: ErrorPlace, milliseconds?: number): Promise<Check | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const givenUp = new Promise<'late'>((resolve) => {
      const giveUp = () => resolve('late');
      if (milliseconds !== undefined) timer = setTimeout(giveUp, milliseconds);
      this.#asked.set(id, giveUp);
    });
    const asked = this.#parts.check(id, failure);
    const first = await Promise.race([asked, givenUp]);
    clearTimeout(timer);
    this.#asked.delete(id);
    if (first !== 'late') return first;
    void asked.then(async (check) => {
      // The error was shown without: it is not told again, but what it lacked is.
      const lacked = failure?.advice !== undefined && check !== undefined && check.advice.length > 0;
      const late = lacked ? ((await this.#parts.check(id, failure, true)) ?? check) : check;
      if (late) this.#showLate(id, late);
    });
    return undefined;
  }

  /** It runs for long: what is known of it now is shown now. */
  #tire(id: CellId): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.isLong = true;
    if (running.check) this.#show(id, running.place, running.check);
  }

  #showLate(id: CellId, check: Check): void {
    // More may come of the last run.
    const place = this.#waiting.get(id) ?? (this.#last?.id === id ? this.#last.place : undefined);
    this.#waiting.delete(id);
    // Where the cell has been run again meanwhile, this is about what is no longer there.
    if (place !== undefined && (this.#latest.get(place) ?? id) === id) this.#show(id, place, check);
  }

  #show(id: CellId, place: string, check: Check | undefined): void {
    const output = this.#outputAt(id, place, check);
    if (output) this.#parts.show(id, output);
  }

  /** @param check absent where it comes later, or not at all */
  #tell({ id, place }: RunningCell, check: Check | undefined): Checked | undefined {
    const notice = this.#notices.get(place);
    if (check) this.#waiting.delete(id);
    else if (!notice) return undefined;
    const warnings = this.#outputAt(id, place, check);
    const diagnostics = [...(notice?.diagnostics ?? []), ...(check?.diagnostics ?? [])];
    return { diagnostics, ...(warnings && { warnings }) };
  }

  /** The display at a place: new with each run, since front ends begin with an empty cell, and changed within a run. */
  #outputAt(id: CellId, place: string, check: Check | undefined): Output | undefined {
    const displayId = `types-${place}`;
    const shown = this.#shown.get(place);
    const data = joinWarnings(this.#notices.get(place)?.warnings, check?.warnings);
    if (data) {
      this.#shown.set(place, id);
      const kind = shown === id ? 'update' : 'display';
      return { kind, displayId, data, metadata: {} };
    }
    if (shown === undefined) return undefined;
    this.#shown.delete(place);
    return { kind: 'update', displayId, data: { 'text/plain': '', 'text/html': '' }, metadata: {} };
  }
}

const placeOf = ({ id, place }: Cell): string => place ?? `run-${id}`;

const withChecked = (outcome: Outcome, checked: Checked | undefined): Outcome =>
  checked ? { ...outcome, checked } : outcome;

/** Where nobody can answer, nobody hears of what comes after the end either. */
function waitsFor({ allowInput, number }: Cell, types: TypeChecking): boolean {
  return types === 'wait' || (types === 'warn' && !allowInput && number !== undefined);
}

/** The error with what the type checker adds to it, below the place, unless there is advice already. */
function withAdvice(error: CellError, advice: readonly string[]): CellError {
  const at = error.place?.advice;
  if (at === undefined || advice.length === 0) return error;
  const { traceback } = error;
  return { ...error, traceback: [...traceback.slice(0, at), ...advice, ...traceback.slice(at)] };
}
