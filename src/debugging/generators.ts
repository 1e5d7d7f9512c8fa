// Which functions are generators: a step in one of these may have to end where V8 does not look, or must not be V8's at all.
// Rule: the code is asked, once for each function; V8 does not say it of a frame.
import type { Debugger } from 'node:inspector';
import type { Target } from './target';

export type GeneratorKind = 'sync' | 'async' | undefined;

/** So much stands before the parameters of a function, at most. */
const longestHead = 500;

export class Generators {
  readonly #target: Target;
  /** By where the function begins. */
  readonly #kinds = new Map<string, Promise<GeneratorKind>>();
  readonly #firstLineOf: (scriptId: string) => number;

  /** @param firstLineOf how V8 numbers the first line of a script */
  constructor(target: Target, firstLineOf: (scriptId: string) => number) {
    this.#target = target;
    this.#firstLineOf = firstLineOf;
  }

  /** What the function of a frame is. Never rejects. */
  kindOf({ functionLocation }: Debugger.CallFrame): Promise<GeneratorKind> {
    if (!functionLocation) return Promise.resolve(undefined);
    const { scriptId, lineNumber, columnNumber = 0 } = functionLocation;
    const key = `${scriptId}:${lineNumber}:${columnNumber}`;
    let kind = this.#kinds.get(key);
    if (!kind) {
      kind = this.#target
        .call('Debugger.getScriptSource', { scriptId })
        .then(({ scriptSource }) => {
          const lines = scriptSource.split('\n').slice(0, lineNumber - this.#firstLineOf(scriptId) + 1);
          const last = lines.pop() ?? '';
          const before = `${lines.slice(-longestHead).join('\n')}\n${last.slice(0, columnNumber)}`;
          return kindBefore(before.slice(-longestHead));
        })
        .catch(() => undefined);
      this.#kinds.set(key, kind);
    }
    return kind;
  }
}

/** @param head the code before the parameters of a function */
export function kindBefore(head: string): GeneratorKind {
  const found =
    /(?:(?<![\p{ID_Continue}$.])(async)\s*)?(?:\bfunction\s*)?\*\s*(?:\[.*\]|'.*'|".*"|[^\s()]*)\s*$/su.exec(
      head,
    );
  return found ? (found[1] ? 'async' : 'sync') : undefined;
}
