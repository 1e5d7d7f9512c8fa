// Whose is what a callback prints? A function that a cell handed to a library (a route, a subscriber, a listener) runs when another
// cell has the library call it. Rule: looked at by the stack, and only while code runs that an earlier cell than the latest
// has set going; a function that code of cells calls by its name is a part of that code.

interface Site {
  getFileName(): string | null | undefined;
}

/**
 * The latest cell of those whose functions something else than code of cells has called; 0 when there is none.
 * @param sites the stack, innermost first
 * @param cellOf the cell of a script
 */
export function latestCalledBack(
  sites: readonly Site[],
  cellOf: (file: string) => number | undefined,
): number {
  let latest = 0;
  /** Of the frame inside of the one that is looked at. */
  let called: number | undefined;
  for (let index = 0; index < sites.length; index++) {
    const file = sites[index]!.getFileName();
    // Builtins of V8's call what they were given as the code would that gave it.
    if (!file) continue;
    const cell = cellOf(file);
    if (cell === undefined && called !== undefined && called > latest) latest = called;
    called = cell;
  }
  return called !== undefined && called > latest ? called : latest;
}
