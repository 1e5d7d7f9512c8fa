// Of a hundred modules that Node declares, and of the language's interfaces, a notebook uses few: the body of one is parsed when somebody
// looks into it.
// Rule: whoever goes through the tree or asks a symbol finds what TypeScript makes of the whole text, at the same places.
import ts from 'typescript';
import { bind, canBind } from './binding';
import { cut, type Excerpt, parseExcerpt, putInPlace } from './excerpts';

interface File extends ts.SourceFile {
  /** There once a program has looked for what the file imports. */
  readonly imports?: readonly ts.Node[];
}

interface Interface extends ts.InterfaceDeclaration {
  readonly symbol: ts.Symbol;
}

interface Module extends ts.ModuleDeclaration {
  readonly body: ts.ModuleBlock;
  readonly symbol: ts.Symbol;
  readonly locals: ts.SymbolTable;
}

/** A text, and what of it is parsed at first. */
export interface Outlined {
  readonly text: string;
  readonly outline: Excerpt;
  /** The names of modules whose bodies are left out. */
  readonly modules: ReadonlySet<string>;
  /** The same of interfaces. */
  readonly interfaces: ReadonlySet<string>;
}

/** Shorter ones are not worth it. */
const shortest = 1000;

/**
 * @param text a script of declarations
 * @returns nothing where there is nothing to leave out
 */
export function outline(text: string): Outlined | undefined {
  if (!canBind || isIndentedOtherwise(text)) return undefined;
  const heads = [...text.matchAll(head)];
  const declared = new Set(heads.flatMap(({ groups }) => groups?.module ?? []));
  const open = openInterfaces(text);
  const modules = new Set<string>();
  const interfaces = new Set<string>();
  const parts: (string | number)[] = [];
  let done = 0;
  for (const { 0: line, index, groups } of heads) {
    const { module, name } = groups!;
    const start = index + line.length;
    const end = text.indexOf('\n}', start);
    const isWanted = module === undefined ? open.has(name!) : end - start >= shortest;
    const body = !isWanted
      ? undefined
      : module === undefined
        ? [end - start]
        : outlineOf(text.slice(start, end), declared);
    if (!body) continue;
    if (module === undefined) interfaces.add(name!);
    else modules.add(module);
    parts.push(text.slice(done, start), ...body);
    done = end;
  }
  if (modules.size + interfaces.size === 0) return undefined;
  return { text, outline: cut([...parts, text.slice(done)]), modules, interfaces };
}

/** Where a body ends, and what it exports, is seen by the four blanks before each of its lines. */
const isIndentedOtherwise = (text: string): boolean => /^(?: {1,3}[^ *\n]|\t)/m.test(text);

const head =
  /^(?:declare module "(?<module>[^"]+)"|interface (?<name>\w+)(?:<[^\n{]*>)?(?: extends [^\n{]*)?) \{$/gm;

/** Interfaces that are long in all, and of which each declaration has a head that is known here. */
function openInterfaces(text: string): ReadonlySet<string> {
  const sizes = new Map<string, number>();
  const known = new Map<string, number>();
  for (const { 0: line, index, groups } of text.matchAll(head)) {
    const { name } = groups!;
    if (name === undefined) continue;
    known.set(name, (known.get(name) ?? 0) + 1);
    sizes.set(name, (sizes.get(name) ?? 0) + text.indexOf('\n}', index) - index - line.length);
  }
  for (const [, name] of text.matchAll(/^(?:declare )?(?:interface|class|abstract class) (\w+)/gm))
    known.set(name!, (known.get(name!) ?? 0) - 1);
  return new Set(
    [...sizes].filter(([name, size]) => size >= shortest && known.get(name) === 0).map(([name]) => name),
  );
}

/**
 * Of a body: what it adds to the globals, which is there for everybody, what it imports from somewhere else, and whether it says
 * what it exports.
 * @returns nothing where the globals rest on what would be left out
 */
function outlineOf(body: string, declared: ReadonlySet<string>): (string | number)[] | undefined {
  const [found, ...more] = body.matchAll(/^ {4}(?:declare )?global \{\n[\s\S]*?^ {4}\}/gm);
  const { 0: global = '', index = 0 } = found ?? {};
  if (more.length > 0 || /\bexport \{/.test(global)) return undefined;
  const specifiers = Array.from(body.matchAll(imported), ([, specifier]) => specifier!);
  const foreign = specifiers.filter((specifier) => !declared.has(specifier));
  const exporting = /^ {4}export (?:type )?(?:[{*=]|default\b)/m.test(body) ? ['export {};'] : [];
  const head = [...foreign.map((specifier) => `import "${specifier}";`), ...exporting].join('');
  const left = global ? index - head.length : 0;
  return [head, left, global, body.length - head.length - left - global.length];
}

const imported = /^(?! *\*).*\b(?:from|import\(|require\() ?"([^"]+)"/gm;

/**
 * Makes the tree of an outline one of the whole text.
 * @param file parsed from the outline
 */
export function complete(file: File, { text, outline, modules, interfaces }: Outlined): void {
  file.text = text;
  putInPlace(file, outline);
  bind(file);
  const wanted = file.statements.filter(
    (statement): statement is Module | Interface =>
      (ts.isModuleDeclaration(statement) && modules.has(statement.name.text)) ||
      (ts.isInterfaceDeclaration(statement) && interfaces.has(statement.name.text)),
  );
  const bySymbol = new Map<ts.Symbol, (Module | Interface)[]>();
  for (const statement of wanted) {
    const known = bySymbol.get(statement.symbol);
    if (known) known.push(statement);
    else bySymbol.set(statement.symbol, [statement]);
  }
  for (const declarations of bySymbol.values()) {
    if (declarations.every(ts.isModuleDeclaration)) leaveOpen(declarations as Module[], file);
    else leaveInterfaceOpen(declarations as Interface[], file);
  }
}

/** The same declarations once more, with their bodies, and bound. */
function parseWhole<Declaration extends Interface | Module>(
  declarations: readonly Declaration[],
  file: File,
): readonly Declaration[] {
  const parsed = parseExcerpt(file, declarations, ts.JSDocParsingMode.ParseNone);
  bind(parsed);
  return parsed.statements as readonly ts.Statement[] as readonly Declaration[];
}

/** @param declarations those of one interface */
function leaveInterfaceOpen(declarations: readonly Interface[], file: File): void {
  const { symbol } = declarations[0]!;
  const { members: parameters } = symbol;
  const read = () => {
    const from = parseWhole(declarations, file);
    const { members } = from[0]!.symbol;
    for (const one of members!.values()) Object.assign(one, { parent: symbol });
    parameters?.forEach((parameter, name) => void members!.set(name, parameter));
    settle(symbol, { members });
    for (const [index, declaration] of declarations.entries()) {
      const { members: nodes } = from[index]!;
      for (const node of nodes) Object.assign(node, { parent: declaration });
      settle(declaration, { members: nodes });
    }
  };
  defer(symbol, 'members', () => {
    read();
    return symbol.members;
  });
  for (const declaration of declarations) {
    // TypeScript asks for it without a look at the members.
    if (mentionsThis(file.text.slice(declaration.name.end, declaration.end)))
      Object.assign(declaration, { flags: declaration.flags | containsThis });
    defer(declaration, 'members', () => {
      read();
      return declaration.members;
    });
  }
}

const containsThis = (ts.NodeFlags as unknown as { readonly ContainsThis: number }).ContainsThis;

/** As a type, outside of comments. */
const mentionsThis = (text: string): boolean => /^(?! *\*| *\/[/*]).*\bthis\b(?!:)/m.test(text);

/** @param declarations those of one module */
function leaveOpen(declarations: readonly Module[], file: File): void {
  const { symbol } = declarations[0]!;
  const outlines = declarations.map(({ body, locals }) => ({ body, locals }));
  const read = () => {
    const from = parseWhole(declarations, file);
    const { exports } = from[0]!.symbol;
    for (const one of exports!.values()) Object.assign(one, { parent: symbol });
    settle(symbol, { exports });
    for (const [index, module] of declarations.entries()) {
      const { body, locals, flags } = from[index]!;
      keepGlobals(outlines[index]!, from[index]!);
      settle(module, { body: Object.assign(body, { parent: module }), locals, flags });
    }
  };
  defer(symbol, 'exports', () => {
    read();
    return symbol.exports;
  });
  for (const [index, module] of declarations.entries()) {
    defer(module, 'locals', () => {
      read();
      return module.locals;
    });
    defer(module, 'body', () => {
      // A program looks for imports first. Those that it needs are in the outline.
      if (!file.imports) return outlines[index]!.body;
      read();
      return module.body;
    });
  }
}

/** What is in the globals already stays there. */
function keepGlobals(outline: Pick<Module, 'body' | 'locals'>, read: Module): void {
  const known = outline.body.statements.filter(isGlobal);
  const statements = read.body
    .statements as ts.NodeArray<ts.Statement> as readonly ts.Statement[] as ts.Statement[];
  for (const [index, statement] of statements.entries()) {
    const kept = isGlobal(statement) ? known.shift() : undefined;
    if (!kept) continue;
    // In the outline nothing stands before it.
    const { pos } = statement;
    Object.assign(kept.name, { pos });
    statements[index] = Object.assign(kept, { pos, parent: read.body });
  }
  const globals = outline.locals.get(globalName);
  if (globals) read.locals.set(globalName, globals);
}

const globalName = '__global' as ts.__String;

const isGlobal = (statement: ts.Statement): statement is ts.ModuleDeclaration =>
  ts.isModuleDeclaration(statement) && (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;

/** Until somebody asks. */
function defer<Owner extends object, Key extends keyof Owner>(
  owner: Owner,
  key: Key,
  get: () => Owner[Key],
): void {
  Object.defineProperty(owner, key, { get, enumerable: true, configurable: true });
}

function settle(owner: object, values: { readonly [key: string]: unknown }): void {
  for (const [key, value] of Object.entries(values))
    Object.defineProperty(owner, key, { value, writable: true, enumerable: true, configurable: true });
}
