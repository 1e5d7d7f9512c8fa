// Has a cell's code note what it waits for at its top level, and where it throws: errors of sockets and native code have no
// frame of the cell, texts and plain objects no stack at all.
// Rule: V8's messages quote code, so what is written here stands where they do not quote it: in the operand of `await`.
import ts from 'typescript';
import { isErased } from './erased';
import type { CellText } from './text';

/** Line and column in the source, from 0; nothing for what the emitter made. */
export type PlaceOf = (offset: number) => readonly [line: number, column: number] | undefined;

type Closer = readonly [offset: number, text: string];

export interface OpenMarks {
  /** To be called when what expressions mention is marked. */
  closeExpressions(): void;
  /** To be called at the end. */
  closeStatements(): void;
}

/**
 * Makes `await __tsk_.on(x,line,column)` of the `await x` at the top level, and `throw __tsk_thrown.value=x` of the `throw x`
 * of functions. To be called before the text is edited otherwise.
 * @param placeOf nothing for code that is evaluated, which has no top level of a cell
 * @returns what closes all that it opened. What is inside closes first, so this is for when that is edited
 */
export function markAwaits(file: ts.SourceFile, text: CellText, placeOf?: PlaceOf): OpenMarks {
  const expressions: Closer[] = [];
  const statements: Closer[] = [];
  const close = (closers: readonly Closer[]) => {
    for (const [offset, closer] of closers) text.close(offset, closer);
  };
  const marks: OpenMarks = {
    closeExpressions: () => close(expressions),
    closeStatements: () => close(statements),
  };
  if (!/\b(?:await|throw)\b/.test(file.text)) return marks;
  /** The `for await` around, whose next step is waited for at the end of each round. */
  let resume: string | undefined;
  for (const statement of file.statements) visit(statement, placeOf !== undefined);
  return marks;

  function visit(node: ts.Node, isTop: boolean): void {
    if (isErased(node)) return;
    if (isTop && ts.isAwaitExpression(node)) note(node.expression, node);
    else if (ts.isThrowStatement(node)) visitThrow(node, isTop);
    else if (isTop && ts.isLabeledStatement(node)) visitLabelled(node);
    else if (isTop && isAsyncLoop(node)) visitLoop(node, node);
    else if (isTop && resume !== undefined && ts.isContinueStatement(node)) {
      text.open(node.getStart(file), `{${resume}`);
      statements.push([node.end, '}']);
    } else {
      const isInside = isTop && !ts.isFunctionLike(node);
      ts.forEachChild(node, (child) => visit(child, isInside));
    }
  }

  /** @param at where it is waited, or thrown */
  function note(value: ts.Expression, at: ts.Node): void {
    const isKernels = /^__tsk_\./.test(value.getText(file));
    if (!isKernels) text.openExpression(value.getStart(file), '__tsk_.on(');
    visit(value, true);
    if (!isKernels) expressions.push([value.end, `${asArguments(at)})`]);
  }

  function visitThrow(node: ts.ThrowStatement, isTop: boolean): void {
    const { expression } = node;
    if (isNewError(expression)) visit(expression, isTop);
    else if (isTop) note(expression, expression);
    else {
      if (!isComma(expression)) text.openExpression(expression.getStart(file), '__tsk_thrown.value=');
      visit(expression, isTop);
    }
  }

  /** Each step of the loop waits, the first one and those that follow its body. */
  function visitLoop(loop: ts.ForOfStatement, whole: ts.Statement): void {
    const waits = `__tsk_.on(0${asArguments(loop)});`;
    text.open(whole.getStart(file), `{${waits}`);
    const outer = resume;
    visit(loop.initializer, true);
    visit(loop.expression, true);
    const { statement } = loop;
    resume = waits;
    if (!ts.isBlock(statement)) text.open(statement.getStart(file), '{');
    visit(statement, true);
    if (ts.isBlock(statement)) text.open(statement.end - 1, `;${resume}`);
    else statements.push([statement.end, `;${resume}}`]);
    resume = outer;
    statements.push([whole.end, '}']);
  }

  /** A label belongs to its loop: nothing comes between them. */
  function visitLabelled(node: ts.LabeledStatement): void {
    let inner: ts.Statement = node;
    while (ts.isLabeledStatement(inner)) inner = inner.statement;
    if (isAsyncLoop(inner)) visitLoop(inner, node);
    else visit(inner, true);
  }

  function asArguments(node: ts.Node): string {
    const place = placeOf?.(node.getStart(file));
    return place ? `,${place.join()}` : '';
  }
}

const isAsyncLoop = (node: ts.Node): node is ts.ForOfStatement =>
  ts.isForOfStatement(node) && node.awaitModifier !== undefined;

/** What has its own stack, by its name. */
const isNewError = (thrown: ts.Expression): boolean =>
  ts.isNewExpression(thrown) &&
  ts.isIdentifier(thrown.expression) &&
  /(?:Error|Exception)$/.test(thrown.expression.text);

const isComma = (node: ts.Expression): boolean =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken;
