// Which of the awaits that TypeScript finds without effect point to a mistake.
// Rule: awaiting a plain value is no mistake: it yields, and what is called may give a promise one day.
import ts from 'typescript';
import { findAround } from '../../completion/places';
import type { Focus } from '../types/service';

/**
 * Whether an `await` without effect is a mistake: a forgotten call (`await load`) or a forgotten `Promise.all`
 * (`await names.map(load)`).
 * @param start where the `await` begins
 */
export function isMistakenAwait({ file, program }: Focus, start: number): boolean {
  const isMeant = (node: ts.Node): node is ts.AwaitExpression =>
    ts.isAwaitExpression(node) && node.getStart(file) === start;
  const found = findAround(file, start, isMeant);
  if (!found) return false;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(found.expression);
  return type.getCallSignatures().length > 0 || holdsPromises(type, checker);
}

function holdsPromises(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (!checker.isArrayLikeType(type)) return false;
  return type.getNumberIndexType()?.getProperty('then') !== undefined;
}
