// The types of Node that come with the kernel.
// Rule: of undici's types, which come with them, those are read that Node's own take; who imports undici has all.
import { dirname } from 'node:path/posix';
import { joinSlashed } from '../../text/slashed';

/** What the globals of Node take from undici, a tenth of it. */
const fetchFile = 'tskernel-fetch.d.ts';
const fetchModules = ['fetch', 'formdata', 'websocket', 'eventsource'];
const fetchText = fetchModules.map((name) => `export * from './${name}';\n`).join('');

export class NodeTypes {
  readonly #directory: string;

  /** @param directory where @types/node is, with forward slashes */
  constructor(directory: string) {
    this.#directory = `${directory}/`;
  }

  has(path: string): boolean {
    return path.startsWith(this.#directory);
  }

  /**
   * The virtual file that stands for undici's types where Node's import them.
   * @param index the path of undici's
   */
  fetchOf(index: string): string {
    return joinSlashed(dirname(index), fetchFile);
  }

  /** The text of a file that is not on disk. */
  textOf(path: string): string | undefined {
    return path.endsWith(`/${fetchFile}`) ? fetchText : undefined;
  }
}
