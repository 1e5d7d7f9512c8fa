// Which names a cell binds in the namespace, and which of them it may not.

import ts from 'typescript';
import type { SyntaxProblem } from '../text/problem';
import { isErased } from './erased';
import type { ImportedName } from './modules';
import type { Declaration, DeclarationKind } from './types';

/** A declaration with the place of its name. */
export interface DeclaredName extends Declaration {
  readonly offset: number;
}

export function listKind(list: ts.VariableDeclarationList): 'let' | 'const' | 'var' | 'using' {
  switch (list.flags & ts.NodeFlags.BlockScoped) {
    case ts.NodeFlags.Let:
      return 'let';
    case ts.NodeFlags.Const:
      return 'const';
    case ts.NodeFlags.None:
      return 'var';
    default:
      return 'using';
  }
}

/** The identifiers that a binding name binds. */
export function* boundNames(name: ts.BindingName): Generator<ts.Identifier> {
  if (ts.isIdentifier(name)) yield name;
  else for (const element of name.elements) if (ts.isBindingElement(element)) yield* boundNames(element.name);
}

export const namesOfBinding = (name: ts.BindingName): string[] =>
  Array.from(boundNames(name), ({ text }) => text);

export const namesOfList = (list: ts.VariableDeclarationList): string[] =>
  list.declarations.flatMap(({ name }) => namesOfBinding(name));

/** The names that the statements of a block declare for it. */
export function namesOfBlock(statements: readonly ts.Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (isErased(statement)) return [];
    if (ts.isVariableStatement(statement))
      return listKind(statement.declarationList) === 'var' ? [] : namesOfList(statement.declarationList);
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return isNamed && statement.name !== undefined ? [statement.name.text] : [];
  });
}

/** The statements directly inside a statement, with whether they stand in a list (and so may follow one without semicolon). */
export function forEachInner(
  statement: ts.Statement,
  visit: (inner: ts.Statement, inList: boolean) => void,
): void {
  const visitAll = (statements: readonly ts.Statement[]) => {
    for (const inner of statements) visit(inner, true);
  };
  if (ts.isBlock(statement)) visitAll(statement.statements);
  else if (ts.isIfStatement(statement)) {
    visit(statement.thenStatement, false);
    if (statement.elseStatement !== undefined) visit(statement.elseStatement, false);
  } else if (ts.isTryStatement(statement)) {
    visitAll(statement.tryBlock.statements);
    if (statement.catchClause !== undefined) visitAll(statement.catchClause.block.statements);
    if (statement.finallyBlock !== undefined) visitAll(statement.finallyBlock.statements);
  } else if (ts.isSwitchStatement(statement)) {
    for (const clause of statement.caseBlock.clauses) visitAll(clause.statements);
  } else if (
    ts.isIterationStatement(statement, false) ||
    ts.isLabeledStatement(statement) ||
    ts.isWithStatement(statement)
  ) {
    visit(statement.statement, false);
  }
}

/** The `var`s, `let`s … in the head of a for statement. */
export function headList(statement: ts.Statement): ts.VariableDeclarationList | undefined {
  if (!ts.isForStatement(statement) && !ts.isForInStatement(statement) && !ts.isForOfStatement(statement))
    return undefined;
  const { initializer } = statement;
  return initializer !== undefined && ts.isVariableDeclarationList(initializer) ? initializer : undefined;
}

/** The list of a statement that declares variables itself, in its head or as a whole. */
export function listOf(statement: ts.Statement): ts.VariableDeclarationList | undefined {
  if (!ts.isVariableStatement(statement)) return headList(statement);
  return isErased(statement) ? undefined : statement.declarationList;
}

/** The lists of `var`s of a statement and of those inside it, which all belong to the function around it. */
export function* varLists(statement: ts.Statement): Generator<ts.VariableDeclarationList> {
  const list = listOf(statement);
  if (list !== undefined && listKind(list) === 'var') yield list;
  const inner: ts.Statement[] = [];
  forEachInner(statement, (each) => inner.push(each));
  for (const each of inner) yield* varLists(each);
}

/** What the cell declares at its top level, and the `var`s of its nested statements, in order of appearance. */
export function collectDeclarations(file: ts.SourceFile): DeclaredName[] {
  const found: DeclaredName[] = [];
  const add = (name: ts.Identifier, kind: DeclarationKind) =>
    found.push({ name: name.text, kind, offset: name.getStart(file) });
  const addList = (list: ts.VariableDeclarationList) => {
    const kind = listKind(list);
    for (const { name } of list.declarations)
      for (const identifier of boundNames(name)) add(identifier, kind);
  };
  for (const statement of file.statements) {
    if (isErased(statement)) continue;
    if (ts.isVariableStatement(statement)) addList(statement.declarationList);
    else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name !== undefined) add(statement.name, 'function');
    } else if (ts.isClassDeclaration(statement)) {
      if (statement.name !== undefined) add(statement.name, 'class');
    } else if (ts.isEnumDeclaration(statement)) add(statement.name, 'enum');
    else if (ts.isModuleDeclaration(statement)) {
      if (ts.isIdentifier(statement.name)) add(statement.name, 'namespace');
    } else for (const list of varLists(statement)) addList(list);
  }
  return found;
}

/**
 * Each name once, a namespace under the kind of what it extends.
 * @param areAssigned whether the emitter has made assignments of the declarations
 */
export function uniqueDeclarations(declared: readonly Declaration[], areAssigned: boolean): Declaration[] {
  const kinds = new Map<string, DeclarationKind>();
  for (const { name, kind } of declared) {
    const known = kinds.get(name);
    if (known === undefined || known === 'namespace') kinds.set(name, kind);
  }
  return Array.from(kinds, ([name, kind]) => ({ name, kind, ...(areAssigned && { isAssigned: true }) }));
}

const unassignable = new Set(['undefined', 'NaN', 'Infinity']);
const reserved = new Set([
  ...['eval', 'arguments', 'await', 'yield', 'let', 'static', 'implements'],
  ...['interface', 'package', 'private', 'protected', 'public'],
]);

/** Names that cannot be declared, and names that a module could not declare twice. */
export function checkNames(
  declared: readonly DeclaredName[],
  imported: readonly ImportedName[],
): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const seen = new Map<string, DeclarationKind>();
  const all: DeclaredName[] = imported
    .filter((name) => !name.isReexport)
    .map(({ name, offset }): DeclaredName => ({ name, offset, kind: 'import' }));
  all.push(...declared);
  for (const { name, kind, offset } of all) {
    const refusal = refuse(name);
    if (refusal !== undefined) problems.push({ ...refusal, offset, length: name.length });
    const known = seen.get(name);
    if (known === undefined) seen.set(name, kind);
    else if (!canMerge(known, kind)) {
      const isBlockScoped = [known, kind].some(
        (each) => each === 'let' || each === 'const' || each === 'using',
      );
      problems.push({
        message: isBlockScoped
          ? `Cannot redeclare block-scoped variable '${name}'.`
          : `Duplicate identifier '${name}'.`,
        code: isBlockScoped ? 2451 : 2300,
        offset,
        length: name.length,
        hint: 'A later cell may declare the name again; one cell may not.',
      });
    }
  }
  return problems;
}

function refuse(name: string): { message: string; hint?: string } | undefined {
  if (unassignable.has(name))
    return {
      message: `'${name}' is a constant of the language and cannot be declared.`,
      hint: 'Choose another name.',
    };
  if (reserved.has(name))
    return { message: `'${name}' is a reserved word and cannot be declared.`, hint: 'Choose another name.' };
  if (name.startsWith('__tsk_'))
    return { message: `'${name}' cannot be declared: names that start with __tsk_ belong to the kernel.` };
  return undefined;
}

function canMerge(first: DeclarationKind, second: DeclarationKind): boolean {
  if (first === 'var' && second === 'var') return true;
  if (first === 'function' && second === 'function') return true;
  if (first === 'enum' && (second === 'enum' || second === 'namespace')) return true;
  if (first === 'namespace') return ['namespace', 'class', 'function', 'enum'].includes(second);
  return second === 'namespace' && (first === 'class' || first === 'function');
}

/** Whether a node gives a value a name: a variable, a part of a pattern, a parameter, a function, class or enum, an import. */
export function isDeclaration(node: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isImportClause(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node)
  );
}
