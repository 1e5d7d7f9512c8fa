// Marks what is evaluated, and reads the cells that need no more of TypeScript than its parser, which are nearly all.
import type { Completeness } from '../api';
import type { Dispatch } from '../magics/catalog';
import { compileCell } from './cell';
import { readCompleteness } from './completeness';
import { EmitterNeeded } from './emitted';

export { compileExpression, markEvaluated } from './evaluated';

import { blankMagics, type IsKnown } from './magics/find';
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
 * Whether a cell is finished.
 * @returns nothing for one that is nested too deeply for this thread
 */
export function completenessOf(source: string, isKnown: IsKnown): Completeness | undefined {
  try {
    return readCompleteness(blankMagics(source, isKnown), source);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The names that hide those of cells at a place in the source of one.
 * @param offset in UTF-16 units
 */
export function namesAt(source: string, isKnown: IsKnown, offset: number): string[] {
  return namesWithin(blankMagics(source, isKnown), offset);
}
