// How many files this process may have open (`ulimit -n`): with too few a kernel would start, and then fail at whatever comes next.
import { readFileSync } from 'node:fs';

/** What the sockets, the threads and the translation of local files take together, and some for the cells. */
const fewest = 64;

/** @throws Error when that is too few for a kernel; where the system does not say how many, it never does */
export function refuseFewDescriptors(
  read: () => string = () => readFileSync('/proc/self/limits', 'utf8'),
): void {
  let limits: string;
  try {
    limits = read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') return;
    throw new Error(tooFew('no more'));
  }
  const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  if (limit !== undefined && Number(limit) < fewest) throw new Error(tooFew(limit));
}

const tooFew = (limit: string) =>
  `This process may open ${limit} files, and a kernel needs ${fewest} at least. Raise the limit (ulimit -n 1024) where Jupyter is started.`;
