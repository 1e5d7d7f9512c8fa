// What the statements of a cell declare: names with their kind and comment, types, imports and exports.
import ts from 'typescript';

/** Variables stay assignable and keep their old type where other cells mention them; the rest is brought in as it is. */
export type ValueKind = 'let' | 'const' | 'function' | 'class' | 'enum' | 'namespace' | 'import';

export interface DeclaredValue {
  readonly kind: ValueKind;
  /** The JSDoc comment above it, as written. */
  readonly documentation?: string;
  /** A variable that begins with `null` or `undefined` and has no type: later values give it one, wherever they come from. */
  readonly isOpen?: boolean;
  /** Its declaration says what it is, be it `any`. */
  readonly isTyped?: boolean;
  /** How many type parameters a class has. */
  readonly parameters?: number;
}

/** Gathers what is declared, statement by statement. */
export class Declarations {
  readonly values = new Map<string, DeclaredValue>();
  readonly types = new Set<string>();
  readonly imported = new Set<string>();
  readonly exported = new Set<string>();
  changesGlobals = false;
  readonly #source: string;
  readonly #topLists = new Set<ts.Node>();
  readonly #reexported: Reexport[] = [];

  /** @param source the text of the statements */
  constructor(source: string) {
    this.#source = source;
  }

  /** A statement of the top level. */
  add(statement: ts.Statement): void {
    const isExported =
      has(statement, ts.SyntaxKind.ExportKeyword) && !has(statement, ts.SyntaxKind.DefaultKeyword);
    if (ts.isVariableStatement(statement)) {
      this.#addVariables(statement, isExported);
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name) this.#declare(statement.name, 'function', statement, isExported);
    } else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
      if (!statement.name) return;
      if (ts.isEnumDeclaration(statement)) this.#declare(statement.name, 'enum', statement, isExported);
      else {
        const parameters = statement.typeParameters?.length ?? 0;
        this.#declare(statement.name, 'class', statement, isExported, { parameters });
      }
      this.types.add(statement.name.text);
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      this.types.add(statement.name.text);
      if (isExported) this.exported.add(statement.name.text);
    } else if (ts.isModuleDeclaration(statement)) {
      this.#addNamespace(statement, isExported);
    } else if (ts.isImportEqualsDeclaration(statement)) {
      this.#addImported(statement.name, statement.isTypeOnly, statement, isExported);
    } else if (ts.isImportDeclaration(statement) && statement.importClause) {
      for (const { name, typeOnly } of importedNames(statement.importClause))
        this.#addImported(name, typeOnly, statement, false);
    } else if (ts.isExportDeclaration(statement) && statement.exportClause) {
      this.#addExports(statement, statement.exportClause);
    }
  }

  /** A list of `var` inside a statement, which belongs to the cell all the same. */
  addHoisted(list: ts.VariableDeclarationList): void {
    if (this.#topLists.has(list)) return;
    for (const variable of list.declarations)
      this.#declare(variable.name, 'let', list, false, traitsOf(variable, 'let'));
  }

  /**
   * Binds what is re-exported, unless the cell declares the name itself; to be called after everything was added.
   * @returns the imports that bind it
   */
  bindReexports(): string {
    let imports = '';
    for (const { name, typeOnly, text } of this.#reexported) {
      if (this.values.has(name) || this.types.has(name)) continue;
      imports += text;
      this.imported.add(name);
      this.types.add(name);
      if (!typeOnly) this.values.set(name, { kind: 'import' });
    }
    return imports;
  }

  #addVariables(statement: ts.VariableStatement, isExported: boolean): void {
    const { declarationList: list } = statement;
    this.#topLists.add(list);
    const kind = isConstant(list) ? 'const' : 'let';
    for (const variable of list.declarations)
      this.#declare(variable.name, kind, statement, isExported, traitsOf(variable, kind));
  }

  #addNamespace(statement: ts.ModuleDeclaration, isExported: boolean): void {
    const { name, flags } = statement;
    if (!ts.isIdentifier(name) || flags & ts.NodeFlags.GlobalAugmentation) {
      this.changesGlobals = true;
      return;
    }
    if (!this.values.has(name.text)) this.#declare(name, 'namespace', statement, isExported);
    this.types.add(name.text);
  }

  #addImported(name: ts.Identifier, typeOnly: boolean, statement: ts.Statement, isExported: boolean): void {
    if (!typeOnly) this.#declare(name, 'import', statement, isExported);
    this.types.add(name.text);
    this.imported.add(name.text);
  }

  #addExports(statement: ts.ExportDeclaration, clause: ts.NamedExportBindings): void {
    if (ts.isNamespaceExport(clause)) this.exported.add(clause.name.text);
    else for (const { name } of clause.elements) this.exported.add(name.text);
    this.#reexported.push(...reexportsOf(statement, this.#source));
  }

  #declare(
    name: ts.BindingName,
    kind: ValueKind,
    statement: ts.Node,
    isExported: boolean,
    traits: Traits = {},
  ): void {
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements)
        if (ts.isBindingElement(element)) this.#declare(element.name, kind, statement, isExported, traits);
      return;
    }
    if (!name.text) return;
    this.values.set(name.text, { kind, documentation: documentationOf(statement, this.#source), ...traits });
    if (isExported) this.exported.add(name.text);
  }
}

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

type Traits = Pick<DeclaredValue, 'isOpen' | 'isTyped' | 'parameters'>;

const traitsOf = (variable: ts.VariableDeclaration, kind: 'let' | 'const'): Traits => ({
  isOpen: kind === 'let' && beginsWithNothing(variable),
  isTyped: variable.type !== undefined || isCast(variable.initializer),
});

/** `… as any`; `as const` names no type. */
const isCast = (value: ts.Expression | undefined): boolean =>
  value !== undefined &&
  ((ts.isAsExpression(value) && !ts.isConstTypeReference(value.type)) || ts.isTypeAssertionExpression(value));

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
