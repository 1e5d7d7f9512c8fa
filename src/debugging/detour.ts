// How a step gets on that V8 has forgotten, or does not know: at a breakpoint further inside it forgets all steps, also at those
// that nobody sees, and where a generator yields it waits for that to go on.
// Rule: whatever the function does next, it does at one of these places; they are gone as soon as the thread stops again, or
// no cell runs any more.
import type { Debugger } from 'node:inspector';
import { stopsBetween } from './stops';
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
  async open(call: Debugger.CallFrame): Promise<void> {
    await this.#stopAt(await this.#placesIn(call));
  }

  /** Has the thread stop wherever the script of a frame goes on outside of the frame's function. Never rejects. */
  async openAround(call: Debugger.CallFrame): Promise<void> {
    const all = await this.#allIn(call.location);
    const inside = new Set((await this.#placesIn(call)).map(keyOf));
    await this.#stopAt(all.filter((place) => !inside.has(keyOf(place))));
  }

  async #placesIn({ location, functionLocation = location }: Debugger.CallFrame): Promise<Place[]> {
    if (functionLocation.lineNumber >= 0) return this.#placesFrom(functionLocation);
    // The function of a cell begins on the line before the first, of which V8 is not to be asked: behind the functions that stand
    // first in it.
    const [next] = await this.#placesFrom(location);
    const others = new Set<string>();
    for (const place of next ? await this.#allIn(location) : []) {
      if (others.has(keyOf(place))) continue;
      const places = await this.#placesFrom(place);
      if (places.some((each) => keyOf(each) === keyOf(next!))) return places;
      for (const each of places) others.add(keyOf(each));
    }
    return [];
  }

  /** From a place on in its function. */
  async #placesFrom({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): Promise<Place[]> {
    const start = { scriptId, lineNumber, columnNumber };
    const { locations } = await this.#target
      .call('Debugger.getPossibleBreakpoints', { start, restrictToFunction: true })
      .catch(() => ({ locations: [] }));
    return locations;
  }

  #allIn({ scriptId }: Debugger.Location): Promise<Place[]> {
    return stopsBetween(this.#target, { scriptId, lineNumber: 0, columnNumber: 0 }).catch(() => []);
  }

  async #stopAt(locations: readonly Place[]): Promise<void> {
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
    this.leave();
    return isOwn;
  }

  /** Nothing stops for it any more. */
  leave(): void {
    for (const breakpointId of this.#set)
      this.#target.call('Debugger.removeBreakpoint', { breakpointId }).catch(() => undefined);
    this.#set.clear();
  }
}

type Place = Debugger.BreakLocation;
const keyOf = ({ lineNumber, columnNumber }: Place): string => `${lineNumber}:${columnNumber}`;
