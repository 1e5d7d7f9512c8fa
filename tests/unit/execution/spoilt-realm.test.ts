// What must work whatever cells have overwritten: the way of an interrupt, and what stands in the place of Node's own functions.
// `[a, b] = list`, `f(...list)` and `for (… of list)` ask the realm how to walk through a list, which a cell may have changed.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const root = resolve(__dirname, '../../../src');

const sturdy = [
  'execution/active-runs.ts',
  'execution/callbacks.ts',
  'execution/context.ts',
  'execution/interrupts.ts',
  'execution/listeners.ts',
  'execution/process/guards.ts',
  'realm/clock.ts',
  'realm/lists.ts',
  'threads/shared.ts',
];

/** Where a text walks through a list: the steps that only the start of the thread takes are loops over what is written there. */
function walks(text: string): string[] {
  const file = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'withIntrinsics') return;
    if (ts.isForOfStatement(node)) {
      const isSetUp = ts.isArrayLiteralExpression(
        ts.isAsExpression(node.expression) ? node.expression.expression : node.expression,
      );
      if (!isSetUp) found.push(node.getText().split('\n')[0]!);
      return visit(node.statement);
    }
    const isWritten =
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isArrayLiteralExpression(node.left);
    if (ts.isSpreadElement(node) || ts.isArrayBindingPattern(node) || isWritten) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test('what walks through a list is seen', () => {
  expect(walks('f(...a)')).toEqual(['...a']);
  expect(walks('const [b] = a')).toEqual(['[b]']);
  expect(walks('[b] = a')).toEqual(['[b] = a']);
  expect(walks('({ 0: b } = a)')).toEqual([]);
  expect(walks('for (const b of a) b')).toEqual(['for (const b of a) b']);
  expect(walks("for (const b of ['a'] as const) f(...b)")).toEqual(['...b']);
  expect(walks('withIntrinsics(() => [...a])')).toEqual([]);
});

test.each(sturdy)('%s walks through none', (file) => {
  expect(walks(readFileSync(join(root, file), 'utf8'))).toEqual([]);
});
