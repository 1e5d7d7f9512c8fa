// The names that a place of a file sees, with where the file says them; and expressions that say some of them otherwise.
// Rule: the file is TypeScript or JavaScript that its person wrote, and no cell: its names are its own.
import ts from 'typescript';
import { isDeclaration } from './declarations';
import { isErased } from './erased';
import { parseCell, parseEither } from './parse';
import { namesOf, namesOfBody } from './scopes';

/** From 1, in UTF-16 units. */
interface Point {
  readonly line: number;
  readonly column: number;
  /** `{ name }`, which code may have to write as `{ name: other }`. */
  readonly isShort?: true;
}

/** A name of the scopes around a place. */
export interface Binding {
  readonly name: string;
  /** Where it is declared, then where it is mentioned: some of these places. */
  readonly places: readonly Point[];
  /** Of the file, and not of a scope in it. */
  readonly isTop: boolean;
  readonly isImported: boolean;
}

interface Scope {
  /** Places by name; of scopes that are not around the place nobody wants to know them. */
  readonly names: ReadonlyMap<string, Point[]>;
  readonly isAround: boolean;
  readonly outer: Scope | undefined;
}

const mostPlaces = 16;

/** @param line and column from 1 @returns those of the innermost scope first */
export function bindingsAt(source: string, line: number, column: number): Binding[] {
  const { file } = parseEither(source);
  const starts = file.getLineStarts();
  const at = (starts[Math.min(line, starts.length) - 1] ?? 0) + column - 1;
  const around: Scope[] = [];
  const enter = (names: readonly string[], isAround: boolean, outer?: Scope): Scope => {
    const scope = { names: new Map(names.map((name) => [name, []])), isAround, outer };
    if (isAround) around.unshift(scope);
    return scope;
  };
  walkNames(
    file,
    (node, outer: Scope | undefined) => {
      const names = ts.isSourceFile(node) ? namesOfFile(node) : namesOf(node);
      if (names.length === 0) return outer;
      return enter(names, node.pos <= at && at < node.end + (ts.isSourceFile(node) ? 1 : 0), outer);
    },
    (identifier, scope) => {
      let owner = scope;
      while (owner && !owner.names.has(identifier.text)) owner = owner.outer;
      const places = owner?.isAround ? owner.names.get(identifier.text)! : undefined;
      if (!places || places.length >= mostPlaces) return;
      const { line: row, character } = file.getLineAndCharacterOfPosition(identifier.getStart(file));
      const { parent } = identifier;
      const isShort = ts.isShorthandPropertyAssignment(parent) && ({ isShort: true } as const);
      const place = { line: row + 1, column: character + 1, ...isShort };
      if (isDeclaration(parent) && (parent as { name?: ts.Node }).name === identifier) places.unshift(place);
      else places.push(place);
    },
  );
  const imported = new Set(file.statements.flatMap(importedBy));
  return around.flatMap(({ names, outer }) => {
    const isTop = outer === undefined;
    return Array.from(names, ([name, places]) => ({
      name,
      places,
      isTop,
      isImported: isTop && imported.has(name),
    }));
  });
}

/**
 * An expression, or statements, in which some names are said otherwise.
 * @param codes what is said in place of a name: another one, or a member such as `import_shapes.area`
 */
export function renameIn(source: string, codes: ReadonlyMap<string, string>): string {
  const { file, isObject } = parseCell(source);
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  walkNames(
    file,
    (node, outer: ReadonlySet<string> | undefined): ReadonlySet<string> => {
      const names = ts.isSourceFile(node) ? namesOfFile(node) : namesOf(node);
      return names.length === 0 && outer ? outer : new Set([...(outer ?? []), ...names]);
    },
    (identifier, own) => {
      const code = own?.has(identifier.text) ? undefined : codes.get(identifier.text);
      if (code === undefined) return;
      const { parent } = identifier;
      // A function that is called as a member would get the owner of that.
      const isCalled =
        code.includes('.') &&
        ((ts.isCallExpression(parent) && parent.expression === identifier) ||
          (ts.isTaggedTemplateExpression(parent) && parent.tag === identifier));
      const isShort = ts.isShorthandPropertyAssignment(parent) && parent.name === identifier;
      const text = isShort ? `${identifier.text}: ${code}` : isCalled ? `(0, ${code})` : code;
      edits.push({ start: identifier.getStart(file), end: identifier.end, text });
    },
  );
  let renamed = '';
  let copied = 0;
  const shift = isObject ? 1 : 0;
  for (const { start, end, text } of edits.sort((one, other) => one.start - other.start)) {
    renamed += source.slice(copied, start - shift) + text;
    copied = end - shift;
  }
  return renamed + source.slice(copied);
}

function namesOfFile(file: ts.SourceFile): string[] {
  return [...file.statements.flatMap(importedBy), ...namesOfBody(file.statements)];
}

function importedBy(statement: ts.Statement): string[] {
  if (ts.isImportEqualsDeclaration(statement)) return [statement.name.text];
  if (!ts.isImportDeclaration(statement) || !statement.importClause) return [];
  const { name, namedBindings } = statement.importClause;
  const named = !namedBindings
    ? []
    : ts.isNamespaceImport(namedBindings)
      ? [namedBindings.name.text]
      : namedBindings.elements.map((element) => element.name.text);
  return [...(name ? [name.text] : []), ...named];
}

/**
 * Visits the identifiers that name something of a scope, declarations too, in the order of the text.
 * @param enter what is known inside of a node, of what is known around it
 */
function walkNames<S>(
  file: ts.SourceFile,
  enter: (node: ts.Node, outer: S | undefined) => S | undefined,
  visit: (identifier: ts.Identifier, scope: S | undefined) => void,
): void {
  step(file, undefined);

  function step(node: ts.Node, outer: S | undefined): void {
    if (isErased(node)) return;
    if (ts.isIdentifier(node)) {
      if (node.text !== '') visit(node, outer);
      return;
    }
    const scope = enter(node, outer);
    const outside = nameOutside(node);
    const property = propertyNameOf(node);
    ts.forEachChild(node, (child) => {
      // Nodes are parsed without their parents.
      (child as { parent: ts.Node }).parent = node;
      if (child !== property) step(child, child === outside ? outer : scope);
    });
  }
}

/** The name of a declaration, which is of the scope around it. */
const nameOutside = (node: ts.Node): ts.Node | undefined =>
  ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) ? node.name : undefined;

/** An identifier in a node that names a member, a label, or what another file exports. */
function propertyNameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isPropertyAccessExpression(node) || ts.isMetaProperty(node) || ts.isJsxAttribute(node))
    return node.name;
  if (ts.isBindingElement(node) || ts.isImportSpecifier(node)) return identifierIn(node.propertyName);
  if (ts.isExportSpecifier(node)) return node.propertyName ? node.name : undefined;
  if (ts.isLabeledStatement(node) || ts.isBreakOrContinueStatement(node)) return node.label;
  const isMember =
    ts.isPropertyAssignment(node) || ts.isEnumMember(node) || (ts.isClassElement(node) && node.name);
  return isMember ? identifierIn(node.name) : undefined;
}

const identifierIn = (name: ts.Node | undefined): ts.Node | undefined =>
  name && ts.isIdentifier(name) ? name : undefined;
