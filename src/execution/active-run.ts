// What is known of a run while it is under way.
import type { Rendering } from '../api';
import type { Run, RunPayload } from '../threads/execution-protocol';
import type { PendingOutput } from './background';
import type { SourcePosition } from './errors/labels';
import type { Profile } from './magics/profile';
import type { Bindings } from './namespace';
import type { Underway } from './outstanding';

/** What has settled a run from outside, while its code may go on. */
export interface Stop {
  readonly error: unknown;
  /** Its code has had the error once. */
  isThrown: boolean;
}

/** A run that is under way. */
export interface ActiveRun {
  readonly run: Run;
  readonly payloads: RunPayload[];
  /** Displays that still render; the run ends after them. */
  readonly displays: Promise<unknown>[];
  bindings: Bindings | undefined;
  /** What it shows at its end, once it has come to that; a promise is pictured only then. */
  result?: Rendering | (() => Rendering | undefined) | undefined;
  /** A promise that is its value. */
  promise?: unknown;
  /** What it does now, where nothing handles the failure of that. */
  step?: object;
  /** A promise whose further way the cell has said itself, when its last expression gives one. */
  chained?: unknown;
  /** The file name of its cell, once it is compiled. */
  file?: string;
  /** The import declaration that failed. */
  failedImport?: SourcePosition | undefined;
  /** Where its code awaits, or has thrown; until it has come to its end. */
  line?: number | undefined;
  column?: number | undefined;
  controller?: AbortController;
  stop?: Stop;
  /** What was under way when it began, where its end waits for what it sets going. */
  outstanding?: Underway;
  /** Until when its end waits for what it has set going, in milliseconds of `now()`. */
  deadline?: number;
  /** What looks on, until it is told to report. */
  profile?: Profile | undefined;
  /** When it began, in milliseconds of `now()`. */
  readonly begunAt: number;
  /** When a cell that is timed began. */
  startedAt?: number;
  /** A cell of `%%bg`: nobody waits for it from where it awaits. */
  leavesSoon?: boolean;
  /** Once it has left: what `Out` has until its end. */
  background?: PendingOutput;
  /** The turn of the event loop that it ends with, once it has come to its end. */
  turn?: number;
}

/** Aborted when the run is interrupted. */
export function signalOf(active: ActiveRun): AbortSignal {
  active.controller ??= new AbortController();
  if (active.stop) active.controller.abort(active.stop.error);
  return active.controller.signal;
}
