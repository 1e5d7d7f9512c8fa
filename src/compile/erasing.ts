// Marks what is evaluated, and compiles the cells that need no more of TypeScript than its parser, which are nearly all.
import type { Dispatch } from '../magics/catalog';
import { compileCell } from './cell';
import { EmitterNeeded } from './emitted';

export { compileExpression, markEvaluated } from './evaluated';

import { blank, findMagics, type IsKnown } from './magics/find';
import { compileNotebookCell, type NotebookCell } from './magics/translate';
import { namesWithin } from './scopes';
import { defaultCompileOptions, type EarlierNames } from './types';

/**
 * @param dispatch unless the cell says otherwise
 * @returns nothing for a cell that has to be emitted, or that is nested too deeply for this thread
 */
export function compileErasable(
  source: string,
  isKnown: IsKnown,
  names: EarlierNames,
  dispatch: Dispatch,
): NotebookCell | undefined {
  try {
    return compileNotebookCell(source, isKnown, (text, settings) =>
      compileCell(text, {
        ...defaultCompileOptions,
        ...names,
        dispatch: settings.dispatch ?? dispatch,
      }),
    );
  } catch (error) {
    if (error instanceof EmitterNeeded || error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The names that hide those of cells at a place in the source of one.
 * @param offset in UTF-16 units
 */
export function namesAt(source: string, isKnown: IsKnown, offset: number): string[] {
  return namesWithin(blank(source, findMagics(source, isKnown).magics), offset);
}
