// What the stand-ins are made of, and what one is.
import type { DisplaySink } from '../display/sink';
import type { Globals } from '../globals';

/** What the stand-ins do their work with. */
export interface Kernel {
  readonly display: Globals['display'];
  readonly clearOutput: Globals['clearOutput'];
  readonly input: Globals['input'];
  readonly sink: DisplaySink;
}

/** A name or a module of another kernel. */
export interface StandIn {
  /** Given anew with each call; it is made once. */
  readonly get: () => unknown;
  readonly set?: (value: unknown) => void;
}
