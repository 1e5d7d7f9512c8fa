// Where V8 can stop in a script.
// Rule: V8 tells of a thousand places at most, whatever was asked for: it is asked again behind the last one.
import type { Debugger } from 'node:inspector';
import type { Target } from './target';

const mostTold = 1000;

/** From a place on, to the end of the script or to another place, in order. */
export async function stopsBetween(
  target: Target,
  start: Debugger.Location,
  end?: Debugger.Location,
): Promise<Debugger.BreakLocation[]> {
  const found: Debugger.BreakLocation[] = [];
  for (let from = start; ; ) {
    const { locations } = await target.call('Debugger.getPossibleBreakpoints', {
      start: from,
      ...(end && { end }),
    });
    found.push(...locations);
    const last = locations.at(-1);
    if (!last || locations.length < mostTold) return found;
    from = { ...start, lineNumber: last.lineNumber, columnNumber: (last.columnNumber ?? 0) + 1 };
  }
}
