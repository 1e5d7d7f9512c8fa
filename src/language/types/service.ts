// TypeScript's language service over the notebook: its program has the modules that are open, and what they import.
// Rule: the cost of a request depends on its cell and on what that cell imports, never on the number of cells.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import ts from 'typescript';
import { globalsSource } from '../../globals';
import { isPackaged } from '../../system/lookup';
import { joinSlashed, slashed } from '../../text/slashed';
import {
  type CellInProgress,
  type CellModule,
  cellPrefix,
  currentName,
  isMade,
  valuePrefix,
} from '../notebook/module';
import { assetType, assetTypes } from './assets';
import { bind } from './binding';
import { DraftProgram } from './drafts';
import { type Hole, holesOf } from './holes';
import { Importable } from './imports';
import { type Joined, join, nameOf } from './joined';
import { NodeTypes } from './node';
import { createRegistry } from './registry';
import { type FinderOptions, isLibrary, libraries, ModuleFinder } from './resolution';
import { signaturesOf } from './signature';

/** The file that declares what the kernel adds to the globals. */
export const globalsName = 'tskernel-globals.d.ts';

/** The modules of cells, as far as TypeScript asks for them. */
export interface Modules {
  /** @param name as other modules import it */
  find(name: string): CellModule | undefined;
  /** Those that augment the globals: every program includes them. */
  readonly global: readonly CellModule[];
  /** The text of a module that has the type of a value. */
  findValue(module: string): string | undefined;
}

export interface ServiceOptions extends FinderOptions {
  readonly directory: string;
  readonly notebook: Modules;
  /** Declaration files of the project, part of every program. */
  readonly declarations: readonly string[];
  /** Where parsed files are kept; one of its own when absent. */
  readonly registry?: ts.DocumentRegistry;
  /** What is known of the values of cells that were frozen elsewhere. */
  readonly holes?: Iterable<readonly [CellModule, ReadonlyMap<string, Hole>]>;
  /** Completions offer what could be imported, with the import. */
  readonly offersImports?: boolean;
  /** TypeScript polls it; true cancels with `ts.OperationCanceledException`. */
  isCancelled(): boolean;
}

/** A module that is open for requests. */
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
  readonly #registry: ts.DocumentRegistry;
  readonly #service: ts.LanguageService;
  readonly #files = new Map<string, FixedFile>();
  readonly #finder: ModuleFinder;
  readonly #packages: ts.ModuleResolutionCache;
  readonly #nodeTypes: NodeTypes;
  readonly #importable: Importable | undefined;
  readonly #globals: string;
  readonly #paths: { readonly ts: string; readonly tsx: string };
  readonly #declarations = new Map<CellModule, string>();
  readonly #holes: WeakMap<CellModule, ReadonlyMap<string, Hole>>;
  /** What each import of a library means. With the first program of a cell TypeScript asks for all of them again. */
  #importsOfLibraries = new WeakMap<ts.StringLiteralLike, ts.ResolvedModuleWithFailedLookupLocations>();
  #opened: ReadonlySet<CellModule> = new Set();
  /** The libraries of every program are joined. */
  #isJoined = false;
  #compilerOptions: ts.CompilerOptions;
  /** Modules may be found elsewhere since the last program. */
  #isMoved = true;
  /** Incremented when a file may have changed; within one request TypeScript need not check again. */
  #state = 0;
  #current = { text: 'export {};', jsx: false, version: 0 };
  /** The files of libraries that every program has, once they have been read. */
  #everywhere: ReadonlySet<string> = new Set();
  /** The program of the source that was edited last, while another one may take its place there. */
  #draft: DraftProgram | undefined;
  #snapshot = ts.ScriptSnapshot.fromString(this.#current.text);

  constructor(options: ServiceOptions) {
    this.#options = { ...options, directory: slashed(options.directory) };
    this.#compilerOptions = options.compilerOptions;
    this.#holes = new WeakMap(options.holes);
    const { directory } = this.#options;
    // Others that share the files must not take this one's text for theirs.
    const name = `${currentName}-${randomBytes(4).toString('hex')}`;
    this.#paths = { ts: joinSlashed(directory, `${name}.ts`), tsx: joinSlashed(directory, `${name}.tsx`) };
    this.#globals = joinSlashed(directory, globalsName);
    this.#files.set(this.#globals, { version: '1', snapshot: ts.ScriptSnapshot.fromString(globalsSource) });
    for (const [type, text] of Object.entries(assetTypes)) {
      this.#files.set(this.#assetPath(type), { version: '1', snapshot: ts.ScriptSnapshot.fromString(text) });
    }
    this.#packages = ts.createModuleResolutionCache(directory, (path) => path, options.compilerOptions);
    this.#host = this.#createHost();
    this.#finder = new ModuleFinder(this.#options, this.#host);
    this.#nodeTypes = new NodeTypes(this.#finder.ownNodeTypes);
    this.#registry = options.registry ?? createRegistry();
    this.#service = ts.createLanguageService(this.#host, this.#registry);
    if (options.offersImports) {
      const current = () => this.#service.getProgram();
      const { project } = options;
      this.#importable = new Importable(directory, project, this.#host, this.#registry, current);
    }
  }

  /** Packages were installed or removed: their files are read again. */
  packagesChanged(): void {
    this.#draft = undefined;
    this.#finder.clear();
    this.#packages.clear();
    this.#importable?.clear();
    this.#importsOfLibraries = new WeakMap();
    for (const path of this.#files.keys()) {
      const isOwn = path.startsWith(libraries) || this.#nodeTypes.has(path);
      if (isPackaged(path) && !isOwn) this.#files.delete(path);
    }
    this.#isJoined = false;
  }

  /** Reads the libraries of every program as few files. */
  #join(): void {
    if (this.#isJoined) return;
    this.#isJoined = true;
    const read = (path: string) => this.#read(path);
    const { lib } = this.#options.compilerOptions;
    if (lib) {
      const joined = join(
        lib.map((name) => joinSlashed(libraries, name)),
        read,
      );
      const name = nameOf(joined);
      this.#compilerOptions = { ...this.#options.compilerOptions, lib: [name] };
      this.#addJoined(joinSlashed(libraries, name), '1', joined);
    }
    const node = this.#finder.findTypes('node', this.#currentPath).resolvedTypeReferenceDirective;
    if (!node?.resolvedFileName) return;
    const path = node.resolvedFileName;
    this.#addJoined(path, versionOnDisk(path), join([path], read));
  }

  #addJoined(path: string, version: string, { text, members }: Joined): void {
    for (const member of members) this.#files.set(member, { version: 'joined', snapshot: empty });
    this.#files.set(path, { version, snapshot: ts.ScriptSnapshot.fromString(text) });
  }

  /**
   * Opens a module for requests.
   * @throws ts.OperationCanceledException when a cell waits to be compiled
   */
  focus(text: string, jsx: boolean): Focus {
    this.checkCancelled();
    this.#moveOn();
    this.#edit(text, jsx);
    return this.#focusOn(this.#currentPath);
  }

  /** @returns whether it is another text */
  #edit(text: string, jsx: boolean): boolean {
    if (this.#current.text === text && this.#current.jsx === jsx) return false;
    this.#current = { text, jsx, version: this.#current.version + 1 };
    this.#snapshot = ts.ScriptSnapshot.fromString(text);
    return true;
  }

  /**
   * Opens a source that is being edited. Not to be checked: what the checker has found in sources before this one counts as well.
   * @throws ts.OperationCanceledException when a cell waits to be compiled
   */
  focusDraft(draft: CellInProgress): Focus {
    this.checkCancelled();
    const known = this.#draft;
    if (known?.takes(draft) && known.files.state === this.#stateOf(known.files.others)) {
      if (this.#edit(draft.text, false))
        known.take(draft, this.#snapshot, this.#versionOf(this.#currentPath));
      return { service: this.#service, program: known.program, file: known.file };
    }
    const focus = this.focus(draft.text, draft.outline.jsx);
    const others = pathsOf(focus.program).filter((path) => !isMade(path) && !this.#everywhere.has(path));
    this.#draft = DraftProgram.of(focus, draft, { others, state: this.#stateOf(others) });
    return focus;
  }

  /** What a program has of files, as far as it may change: those that it begins with, and the versions of those that it finds. */
  #stateOf(others: readonly string[]): string {
    return [...this.#host.getScriptFileNames(), ...others.map((path) => this.#versionOf(path))].join('\n');
  }

  #isCancelled(): boolean {
    if (!this.#options.isCancelled()) return false;
    // A checker that is interrupted has not come to the end of what it was at.
    this.#draft = undefined;
    return true;
  }

  /** Call it between two pieces of work; TypeScript itself polls only while it checks. */
  checkCancelled(): void {
    if (this.#isCancelled()) throw new ts.OperationCanceledException();
  }

  /** Opens several cells, so that one program serves all of them: as their source, also if they are frozen. */
  open(cells: Iterable<CellModule>): void {
    this.#moveOn();
    this.#isMoved = true;
    this.#opened = new Set(cells);
  }

  /** Files of the user may have changed on disk since the last request. */
  refresh(): void {
    this.#moveOn();
  }

  #moveOn(): void {
    this.#state++;
    this.#draft = undefined;
  }

  /**
   * Returns a cell that is open.
   * @throws ts.OperationCanceledException when a cell waits to be compiled
   */
  focusCell(cell: CellModule): Focus {
    return this.#focusOn(this.#pathOf(cell));
  }

  #focusOn(path: string): Focus {
    this.#join();
    const program = this.#service.getProgram()!;
    this.#isMoved = false;
    this.checkCancelled();
    return { service: this.#service, program, file: program.getSourceFile(path)! };
  }

  /**
   * Freezes an open cell: emits its declarations, which replace the module once it is closed. They mean the same to other
   * cells and are cheap to check. A cell whose declarations cannot be emitted keeps its text.
   */
  freeze(cell: CellModule): void {
    const { program, file } = this.focusCell(cell);
    const checker = program.getTypeChecker();
    this.#holes.set(cell, holesOf(file, checker, cell));
    if (cell.outline.changesGlobals) return;
    cell.signatures = signaturesOf(file, checker, cell);
    const declarations = this.declarationsOf(cell);
    if (declarations !== undefined) this.#declarations.set(cell, declarations);
  }

  /** The declarations of an open cell, which can stand for its module; nothing if they cannot be emitted. */
  declarationsOf(cell: CellModule): string | undefined {
    if (cell.outline.changesGlobals) return undefined;
    const { service, file } = this.focusCell(cell);
    const output = service.getEmitOutput(file.fileName, true, true);
    // The language service hands the problems over, but the declarations do not say so.
    const { diagnostics = [] } = output as { diagnostics?: readonly ts.Diagnostic[] };
    const [declarations] = output.outputFiles;
    // Declarations leave the attributes of imports out.
    if (file.statements.some((statement) => assetType(statement) !== undefined)) return undefined;
    return diagnostics.length === 0 ? declarations?.text : undefined;
  }

  /** The values of a cell whose types say nothing, or not all; known once it is frozen. */
  holesOf(cell: CellModule): ReadonlyMap<string, Hole> {
    return this.#holes.get(cell) ?? new Map();
  }

  /** Gives back the files that were parsed, which others may share. Nothing can be asked afterwards. */
  dispose(): void {
    this.#service.dispose();
  }

  close(): void {
    for (const [cell, text] of this.#declarations) cell.frozen = text;
    this.#declarations.clear();
    this.open([]);
  }

  /**
   * Reads and parses the files of every program, one a step, so that the first request does not take a second. Resume it
   * while the worker is idle.
   */
  *warmUp(): Generator<void> {
    this.#join();
    const compilerOptions = this.#compilerOptions;
    const directory = dirname(this.#host.getDefaultLibFileName(compilerOptions));
    const pending = (compilerOptions.lib ?? [ts.getDefaultLibFileName(compilerOptions)]).map((name) =>
      joinSlashed(directory, name),
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
        ...file.libReferenceDirectives.map(({ fileName }) => joinSlashed(directory, `lib.${fileName}.d.ts`)),
        ...file.referencedFiles.map(({ fileName }) => joinSlashed(dirname(path), fileName)),
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
    const { program } = this.focus(this.#current.text, false);
    this.#everywhere = new Set(pathsOf(program).filter(isLibrary));
  }

  get #currentPath(): string {
    return this.#current.jsx ? this.#paths.tsx : this.#paths.ts;
  }

  #createHost(): ts.LanguageServiceHost {
    const { directory, notebook } = this.#options;
    // These are not in TypeScript's declarations.
    const more = {
      getPackageJsonAutoImportProvider: () => this.#importable?.getPackageJsonAutoImportProvider(),
      getCachedExportInfoMap: () => this.#importable?.getCachedExportInfoMap(),
      // Without this, each program reads the package.json of every file again.
      getModuleResolutionCache: () => this.#packages,
      // A module may import others that have been frozen, or opened, since.
      hasInvalidatedResolutions: (path: string) => {
        const cell = this.#isMoved ? this.cellAt(path) : undefined;
        return cell !== undefined && (cell.frozen === undefined || cell.version !== undefined);
      },
    };
    return {
      ...more,
      getCompilationSettings: () => this.#compilerOptions,
      getProjectVersion: () => String(this.#state),
      getScriptFileNames: () => [
        this.#globals,
        ...this.#options.declarations,
        this.#currentPath,
        ...new Set([...notebook.global, ...this.#opened].map((cell) => this.#pathOf(cell))),
      ],
      getScriptVersion: (path) => this.#versionOf(path),
      getScriptSnapshot: (path) => this.#snapshotOf(path),
      getCurrentDirectory: () => directory,
      getDefaultLibFileName: (options) => slashed(ts.getDefaultLibFilePath(options)),
      getCancellationToken: () => ({ isCancellationRequested: () => this.#isCancelled() }),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
      resolveModuleNameLiterals: (literals, containing, _redirect, options, file) =>
        literals.map((literal) => {
          const known = this.#importsOfLibraries.get(literal);
          if (known) return known;
          const mode = ts.getModeForUsageLocation(file, literal, options);
          const found = this.#findImported(literal, containing, mode);
          if (isLibrary(containing)) this.#importsOfLibraries.set(literal, found);
          return found;
        }),
      resolveTypeReferenceDirectiveReferences: (references, containing) =>
        references.map((reference) =>
          this.#finder.findTypes(typeof reference === 'string' ? reference : reference.fileName, containing),
        ),
    };
  }

  #findImported(
    literal: ts.StringLiteralLike,
    containing: string,
    mode: ts.ResolutionMode,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    return (
      this.#findCell(literal.text) ??
      this.#findValue(literal.text) ??
      this.#findAsset(literal) ??
      this.#findFetch(literal.text, containing, mode) ??
      this.#finder.findModule(literal.text, containing, mode)
    );
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

  #findValue(specifier: string): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    if (!specifier.startsWith(`./${valuePrefix}`)) return undefined;
    const name = specifier.slice(2);
    if (this.#options.notebook.findValue(name) === undefined) return undefined;
    return declaredIn(joinSlashed(this.#options.directory, `${name}.d.ts`));
  }

  /** The text of the module of a value that has this path, if any. */
  #valueAt(path: string): string | undefined {
    const start = path.lastIndexOf('/') + 1;
    if (!path.startsWith(valuePrefix, start)) return undefined;
    return this.#options.notebook.findValue(path.slice(start, path.indexOf('.', start)));
  }

  #assetPath(type: string): string {
    return joinSlashed(this.#options.directory, `tskernel-${type}.d.ts`);
  }

  #findAsset(literal: ts.StringLiteralLike): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    const type = assetType(literal.parent);
    return type === undefined ? undefined : declaredIn(this.#assetPath(type));
  }

  #findFetch(specifier: string, containing: string, mode: ts.ResolutionMode) {
    if (specifier !== 'undici-types' || !this.#nodeTypes.has(containing)) return undefined;
    const { resolvedModule } = this.#finder.findModule(specifier, containing, mode);
    return resolvedModule && declaredIn(this.#nodeTypes.fetchOf(resolvedModule.resolvedFileName));
  }

  #pathOf(cell: CellModule): string {
    const isFrozen = cell.frozen !== undefined && !this.#opened.has(cell);
    const extension = isFrozen ? 'd.ts' : cell.outline.jsx ? 'tsx' : 'ts';
    return joinSlashed(this.#options.directory, `${cell.name}.${extension}`);
  }

  /** The cell whose module has this path, if any. */
  cellAt(path: string): CellModule | undefined {
    const start = path.lastIndexOf('/') + 1;
    if (!path.startsWith(cellPrefix, start)) return undefined;
    return this.#options.notebook.find(path.slice(start, path.indexOf('.', start)));
  }

  #versionOf(path: string): string {
    if (path === this.#currentPath) return String(this.#current.version);
    const known = this.#files.get(path);
    if (known) return known.version;
    const cell = this.cellAt(path);
    if (cell || this.#valueAt(path) !== undefined) return cell?.version ?? '1';
    return versionOnDisk(path);
  }

  #snapshotOf(path: string): ts.IScriptSnapshot | undefined {
    if (path === this.#currentPath) return this.#snapshot;
    const cell = this.cellAt(path);
    if (cell) return ts.ScriptSnapshot.fromString(path.endsWith('.d.ts') ? cell.frozen! : cell.text);
    const value = this.#valueAt(path);
    if (value !== undefined) return ts.ScriptSnapshot.fromString(value);
    const known = this.#files.get(path);
    if (known) return known.snapshot;
    const text = this.#read(path);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    // Files of packages are taken as unchanging; the user's own files may change at any time.
    if (isLibrary(path)) this.#files.set(path, { version: versionOnDisk(path), snapshot });
    return snapshot;
  }

  #read(path: string): string | undefined {
    try {
      return this.#nodeTypes.textOf(path) ?? readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  }
}

/** The text of a file that was joined to another. */
const empty = ts.ScriptSnapshot.fromString('');

const pathsOf = (program: ts.Program): string[] => program.getSourceFiles().map(({ fileName }) => fileName);

/** The version of a file by its modification time; empty if it does not exist. */
const versionOnDisk = (path: string): string =>
  String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '');

/** A resolved module without the list of failed look-ups, which would take memory. */
const declaredIn = (resolvedFileName: string, extension = '.d.ts') =>
  ({ resolvedModule: { resolvedFileName, extension } }) as ts.ResolvedModuleWithFailedLookupLocations;
