// What a person types into the console of the debugger, or asks of a value: compiled as a cell is, but for the names of the frame
// that it is evaluated in, which come first.
// Rule: what cannot be evaluated there is said in one sentence, before anything of it runs.
import ts from 'typescript';
import { compileCell } from './cell';
import { EmitterNeeded } from './emitted';
import { parseCell } from './parse';
import { type CompiledCell, defaultCompileOptions, type EarlierNames } from './types';

export type CompiledInput =
  | {
      readonly ok: true;
      readonly cell: CompiledCell;
      /** The operand of an `await` that is all there is. */
      readonly awaited?: string;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * @param locals names of the scopes of the frame; nothing outside of one
 */
export function compileInput(
  source: string,
  names: EarlierNames,
  locals?: ReadonlySet<string>,
): CompiledInput {
  try {
    const result = compileCell(source, { ...defaultCompileOptions, ...names, ...(locals && { locals }) });
    if (!result.ok) {
      const [first] = result.problems;
      return { ok: false, problem: `SyntaxError: ${first!.message}` };
    }
    const { cell } = result;
    const shadowed = cell.declarations.find(({ name }) => locals?.has(name));
    if (shadowed)
      return {
        ok: false,
        problem: `'${shadowed.name}' is a variable here already: assign to it, or take another name.`,
      };
    const awaited = awaitedIn(source);
    return { ok: true, cell, ...(awaited !== undefined && { awaited }) };
  } catch (error) {
    if (error instanceof EmitterNeeded)
      return {
        ok: false,
        problem: 'Enums, namespaces, decorators, `using` and JSX have to be written in a cell.',
      };
    if (error instanceof RangeError) return { ok: false, problem: 'This is nested too deeply.' };
    throw error;
  }
}

function awaitedIn(source: string): string | undefined {
  const { file } = parseCell(source);
  const [statement] = file.statements;
  if (file.statements.length !== 1 || !statement || !ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  return ts.isAwaitExpression(expression) ? expression.expression.getText(file) : undefined;
}
