// Settings of the engine: from the environment, changed by magics at the top of a cell.
// Rule: a magic is a line of its own that TypeScript could not mean; it is blanked, so that positions stay.
import type { Dispatch } from './compile/types';
import type { CellError } from './engine';
import type { LanguageSettings, TypeChecking } from './language/protocol';

const dispatches: readonly Dispatch[] = ['auto', 'blocking', 'task'];
const typeCheckings: readonly TypeChecking[] = ['warn', 'error', 'off'];

export class Settings {
  #dispatch: Dispatch;
  #types: TypeChecking;
  /** Limit of the execution worker's heap in MB, when one is set. */
  readonly memory: number | undefined;

  constructor(environment: { readonly [name: string]: string | undefined }) {
    const pick = <T extends string>(value: string | undefined, choices: readonly T[], fallback: T): T =>
      choices.find((choice) => choice === value) ?? fallback;
    this.#dispatch = pick(environment.TSKERNEL_DISPATCH, dispatches, 'auto');
    this.#types = pick(environment.TSKERNEL_TYPES, typeCheckings, 'warn');
    const memory = Number(environment.TSKERNEL_MEMORY);
    this.memory = memory > 0 ? memory : undefined;
  }

  /** Takes the magics off the top of a cell and applies them. */
  applyMagics(source: string): { settings: LanguageSettings; source: string; problem?: CellError } {
    let problem: CellError | undefined;
    const rest = source.replace(/^(?:[ \t]*(?:%(?:dispatch|types)\b[^\n]*)?(?:\r?\n|$))+/, (head) =>
      head.replace(/%(\w+)[ \t]*([^\r\n]*)/g, (line, name: string, value: string) => {
        problem ??= this.#set(name, value.trim());
        return ' '.repeat(line.length);
      }),
    );
    return {
      settings: { dispatch: this.#dispatch, types: this.#types },
      source: rest,
      ...(problem && { problem }),
    };
  }

  #set(name: string, value: string): CellError | undefined {
    if (name === 'dispatch' && isOneOf(value, dispatches)) this.#dispatch = value;
    else if (name === 'types' && isOneOf(value, typeCheckings)) this.#types = value;
    else {
      const choices = name === 'dispatch' ? dispatches : typeCheckings;
      const message = `%${name} takes one of ${choices.join(', ')}, not '${value}'`;
      return {
        name: 'MagicError',
        message,
        traceback: [`\u001b[1m\u001b[31mMagicError\u001b[39m\u001b[22m: ${message}`],
      };
    }
    return undefined;
  }
}

function isOneOf<T extends string>(value: string, choices: readonly T[]): value is T {
  return (choices as readonly string[]).includes(value);
}
