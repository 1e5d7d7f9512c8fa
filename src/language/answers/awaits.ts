// Which of the awaits that TypeScript finds without effect point to a mistake.
// Rule: to await a plain value is a way to let others go first, and what a function gets may be a promise one day.
import ts from 'typescript';
import type { Focus } from '../types/service';
import { findAround } from './places';

/**
 * Whether a call was forgotten (`await load`), `Promise.all` (`await names.map(load)`), or whether what is called at the top
 * level of the cell gives no promise (`await readFileSync(…)`).
 * @param start where an `await` begins that has no effect
 */
export function isMistakenAwait({ file, program }: Focus, start: number): boolean {
  const isMeant = (node: ts.Node): node is ts.AwaitExpression =>
    ts.isAwaitExpression(node) && node.getStart(file) === start;
  const found = findAround(file, start, isMeant);
  if (!found) return false;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(found.expression);
  if (type.getCallSignatures().length > 0 || holdsPromises(type, checker)) return true;
  // What is declared to return nothing may return a promise all the same.
  const returns = (type.flags & (ts.TypeFlags.VoidLike | ts.TypeFlags.Never)) === 0;
  return returns && ts.isCallExpression(found.expression) && !ts.findAncestor(found, ts.isFunctionLike);
}

function holdsPromises(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (!checker.isArrayLikeType(type)) return false;
  return type.getNumberIndexType()?.getProperty('then') !== undefined;
}
