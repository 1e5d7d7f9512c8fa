// The types of Node that come with the kernel. A third of them is for modules that few cells import: it is read when one does.
// Rule: the other files never mention those, but for process.d.ts, whose `getBuiltinModule` names every module.
import { readFileSync } from 'node:fs';
import { join } from 'node:path/posix';

/** Modules that are known by `node:` alone are written so. */
const modules =
  'cluster http2 https inspector inspector/promises node:ffi node:quic node:sqlite node:test node:test/reporters repl zlib zlib/iter'.split(
    ' ',
  );

/** Everything that an import of a rare module can say. */
export const rareModules: ReadonlySet<string> = new Set(
  modules.flatMap((name) => (name.startsWith('node:') ? name : [name, `node:${name}`])),
);

/** What a module is about, or a file: `inspector` for `node:inspector/promises` and `inspector.generated.d.ts`. */
const subjectOf = (name: string): string | undefined => /^(?:node:)?([^./]+)/.exec(name)?.[1];

const subjects: ReadonlySet<string | undefined> = new Set(modules.map(subjectOf));

export class NodeTypes {
  readonly #directory: string;
  readonly #index: string;
  #read: { readonly usual: string; readonly rare: ReadonlyMap<string, string> } | undefined;

  /** @param directory where @types/node is, with forward slashes */
  constructor(directory: string) {
    this.#directory = `${directory}/`;
    this.#index = join(directory, 'index.d.ts');
  }

  has(path: string): boolean {
    return path.startsWith(this.#directory);
  }

  /** Paths of files that are not there: each refers to all files of one rare subject. */
  get rare(): readonly string[] {
    return [...this.#divided.rare.keys()];
  }

  /**
   * What an import of a rare module needs.
   * @param containing the path of the file with the import; those that are always read bring nothing in
   */
  find(specifier: string, containing: string): string | undefined {
    if (!rareModules.has(specifier)) return undefined;
    if (this.has(containing) && !isRare(containing.slice(this.#directory.length))) return undefined;
    return this.#rarePath(specifier);
  }

  /** The text of a file that is not as it stands on the disk. */
  textOf(path: string): string | undefined {
    if (!this.has(path)) return undefined;
    return path === this.#index ? this.#divided.usual : this.#divided.rare.get(path);
  }

  #rarePath(name: string): string {
    return `${this.#directory}tskernel-${subjectOf(name)}.d.ts`;
  }

  /** The list of all files, divided into those that are always read, line by line in its place, and the rare ones. */
  get #divided() {
    if (this.#read) return this.#read;
    const rare = new Map<string, string>();
    const line = /^\/\/\/ <reference path="([^"]+)" \/>/gm;
    const usual = readFileSync(this.#index, 'utf8').replace(line, (reference, file: string) => {
      if (!isRare(file)) return reference;
      const path = this.#rarePath(file);
      rare.set(path, `${rare.get(path) ?? ''}${reference}\n`);
      return '';
    });
    this.#read = { usual, rare };
    return this.#read;
  }
}

/** @param file its path in @types/node */
const isRare = (file: string): boolean => subjects.has(subjectOf(file));
