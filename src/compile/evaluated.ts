// What `eval` is given in a cell, and what a debugger evaluates: its mentions of cells' names are marked as those of the cell are.
import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';
import { markAwaits } from './awaits';
import { markMentions } from './mentions';
import { parseErrors, parseModule } from './parse';
import { namesOfBody } from './scopes';
import { CellText } from './text';

/**
 * @param locals what the scopes around the call declare
 * @param isKept whether cells have a name
 * @returns the code as it is when it cannot be parsed: who runs it says what is wrong
 */
export function markEvaluated(
  code: string,
  locals: readonly string[],
  isKept: (name: string) => boolean,
): string {
  const file = parseModule(code, 'js');
  if (parseErrors(file).length > 0) return code;
  const text = new CellText(code, code, file.getLineStarts());
  const own = [...locals, ...namesOfBody(file.statements)];
  markAwaits(file, text);
  markMentions(file, text, { isOwn: isKept, isBound: () => true }, false, own);
  return text.assemble().text;
}

/**
 * The same of TypeScript, whose types are erased.
 * @throws SyntaxError what is wrong with it
 */
export function compileExpression(
  code: string,
  locals: readonly string[],
  isKept: (name: string) => boolean,
): string {
  const file = parseModule(code, 'ts');
  const [problem] = parseErrors(file);
  if (problem) throw new SyntaxError(ts.flattenDiagnosticMessageText(problem.messageText, ' '));
  if (awaits(file))
    throw new SyntaxError('`await` cannot stand here: nothing goes on while this is evaluated.');
  const erased = blankSourceFile(file, () => {
    throw new SyntaxError('Only types that can be erased may stand here.');
  });
  const text = new CellText(erased, code, file.getLineStarts());
  const own = [...locals, ...namesOfBody(file.statements)];
  markMentions(file, text, { isOwn: isKept, isBound: () => true }, false, own);
  return text.assemble().text;
}

/** Whether it waits itself, and not a function in it. */
function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  return !ts.isFunctionLike(node) && ts.forEachChild(node, (child) => awaits(child) || undefined) === true;
}
