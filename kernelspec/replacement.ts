// What is installed is whole, or not there.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Complaint } from './locations';

/**
 * Fills a directory beside its place and moves it there, so that no Jupyter reads half of it. What was there goes.
 * @param target absolute; the directories above it are made
 * @throws Complaint when the place cannot be written
 */
export function replaceDirectory(target: string, fill: (draft: string) => void): void {
  const draft = join(dirname(target), `.${basename(target)}-${process.pid}`);
  try {
    mkdirSync(dirname(target), { recursive: true });
    try {
      mkdirSync(draft);
      fill(draft);
      rmSync(target, { recursive: true, force: true });
      renameSync(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  } catch (error) {
    throw new Complaint(`cannot write ${target}: ${(error as Error).message}`, { cause: error });
  }
}
