// The kernel's own project for a directory without a package.json: where `%npm install` puts its packages.
import { join } from 'node:path';

/**
 * @param data where the engine may keep what outlives it
 * @returns a directory, which need not exist
 */
export function keptProject(data: string, directory: string): string {
  // Loaded only here: the thread of the cells can do without at its start.
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  return join(data, 'projects', createHash('sha256').update(directory).digest('hex').slice(0, 16));
}
