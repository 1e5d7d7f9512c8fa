// What TypeScript's parser lets through and its checker, or the language, refuses. It is said here, of the source as it was
// written: rewriting would make something else of it, or V8 would speak of compiled text.
// Rule: in TypeScript's words, under its codes. What V8 says as well and as rightly is left to V8.
import ts from 'typescript';
import type { SyntaxProblem } from '../text/problem';
import { isAmbient, isErased } from './erased';

const SyntaxKind = ts.SyntaxKind;

/** The words of strict mode that TypeScript takes for names. */
const reserved = new Set([
  ...['yield', 'let', 'static', 'implements', 'interface', 'package', 'private', 'protected', 'public'],
]);

type Report = (node: ts.Node, code: number, message: string, hint?: string) => void;

/** @param file a cell with its module syntax */
export function checkGrammar(file: ts.SourceFile): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const report: Report = (node, code, message, hint) => {
    const offset = node.getStart(file);
    problems.push({ message, code, offset, length: node.end - offset, ...(hint !== undefined && { hint }) });
  };
  checkDefaults(file, report);
  for (const statement of file.statements) visit(statement, file, false);
  return problems;

  /** @param isGenerator whether the nearest function is one */
  function visit(node: ts.Node, parent: ts.Node, isGenerator: boolean): void {
    checkModifiers(node, parent, report);
    if (ts.isStatement(node)) checkStatement(node, parent, file, report);
    if (isErased(node)) return;
    let inside = isGenerator;
    if (ts.isIdentifier(node)) {
      if (reserved.has(node.text)) checkReserved(node, parent, report);
      return;
    }
    if (ts.isFunctionLike(node)) {
      inside = (node as ts.FunctionLikeDeclaration).asteriskToken !== undefined;
      checkFunction(node, file, report);
    } else if (ts.isClassLike(node)) checkClass(node, report);
    else checkExpression(node, isGenerator, report);
    ts.forEachChild(node, (child) => visit(child, node, inside));
  }
}

const wordOf = (kind: ts.SyntaxKind): string => ts.tokenToString(kind) ?? '';

/** Of mentions only: what is declared is looked at elsewhere. */
function checkReserved(node: ts.Identifier, parent: ts.Node, report: Report): void {
  const { name, propertyName } = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node };
  const isShorthand = ts.isShorthandPropertyAssignment(parent);
  const isSpecifier =
    ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isJsxNamespacedName(parent);
  if ((name === node && !isShorthand) || propertyName === node || isSpecifier) return;
  report(
    node,
    1214,
    `Identifier expected. '${node.text}' is a reserved word in strict mode. Modules are automatically in strict mode.`,
  );
}

// Modifiers.

const visibility = [SyntaxKind.PublicKeyword, SyntaxKind.PrivateKeyword, SyntaxKind.ProtectedKeyword];
const ofMembers = [
  ...visibility,
  SyntaxKind.StaticKeyword,
  SyntaxKind.AbstractKeyword,
  SyntaxKind.OverrideKeyword,
];
const ofStatements = [SyntaxKind.ExportKeyword, SyntaxKind.DefaultKeyword, SyntaxKind.DeclareKeyword];

/** The modifiers that a node may have; undefined where it is none of our business. */
function modifiersOf(node: ts.Node, parent: ts.Node): readonly ts.SyntaxKind[] | undefined {
  const isInObject = ts.isObjectLiteralExpression(parent);
  switch (node.kind) {
    case SyntaxKind.PropertyAssignment:
    case SyntaxKind.ShorthandPropertyAssignment:
    case SyntaxKind.ClassStaticBlockDeclaration:
      return [];
    case SyntaxKind.MethodDeclaration:
      return isInObject ? [SyntaxKind.AsyncKeyword] : [...ofMembers, SyntaxKind.AsyncKeyword];
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
      return isInObject ? [] : ofMembers;
    case SyntaxKind.Constructor:
      return visibility;
    case SyntaxKind.PropertyDeclaration:
      return [
        ...ofMembers,
        SyntaxKind.ReadonlyKeyword,
        SyntaxKind.DeclareKeyword,
        SyntaxKind.AccessorKeyword,
      ];
    case SyntaxKind.Parameter:
      return [...visibility, SyntaxKind.ReadonlyKeyword, SyntaxKind.OverrideKeyword];
    case SyntaxKind.ClassDeclaration:
      return [...ofStatements, SyntaxKind.AbstractKeyword];
    case SyntaxKind.FunctionDeclaration:
      return [...ofStatements, SyntaxKind.AsyncKeyword];
    case SyntaxKind.EnumDeclaration:
      return [...ofStatements, SyntaxKind.ConstKeyword];
    case SyntaxKind.VariableStatement:
    case SyntaxKind.ModuleDeclaration:
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
    case SyntaxKind.ImportEqualsDeclaration:
      return ofStatements;
    default:
      return undefined;
  }
}

function checkModifiers(node: ts.Node, parent: ts.Node, report: Report): void {
  const { modifiers } = node as { readonly modifiers?: ts.NodeArray<ts.ModifierLike> };
  if (modifiers === undefined) return;
  const allowed = modifiersOf(node, parent);
  const seen = new Set<ts.SyntaxKind>();
  for (const modifier of modifiers) {
    const { kind } = modifier;
    const word = `'${wordOf(kind)}' modifier`;
    if (kind === SyntaxKind.Decorator) {
      if (!mayBeDecorated(node, parent)) report(modifier, 1206, 'Decorators are not valid here.');
    } else if (seen.has(kind)) report(modifier, 1030, `${word} already seen.`);
    else if (allowed && !allowed.includes(kind)) {
      if (ts.isParameter(node)) report(modifier, 1090, `${word} cannot appear on a parameter.`);
      else if (ts.isClassElement(node) && !ts.isObjectLiteralExpression(parent))
        report(modifier, 1031, `${word} cannot appear on class elements of this kind.`);
      else report(modifier, 1042, `${word} cannot be used here.`);
    } else if (kind === SyntaxKind.ExportKeyword && !ts.isSourceFile(parent) && !ts.isModuleBlock(parent))
      report(modifier, 1184, 'Modifiers cannot appear here.');
    seen.add(kind);
  }
}

function mayBeDecorated(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isParameter(node))
    return ts.isMethodDeclaration(parent) || ts.isConstructorDeclaration(parent) || ts.isAccessor(parent);
  if (ts.isConstructorDeclaration(node) || ts.isClassStaticBlockDeclaration(node)) return false;
  return ts.isClassLike(node) || (ts.isClassElement(node) && ts.isClassLike(parent));
}

// Statements.

function checkStatement(node: ts.Statement, parent: ts.Node, file: ts.SourceFile, report: Report): void {
  switch (node.kind) {
    case SyntaxKind.ImportDeclaration:
    case SyntaxKind.ExportDeclaration:
      return checkModuleSyntax(node as ts.ImportDeclaration | ts.ExportDeclaration, parent, report);
    case SyntaxKind.ImportEqualsDeclaration: {
      const { moduleReference } = node as ts.ImportEqualsDeclaration;
      if (ts.isExternalModuleReference(moduleReference)) checkSpecifier(moduleReference.expression, report);
      return;
    }
    case SyntaxKind.ExportAssignment:
      if (ts.isModuleBlock(parent))
        report(node, 1319, 'A default export can only be used in an ECMAScript-style module.');
      else if (!ts.isSourceFile(parent))
        report(node, 1258, 'A default export must be at the top level of a file or module declaration.');
      return;
    case SyntaxKind.ExpressionStatement:
      return checkLoneDeclare(node as ts.ExpressionStatement, file, report);
    case SyntaxKind.VariableStatement:
      checkAlone(node, parent, report);
      return checkVariables(node as ts.VariableStatement, parent, report);
    case SyntaxKind.ClassDeclaration:
      return checkAlone(node, parent, report);
    case SyntaxKind.FunctionDeclaration:
      if (isAmbient(node) && (node as ts.FunctionDeclaration).body)
        report(
          (node as ts.FunctionDeclaration).body!,
          1183,
          'An implementation cannot be declared in ambient contexts.',
        );
      return;
    case SyntaxKind.ModuleDeclaration:
      if (ts.isStringLiteral((node as ts.ModuleDeclaration).name) && !isAmbient(node))
        report((node as ts.ModuleDeclaration).name, 1035, 'Only ambient modules can use quoted names.');
      return;
    case SyntaxKind.ForInStatement:
    case SyntaxKind.ForOfStatement:
      return checkHead(node as ts.ForInOrOfStatement, report);
    case SyntaxKind.TryStatement: {
      const variable = (node as ts.TryStatement).catchClause?.variableDeclaration;
      if (variable?.initializer)
        report(variable.initializer, 1197, 'Catch clause variable cannot have an initializer.');
      return;
    }
    default:
  }
}

function checkModuleSyntax(
  node: ts.ImportDeclaration | ts.ExportDeclaration,
  parent: ts.Node,
  report: Report,
): void {
  if (ts.isModuleBlock(parent)) {
    if (ts.isImportDeclaration(node))
      report(node, 1147, 'Import declarations in a namespace cannot reference a module.');
    else report(node, 1194, 'Export declarations are not permitted in a namespace.');
  } else if (!ts.isSourceFile(parent)) {
    if (ts.isImportDeclaration(node))
      report(node, 1232, 'An import declaration can only be used at the top level of a namespace or module.');
    else
      report(node, 1233, 'An export declaration can only be used at the top level of a namespace or module.');
  } else if (node.moduleSpecifier) checkSpecifier(node.moduleSpecifier, report);
}

function checkSpecifier(node: ts.Expression, report: Report): void {
  if (ts.isStringLiteral(node)) return;
  const hint = ts.isIdentifier(node) ? `Put the name of the module in quotes: '${node.text}'.` : undefined;
  report(node, 1141, 'String literal expected.', hint);
}

/** The parser expects a declaration after `declare`, and says nothing when none comes. */
function checkLoneDeclare(
  { expression, end }: ts.ExpressionStatement,
  file: ts.SourceFile,
  report: Report,
): void {
  if (!ts.isIdentifier(expression) || expression.text !== 'declare') return;
  const rest = /^[^\S\r\n\u2028\u2029]*(.?)/u.exec(file.text.slice(end))![1]!;
  if (file.text[end - 1] !== ';' && rest !== '' && !';}/'.includes(rest))
    report(expression, 1128, 'Declaration or statement expected.');
}

/** What a block must be around. */
function checkAlone(node: ts.Statement, parent: ts.Node, report: Report): void {
  const word = ts.isVariableStatement(node) ? kindOf(node.declarationList) : 'class';
  if (word === 'var') return;
  const isBody =
    ts.isIfStatement(parent) || ts.isIterationStatement(parent, false) || ts.isWithStatement(parent);
  if (ts.isLabeledStatement(parent)) report(parent.label, 1344, 'A label is not allowed here.');
  else if (isBody) report(node, 1156, `'${word}' declarations can only be declared inside a block.`);
}

function kindOf({ flags }: ts.VariableDeclarationList): string {
  if ((flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) return 'await using';
  if (flags & ts.NodeFlags.Using) return 'using';
  if (flags & ts.NodeFlags.Const) return 'const';
  return flags & ts.NodeFlags.Let ? 'let' : 'var';
}

function checkVariables(node: ts.VariableStatement, parent: ts.Node, report: Report): void {
  const kind = kindOf(node.declarationList);
  const [first] = node.declarationList.declarations;
  if (isAmbient(node)) {
    const initializer = kind === 'const' ? undefined : first?.initializer;
    if (initializer) report(initializer, 1039, 'Initializers are not allowed in ambient contexts.');
  }
  if (!kind.endsWith('using')) return;
  checkUsing(node.declarationList, kind, report);
  const exported = node.modifiers?.find((modifier) => modifier.kind === SyntaxKind.ExportKeyword);
  if (exported) report(exported, 1491, `'export' modifier cannot appear on a '${kind}' declaration.`);
  if (ts.isCaseOrDefaultClause(parent))
    report(
      node,
      1547,
      `'${kind}' declarations are not allowed in 'case' or 'default' clauses unless contained within a block.`,
    );
}

function checkUsing({ declarations }: ts.VariableDeclarationList, kind: string, report: Report): void {
  for (const { name } of declarations)
    if (!ts.isIdentifier(name)) report(name, 1492, `'${kind}' declarations may not have binding patterns.`);
}

function checkHead(node: ts.ForInOrOfStatement, report: Report): void {
  const { initializer } = node;
  const isOf = ts.isForOfStatement(node);
  const loop = isOf ? "'for...of' statement" : "'for...in' statement";
  if (!ts.isVariableDeclarationList(initializer)) {
    if (isOf && !node.awaitModifier && ts.isIdentifier(initializer) && initializer.text === 'async')
      report(initializer, 1106, "The left-hand side of a 'for...of' statement may not be 'async'.");
    const message = `The left-hand side of a ${loop} must be a variable or a property access.`;
    return checkTarget(initializer, true, isOf ? 2487 : 2406, message, report);
  }
  const [first, second] = initializer.declarations;
  const kind = kindOf(initializer);
  if (kind.endsWith('using')) {
    if (isOf) checkUsing(initializer, kind, report);
    else
      report(
        initializer,
        1493,
        `The left-hand side of a 'for...in' statement cannot be a '${kind}' declaration.`,
      );
  }
  if (second)
    report(second, isOf ? 1188 : 1091, `Only a single variable declaration is allowed in a ${loop}.`);
  else if (first?.initializer)
    report(
      first.name,
      isOf ? 1190 : 1189,
      `The variable declaration of a ${loop} cannot have an initializer.`,
    );
}

/** A module has one default export. */
function checkDefaults(file: ts.SourceFile, report: Report): void {
  const defaults = file.statements.filter((statement) => {
    if (ts.isExportAssignment(statement)) return !statement.isExportEquals;
    if (!ts.canHaveModifiers(statement) || isErased(statement)) return false;
    return statement.modifiers?.some(({ kind }) => kind === SyntaxKind.DefaultKeyword) === true;
  });
  for (const other of defaults.slice(1))
    report(other, 2528, 'A module cannot have multiple default exports.');
}

// Functions and classes.

function checkFunction(node: ts.SignatureDeclaration, file: ts.SourceFile, report: Report): void {
  if (node.typeParameters?.length === 0) report(node, 1098, 'Type parameter list cannot be empty.');
  for (const parameter of node.parameters.slice(1))
    if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this')
      report(parameter, 2680, "A 'this' parameter must be the first parameter.");
  if (!ts.isArrowFunction(node)) return;
  const arrow = node.equalsGreaterThanToken;
  if (/[\r\n\u2028\u2029]/.test(file.text.slice(arrow.pos, arrow.getStart(file))))
    report(arrow, 1200, 'Line terminator not permitted before arrow.');
}

function checkClass(node: ts.ClassLikeDeclaration, report: Report): void {
  if (node.typeParameters?.length === 0) report(node, 1098, 'Type parameter list cannot be empty.');
  const clauses = node.heritageClauses?.filter(({ token }) => token === SyntaxKind.ExtendsKeyword) ?? [];
  if (clauses.length > 1) report(clauses[1]!, 1172, "'extends' clause already seen.");
  else if (clauses[0]?.types.length === 0) report(clauses[0], 1097, "'extends' list cannot be empty.");
  else if (clauses[0] && clauses[0].types.length > 1)
    report(clauses[0].types[1]!, 1174, 'Classes can only extend a single class.');
}

// Expressions.

function checkExpression(node: ts.Node, isGenerator: boolean, report: Report): void {
  switch (node.kind) {
    case SyntaxKind.BinaryExpression:
      return checkBinary(node as ts.BinaryExpression, report);
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression: {
      const { operator, operand } = node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression;
      if (operator !== SyntaxKind.PlusPlusToken && operator !== SyntaxKind.MinusMinusToken) return;
      const message =
        'The operand of an increment or decrement operator must be a variable or a property access.';
      return checkTarget(operand, false, 2357, message, report);
    }
    case SyntaxKind.ObjectLiteralExpression:
      return checkObject(node as ts.ObjectLiteralExpression, report);
    case SyntaxKind.YieldExpression:
      if (!isGenerator) report(node, 1163, "A 'yield' expression is only allowed in a generator body.");
      return;
    case SyntaxKind.CallExpression:
      return checkCall(node as ts.CallExpression, report);
    case SyntaxKind.NewExpression:
      if ((node as ts.NewExpression).typeArguments?.length === 0)
        report(node, 1099, 'Type argument list cannot be empty.');
      return;
    case SyntaxKind.MetaProperty: {
      const { keywordToken, name } = node as ts.MetaProperty;
      if (keywordToken === SyntaxKind.ImportKeyword && !['meta', 'defer', 'source'].includes(name.text))
        report(
          name,
          17012,
          `'${name.text}' is not a valid meta-property for keyword 'import'. Did you mean 'meta'?`,
        );
      return;
    }
    case SyntaxKind.EnumMember: {
      const { name } = node as ts.EnumMember;
      if (ts.isComputedPropertyName(name) && !ts.isStringLiteralLike(name.expression))
        report(name, 1164, 'Computed property names are not allowed in enums.');
      return;
    }
    default:
  }
}

function checkCall(
  { expression, arguments: values, typeArguments }: ts.CallExpression,
  report: Report,
): void {
  if (typeArguments?.length === 0) report(expression, 1099, 'Type argument list cannot be empty.');
  if (expression.kind !== SyntaxKind.ImportKeyword) return;
  const spread = values.find(ts.isSpreadElement);
  if (spread) report(spread, 1325, 'Argument of dynamic import cannot be spread element.');
  else if (values.length === 0 || values.length > 2)
    report(
      values[2] ?? expression,
      1450,
      'Dynamic imports can only accept a module specifier and an optional set of attributes as arguments',
    );
}

function checkBinary({ left, operatorToken, right }: ts.BinaryExpression, report: Report): void {
  const { kind } = operatorToken;
  if (kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment) {
    const message = 'The left-hand side of an assignment expression must be a variable or a property access.';
    checkTarget(left, kind === SyntaxKind.EqualsToken, 2364, message, report);
  } else if (kind === SyntaxKind.QuestionQuestionToken || isLogical(kind)) {
    for (const side of [left, right]) {
      if (!ts.isBinaryExpression(side)) continue;
      const other = side.operatorToken.kind;
      const isMixed =
        kind === SyntaxKind.QuestionQuestionToken
          ? isLogical(other)
          : other === SyntaxKind.QuestionQuestionToken;
      if (isMixed)
        report(
          side,
          5076,
          `'${wordOf(kind)}' and '${wordOf(other)}' operations cannot be mixed without parentheses.`,
        );
    }
  }
}

const isLogical = (kind: ts.SyntaxKind): boolean =>
  kind === SyntaxKind.BarBarToken || kind === SyntaxKind.AmpersandAmpersandToken;

/** Objects that are values: as the left side of an assignment they are patterns, which may say more. */
function checkObject(object: ts.ObjectLiteralExpression, report: Report): void {
  for (const property of object.properties) {
    const { questionToken, exclamationToken } = property as ts.PropertyAssignment & {
      readonly questionToken?: ts.Node;
      readonly exclamationToken?: ts.Node;
    };
    if (questionToken) report(questionToken, 1162, 'An object member cannot be declared optional.');
    if (exclamationToken)
      report(exclamationToken, 1255, "A definite assignment assertion '!' is not permitted in this context.");
    if (!ts.isShorthandPropertyAssignment(property) || !property.equalsToken) continue;
    if (!patterns.has(object))
      report(
        property.equalsToken,
        1312,
        "Did you mean to use a ':'? An '=' can only follow a property name when the containing object literal is part of a destructuring pattern.",
      );
  }
}

/** Objects and arrays that are assigned to. */
const patterns = new WeakSet<ts.Node>();

/** What is assigned to. @param isPatternAllowed a pattern may stand there */
function checkTarget(
  node: ts.Expression,
  isPatternAllowed: boolean,
  code: number,
  message: string,
  report: Report,
): void {
  if (isPatternAllowed && (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)))
    return checkPattern(node, (target) => checkTarget(target, true, code, message, report), report);
  const target = withoutOuter(node);
  if (ts.isIdentifier(target)) return;
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target))
    report(node, code, message);
  else if (target.flags & ts.NodeFlags.OptionalChain) {
    const isOperand = code === 2357;
    report(
      node,
      isOperand ? 2777 : 2779,
      message.replace('must be a variable or a property access', 'may not be an optional property access'),
    );
  }
}

/** Parentheses and types may stand around what is assigned to. */
function withoutOuter(node: ts.Expression): ts.Expression {
  let target = node;
  while (
    ts.isParenthesizedExpression(target) ||
    ts.isAssertionExpression(target) ||
    ts.isSatisfiesExpression(target) ||
    ts.isNonNullExpression(target)
  )
    target = target.expression;
  return target;
}

function checkPattern(
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  check: (target: ts.Expression) => void,
  report: Report,
): void {
  patterns.add(pattern);
  const withDefault = (value: ts.Expression) =>
    check(
      ts.isBinaryExpression(value) && value.operatorToken.kind === SyntaxKind.EqualsToken
        ? value.left
        : value,
    );
  const members: readonly ts.Node[] = ts.isArrayLiteralExpression(pattern)
    ? pattern.elements
    : pattern.properties;
  for (const [index, member] of members.entries()) {
    if (ts.isSpreadElement(member) || ts.isSpreadAssignment(member)) {
      if (index < members.length - 1)
        report(member, 2462, 'A rest element must be last in a destructuring pattern.');
      if (ts.isBinaryExpression(member.expression))
        report(member, 1186, 'A rest element cannot have an initializer.');
      else check(member.expression);
    } else if (ts.isPropertyAssignment(member)) withDefault(member.initializer);
    else if (ts.isObjectLiteralElement(member)) {
      if (!ts.isShorthandPropertyAssignment(member)) report(member, 1136, 'Property assignment expected.');
    } else if (!ts.isOmittedExpression(member)) withDefault(member as ts.Expression);
  }
}
