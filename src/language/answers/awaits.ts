// Which of the awaits that TypeScript finds without effect point to a mistake.
// Rule: awaiting a plain value is no mistake by itself: it yields, and a parameter may become a promise one day.
import ts from 'typescript';
import type { Focus } from '../types/service';
import { findAround } from './places';

/**
 * Whether an `await` without effect is a mistake: a forgotten call (`await load`), a forgotten `Promise.all`
 * (`await names.map(load)`), or at the top level of the cell a call that returns no promise (`await readFileSync(…)`).
 * @param start where the `await` begins
 */
export function isMistakenAwait({ file, program }: Focus, start: number): boolean {
  const isMeant = (node: ts.Node): node is ts.AwaitExpression =>
    ts.isAwaitExpression(node) && node.getStart(file) === start;
  const found = findAround(file, start, isMeant);
  if (!found) return false;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(found.expression);
  if (type.getCallSignatures().length > 0 || holdsPromises(type, checker)) return true;
  // A function that is declared to return void may return a promise all the same.
  const returns = (type.flags & (ts.TypeFlags.VoidLike | ts.TypeFlags.Never)) === 0;
  return returns && ts.isCallExpression(found.expression) && !ts.findAncestor(found, ts.isFunctionLike);
}

function holdsPromises(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (!checker.isArrayLikeType(type)) return false;
  return type.getNumberIndexType()?.getProperty('then') !== undefined;
}
