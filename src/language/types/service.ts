// TypeScript's language service over the notebook: one module at a time is in its sights, with what that one mentions.
// Rule: what a question costs depends on the cell it is about and on what that cell mentions, never on how many cells there are.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { globalsSource } from '../../globals/cells';
import { type CellModule, cellPrefix, currentName, type Notebook } from '../notebook/cells';
import { assetType, assetTypes } from './assets';
import { NodeTypes, rareModules } from './node';
import { createRegistry } from './registry';
import { type FinderOptions, isPackaged, libraries, ModuleFinder, slashed } from './resolution';
import { signatureOf } from './signature';

/** The file that declares what the kernel adds to the globals. */
export const globalsName = 'tskernel-globals.d.ts';

export interface ServiceOptions extends FinderOptions {
  readonly directory: string;
  readonly notebook: Notebook;
  /** Files of the project that declare something for everybody. */
  readonly declarations: readonly string[];
  /** Asked often while TypeScript works; true stops it with `ts.OperationCanceledException`. */
  isCancelled(): boolean;
}

/** A text that the service is looking at, ready for questions. */
export interface Focus {
  readonly service: ts.LanguageService;
  readonly program: ts.Program;
  readonly file: ts.SourceFile;
}

interface FixedFile {
  readonly version: string;
  readonly snapshot: ts.IScriptSnapshot;
}

export class TypeService {
  readonly #options: ServiceOptions;
  readonly #host: ts.LanguageServiceHost;
  readonly #registry = createRegistry();
  readonly #service: ts.LanguageService;
  readonly #files = new Map<string, FixedFile>();
  readonly #finder: ModuleFinder;
  readonly #packages: ts.ModuleResolutionCache;
  readonly #nodeTypes: NodeTypes;
  readonly #globals: string;
  readonly #paths: { readonly ts: string; readonly tsx: string };
  readonly #declarations = new Map<CellModule, string>();
  #opened: readonly CellModule[] = [];
  /** Counts up where something may have changed, so that within one question TypeScript need not look. */
  #state = 0;
  #current = { text: 'export {};', jsx: false, version: 0 };
  #snapshot = ts.ScriptSnapshot.fromString(this.#current.text);

  constructor(options: ServiceOptions) {
    this.#options = { ...options, directory: slashed(options.directory) };
    const { directory } = this.#options;
    this.#paths = { ts: join(directory, `${currentName}.ts`), tsx: join(directory, `${currentName}.tsx`) };
    this.#globals = join(directory, globalsName);
    this.#files.set(this.#globals, { version: '1', snapshot: ts.ScriptSnapshot.fromString(globalsSource) });
    for (const [type, text] of Object.entries(assetTypes)) {
      this.#files.set(this.#assetPath(type), { version: '1', snapshot: ts.ScriptSnapshot.fromString(text) });
    }
    this.#packages = ts.createModuleResolutionCache(directory, (path) => path, options.compilerOptions);
    this.#host = this.#createHost();
    this.#finder = new ModuleFinder(this.#options, this.#host);
    this.#nodeTypes = new NodeTypes(this.#finder.ownNodeTypes);
    this.#service = ts.createLanguageService(this.#host, this.#registry);
  }

  /** Packages were installed or removed: what was read of them is read again. */
  packagesChanged(): void {
    this.#finder.clear();
    this.#packages.clear();
    for (const path of this.#files.keys()) {
      const isOwn = path.startsWith(libraries) || this.#nodeTypes.has(path);
      if (path.includes('/node_modules/') && !isOwn) this.#files.delete(path);
    }
  }

  /**
   * Makes a text the one that questions are about.
   * @throws ts.OperationCanceledException when something else comes first
   */
  focus(text: string, jsx: boolean): Focus {
    this.checkCancelled();
    this.#state++;
    if (this.#current.text !== text || this.#current.jsx !== jsx) {
      this.#current = { text, jsx, version: this.#current.version + 1 };
      this.#snapshot = ts.ScriptSnapshot.fromString(text);
    }
    const program = this.#service.getProgram()!;
    this.checkCancelled();
    return { service: this.#service, program, file: program.getSourceFile(this.#currentPath)! };
  }

  /** To be called between two pieces of work; TypeScript looks for itself only while it checks. */
  checkCancelled(): void {
    if (this.#options.isCancelled()) throw new ts.OperationCanceledException();
  }

  /** Takes cells in sight, so that one program serves for all of them. */
  open(cells: readonly CellModule[]): void {
    this.#state++;
    this.#opened = cells;
  }

  /**
   * A cell that is open.
   * @throws ts.OperationCanceledException when something else comes first
   */
  focusCell(cell: CellModule): Focus {
    const program = this.#service.getProgram()!;
    this.checkCancelled();
    return { service: this.#service, program, file: program.getSourceFile(this.#pathOf(cell))! };
  }

  /**
   * Writes down what the types of an open cell came to. Once it is closed this stands for the module: it says the same
   * to others and is cheap to look into. A cell whose types cannot be written down stays as it is.
   */
  freeze(cell: CellModule): void {
    if (cell.outline.changesGlobals) return;
    const { service, program, file } = this.focusCell(cell);
    cell.signatures = signaturesOf(file, program.getTypeChecker(), cell);
    const output = service.getEmitOutput(file.fileName, true, true);
    // The language service hands the problems over, but the declarations do not say so.
    const { diagnostics = [] } = output as { diagnostics?: readonly ts.Diagnostic[] };
    const [declarations] = output.outputFiles;
    // Declarations leave the attributes of imports out.
    if (file.statements.some((statement) => assetType(statement) !== undefined)) return;
    if (declarations && diagnostics.length === 0) this.#declarations.set(cell, declarations.text);
  }

  close(): void {
    for (const [cell, text] of this.#declarations) cell.frozen = text;
    this.#declarations.clear();
    this.#state++;
    this.#opened = [];
  }

  /**
   * Reads and parses what every program needs, one file a step, so that the first question does not take a second.
   * To be resumed while there is nothing better to do.
   */
  *warmUp(): Generator<void> {
    const { compilerOptions } = this.#options;
    const directory = dirname(this.#host.getDefaultLibFileName(compilerOptions));
    const pending = (compilerOptions.lib ?? [ts.getDefaultLibFileName(compilerOptions)]).map((name) =>
      join(directory, name),
    );
    const node = this.#finder.findTypes('node', this.#currentPath).resolvedTypeReferenceDirective;
    if (node?.resolvedFileName) pending.push(node.resolvedFileName);
    const seen = new Set(pending);
    for (const path of pending) {
      const snapshot = this.#host.getScriptSnapshot(path);
      if (!snapshot) continue;
      const version = this.#host.getScriptVersion(path);
      const file = this.#registry.acquireDocument(path, this.#host, snapshot, version, ts.ScriptKind.TS);
      const more = [
        ...file.libReferenceDirectives.map(({ fileName }) => join(directory, `lib.${fileName}.d.ts`)),
        ...file.referencedFiles.map(({ fileName }) => join(dirname(path), fileName)),
      ];
      for (const next of more) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
      yield;
      bind(file, compilerOptions);
      yield;
    }
    this.focus(this.#current.text, false);
  }

  /** What an import of a module of Node can say beyond what TypeScript lists: types that have not been read. */
  get rareModules(): readonly string[] {
    return this.#usesOwnTypes ? [...rareModules] : [];
  }

  get #currentPath(): string {
    return this.#current.jsx ? this.#paths.tsx : this.#paths.ts;
  }

  #createHost(): ts.LanguageServiceHost {
    const { directory, compilerOptions, notebook } = this.#options;
    // These are not in TypeScript's declarations.
    const more = {
      // Without it each program reads the package.json of every file again.
      getModuleResolutionCache: () => this.#packages,
      // A module that is not frozen may have been resolved to others that are by now.
      hasInvalidatedResolutions: (path: string) => {
        const cell = this.#cellAt(path);
        return cell !== undefined && cell.frozen === undefined;
      },
    };
    return {
      ...more,
      getCompilationSettings: () => compilerOptions,
      getProjectVersion: () => String(this.#state),
      getScriptFileNames: () => [
        this.#globals,
        ...this.#options.declarations,
        this.#currentPath,
        ...new Set([...notebook.global, ...this.#opened].map((cell) => this.#pathOf(cell))),
        ...(this.#namesBuiltins ? this.#nodeTypes.rare : []),
      ],
      getScriptVersion: (path) => this.#versionOf(path),
      getScriptSnapshot: (path) => this.#snapshotOf(path),
      getCurrentDirectory: () => directory,
      getDefaultLibFileName: (options) => slashed(ts.getDefaultLibFilePath(options)),
      getCancellationToken: () => ({ isCancellationRequested: () => this.#options.isCancelled() }),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
      resolveModuleNameLiterals: (literals, containing, _redirect, options, file) =>
        literals.map(
          (literal) =>
            this.#findCell(literal.text) ??
            this.#findAsset(literal) ??
            this.#findRare(literal.text, containing) ??
            this.#finder.findModule(
              literal.text,
              containing,
              ts.getModeForUsageLocation(file, literal, options),
            ),
        ),
      resolveTypeReferenceDirectiveReferences: (references, containing) =>
        references.map((reference) =>
          this.#finder.findTypes(typeof reference === 'string' ? reference : reference.fileName, containing),
        ),
    };
  }

  #findCell(specifier: string): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    if (!specifier.startsWith(`./${cellPrefix}`)) return undefined;
    const cell = this.#options.notebook.find(specifier.slice(2));
    if (!cell) return undefined;
    const resolvedFileName = this.#pathOf(cell);
    const extension = resolvedFileName.slice(
      resolvedFileName.indexOf('.', resolvedFileName.lastIndexOf('/')),
    );
    return declaredIn(resolvedFileName, extension);
  }

  #assetPath(type: string): string {
    return join(this.#options.directory, `tskernel-${type}.d.ts`);
  }

  #findAsset(literal: ts.StringLiteralLike): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    const type = assetType(literal.parent);
    return type === undefined ? undefined : declaredIn(this.#assetPath(type));
  }

  #findRare(specifier: string, containing: string): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    const path = this.#nodeTypes.find(specifier, containing);
    return path !== undefined && this.#usesOwnTypes ? declaredIn(path) : undefined;
  }

  /** The notebook has no @types/node of its own. */
  get #usesOwnTypes(): boolean {
    const found = this.#finder.findTypes('node', this.#currentPath).resolvedTypeReferenceDirective;
    return found?.resolvedFileName !== undefined && this.#nodeTypes.has(found.resolvedFileName);
  }

  /** Something in sight calls `process.getBuiltinModule`, which has the types of all modules. */
  get #namesBuiltins(): boolean {
    const texts = [this.#current, ...this.#options.notebook.global, ...this.#opened];
    return texts.some(({ text }) => text.includes('getBuiltinModule')) && this.#usesOwnTypes;
  }

  #pathOf(cell: CellModule): string {
    const extension = cell.frozen !== undefined ? 'd.ts' : cell.outline.jsx ? 'tsx' : 'ts';
    return join(this.#options.directory, `${cell.name}.${extension}`);
  }

  /** The cell whose module stands at a path, if it is one. */
  #cellAt(path: string): CellModule | undefined {
    const start = path.lastIndexOf('/') + 1;
    if (!path.startsWith(cellPrefix, start)) return undefined;
    return this.#options.notebook.find(path.slice(start, path.indexOf('.', start)));
  }

  #versionOf(path: string): string {
    if (path === this.#currentPath) return String(this.#current.version);
    const known = this.#files.get(path);
    if (known) return known.version;
    if (this.#cellAt(path)) return '1';
    return versionOnDisk(path);
  }

  #snapshotOf(path: string): ts.IScriptSnapshot | undefined {
    if (path === this.#currentPath) return this.#snapshot;
    const cell = this.#cellAt(path);
    if (cell) return ts.ScriptSnapshot.fromString(path.endsWith('.d.ts') ? cell.frozen! : cell.text);
    const known = this.#files.get(path);
    if (known) return known.snapshot;
    try {
      const text = this.#nodeTypes.textOf(path) ?? readFileSync(path, 'utf8');
      const snapshot = ts.ScriptSnapshot.fromString(text);
      // What packages are made of does not change under us; the user's own files may, at any time.
      if (isPackaged(path)) this.#files.set(path, { version: versionOnDisk(path), snapshot });
      return snapshot;
    } catch {
      return undefined;
    }
  }
}

/** When a file was changed last; empty if there is none. */
const versionOnDisk = (path: string): string =>
  String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '');

/** A module that was found. Where it was looked for in vain is nobody's concern. */
const declaredIn = (resolvedFileName: string, extension = '.d.ts') =>
  ({ resolvedModule: { resolvedFileName, extension } }) as ts.ResolvedModuleWithFailedLookupLocations;

function signaturesOf(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  { outline }: CellModule,
): Map<string, string> {
  const signatures = new Map<string, string>();
  const module = checker.getSymbolAtLocation(file);
  for (const symbol of module ? checker.getExportsOfModule(module) : []) {
    const text = outline.values.has(symbol.name) && signatureOf(symbol, checker, file);
    if (text) signatures.set(symbol.name, text);
  }
  return signatures;
}

/** Binding is a part of what makes the first question slow; TypeScript does it by itself where it cannot be done ahead. */
function bind(file: ts.SourceFile, options: ts.CompilerOptions): void {
  const { bindSourceFile } = ts as {
    bindSourceFile?(file: ts.SourceFile, options: ts.CompilerOptions): void;
  };
  bindSourceFile?.(file, options);
}
