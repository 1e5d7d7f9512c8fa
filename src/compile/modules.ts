// Takes the module syntax out of a cell: imports become data, `export` goes, and what `export default` says becomes an
// expression statement. Every edit keeps its length, so that offsets stay those of the source.
import ts from 'typescript';
import { blankOf } from '../text/lines';
import { walk } from './erased';
import { isNameless, namesDefault } from './naming';
import type { ImportBinding, ImportDeclaration } from './types';

/** A name that an import binds, and where the cell says so. */
export interface ImportedName {
  readonly name: string;
  readonly offset: number;
  /** `export { x } from`: binds x too, unless the cell declares it. */
  readonly isReexport: boolean;
}

export interface Lifted {
  /** The text without its module syntax; the same string when there was none. */
  readonly text: string;
  readonly imports: readonly ImportDeclaration[];
  readonly names: readonly ImportedName[];
}

export function liftModuleSyntax(file: ts.SourceFile): Lifted {
  const imports: ImportDeclaration[] = [];
  const names: ImportedName[] = [];
  let text = file.text;
  const write = (start: number, end: number, replacement: string) => {
    const kept = blankOf(text.slice(start + replacement.length, end));
    text = text.slice(0, start) + replacement + kept + text.slice(end);
  };

  if (text.startsWith('#!')) write(0, 2, '//');
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (ts.isImportDeclaration(statement)) {
      const found = readImport(statement, start);
      if (found !== undefined) {
        imports.push(found);
        collectNames(statement, file, names);
      }
      write(start, statement.end, ';');
    } else if (ts.isImportEqualsDeclaration(statement)) {
      liftImportEquals(statement, start);
    } else if (ts.isExportDeclaration(statement)) {
      const found = readReexport(statement, start);
      if (found !== undefined) {
        imports.push(found);
        for (const { local } of found.bindings) names.push({ name: local, offset: start, isReexport: true });
      }
      write(start, statement.end, ';');
    } else if (ts.isExportAssignment(statement)) {
      const { expression, isExportEquals } = statement;
      const opening = !isExportEquals && isNameless(expression) ? namesDefault : '0';
      write(start, expression.getStart(file), `;${opening},`);
    } else if (ts.isNamespaceExportDeclaration(statement)) {
      write(start, statement.end, ';');
    } else if (ts.canHaveModifiers(statement) && statement.modifiers !== undefined) {
      liftModifiers(statement, statement.modifiers);
    }
  }
  return { text, imports, names };

  function liftImportEquals(statement: ts.ImportEqualsDeclaration, start: number): void {
    const { moduleReference, name } = statement;
    const external = ts.isExternalModuleReference(moduleReference) ? moduleReference.expression : undefined;
    if (statement.isTypeOnly) write(start, statement.end, ';');
    else if (external !== undefined && ts.isStringLiteralLike(external)) {
      const local = name.text;
      imports.push({
        specifier: external.text,
        attributes: {},
        bindings: [{ imported: '*', local, usedAsTypeOnly: false }],
        offset: start,
        commonJs: true,
      });
      names.push({ name: local, offset: name.getStart(file), isReexport: false });
      write(start, statement.end, ';');
    } else {
      // `import A = B.C` is a constant: the word is as long as the keyword with a space.
      const keyword = text.lastIndexOf('import', name.getStart(file));
      write(start, keyword, '');
      write(keyword, keyword + 'import'.length, 'const ');
    }
  }

  function liftModifiers(statement: ts.Statement, modifiers: ts.NodeArray<ts.ModifierLike>): void {
    const exported = modifiers.find((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    if (exported === undefined) return;
    const standard = modifiers.find((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
    const start = exported.getStart(file);
    const isAnonymous =
      (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) &&
      statement.name === undefined;
    if (standard === undefined) write(start, exported.end, '');
    else if (!isAnonymous) write(start, standard.end, '');
    else {
      // Decorators may stand before the word `export`; the comma goes before them.
      const first = statement.getStart(file);
      write(first, standard.end, `;${namesDefault},${text.slice(first, start)}`);
      // An expression knows no `abstract`.
      const abstract = modifiers.find((modifier) => modifier.kind === ts.SyntaxKind.AbstractKeyword);
      if (abstract !== undefined) write(abstract.getStart(file), abstract.end, '');
    }
  }
}

function readImport(statement: ts.ImportDeclaration, offset: number): ImportDeclaration | undefined {
  const { importClause, moduleSpecifier } = statement;
  if (!ts.isStringLiteral(moduleSpecifier)) return undefined;
  const bindings: ImportBinding[] = [];
  if (importClause !== undefined) {
    if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return undefined;
    const bind = (imported: string, local: string) =>
      bindings.push({ imported, local, usedAsTypeOnly: false });
    const { name, namedBindings } = importClause;
    if (name !== undefined) bind('default', name.text);
    if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
      bind('*', namedBindings.name.text);
    else if (namedBindings !== undefined) {
      for (const element of namedBindings.elements) {
        if (!element.isTypeOnly) bind((element.propertyName ?? element.name).text, element.name.text);
      }
      // Nothing but types: the whole import goes, as an `import type` does.
      if (bindings.length === 0 && namedBindings.elements.length > 0) return undefined;
    }
  }
  return importOf(statement, moduleSpecifier, bindings, offset);
}

function readReexport(statement: ts.ExportDeclaration, offset: number): ImportDeclaration | undefined {
  const { exportClause, moduleSpecifier } = statement;
  if (statement.isTypeOnly || moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier))
    return undefined;
  const bindings: ImportBinding[] = [];
  const bind = (imported: string, exported: ts.ModuleExportName) => {
    if (ts.isIdentifier(exported) && exported.text !== 'default')
      bindings.push({ imported, local: exported.text, usedAsTypeOnly: false });
  };
  if (exportClause !== undefined && ts.isNamespaceExport(exportClause)) bind('*', exportClause.name);
  else if (exportClause !== undefined) {
    const values = exportClause.elements.filter((element) => !element.isTypeOnly);
    if (values.length === 0 && exportClause.elements.length > 0) return undefined;
    for (const element of values) bind((element.propertyName ?? element.name).text, element.name);
  }
  return importOf(statement, moduleSpecifier, bindings, offset);
}

function importOf(
  { attributes }: ts.ImportDeclaration | ts.ExportDeclaration,
  { text: specifier }: ts.StringLiteral,
  bindings: readonly ImportBinding[],
  offset: number,
): ImportDeclaration {
  return { specifier, attributes: readAttributes(attributes), bindings, offset, commonJs: false };
}

function readAttributes(attributes: ts.ImportAttributes | undefined): { [key: string]: string } {
  const found: { [key: string]: string } = {};
  for (const { name, value } of attributes?.elements ?? []) {
    if (ts.isStringLiteral(value)) found[name.text] = value.text;
  }
  return found;
}

function collectNames(statement: ts.ImportDeclaration, file: ts.SourceFile, names: ImportedName[]): void {
  const clause = statement.importClause;
  const add = (name: ts.Identifier) =>
    names.push({ name: name.text, offset: name.getStart(file), isReexport: false });
  if (clause?.name !== undefined) add(clause.name);
  const bindings = clause?.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) add(bindings.name);
  else if (bindings !== undefined)
    for (const element of bindings.elements) if (!element.isTypeOnly) add(element.name);
}

/**
 * Marks the bindings that the rest of the cell mentions in types and never as a value.
 * @param file the cell without its import statements
 */
export function markTypeOnly(
  imports: readonly ImportDeclaration[],
  file: ts.SourceFile,
): ImportDeclaration[] {
  if (imports.length === 0) return [];
  const values = mentionedNames(file, 'values');
  const isMissing = ({ local }: ImportBinding) => !values.has(local);
  // Most cells use what they import: the types need no look then.
  if (!imports.some(({ bindings }) => bindings.some(isMissing))) return [...imports];
  const all = mentionedNames(file, 'all');
  return imports.map((declaration) => ({
    ...declaration,
    bindings: declaration.bindings.map((binding) => ({
      ...binding,
      usedAsTypeOnly: all.has(binding.local) && isMissing(binding),
    })),
  }));
}

function mentionedNames(file: ts.SourceFile, part: 'all' | 'values'): ReadonlySet<string> {
  const names = new Set<string>();
  const ownNames = new Set<ts.Node>();
  walk(file, part, (node) => {
    if (ts.isIdentifier(node) && !ownNames.has(node)) names.add(node.text);
    const { name } = node as { readonly name?: ts.Node };
    if (name !== undefined && !ts.isShorthandPropertyAssignment(node)) ownNames.add(name);
    return true;
  });
  return names;
}
