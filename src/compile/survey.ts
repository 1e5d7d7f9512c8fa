// One walk over a cell's tree: does it await at top level, does it need the emitter, and what would go wrong that neither
// the parser nor the generated code's own syntax check would say rightly.
import ts from 'typescript';
import type { SyntaxProblem } from '../text/problem';
import { isErased } from './erased';
import { atTopLevel, describeFunction, enter, type Surroundings } from './surroundings';

const SyntaxKind = ts.SyntaxKind;

/** TypeScript's number of what is wrong with the name of a private member that no class around declares. */
export const foreignPrivateName = 18016;

export interface Survey {
  /** The first top-level await: where the word stands. */
  readonly awaitOffset: number | undefined;
  /** Offsets of the `import` of each `import.meta`. */
  readonly metas: readonly number[];
  /** Offsets of the `!` of each `<!--`, which a script would take for a comment. */
  readonly htmlComments: readonly number[];
  /** Decorators, `accessor`, `using` or JSX: not erasable, and unknown to the eraser. */
  readonly needsEmitter: boolean;
  readonly hasParameterDecorators: boolean;
  /** `using` at the top level: the emitter wraps the whole cell in a try statement. */
  readonly hasTopLevelUsing: boolean;
  readonly problems: readonly SyntaxProblem[];
}

/** @param file a cell without module syntax */
export function surveyCell(file: ts.SourceFile): Survey {
  const { text } = file;
  let awaitOffset: number | undefined;
  let needsEmitter = false;
  let hasParameterDecorators = false;
  let hasTopLevelUsing = false;
  const metas: number[] = [];
  const htmlComments: number[] = [];
  const problems: SyntaxProblem[] = [];
  /** The `#names` of the classes around, innermost last. */
  const privateNames: ReadonlySet<string>[] = [];

  for (const statement of file.statements) visit(statement, file, atTopLevel);
  return {
    awaitOffset,
    metas,
    htmlComments,
    needsEmitter,
    hasParameterDecorators,
    hasTopLevelUsing,
    problems,
  };

  function report(node: ts.Node, message: string, code?: number, hint?: string): void {
    const offset = node.getStart(file);
    problems.push({ message, code, offset, length: node.end - offset, hint });
  }

  function foundAwait(offset: number, around: Surroundings): void {
    if (around.boundary === 'cell') awaitOffset = Math.min(offset, awaitOffset ?? offset);
    else if (!around.isAsync) {
      problems.push({
        message: `'await' stands in ${around.description}, which is not async.`,
        code: 1308,
        offset,
        length: 'await'.length,
        hint: around.canBeAsync
          ? `Make ${around.description.replace(/^an? /, 'the ')} async.`
          : `It cannot be async: await the value outside and hand it in.`,
      });
    }
  }

  function visitAll(nodes: readonly ts.Node[] | undefined, parent: ts.Node, around: Surroundings): void {
    if (nodes !== undefined) for (const node of nodes) visit(node, parent, around);
  }

  function visitChildren(node: ts.Node, around: Surroundings): void {
    ts.forEachChild(node, (child) => visit(child, node, around));
  }

  function visit(node: ts.Node, parent: ts.Node, around: Surroundings): void {
    if (isErased(node)) return;
    switch (node.kind) {
      case SyntaxKind.Identifier:
        if ((node as ts.Identifier).text === 'await' && !isPropertyName(node, parent))
          foundAwait(node.getStart(file), around);
        return;
      case SyntaxKind.AwaitExpression:
        foundAwait(node.getStart(file), around);
        break;
      case SyntaxKind.MetaProperty:
        visitMetaProperty(node as ts.MetaProperty, around);
        return;
      case SyntaxKind.PrefixUnaryExpression: {
        const start = node.getStart(file);
        if (text.startsWith('<!--', start - 1)) htmlComments.push(start);
        break;
      }
      case SyntaxKind.Decorator:
        needsEmitter = true;
        if (ts.isParameter(parent)) hasParameterDecorators = true;
        break;
      case SyntaxKind.JsxElement:
      case SyntaxKind.JsxSelfClosingElement:
      case SyntaxKind.JsxFragment:
        needsEmitter = true;
        break;
      case SyntaxKind.FunctionDeclaration:
      case SyntaxKind.FunctionExpression:
      case SyntaxKind.ArrowFunction:
      case SyntaxKind.MethodDeclaration:
      case SyntaxKind.Constructor:
      case SyntaxKind.GetAccessor:
      case SyntaxKind.SetAccessor:
        visitFunction(node as ts.FunctionLikeDeclaration, parent, around);
        return;
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
        if (ts.isClassDeclaration(node) && node.name === undefined)
          report(node, "A class declaration without the 'default' modifier must have a name.", 1211);
        privateNames.push(privateNamesOf(node as ts.ClassLikeDeclaration));
        visitChildren(node, around);
        privateNames.pop();
        return;
      case SyntaxKind.PrivateIdentifier:
        checkPrivateName(node as ts.PrivateIdentifier, parent);
        return;
      case SyntaxKind.PropertyDeclaration:
        visitField(node as ts.PropertyDeclaration, around);
        return;
      case SyntaxKind.ClassStaticBlockDeclaration:
        visitChildren(node, enter(around, 'static', false, 'a static block', false));
        return;
      case SyntaxKind.ModuleDeclaration:
        visitChildren(node, enter(around, 'field', false, 'a namespace', false));
        return;
      default:
        if (visitStatement(node, around)) return;
    }
    visitChildren(node, around);
  }

  function checkPrivateName(node: ts.PrivateIdentifier, parent: ts.Node): void {
    const isInPlace =
      ts.isPropertyAccessExpression(parent) ||
      (ts.isBinaryExpression(parent) && parent.operatorToken.kind === SyntaxKind.InKeyword);
    if (!isInPlace)
      report(node, `'${node.text}' is the name of a private member, which stands after a dot.`, 1451);
    else if (!privateNames.some((names) => names.has(node.text)))
      report(
        node,
        `Private field '${node.text}' must be declared in an enclosing class.`,
        foreignPrivateName,
      );
  }

  /** Statements that jump or are jumped to, and declarations. True when the children were visited. */
  function visitStatement(node: ts.Node, around: Surroundings): boolean {
    switch (node.kind) {
      case SyntaxKind.VariableDeclarationList:
        visitList(node as ts.VariableDeclarationList, around);
        return false;
      case SyntaxKind.ForOfStatement: {
        const loop = node as ts.ForOfStatement;
        if (loop.awaitModifier !== undefined) foundAwait(loop.awaitModifier.getStart(file), around);
        visitLoopHead(loop.initializer, loop, around);
        visit(loop.expression, loop, around);
        visit(loop.statement, loop, { ...around, inLoop: true });
        return true;
      }
      case SyntaxKind.ForInStatement: {
        const loop = node as ts.ForInStatement;
        visitLoopHead(loop.initializer, loop, around);
        visit(loop.expression, loop, around);
        visit(loop.statement, loop, { ...around, inLoop: true });
        return true;
      }
      case SyntaxKind.ForStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement:
        visitChildren(node, { ...around, inLoop: true });
        return true;
      case SyntaxKind.SwitchStatement:
        visitChildren(node, { ...around, inSwitch: true });
        return true;
      case SyntaxKind.LabeledStatement: {
        const { label, statement } = node as ts.LabeledStatement;
        const labels = new Map(around.labels).set(label.text, labelsLoop(statement));
        visit(statement, node, { ...around, labels });
        return true;
      }
      case SyntaxKind.BreakStatement:
      case SyntaxKind.ContinueStatement:
        checkJump(node as ts.BreakOrContinueStatement, around);
        return true;
      case SyntaxKind.ReturnStatement:
        if (around.boundary !== 'function' && around.boundary !== 'arrow')
          report(
            node,
            "A 'return' statement can only be used within a function body.",
            1108,
            around.boundary === 'cell'
              ? "A cell's value is its last expression: leave out the word 'return'."
              : undefined,
          );
        return false;
      default:
        return false;
    }
  }

  /** The head of for-in and for-of: declarations without initialisers are right there. */
  function visitLoopHead(head: ts.ForInitializer, loop: ts.Node, around: Surroundings): void {
    if (!ts.isVariableDeclarationList(head)) return visit(head, loop, around);
    noteUsing(head, around, false);
    visitAll(head.declarations, head, around);
  }

  function visitList(list: ts.VariableDeclarationList, around: Surroundings): void {
    if (list.declarations.length === 0) report(list, 'Variable declaration list cannot be empty.', 1123);
    const kind = noteUsing(list, around, true);
    for (const { name, initializer } of list.declarations) {
      if (initializer !== undefined) continue;
      if (!ts.isIdentifier(name)) report(name, 'A destructuring declaration must have an initializer.', 1182);
      else if (kind !== undefined) report(name, `'${kind}' declarations must be initialized.`, 1155);
    }
  }

  function noteUsing(
    list: ts.VariableDeclarationList,
    around: Surroundings,
    isStatement: boolean,
  ): string | undefined {
    const flags = list.flags & ts.NodeFlags.BlockScoped;
    if (flags === ts.NodeFlags.Const) return 'const';
    if (flags !== ts.NodeFlags.Using && flags !== ts.NodeFlags.AwaitUsing) return undefined;
    needsEmitter = true;
    if (
      isStatement &&
      file.statements.some(
        (statement) => ts.isVariableStatement(statement) && statement.declarationList === list,
      )
    )
      hasTopLevelUsing = true;
    if (flags === ts.NodeFlags.Using) return 'using';
    foundAwait(list.getStart(file), around);
    return 'await using';
  }

  function visitMetaProperty(node: ts.MetaProperty, around: Surroundings): void {
    if (node.keywordToken === SyntaxKind.ImportKeyword) {
      if (node.name.text === 'meta') metas.push(node.getStart(file));
    } else if (!around.hasNewTarget) {
      report(
        node,
        "Meta-property 'new.target' is only allowed in the body of a function declaration, function expression, or constructor.",
        17013,
      );
    }
  }

  function visitFunction(node: ts.FunctionLikeDeclaration, parent: ts.Node, around: Surroundings): void {
    // Decorators and computed names are evaluated where the function is defined, the rest inside it.
    visitAll(ts.canHaveDecorators(node) ? ts.getDecorators(node) : undefined, node, around);
    if (node.name !== undefined && ts.isComputedPropertyName(node.name)) visit(node.name, node, around);
    for (const parameter of node.parameters) visitAll(ts.getDecorators(parameter), parameter, around);
    if (node.body === undefined) return;
    const isAsync = node.modifiers?.some((modifier) => modifier.kind === SyntaxKind.AsyncKeyword) === true;
    const isArrow = ts.isArrowFunction(node);
    const canBeAsync =
      !ts.isConstructorDeclaration(node) && !ts.isGetAccessor(node) && !ts.isSetAccessor(node);
    const inside = enter(
      around,
      isArrow ? 'arrow' : 'function',
      isAsync,
      describeFunction(node, parent),
      canBeAsync,
    );
    for (const parameter of node.parameters) {
      // A property of its class: the eraser does not know that this word makes it one.
      if (parameter.modifiers?.some(({ kind }) => kind === SyntaxKind.OverrideKeyword)) needsEmitter = true;
      visit(parameter.name, parameter, inside);
      if (parameter.initializer !== undefined) visit(parameter.initializer, parameter, inside);
    }
    if (ts.isBlock(node.body)) visitAll(node.body.statements, node.body, inside);
    else visit(node.body, node, inside);
  }

  function visitField(node: ts.PropertyDeclaration, around: Surroundings): void {
    if (node.modifiers?.some((modifier) => modifier.kind === SyntaxKind.AccessorKeyword)) needsEmitter = true;
    visitAll(ts.getDecorators(node), node, around);
    if (ts.isComputedPropertyName(node.name)) visit(node.name, node, around);
    if (node.initializer !== undefined)
      visit(node.initializer, node, enter(around, 'field', false, 'the initialiser of a field', false));
  }

  function checkJump(node: ts.BreakOrContinueStatement, around: Surroundings): void {
    const isBreak = ts.isBreakStatement(node);
    const { label } = node;
    if (label !== undefined) {
      const namesLoop = around.labels.get(label.text);
      if (namesLoop === true || (isBreak && namesLoop !== undefined)) return;
      report(
        node,
        isBreak
          ? "A 'break' statement can only jump to a label of an enclosing statement."
          : "A 'continue' statement can only jump to a label of an enclosing iteration statement.",
        isBreak ? 1116 : 1115,
      );
    } else if (!around.inLoop && !(isBreak && around.inSwitch)) {
      report(
        node,
        isBreak
          ? "A 'break' statement can only be used within an enclosing iteration or switch statement."
          : "A 'continue' statement can only be used within an enclosing iteration statement.",
        isBreak ? 1105 : 1104,
      );
    }
  }
}

function labelsLoop(statement: ts.Statement): boolean {
  return ts.isIterationStatement(statement, true);
}

function isPropertyName(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(parent) || ts.isJsxAttribute(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isEnumMember(parent) || ts.isMetaProperty(parent)) &&
    parent.name === node
  );
}

function privateNamesOf({ members }: ts.ClassLikeDeclaration): ReadonlySet<string> {
  const names = members.flatMap(({ name }) => (name && ts.isPrivateIdentifier(name) ? [name.text] : []));
  return new Set(names);
}
