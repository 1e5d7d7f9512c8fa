// Paths as TypeScript writes them: with forward slashes on every platform.
// Rule: the two slashes that begin a network path (`//server/share`) stay two; node:path/posix makes them one.
import { posix } from 'node:path';

/** A path of this platform with forward slashes. */
export const slashed = (path: string): string => path.replaceAll('\\', '/');

/** Like `join` of node:path/posix. */
export function joinSlashed(first: string, ...rest: readonly string[]): string {
  const joined = posix.join(first, ...rest);
  return first.startsWith('//') && !first.startsWith('///') ? `/${joined}` : joined;
}
