// Which packages of types there are to install: npm is asked, with the user's own registry and settings.
// Rule: each name is asked for once, beside everything else; where nobody answers, there is none.
import { execFile } from 'node:child_process';
import { findNpm } from '../../system/npm';
import { isConfined } from '../../system/permissions';

/** How long npm may take, in milliseconds. */
const patience = 10_000;
const hurried = ['--fetch-retries=0', '--fetch-timeout=5000', '--no-update-notifier', '--loglevel=silent'];

export type IsPublished = (name: string, directory: string) => Promise<boolean>;

export class TypesPackages {
  readonly #directory: string;
  readonly #isPublished: IsPublished;
  readonly #known = new Map<string, boolean>();
  readonly #asked = new Map<string, Promise<void>>();

  /** @param directory that of the notebook */
  constructor(directory: string, isPublished: IsPublished = askNpm) {
    this.#directory = directory;
    this.#isPublished = isPublished;
  }

  has(name: string): boolean {
    return this.#known.get(name) === true;
  }

  /** Asks for those that are not known yet. @returns whether one of them is there; nothing when all were known */
  ask(names: readonly string[]): Promise<boolean> | undefined {
    const unknown = names.filter((name) => !this.#known.has(name));
    if (unknown.length === 0) return undefined;
    const asked = unknown.map((name) => {
      const answer = this.#asked.get(name) ?? this.#ask(name);
      this.#asked.set(name, answer);
      return answer;
    });
    return Promise.all(asked).then(() => unknown.some((name) => this.has(name)));
  }

  async #ask(name: string): Promise<void> {
    this.#known.set(name, await this.#isPublished(name, this.#directory).catch(() => false));
  }
}

function askNpm(name: string, cwd: string): Promise<boolean> {
  const npm = isConfined ? undefined : findNpm();
  if (!npm) return Promise.resolve(false);
  return new Promise((resolve) => {
    const words = [...npm.parameters, 'view', name, 'name', ...hurried];
    const child = execFile(npm.file, words, { cwd, timeout: patience, windowsHide: true }, (error, stdout) =>
      resolve(!error && stdout.includes(name)),
    );
    child.unref();
  });
}
