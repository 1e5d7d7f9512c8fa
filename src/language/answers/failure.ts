// What the type checker knows of the place where a cell failed: V8 says what went wrong, the checker often why.
// Rule: one mistake is told once. What says the same as the error adds nothing to it, and is no warning beside it.
import ts from 'typescript';
import type { ErrorPlace } from '../../api';
import { walk } from '../../compile/erased';
import { parseModule } from '../../compile/parse';
import { offsetOf } from '../../text/lines';
import type { CellModule } from '../notebook/module';
import type { Finding } from './wording';

/** More lines than these of one message are left out. */
const mostLines = 3;

/** The findings about what was being evaluated where the cell failed, and those that say the same of other places. */
export function findingsAt(
  { line, column }: ErrorPlace,
  findings: readonly Finding[],
  { source, text, shift, outline }: CellModule,
): Set<Finding> {
  if (findings.length === 0) return new Set();
  const file = parseModule(text, outline.jsx ? 'tsx' : 'ts');
  const around = nodesAround(file, offsetOf(source, line, column) + shift);
  const within = around.findLast(ts.isFunctionLike);
  const isIn = (node: ts.Node, { offset, length }: Finding): boolean => {
    const start = offset + shift;
    if (start < node.getStart(file) || start + length > node.end) return false;
    return nodesAround(file, start).findLast(ts.isFunctionLike) === within;
  };
  for (const node of evaluatedIn(around)) {
    const messages = new Set(findings.filter((finding) => isIn(node, finding)).map(({ message }) => message));
    if (messages.size > 0) return new Set(findings.filter(({ message }) => messages.has(message)));
  }
  return new Set();
}

/** What the findings add to the error, one line each or a few. */
export function adviceFrom(findings: ReadonlySet<Finding>): string[] {
  const told = new Set<string>();
  for (const { message, code, severity, related } of findings) {
    if (severity === 'hint') continue;
    const said = [message, ...related.map((one) => one.message)].join('\n');
    const [suggestion] = /Did you (?:mean|forget) [^\n]*\?$/m.exec(said) ?? [];
    if (suggestion !== undefined) told.add(suggestion);
    // The error says that there is no such name, or no such export.
    else if (!/^Cannot find name |^Module .* has no exported member /.test(message))
      told.add(`${message.split('\n').slice(0, mostLines).join('\n')} (TS${code})`);
  }
  return [...told];
}

/** Of the advice, what says more than an error that was shown without it. */
export const suggestionsIn = (advice: readonly string[]): string[] =>
  advice.filter((line) => line.startsWith('Did you '));

/** The nodes that contain an offset, the outermost first. */
function nodesAround(file: ts.SourceFile, offset: number): ts.Node[] {
  const found: ts.Node[] = [];
  walk(file, 'all', (node) => {
    if (offset < node.getStart(file) || offset >= node.end) return false;
    if (node !== file) found.push(node);
    return true;
  });
  return found;
}

/** What V8 was at, the narrowest first: of a call, a member or an import it names one word. */
function evaluatedIn(around: readonly ts.Node[]): ts.Node[] {
  let at = around.length - 1;
  if (at < 0) return [];
  const inner = around[at - 1];
  // At the sign of an assignment it is the target that failed: the value is there by then.
  if (inner && ts.isBinaryExpression(inner) && inner.operatorToken === around[at]) return [inner.left];
  const evaluated = [around[at]!];
  while (at > 0 && isWordOf(around[at]!, around[at - 1]!)) evaluated.push(around[--at]!);
  return evaluated;
}

/** Whether V8, when it is at the parent, says that it is at the node. */
function isWordOf(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === node;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  if (ts.isBinaryExpression(parent)) return isAssignment(parent) && parent.left === node;
  return (
    ts.isNonNullExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isBindingElement(parent) ||
    ts.isObjectBindingPattern(parent) ||
    ts.isArrayBindingPattern(parent) ||
    (ts.isVariableDeclaration(parent) && !ts.isIdentifier(parent.name) && parent.name === node)
  );
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
