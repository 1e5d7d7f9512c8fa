// The compile stage as the language worker has it: with TypeScript's emitter for what cannot be erased.
import type { SyntaxProblem } from '../text/problem';
import { compileCell } from './cell';
import { emitJavaScript } from './emit';
import { type CompileOptions, type CompileResult, defaultCompileOptions } from './types';

export { checkCompleteness } from './completeness';
export { blankMagics } from './magics/find';
export { mapPosition, nowhere } from './position';
export * from './types';

/** Never throws for what a cell contains: what is wrong with it is a problem. */
export function compile(source: string, options: CompileOptions = defaultCompileOptions): CompileResult {
  try {
    return compileCell(source, options, emitJavaScript);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, problems: [tooDeep] };
  }
}

const tooDeep: SyntaxProblem = {
  message: 'The cell is nested too deeply to be compiled.',
  offset: 0,
  length: 0,
};
