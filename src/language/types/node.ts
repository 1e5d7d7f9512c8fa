// The types of Node that come with the kernel. A third of them is for modules that few cells import; it is read on demand.
// Rule: no other file refers to those, except process.d.ts, whose `getBuiltinModule` names every module.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { joinSlashed } from '../../text/slashed';

/** Modules that exist only with the `node:` prefix are written with it. */
const modules =
  'cluster http2 https inspector inspector/promises node:ffi node:quic node:sqlite node:test node:test/reporters repl zlib zlib/iter'.split(
    ' ',
  );

/** Every specifier of a rare module. */
export const rareModules: ReadonlySet<string> = new Set(
  modules.flatMap((name) => (name.startsWith('node:') ? name : [name, `node:${name}`])),
);

/** The subject of a module or a file: `inspector` for `node:inspector/promises` and `inspector.generated.d.ts`. */
const subjectOf = (name: string): string | undefined => /^(?:node:)?([^./]+)/.exec(name)?.[1];

const subjects: ReadonlySet<string | undefined> = new Set(modules.map(subjectOf));

/** What the globals of Node take from undici, a tenth of it; who imports it has all. */
const fetchFile = 'tskernel-fetch.d.ts';
const fetchModules = ['fetch', 'formdata', 'websocket', 'eventsource'];
const fetchText = fetchModules.map((name) => `export * from './${name}';\n`).join('');

export class NodeTypes {
  readonly #directory: string;
  readonly #index: string;
  #read: { readonly usual: string; readonly rare: ReadonlyMap<string, string> } | undefined;

  /** @param directory where @types/node is, with forward slashes */
  constructor(directory: string) {
    this.#directory = `${directory}/`;
    this.#index = joinSlashed(directory, 'index.d.ts');
  }

  has(path: string): boolean {
    return path.startsWith(this.#directory);
  }

  /** Paths of virtual files: each refers to all files of one rare subject. */
  get rare(): readonly string[] {
    return [...this.#divided.rare.keys()];
  }

  /**
   * The virtual file that an import of a rare module needs.
   * @param containing the path of the importing file; files of @types/node that are always read add nothing
   */
  find(specifier: string, containing: string): string | undefined {
    if (!rareModules.has(specifier)) return undefined;
    if (this.has(containing) && !isRare(containing.slice(this.#directory.length))) return undefined;
    return this.#rarePath(specifier);
  }

  /**
   * The virtual file that stands for undici's types where Node's import them.
   * @param index the path of undici's
   */
  fetchOf(index: string): string {
    return joinSlashed(dirname(index), fetchFile);
  }

  /** The text of a file whose text differs from the one on disk. */
  textOf(path: string): string | undefined {
    if (path.endsWith(`/${fetchFile}`)) return fetchText;
    if (!this.has(path)) return undefined;
    return path === this.#index ? this.#divided.usual : this.#divided.rare.get(path);
  }

  #rarePath(name: string): string {
    return `${this.#directory}tskernel-${subjectOf(name)}.d.ts`;
  }

  /** Splits the list of all files into those that are always read and the rare ones; lines keep their place. */
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
