// Node declares a hundred modules, of which a notebook uses few: the body of one is parsed when somebody looks into it.
// Rule: whoever goes through the tree or asks a symbol finds what TypeScript makes of the whole text, at the same places.
import ts from 'typescript';
import { cut, type Excerpt, parseExcerpt, putInPlace } from './excerpts';

/** What is not in TypeScript's declarations. */
interface Internals {
  bindSourceFile?(file: ts.SourceFile, options: ts.CompilerOptions): void;
}

const { bindSourceFile } = ts as Internals;

/** In declarations no option makes a difference. */
const bind = (file: ts.SourceFile): void => bindSourceFile?.(file, {});

interface File extends ts.SourceFile {
  /** There once a program has looked for what the file imports. */
  readonly imports?: readonly ts.Node[];
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
}

/** Shorter ones are not worth it. */
const shortest = 1000;

/**
 * @param text a script of declarations which are indented inside of blocks
 * @returns nothing where there is nothing to leave out
 */
export function outline(text: string): Outlined | undefined {
  if (!bindSourceFile) return undefined;
  const found = [...text.matchAll(/^declare module "([^"]+)" \{$/gm)];
  const declared = new Set(found.map(([, name]) => name!));
  const modules = new Set<string>();
  const parts: (string | number)[] = [];
  let done = 0;
  for (const { 0: head, 1: name, index } of found) {
    const start = index + head.length;
    const end = text.indexOf('\n}', start);
    const body = end - start < shortest ? undefined : outlineOf(text.slice(start, end), declared);
    if (!body) continue;
    modules.add(name!);
    parts.push(text.slice(done, start), ...body);
    done = end;
  }
  return modules.size > 0 ? { text, outline: cut([...parts, text.slice(done)]), modules } : undefined;
}

/**
 * Of a body: what it adds to the globals, which is there for everybody, what it imports from somewhere else, and whether it says
 * what it exports.
 * @returns nothing where the globals rest on what would be left out
 */
function outlineOf(body: string, declared: ReadonlySet<string>): (string | number)[] | undefined {
  const { 0: global = '', index = 0 } = /^ +global \{\n[\s\S]*?^ {4}\}/m.exec(body) ?? {};
  if (/\bexport \{/.test(global)) return undefined;
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
export function complete(file: File, { text, outline, modules }: Outlined): void {
  file.text = text;
  putInPlace(file, outline);
  bind(file);
  const byName = new Map<string, Module[]>();
  for (const statement of file.statements) {
    if (!ts.isModuleDeclaration(statement) || !modules.has(statement.name.text)) continue;
    const known = byName.get(statement.name.text);
    if (known) known.push(statement as Module);
    else byName.set(statement.name.text, [statement as Module]);
  }
  for (const declarations of byName.values()) leaveOpen(declarations, file);
}

/** @param declarations those of one module */
function leaveOpen(declarations: readonly Module[], file: File): void {
  const { symbol } = declarations[0]!;
  const outlines = declarations.map(({ body, locals }) => ({ body, locals }));
  const read = () => {
    const parsed = parseExcerpt(file, declarations, ts.JSDocParsingMode.ParseNone);
    bind(parsed);
    const from = parsed.statements as readonly ts.Statement[] as readonly Module[];
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
  const known = outline.body.statements.find(isGlobal);
  const statements = read.body
    .statements as ts.NodeArray<ts.Statement> as readonly ts.Statement[] as ts.Statement[];
  const index = statements.findIndex(isGlobal);
  if (!known || index < 0) return;
  // In the outline nothing stands before it.
  const { pos } = statements[index]!;
  Object.assign(known.name, { pos });
  statements[index] = Object.assign(known, { pos, parent: read.body });
  read.locals.set(globalName, outline.locals.get(globalName)!);
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
