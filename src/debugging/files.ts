// Scripts that are files of the disk: which of them are the user's, and where their code stands in the source.
// Rule: a path means the source as a person wrote it; what the kernel itself is made of is nobody's.
import { readFileSync, realpathSync } from 'node:fs';
import type { Debugger } from 'node:inspector';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isPackaged } from '../system/lookup';
import { isThere } from '../system/permissions';
import type { OwnFiles } from './own-files';
import { functionName } from './renaming';
import { FileScript, fileOf, urlPattern } from './scripts';
import type { Place, Target } from './target';

export class Files {
  readonly #own: OwnFiles;
  /** By V8's number. */
  readonly #scripts = new Map<string, FileScript>();

  constructor(own: OwnFiles) {
    this.#own = own;
  }

  /** @returns nothing for what is not a file of the user's */
  parsed(script: Debugger.ScriptParsedEventDataType): FileScript | undefined {
    const file = fileOf(script.url);
    if (file === undefined || this.#own.has(script, file)) return undefined;
    // The kernel looks for modules by functions that are said to be in the notebook.
    if (!script.sourceMapURL && !isThere(file)) return undefined;
    const parsed = new FileScript(script, file);
    this.#scripts.set(parsed.id, parsed);
    return parsed;
  }

  /** The thread that had loaded them is gone. */
  forgetScripts(): void {
    this.#scripts.clear();
  }

  script(id: string): FileScript | undefined {
    return this.#scripts.get(id);
  }

  /** The scripts that were made of a source: each version of a file is one. @param path without links */
  scriptsOf(path: string): FileScript[] {
    return [...this.#scripts.values()].filter((script) => isMadeOf(script, path));
  }

  /** Reads what it takes to tell the places of a pause. @returns nothing when all of it is there */
  load({ callFrames }: Debugger.PausedEventDataType, target: Target): Promise<unknown> | undefined {
    const scripts = callFrames.map(({ location }) => this.#scripts.get(location.scriptId));
    const missing = scripts.filter((script) => script !== undefined && !script.isLoaded);
    return missing.length === 0
      ? undefined
      : Promise.all(Array.from(new Set(missing), (script) => script!.load(target)));
  }

  /** @returns nothing for what is not the user's */
  locate(location: Debugger.Location): Place | undefined {
    return this.#scripts.get(location.scriptId)?.locate(location);
  }

  /** What the source calls the function of a frame. */
  functionName({ functionName: name, functionLocation }: Debugger.CallFrame): string {
    const code = functionLocation && this.#scripts.get(functionLocation.scriptId)?.mapped;
    return code ? functionName(code, name, functionLocation) : name;
  }

  /** The text of a file, or of a source that a map carries. */
  source(path: string): string | undefined {
    const file = withoutLinks(path);
    if (isThere(file)) return readFileSync(file, 'utf8');
    return this.scriptsOf(file)[0]?.map?.text(file);
  }

  /** The user's sources that are loaded: packages that were installed are not. */
  modules(): DebugProtocol.Module[] {
    const own = [...this.#scripts.values()].filter(({ file }) => !isPackaged(file));
    const paths = new Set(own.flatMap((script) => script.paths));
    return Array.from(paths, (path, index) => ({ id: index + 1, name: basename(path), path }));
  }

  /**
   * V8's patterns for the code that steps do not go into: Node's, the kernel's, and packages.
   * @param wanted files of packages that somebody wants to look into
   */
  blackboxPatterns(wanted: readonly string[]): string[] {
    const except = wanted.length > 0 ? `(?!(?:${wanted.map(urlPattern).join('|')}))` : '';
    // Scripts of Node's snapshot have no name.
    return ['^$', '^node:', ...this.#own.patterns, `^${except}.*/node_modules/`];
  }
}

/** Maps of packages are large, and none is read for who debugs their own files. */
export function isMadeOf(script: FileScript, path: string): boolean {
  return (isPackaged(path) || !isPackaged(script.file)) && script.paths.includes(path);
}

/** V8 knows files by where they really are. */
export function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A source that only a map carries.
    return path;
  }
}
