// For how long something takes. Rule: cells may replace what it rests on; and `performance` is not loaded for it, which takes a start
// of each thread half a millisecond.
const { hrtime } = process;

/** In milliseconds, since a moment that is the same for all threads. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
