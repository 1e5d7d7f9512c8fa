// What a cell gives and what it asks for, read off its syntax tree.
// Rule: looks at names only; what they mean is the type checker's business.
import ts from 'typescript';
import { type Language, parseCell, parseEither, parseModule } from '../../compile/parse';

/** Variables stay assignable and keep their old type where other cells mention them; the rest is brought in as it is. */
export type ValueKind = 'let' | 'const' | 'function' | 'class' | 'enum' | 'namespace' | 'import';

export interface DeclaredValue {
  readonly kind: ValueKind;
  /** The JSDoc comment above it, as written. */
  readonly documentation?: string;
  /** A variable that begins with `null` or `undefined` and has no type: later values give it one, wherever they come from. */
  readonly isOpen?: boolean;
}

/** What a cell gives. */
export interface Surface {
  readonly jsx: boolean;
  /** Names with a value, declared at the top level. */
  readonly values: ReadonlyMap<string, DeclaredValue>;
  /** Names with a meaning as a type; a class is in both. */
  readonly types: ReadonlySet<string>;
  /** Names that it makes as properties of `globalThis`; nothing is known of their types. */
  readonly globals: ReadonlySet<string>;
  /** Has `declare global` or `declare module`: other cells are concerned though they mention nothing of it. */
  readonly changesGlobals: boolean;
}

export interface Outline extends Surface {
  /** Names that the source itself exports. */
  readonly exported: ReadonlySet<string>;
  /** Every identifier that may refer to something outside. */
  readonly mentions: ReadonlySet<string>;
  /** Names that it imports, for their value or only for their type: nothing else may have them beside. */
  readonly imported: ReadonlySet<string>;
  /** Imports that bind what it re-exports: a cell has these names too, a module would not. */
  readonly reexports: string;
  /** Names that a check which ends the cell mentions, such as `if (!row) throw …`: after it more is known of them. */
  readonly checked: ReadonlySet<string>;
  /** The whole source is an object literal, which a module would take for a block. */
  readonly isObject: boolean;
}

/** @param forced how to read it; without, as what it parses as */
export function outlineOf(source: string, forced?: Language): Outline {
  const { file, language } = forced
    ? { file: parseModule(source, forced), language: forced }
    : parseEither(source);
  const globals = new Set<string>();
  const values = new Map<string, DeclaredValue>();
  const types = new Set<string>();
  const imported = new Set<string>();
  const exported = new Set<string>();
  const mentions = new Set<string>();
  const checked = new Set<string>();
  const jsx = language === 'tsx';
  const reexported: Reexport[] = [];
  let changesGlobals = false;

  const topLists = new Set<ts.Node>();
  const declare = (
    name: ts.BindingName,
    kind: ValueKind,
    statement: ts.Node,
    isExported: boolean,
    isOpen = false,
  ) => {
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements) {
        if (ts.isBindingElement(element)) declare(element.name, kind, statement, isExported);
      }
      return;
    }
    if (!name.text) return;
    values.set(name.text, { kind, documentation: documentationOf(statement, source), isOpen });
    if (isExported) exported.add(name.text);
  };

  for (const statement of file.statements) {
    for (const check of checksOf(statement, file)) collectMentions(check, checked);
    const isExported =
      has(statement, ts.SyntaxKind.ExportKeyword) && !has(statement, ts.SyntaxKind.DefaultKeyword);
    if (ts.isVariableStatement(statement)) {
      topLists.add(statement.declarationList);
      const kind = isConstant(statement.declarationList) ? 'const' : 'let';
      for (const variable of statement.declarationList.declarations)
        declare(variable.name, kind, statement, isExported, kind === 'let' && beginsWithNothing(variable));
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name) declare(statement.name, 'function', statement, isExported);
    } else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
      if (!statement.name) continue;
      declare(statement.name, ts.isClassDeclaration(statement) ? 'class' : 'enum', statement, isExported);
      types.add(statement.name.text);
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      types.add(statement.name.text);
      if (isExported) exported.add(statement.name.text);
    } else if (ts.isModuleDeclaration(statement)) {
      const { name } = statement;
      if (!ts.isIdentifier(name) || statement.flags & ts.NodeFlags.GlobalAugmentation) {
        changesGlobals = true;
      } else {
        if (!values.has(name.text)) declare(name, 'namespace', statement, isExported);
        types.add(name.text);
      }
    } else if (ts.isImportEqualsDeclaration(statement)) {
      if (!statement.isTypeOnly) declare(statement.name, 'import', statement, isExported);
      types.add(statement.name.text);
      imported.add(statement.name.text);
    } else if (ts.isImportDeclaration(statement) && statement.importClause) {
      for (const { name, typeOnly } of importedNames(statement.importClause)) {
        if (!typeOnly) declare(name, 'import', statement, false);
        types.add(name.text);
        imported.add(name.text);
      }
    } else if (ts.isExportDeclaration(statement) && statement.exportClause) {
      if (ts.isNamespaceExport(statement.exportClause)) exported.add(statement.exportClause.name.text);
      else for (const { name } of statement.exportClause.elements) exported.add(name.text);
      reexported.push(...reexportsOf(statement, source));
    }
  }

  collectMentions(file, mentions, globals, (list) => {
    if (topLists.has(list)) return;
    for (const variable of list.declarations)
      declare(variable.name, 'let', list, false, beginsWithNothing(variable));
  });
  if (jsx) mentions.add('React').add('h');
  let reexports = '';
  for (const { name, typeOnly, text } of reexported) {
    // What the cell declares itself comes later.
    if (values.has(name) || types.has(name)) continue;
    reexports += text;
    imported.add(name);
    types.add(name);
    if (!typeOnly) values.set(name, { kind: 'import' });
  }
  const isObject = parseCell(source).isObject;
  const asked = { mentions, checked, isObject };
  return { jsx, values, types, imported, exported, reexports, globals, changesGlobals, ...asked };
}

/** What has to hold for a statement to be passed: conditions whose other side throws, what is asserted. */
function checksOf(statement: ts.Statement, file: ts.SourceFile): readonly ts.Expression[] {
  if (ts.isIfStatement(statement)) {
    const { expression, thenStatement, elseStatement } = statement;
    return throws(thenStatement) || (elseStatement && throws(elseStatement)) ? [expression] : [];
  }
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return [];
  const { expression: callee, arguments: values } = statement.expression;
  return /^(assert|invariant)/i.test(callee.getText(file)) ? values : [];
}

function throws(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && ts.isThrowStatement(last);
}

/** Walks the whole tree; calls `hoist` for each list of `var` that belongs to the cell, not to a function. */
function collectMentions(
  tree: ts.Node,
  mentions: Set<string>,
  globals?: Set<string>,
  hoist?: (list: ts.VariableDeclarationList) => void,
): void {
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isIdentifier(node)) {
      mentions.add(node.text);
      return;
    }
    if (isAssignment(node) && isGlobalThis(node.left)) globals?.add(node.left.name.text);
    // What comes after a dot or before a colon names a member.
    const only = ts.isPropertyAccessExpression(node)
      ? node.expression
      : ts.isQualifiedName(node)
        ? node.left
        : ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)
          ? node.initializer
          : undefined;
    if (only) {
      visit(only, inFunction);
      return;
    }
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped) && !inFunction)
      hoist?.(node);
    const inner = inFunction || ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleBlock(node);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(tree, false);
}

const isAssignment = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

const isGlobalThis = (node: ts.Expression): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'globalThis';

function importedNames(clause: ts.ImportClause): { name: ts.Identifier; typeOnly: boolean }[] {
  const typeOnly = clause.isTypeOnly;
  const names = clause.name ? [{ name: clause.name, typeOnly }] : [];
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.push({ name: bindings.name, typeOnly });
  else if (bindings) {
    for (const element of bindings.elements) {
      names.push({ name: element.name, typeOnly: typeOnly || element.isTypeOnly });
    }
  }
  return names;
}

interface Reexport {
  readonly name: string;
  readonly typeOnly: boolean;
  /** As an import. */
  readonly text: string;
}

function reexportsOf(statement: ts.ExportDeclaration, source: string): Reexport[] {
  const { exportClause, moduleSpecifier, isTypeOnly } = statement;
  if (!exportClause || !moduleSpecifier) return [];
  const from = source.slice(moduleSpecifier.pos, statement.end);
  const reexport = (name: ts.ModuleExportName, typeOnly: boolean, clause: string): Reexport[] => {
    if (!ts.isIdentifier(name) || name.text === 'default') return [];
    return [{ name: name.text, typeOnly, text: `import ${typeOnly ? 'type ' : ''}${clause} from ${from};` }];
  };
  if (ts.isNamespaceExport(exportClause))
    return reexport(exportClause.name, isTypeOnly, `* as ${exportClause.name.text}`);
  return exportClause.elements.flatMap((element) => {
    const { pos, end } = element.propertyName ?? element.name;
    const clause = `{ ${source.slice(pos, end)} as ${element.name.text} }`;
    return reexport(element.name, isTypeOnly || element.isTypeOnly, clause);
  });
}

const has = (node: ts.Statement, kind: ts.SyntaxKind) =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);

// `using` and `await using` carry the flag of `const` or stand for it.
const isConstant = ({ flags }: ts.VariableDeclarationList) =>
  (flags & ts.NodeFlags.BlockScoped) !== 0 && (flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Let;

/** What TypeScript works out a type for from later assignments, but only for the module itself. */
const beginsWithNothing = ({ name, type, initializer }: ts.VariableDeclaration): boolean =>
  ts.isIdentifier(name) &&
  type === undefined &&
  initializer !== undefined &&
  (initializer.kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(initializer) && initializer.text === 'undefined'));

function documentationOf(node: ts.Node, source: string): string | undefined {
  const comment = ts.getLeadingCommentRanges(source, node.getFullStart())?.at(-1);
  const text = comment && source.slice(comment.pos, comment.end);
  return text?.startsWith('/**') ? text : undefined;
}
