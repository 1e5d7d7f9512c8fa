// How a step gets on that V8 has forgotten: at a breakpoint further inside it forgets all steps, also at those that nobody sees.
// Rule: whatever the function does next, it does at one of these places; they are gone as soon as the thread stops again.
import type { Debugger } from 'node:inspector';
import type { Target } from './target';

/** A function that has more places gets on without a stop. */
const mostPlaces = 2000;

export class Detour {
  readonly #target: Target;
  readonly #set = new Set<string>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** Has the thread stop wherever the function of a frame goes on. Never rejects. */
  async open({ location, functionLocation = location }: Debugger.CallFrame): Promise<void> {
    // The function of a cell begins on the line before the first.
    const start =
      functionLocation.lineNumber < 0 ? { ...location, lineNumber: 0, columnNumber: 0 } : functionLocation;
    const { locations } = await this.#target
      .call('Debugger.getPossibleBreakpoints', { start, restrictToFunction: true })
      .catch(() => ({ locations: [] }));
    if (locations.length > mostPlaces) return;
    await Promise.all(
      locations.map(async (place) => {
        // V8 refuses a second breakpoint in one place: where there is one, the thread stops anyhow.
        const set = await this.#target
          .call('Debugger.setBreakpoint', { location: place })
          .catch(() => undefined);
        if (set) this.#set.add(set.breakpointId);
      }),
    );
  }

  /** @returns whether a stop is due to it alone */
  close({ hitBreakpoints = [] }: Debugger.PausedEventDataType): boolean {
    const isOwn = hitBreakpoints.length > 0 && hitBreakpoints.every((id) => this.#set.has(id));
    for (const breakpointId of this.#set)
      this.#target.call('Debugger.removeBreakpoint', { breakpointId }).catch(() => undefined);
    this.#set.clear();
    return isOwn;
  }
}
