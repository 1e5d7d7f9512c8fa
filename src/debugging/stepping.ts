// What a step is: V8 stops several times a line, a person wants to be on the next one.
// Rule: a step ends on another line, in another frame, or further left on its own, as in the next round of a loop.
import type { Place } from './target';

export type StepKind = 'stepOver' | 'stepInto' | 'stepOut';

export class Step {
  #column: number;

  /** @param depth how many frames of the user's code there are */
  constructor(
    readonly kind: StepKind,
    readonly from: Place,
    readonly depth: number,
  ) {
    this.#column = from.column;
  }

  /** Whether V8 has stopped within the line that the step began on, and has to go on. */
  isWithin(place: Place, depth: number): boolean {
    const { kind, from } = this;
    if (kind === 'stepOut' || depth !== this.depth) return false;
    if (place.path !== from.path || place.line !== from.line || place.column <= this.#column) return false;
    this.#column = place.column;
    return true;
  }
}
