// The errors that the engine makes itself, by name, and what each means.
// Rule: tools switch on these names, so every one is in this list, and docs/errors.md has the same.
import type { CellError, EngineErrorName } from '../api';
import { errorHead } from './colours';

export const engineErrors: { readonly [Name in EngineErrorName]: string } = {
  KeyboardInterrupt: 'The cell was interrupted. Variables are kept, unless the message says otherwise.',
  ProcessExit: 'The cell called `process.exit()`. It ends there; the kernel goes on and variables are kept.',
  OutOfMemory:
    'The cell used up the memory of its thread (`TSKERNEL_MEMORY`). The variables of all cells are gone.',
  WorkerLost: 'The thread of the cells ended by itself. The variables of all cells are gone.',
  KernelError: 'Something failed inside the kernel, not in the cell; the kernel goes on. Please report it.',
  SyntaxError: 'The cell is not TypeScript and did not run, or code that it ran could not be parsed.',
  TypeScriptError: 'With `%types error`: the types of the cell do not fit, and it did not run.',
  MagicError: 'A magic could not do what it was asked to; the message says what to do.',
  CommandError: 'A command of `!`, `%npm` or a cell such as `%%bash` failed or could not be started.',
  Thrown: 'The code threw a value that is not an error, such as a string; the message shows it.',
};

/**
 * An error of the engine's own.
 * @param traceback as the user sees it; the name and the message when absent
 */
export function cellError(
  name: EngineErrorName,
  message: string,
  traceback: readonly string[] = [errorHead(name, message)],
): CellError {
  return { name, message, traceback };
}
