// Which cell was running when the process ended without a word: V8 ends it at its hard limits, the system when it has no memory
// left, and nobody is there to say so. The next kernel with the same connection file, which is what a manager starts in its
// place, says it. Rule: nothing is written for a cell that is done at once.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { refuseHomeless } from '../src';

/** How long a cell may run before it is noted, in milliseconds. */
const briefly = 100;

export class UnfinishedCell {
  readonly #file: string;
  /** Those that have run for long enough to be noted. */
  readonly #noted = new Set<{ readonly cell: string }>();
  #ofBefore: string | undefined;

  /**
   * @param folder where the notes lie; made when first needed
   * @param connectionPath what this kernel and the one before it have in common
   */
  constructor(folder: string, connectionPath: string) {
    const name = createHash('sha256').update(resolve(connectionPath)).digest('hex').slice(0, 16);
    this.#file = join(folder, name);
    try {
      this.#ofBefore = readFileSync(this.#file, 'utf8');
      this.#write();
    } catch {
      // There was no kernel before, or it ended between two cells.
    }
  }

  /** What became of the kernel before this one, in words; once. */
  takeLastWords(): string | undefined {
    const cell = this.#ofBefore;
    this.#ofBefore = undefined;
    if (cell === undefined) return undefined;
    return `The kernel before this one ended in ${cell}, with all variables: killed, out of memory, at a limit of V8’s that ends the process (an array of more than some 100 million items, for example), or because an addon cannot be ended with its thread (a socket of zeromq that waits for a message).`;
  }

  /** @param cell in words @returns what is to be called at its end */
  begin(cell: string): () => void {
    const note = { cell };
    const timer = setTimeout(() => {
      this.#noted.add(note);
      this.#write();
    }, briefly).unref();
    return () => {
      clearTimeout(timer);
      if (this.#noted.delete(note)) this.#write();
    };
  }

  /** The kernel ends as it should. */
  end(): void {
    if (this.#noted.size === 0) return;
    this.#noted.clear();
    this.#write();
  }

  #write(): void {
    try {
      if (this.#noted.size === 0) return rmSync(this.#file, { force: true });
      refuseHomeless(this.#file);
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(this.#file, Array.from(this.#noted, ({ cell }) => cell).join(' and '), { mode: 0o600 });
    } catch {
      // Where nothing can be written, nothing is told.
    }
  }
}
