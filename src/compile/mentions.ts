// Has a cell's code say the names of cells by the properties that they are kept under (see keys.ts).
// Rule: every mention of such a name is marked, and what a scope inside the cell declares is none.
import ts from 'typescript';
import { listKind, namesOfBinding } from './declarations';
import { isErased } from './erased';
import { endOfHandler, initialOf, keyOf, type Meanings, probeOf } from './keys';
import { isNamedDefault, isNameless } from './naming';
import { namesOfBody, namesOfScope } from './scopes';
import type { CellText } from './text';

/** The names that a cell mentions and that nothing is sure to have declared. */
export interface Mentions {
  readonly names: ReadonlySet<string>;
  /** Those of which it asks for the type. */
  readonly probes: ReadonlySet<string>;
}

/** What scopes inside the cell declare, from the inside out; nothing at its top level. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

type Outer = Scope | undefined;
/** Which property of a name is meant. */
type Keyed = (name: string) => string;

/**
 * Marks the mentions in the text of a cell, which is JavaScript or has its types blanked.
 * @param isDeclared whether the declarations of the top level are still declarations: the emitter may have made assignments
 */
export function markMentions(
  file: ts.SourceFile,
  text: CellText,
  { isOwn, isBound }: Meanings,
  isDeclared = true,
  locals: readonly string[] = [],
): Mentions {
  const names = new Set<string>();
  const probes = new Set<string>();
  const top = enter(undefined, locals);
  for (const statement of file.statements) {
    const list = isDeclared && ts.isVariableStatement(statement) ? statement.declarationList : undefined;
    if (list && !isErased(statement) && listKind(list) !== 'var') visitList(list, top, initialOf);
    else visit(statement, top);
  }
  return { names, probes };

  function isFree(name: string, scope: Outer): boolean {
    for (let at = scope; at; at = at.outer) if (at.names.has(name)) return false;
    return isOwn(name);
  }

  function visit(node: ts.Node, scope: Outer, keyed = keyOf): void {
    if (isErased(node)) return;
    if (ts.isIdentifier(node)) mention(node, scope, keyed);
    else if (ts.isShorthandPropertyAssignment(node)) {
      spellOut(node.name, scope, keyed);
      visitValue(node.name, node.objectAssignmentInitializer, scope);
    } else if (ts.isObjectBindingPattern(node)) {
      for (const element of node.elements) visitElement(element, scope, true, keyed);
    } else if (ts.isArrayBindingPattern(node)) {
      for (const element of node.elements)
        if (ts.isBindingElement(element)) visitElement(element, scope, false, keyed);
    } else if (ts.isVariableDeclarationList(node)) visitList(node, scope);
    else if (ts.isFunctionLike(node)) visitFunction(node, scope);
    else if (ts.isClassLike(node)) visitClass(node, scope);
    else if (ts.isPropertyAccessExpression(node)) visit(node.expression, scope);
    else if (ts.isLabeledStatement(node)) visit(node.statement, scope);
    else if (ts.isTypeOfExpression(node)) visitTypeOf(node, scope);
    else if (ts.isCallExpression(node)) visitCall(node, scope);
    else if (ts.isCatchClause(node)) visitCatch(node, scope);
    else if (ts.isBinaryExpression(node) && isNamedDefault(node)) nameValue('default', node.right, scope);
    else if (ts.isBinaryExpression(node) && naming.has(node.operatorToken.kind)) {
      visit(node.left, scope);
      visitValue(node.left, node.right, scope);
    } else if (!isNoMention(node)) {
      const inside = enter(scope, namesOfScope(node));
      const name = ownName(node);
      const isLoop = ts.isForInStatement(node) || ts.isForOfStatement(node);
      ts.forEachChild(node, (child) => {
        if (isLoop && ts.isVariableDeclarationList(child)) visitList(child, inside, keyOf, true);
        else if (child !== name) visit(child, inside);
      });
    }
  }

  function mention(node: ts.Identifier, scope: Outer, keyed: Keyed): void {
    const name = node.text;
    if (name === '' || !isFree(name, scope)) return;
    text.prefix(node.getStart(file), keyed(''));
    if (!isBound(name)) (keyed === probeOf ? probes : names).add(name);
  }

  /** `{ a }` says the name of a property as well. */
  function spellOut(name: ts.Identifier, scope: Outer, keyed: Keyed): void {
    if (!isFree(name.text, scope)) return;
    // Written out, this one would set the prototype.
    const isComputed = name.text === '__proto__';
    if (isComputed) text.open(name.getStart(file), '["');
    text.close(name.end, `${isComputed ? '"]' : ''}:${keyed(name.text)}`);
    if (!isBound(name.text)) names.add(name.text);
  }

  /** A function that is assigned to a name has that name, and not the property's. */
  function visitValue(target: ts.Node, value: ts.Expression | undefined, scope: Outer): void {
    if (!value) return;
    const isNamed = ts.isIdentifier(target) && isFree(target.text, scope);
    if (isNamed) nameValue(target.text, value, scope);
    else visit(value, scope);
  }

  function nameValue(name: string, value: ts.Expression, scope: Outer): void {
    const isNamed = isNameless(value);
    if (isNamed) text.open(value.getStart(file), name === '__proto__' ? '{["__proto__"]:' : `{${name}:`);
    visit(value, scope);
    if (isNamed) text.close(value.end, `}.${name}`);
  }

  function visitElement(
    { propertyName, dotDotDotToken, name, initializer }: ts.BindingElement,
    scope: Outer,
    isProperty: boolean,
    keyed: Keyed,
  ): void {
    if (propertyName && ts.isComputedPropertyName(propertyName)) visit(propertyName, scope);
    const isShort = isProperty && !propertyName && !dotDotDotToken;
    if (isShort && ts.isIdentifier(name)) spellOut(name, scope, keyed);
    else visit(name, scope, keyed);
    visitValue(name, initializer, scope);
  }

  /** Of a `var a` without value nothing is left, but in the head of for-in and for-of. */
  function visitList(list: ts.VariableDeclarationList, scope: Outer, keyed = keyOf, isHead = false): void {
    const dropsBare = listKind(list) === 'var' && !isHead;
    for (const { name, initializer } of list.declarations) {
      if (initializer || !dropsBare) visit(name, scope, keyed);
      visitValue(name, initializer, scope);
    }
  }

  function visitFunction(node: ts.SignatureDeclaration, scope: Outer): void {
    if (node.name && ts.isComputedPropertyName(node.name)) visit(node.name, scope);
    const { body } = node as ts.FunctionLikeDeclaration;
    if (!body) return;
    const own = node.parameters.flatMap(({ name }) => namesOfBinding(name));
    if (ts.isFunctionExpression(node) && node.name) own.push(node.name.text);
    const inside = enter(scope, own);
    for (const { name, initializer } of node.parameters) {
      visit(name, inside);
      if (initializer) visit(initializer, inside);
    }
    if (!ts.isBlock(body)) return visit(body, inside);
    // What the body declares, the defaults of parameters do not see.
    const within = enter(inside, namesOfBody(body.statements));
    for (const statement of body.statements) visit(statement, within);
  }

  function visitClass(node: ts.ClassLikeDeclaration, scope: Outer): void {
    const inside = enter(scope, node.name ? [node.name.text] : []);
    for (const clause of node.heritageClauses ?? []) visit(clause, inside);
    for (const member of node.members) visit(member, inside);
  }

  /** Nothing is wrong with asking for the type of a name that nothing has. */
  function visitTypeOf({ expression }: ts.TypeOfExpression, scope: Outer): void {
    let asked: ts.Expression = expression;
    while (ts.isParenthesizedExpression(asked)) asked = asked.expression;
    const isSure = !ts.isIdentifier(asked) || isBound(asked.text);
    visit(isSure ? expression : asked, scope, isSure ? keyOf : probeOf);
  }

  /** An error of V8's that is caught may name what was marked. */
  function visitCatch(node: ts.CatchClause, scope: Outer): void {
    const caught = node.variableDeclaration?.name;
    const inside = enter(scope, caught ? namesOfBinding(caught) : []);
    if (caught && !ts.isIdentifier(caught)) visit(caught, inside);
    if (caught) for (const step of plainly(caught)) text.open(node.block.getStart(file) + 1, `${step};`);
    visit(node.block, inside);
  }

  /** The same for what is given to `catch`, where that is written as a function. */
  function visitHandler(node: ts.ArrowFunction | ts.FunctionExpression, scope: Outer): void {
    const { body, parameters } = node;
    const steps = parameters[0] ? plainly(parameters[0].name) : [];
    if (steps.length === 0) return visit(node, scope);
    if (ts.isBlock(body)) {
      for (const step of steps) text.open(body.getStart(file) + 1, `${step};`);
      return visit(node, scope);
    }
    text.openExpression(body.getStart(file), `(${steps.join()},`);
    visit(node, scope);
    text.close(body.end, endOfHandler);
  }

  /** What `eval` is given mentions names too; of `import()` an interrupt has to know whether it has come to its end. */
  function visitCall(node: ts.CallExpression, scope: Outer): void {
    const { expression, arguments: values, questionDotToken } = node;
    visit(expression, scope);
    const isImport = expression.kind === ts.SyntaxKind.ImportKeyword;
    if (isImport) text.openExpression(node.getStart(file), '(__tsk_.loading().module = ');
    const isDirect = ts.isIdentifier(expression) && expression.text === 'eval' && !questionDotToken;
    for (const [index, value] of values.entries()) {
      const isCode = isDirect && index === 0 && !ts.isSpreadElement(value);
      if (index === handlerOf(expression) && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))) {
        visitHandler(value, scope);
        continue;
      }
      if (isCode) text.open(value.getStart(file), `__tsk_eval(${JSON.stringify(namesAround(scope))})(`);
      visit(value, scope);
      if (isCode) text.close(value.end, ')');
    }
    if (isImport) text.close(node.end, ')');
  }
}

/** What takes the marks from what was caught. */
const plainly = (caught: ts.BindingName): string[] =>
  ts.isIdentifier(caught)
    ? [`__tsk_plain(${caught.text})`]
    : namesOfBinding(caught).map((name) => `${name}=__tsk_text(${name})`);

/** Which argument of a call hears of errors, if one does. */
function handlerOf(callee: ts.Expression): number | undefined {
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (callee.name.text === 'catch') return 0;
  return callee.name.text === 'then' ? 1 : undefined;
}

function namesAround(scope: Outer): string {
  const names: string[] = [];
  for (let at = scope; at; at = at.outer) names.push(...at.names);
  return names.join();
}

/** Labels, and what the compiler has taken out by now. */
const isNoMention = (node: ts.Node): boolean =>
  ts.isBreakOrContinueStatement(node) || ts.isMetaProperty(node) || ts.isImportDeclaration(node);

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

const enter = (outer: Outer, names: readonly string[]): Outer =>
  names.length === 0 ? outer : { names: new Set(names), outer };
