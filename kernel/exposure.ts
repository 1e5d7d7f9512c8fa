// Whether a connection file, which holds the key, is its owner's alone.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A user who can read a connection file can run code as its owner.
 * @returns a line about it when others can; undefined when the file, or the directory around it, is closed to them, and on
 * platforms where modes say nothing of that
 */
export function describeExposure(path: string, platform = process.platform): string | undefined {
  if (platform === 'win32') return undefined;
  const { mode } = statSync(path);
  if ((mode & 0o066) === 0 || isClosed(dirname(path))) return undefined;
  const octal = (mode & 0o777).toString(8);
  return `The connection file ${path} is open to others (mode ${octal}): whoever reads it can run code as you. Close it with: chmod 600 ${path}`;
}

function isClosed(directory: string): boolean {
  try {
    return (statSync(directory).mode & 0o011) === 0;
  } catch {
    return false;
  }
}
