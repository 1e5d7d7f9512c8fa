// What a step is: V8 stops several times a line, a person wants to be on the next one.
// Rule: a step ends on another line, in another frame, or where it was before, as in the next round of a loop.
import type { Frame } from './target';

/**
 * V8 of Node 26 stops inside of Node's own code, in spite of being told not to: so often it may, on the way to a function of
 * the user's that is called from there.
 */
const mostDives = 300;

export type StepKind = 'stepOver' | 'stepInto' | 'stepOut';

export class Step {
  readonly #path: string;
  readonly #line: number;
  /** Where V8 has stopped, in the code: there, no two places are the same. */
  readonly #seen: Set<string>;
  #dives = 0;
  /** Where V8 has stopped last, in the function that the step is about. */
  #last: Frame;

  readonly #start: string;

  /** @param depth how many frames of the user's code there are */
  constructor(
    readonly kind: StepKind,
    from: Frame,
    readonly depth: number,
  ) {
    this.#path = from.place.path;
    this.#line = from.place.line;
    this.#start = keyOf(from);
    this.#seen = new Set([this.#start]);
    this.#last = from;
  }

  /** The frame that the step goes on in when the thread has left it, as at an `await`; nothing where it has ended. */
  get waiting(): Frame | undefined {
    return this.kind === 'stepOut' || this.#last.call.returnValue !== undefined ? undefined : this.#last;
  }

  /** How to get to the user's code from what it has called. */
  wayOn(): StepKind {
    return this.kind === 'stepInto' && ++this.#dives <= mostDives ? 'stepInto' : 'stepOut';
  }

  /** How many of the outermost frames there are where the step goes on. */
  get origin(): number {
    return this.kind === 'stepOut' ? this.depth - 1 : this.depth;
  }

  /** Whether it is where the step began, as in the next round of a loop, or without having gone anywhere. */
  hasNotMoved(top: Frame, depth: number): boolean {
    return depth === this.depth && keyOf(top) === this.#start;
  }

  /** Whether V8 has stopped within the line that the step began on, and has to go on. */
  goesOn(top: Frame, depth: number): boolean {
    if (isEndOfFields(top)) return true;
    const { path, line } = top.place;
    if (this.kind === 'stepOut' || depth !== this.depth || path !== this.#path || line !== this.#line)
      return false;
    this.#last = top;
    const key = keyOf(top);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}

/** V8 has a function of its own for the fields of a class; where that ends, the source has nothing. */
const isEndOfFields = ({ call: { functionName, returnValue } }: Frame): boolean =>
  returnValue !== undefined &&
  ['<instance_members_initializer>', '<static_initializer>'].includes(functionName);

const keyOf = ({ call: { location } }: Frame): string =>
  `${location.scriptId}:${location.lineNumber}:${location.columnNumber}`;
