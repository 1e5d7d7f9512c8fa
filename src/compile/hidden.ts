// Has a cell's code say the names that are kept beside the realm's own (see keys.ts) as they are kept.
// Rule: every mention of such a name is marked, and what a scope inside the cell declares is none.
import ts from 'typescript';
import {
  headList,
  isNameless,
  listKind,
  namesOfBinding,
  namesOfBlock,
  namesOfList,
  varLists,
} from './declarations';
import { isErased } from './erased';
import { hiddenKey, hidingMark } from './keys';
import type { CellText } from './text';

type Names = ReadonlySet<string>;

/**
 * Has the text of a cell, which is JavaScript or has its types blanked, say hidden names as they are kept. To be called before
 * its declarations are rewritten.
 */
export function markHidden(file: ts.SourceFile, text: CellText, hidden: Names): void {
  if (hidden.size === 0) return;
  for (const statement of file.statements) visit(statement, hidden);

  /** @param free the hidden names that no scope around the node declares */
  function visit(node: ts.Node, free: Names): void {
    if (free.size === 0 || isErased(node)) return;
    if (ts.isIdentifier(node)) {
      if (free.has(node.text)) text.close(node.end, hidingMark);
    } else if (ts.isShorthandPropertyAssignment(node)) {
      spellOut(node.name, free);
      keepName(node.name, node.objectAssignmentInitializer, free);
      if (node.objectAssignmentInitializer) visit(node.objectAssignmentInitializer, free);
    } else if (ts.isObjectBindingPattern(node)) {
      for (const element of node.elements) visitElement(element, free, true);
    } else if (ts.isBindingElement(node)) visitElement(node, free, false);
    else if (ts.isVariableDeclarationList(node)) visitList(node, free, listKind(node) === 'var');
    else if (ts.isFunctionLike(node)) visitFunction(node, free);
    else if (ts.isClassLike(node)) visitClass(node, free);
    else if (ts.isPropertyAccessExpression(node)) visit(node.expression, free);
    else if (ts.isLabeledStatement(node)) visit(node.statement, free);
    else if (!ts.isBreakOrContinueStatement(node) && !ts.isMetaProperty(node)) {
      if (ts.isBinaryExpression(node) && naming.has(node.operatorToken.kind))
        keepName(node.left, node.right, free);
      const inside = without(free, namesOfScope(node));
      const name = ownName(node);
      const isLoop = ts.isForInStatement(node) || ts.isForOfStatement(node);
      ts.forEachChild(node, (child) => {
        if (isLoop && ts.isVariableDeclarationList(child)) visitList(child, inside, false);
        else if (child !== name) visit(child, inside);
      });
    }
  }

  /** `{ URL }` says the name of a property as well. */
  function spellOut(name: ts.Identifier, free: Names): void {
    if (free.has(name.text)) text.close(name.end, `:${hiddenKey(name.text)}`);
  }

  /** A function that is assigned to a name has that name, and not the property's. */
  function keepName(target: ts.Node, value: ts.Expression | undefined, free: Names): void {
    if (!value || !ts.isIdentifier(target) || !free.has(target.text) || !isNameless(value)) return;
    const name = JSON.stringify(target.text);
    text.open(value.getStart(file), `{[${name}]:`);
    text.close(value.end, `}[${name}]`);
  }

  function visitElement(
    { propertyName, dotDotDotToken, name, initializer }: ts.BindingElement,
    free: Names,
    isProperty: boolean,
  ): void {
    if (propertyName && ts.isComputedPropertyName(propertyName)) visit(propertyName, free);
    keepName(name, initializer, free);
    const isShort = isProperty && !propertyName && !dotDotDotToken;
    if (isShort && ts.isIdentifier(name)) spellOut(name, free);
    else visit(name, free);
    if (initializer) visit(initializer, free);
  }

  /** @param dropsBare nothing is left of a `var a` without value */
  function visitList({ declarations }: ts.VariableDeclarationList, free: Names, dropsBare: boolean): void {
    for (const { name, initializer } of declarations) {
      keepName(name, initializer, free);
      if (initializer || !dropsBare) visit(name, free);
      if (initializer) visit(initializer, free);
    }
  }

  function visitFunction(node: ts.SignatureDeclaration, free: Names): void {
    if (node.name && ts.isComputedPropertyName(node.name)) visit(node.name, free);
    const { body } = node as ts.FunctionLikeDeclaration;
    if (!body) return;
    const own = node.parameters.flatMap(({ name }) => namesOfBinding(name));
    if (ts.isFunctionExpression(node) && node.name) own.push(node.name.text);
    if (ts.isBlock(body)) own.push(...namesOfBody(body.statements));
    const inside = without(free, own);
    for (const parameter of node.parameters) {
      visit(parameter.name, inside);
      if (parameter.initializer) visit(parameter.initializer, inside);
    }
    if (ts.isBlock(body)) for (const statement of body.statements) visit(statement, inside);
    else visit(body, inside);
  }

  function visitClass(node: ts.ClassLikeDeclaration, free: Names): void {
    const inside = without(free, node.name ? [node.name.text] : []);
    for (const clause of node.heritageClauses ?? []) visit(clause, inside);
    for (const member of node.members) visit(member, inside);
  }
}

/** Assignments that give a function its name. */
const naming: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/** A name that is a property's. */
function ownName(node: ts.Node): ts.Node | undefined {
  const hasName = ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node);
  return hasName && ts.isIdentifier(node.name) ? node.name : undefined;
}

/** What a node that is no function or class declares for what is inside it. */
function namesOfScope(node: ts.Node): string[] {
  if (ts.isBlock(node)) return namesOfBlock(node.statements);
  if (ts.isCaseBlock(node)) return namesOfBlock(node.clauses.flatMap(({ statements }) => [...statements]));
  if (ts.isClassStaticBlockDeclaration(node)) return namesOfBody(node.body.statements);
  if (ts.isCatchClause(node))
    return node.variableDeclaration ? namesOfBinding(node.variableDeclaration.name) : [];
  const head = ts.isStatement(node) ? headList(node) : undefined;
  return head && listKind(head) !== 'var' ? namesOfList(head) : [];
}

/** A function's body also has the `var`s of the statements inside it. */
function namesOfBody(statements: readonly ts.Statement[]): string[] {
  const vars = statements.flatMap((statement) => [...varLists(statement)]);
  return [...namesOfBlock(statements), ...vars.flatMap(namesOfList)];
}

function without(names: Names, declared: readonly string[]): Names {
  if (!declared.some((name) => names.has(name))) return names;
  const left = new Set(names);
  for (const name of declared) left.delete(name);
  return left;
}
