// For how long something takes. Rule: cells may replace what it rests on; and `performance` is not loaded for it, which takes a start
// of each thread half a millisecond.
const { hrtime } = process;

/** In milliseconds, since a moment that is the same for all threads. */
export function now(): number {
  // No pattern of an array: a cell may have overwritten how one is walked through.
  const { 0: seconds, 1: nanoseconds } = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
