// The user's home directory is not the kernel's to make: in a container the user may have none, and root could make any.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, relative } from 'node:path';

/**
 * To be called before a directory is made with those above it.
 * @throws Error when that would make the user's home directory
 */
export function refuseHomeless(directory: string, home: string = homedir()): void {
  if (!isAbsolute(home) || existsSync(home)) return;
  const inside = relative(home, directory);
  if (!inside.startsWith('..') && !isAbsolute(inside)) throw new Error(`there is no home directory ${home}`);
}
