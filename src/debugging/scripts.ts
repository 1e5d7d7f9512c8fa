// A script of V8's that is a file of the disk, with its source map, which is read when something asks for a place.
// Rule: a file that was only touched up by the loader, each line in its place, is its own source.
import type { Debugger } from 'node:inspector';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MappedCode } from './renaming';
import { type CodeLine, type Position, readSourceMap, type SourceMap } from './source-maps';
import type { Place, Target } from './target';

export class FileScript {
  readonly id: string;
  /** The URL that V8 has for it, with the queries of loaders. */
  readonly url: string;
  readonly file: string;
  readonly #mapAddress: string;
  #map: SourceMap | undefined;
  #isRead = false;
  #code: readonly string[] | undefined;
  /** Resolves when V8 has the breakpoints that are wanted in it. */
  ready: Promise<void> = Promise.resolve();

  constructor({ scriptId, url, sourceMapURL = '' }: Debugger.ScriptParsedEventDataType, file: string) {
    this.id = scriptId;
    this.url = url;
    this.file = file;
    this.#mapAddress = sourceMapURL;
  }

  get map(): SourceMap | undefined {
    if (!this.#isRead) {
      this.#isRead = true;
      const map = this.#mapAddress === '' ? undefined : readSourceMap(this.file, this.#mapAddress);
      const isItself = map?.paths.length === 1 && map.paths[0] === this.file && map.keepsLines;
      if (!isItself) this.#map = map;
    }
    return this.#map;
  }

  /** Whether places in it can be told. */
  get isLoaded(): boolean {
    return this.#code !== undefined || !this.map;
  }

  /** Reads the code that the map is about. */
  async load(target: Target): Promise<void> {
    if (this.isLoaded) return;
    const { scriptSource } = await target.call('Debugger.getScriptSource', { scriptId: this.id });
    this.#code = scriptSource.split('\n');
  }

  /** Its code with its map; nothing for a script that is its own source. */
  get mapped(): MappedCode | undefined {
    return this.map && this.#code ? { map: this.map, lines: this.#code } : undefined;
  }

  /** The sources that it was made of. */
  get paths(): readonly string[] {
    return this.map?.paths ?? [this.file];
  }

  /** Where a function begins in the source, by where it does in the code. */
  locateFunction(location: Debugger.Location): Place | undefined {
    const { lineNumber, columnNumber = 0 } = location;
    return this.map ? this.map.locate({ lineNumber, columnNumber }) : this.locate(location);
  }

  /** @returns nothing for what a compiler or the loader added */
  locate({ lineNumber, columnNumber = 0 }: Debugger.Location): Place | undefined {
    const code = this.#code?.[lineNumber] ?? '';
    if (this.map && isNaming(code, columnNumber)) return undefined;
    if (this.map)
      return this.map.locate({
        lineNumber,
        columnNumber: columnNumber - (endsReturn(code, columnNumber) ? 1 : 0),
      });
    return { path: this.file, line: lineNumber + 1, column: columnNumber + 1 };
  }

  /** Where code of this line and of those below it stands. */
  linesFrom(path: string, line: number): readonly CodeLine[] {
    if (this.map) return this.map.linesFrom(path, line);
    const start: Position = { lineNumber: line - 1, columnNumber: 0 };
    return [{ line, stretches: [{ start, end: undefined }] }];
  }
}

/** esbuild gives functions their names again: `__name(area,"area")`, where V8 stops before both the call and its arguments. */
const isNaming = (code: string, column: number): boolean =>
  /^__name\d*\(/.test(code.slice(column, column + 12)) ||
  /\b__name\d*\($/.test(code.slice(Math.max(0, column - 12), column));

/** Of a statement of a thousand letters nobody needs to know it. */
const longestReturn = 1000;

/** Whether this is the place behind `return x` in `return x}`: for V8 it is where the function returns, for the map the brace. */
function endsReturn(code: string, column: number): boolean {
  if (code[column] !== '}') return false;
  let depth = 0;
  for (let at = column - 1; at >= Math.max(0, column - longestReturn); at--) {
    const letter = code[at]!;
    if (')]}'.includes(letter)) depth++;
    else if (depth === 0 && ';{'.includes(letter)) return /^return\b/.test(code.slice(at + 1, column));
    else if ('([{'.includes(letter)) depth--;
  }
  return false;
}

/** The file of a script's URL; nothing for what is no file, such as the module that gives cells their `import.meta`. */
export function fileOf(url: string): string | undefined {
  if (!url.startsWith('file:') || url.endsWith('?import.meta')) return undefined;
  try {
    return fileURLToPath(url.replace(/(?:%3Ftsx-|[?#]).*$/, ''));
  } catch {
    return undefined;
  }
}

/** A regular expression for the URLs of a file, in each of its versions. */
export const urlPattern = (file: string): string =>
  `^${escapeRegExp(pathToFileURL(file).href)}(?:(?:%3Ftsx-|[?#]).*)?$`;

export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
