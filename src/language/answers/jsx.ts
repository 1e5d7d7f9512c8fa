// JSX that is still being typed: whether the cursor is in it, and what closes it.
import ts from 'typescript';
import { parseErrors, parseModule } from '../../compile/parse';
import { closersFor } from '../notebook/closers';

/**
 * Whether the cursor is probably in JSX, in a source that does not parse yet: `<B` may become a cast or an element.
 */
export function isInJsx(source: string, offset: number): boolean {
  if (!source.includes('<')) return false;
  if (parseErrors(parseModule(source + closersFor(source), 'ts')).length === 0) return false;
  const file = parseModule(source + closersFor(source, 'tsx'), 'tsx');
  const place = source.slice(0, offset).trimEnd().length;
  const visit = (node: ts.Node): boolean =>
    place > node.pos && place <= node.end && (isJsx(node) || ts.forEachChild(node, visit) === true);
  return visit(file);
}

const isJsx = (node: ts.Node): boolean =>
  ts.isJsxElement(node) || ts.isJsxFragment(node) || ts.isJsxSelfClosingElement(node);
