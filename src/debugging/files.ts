// The scripts that are files of the user's: where their code stands in what was written, and the breakpoints in them.

import type { Debugger } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Place, Target } from './target';

export class Files {
  readonly #urls = new Map<string, string>();

  constructor(readonly target: Target) {}

  parsed({ scriptId, url }: Debugger.ScriptParsedEventDataType): void {
    if (isUsers(url)) this.#urls.set(scriptId, url);
  }

  /** Nothing for what is not the user's. */
  locate({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): Place | undefined {
    const url = this.#urls.get(scriptId);
    return url === undefined
      ? undefined
      : { path: fileURLToPath(url), line: lineNumber + 1, column: columnNumber + 1 };
  }

  async setBreakpoints(
    path: string,
    wanted: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    return wanted.map(({ line }) => ({ verified: false, line, source: { path } }));
  }

  source(_path: string): string | undefined {
    return undefined;
  }

  modules(): DebugProtocol.Module[] {
    return [];
  }
}

const isUsers = (url: string): boolean =>
  url.startsWith('file:') && !/\/node_modules\/|\/dist\/\w+\.cjs/.test(url);
