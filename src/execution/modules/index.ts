// How a cell's modules are found: everything resolves from the notebook's directory, by Node's own loaders.
// Rule: the engine's bundle never appears as a parent of the user's modules.
import { existsSync } from 'node:fs';
import NodeModule, { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { CompiledCell, ImportDeclaration } from '../../compile/types';
import { isInstalled } from '../../system/lookup';
import { isBare, packageOf, parseNpm, withoutNpm } from '../../text/specifiers';
import type { Explanation } from './explanation';
import { withoutVersion } from './graph';
import { metaQuery } from './hooks';
import { createImport, type DynamicImport, type Namespace } from './importer';
import { installLoader, type Loader } from './loader';
import { explainMissing, missingExport, notInstalled } from './missing';
import { isSatisfied } from './packages';
import { plotPackage, withDocument } from './plot';
import { RequiredModules } from './required';
import { renewTranslator } from './translator';

export interface ModulesOptions {
  /** Where the notebook lives. */
  readonly directory: string;
  /** The kernel's own project for that directory, where packages are looked for last; it need not exist. */
  readonly project: string | undefined;
  /** A module that the kernel has for cells, wherever else there is one of its name. */
  standIn(specifier: string): object | undefined;
  /** Installs packages for the cell that runs. */
  install(packages: readonly string[]): Promise<void>;
  /** Does what an interrupt must not cut off. */
  shelter<T>(work: () => Promise<T>): Promise<T>;
}

/** A module that is being loaded, or was when the cell that runs began. */
interface Loading {
  /** What `import()` gave, if it came to that. */
  module?: unknown;
  /** In nanoseconds. */
  readonly since: bigint;
  /** Unknown for what a cell imports by a call; the hooks are there before it does. */
  readonly specifier?: string;
}

export class Modules {
  /** A name in the notebook's directory, for resolution only. */
  readonly parent: string;
  readonly require: NodeJS.Require;
  /** What `module` is to cells, and the main module to whatever they load. */
  readonly main: NodeModule;
  readonly #load: DynamicImport;
  readonly #required = new RequiredModules();
  #loader: Loader | undefined;
  #installing: Promise<Loader | undefined> | undefined;
  #meta: ImportMeta | undefined;
  #autoreload = true;
  #loading: Loading[] = [];
  /** What was cut off before there were hooks, which are needed to load it afresh. */
  readonly #unfinished = new Set<string>();
  /** Whether `npm:` specifiers may install what they name. */
  installsPackages = false;

  constructor(readonly options: ModulesOptions) {
    this.parent = join(options.directory, 'notebook.mts');
    this.main = createMainModule(this.parent, options.directory);
    this.require = createCellRequire(this.parent, options);
    this.#load = createImport(this.parent);
  }

  /**
   * Makes ready what a cell may import.
   * @returns a promise when it has to wait for that
   */
  prepare({ code, imports }: CompiledCell): Promise<unknown> | undefined {
    // A specifier in a variable is not known before the cell runs.
    const named = code.includes('npm:') ? [...code.matchAll(/\bimport\s*\(\s*(["'`])(npm:[^"'`]+)\1/g)] : [];
    const loading = this.#prepareLoader(code, imports);
    if (named.length === 0) return loading;
    const specifiers = named.map((match) => match[2]!);
    return (loading ?? Promise.resolve()).then(() => this.#provide(specifiers));
  }

  #prepareLoader(code: string, imports: readonly ImportDeclaration[]): Promise<unknown> | undefined {
    // A computed specifier may be anything.
    const mayLoad = /\b(?:import|require|__tsk_\.meta)\b/.test(code);
    if (!mayLoad && imports.length === 0) return undefined;
    const { directory } = this.options;
    const needsHooks = mayLoad || this.#unfinished.size > 0;
    if (
      !needsHooks &&
      !this.#loader &&
      imports.every(
        (each) => this.options.standIn(each.specifier) !== undefined || isForNode(each, directory),
      )
    )
      return undefined;
    const stale = this.#autoreload ? [...this.#required.refresh()] : [];
    if (!this.#loader) return this.#install();
    if (stale.length > 0) this.#loader.order({ kind: 'reload', urls: stale.map(urlOf) });
    return undefined;
  }

  /** An interrupt ends the cell that waits for the hooks, not the work: the next cell waits for the same. */
  #install(): Promise<Loader | undefined> {
    if (this.#loader) return Promise.resolve(this.#loader);
    this.#installing ??= this.options
      .shelter(() => this.#installNow())
      .finally(() => {
        this.#installing = undefined;
      });
    return this.#installing;
  }

  async #installNow(): Promise<Loader | undefined> {
    const { directory, project } = this.options;
    const loader = await installLoader(directory, project);
    if (!loader) return undefined;
    if (!this.#autoreload) loader.order({ kind: 'autoreload', on: false });
    const { default: meta } = (await this.#load(`./notebook.mts${metaQuery}`)) as { default: ImportMeta };
    const { resolve } = meta;
    this.#meta = Object.assign(meta, {
      url: pathToFileURL(this.parent).href,
      resolve: (specifier: string) => withoutVersion(resolve(specifier)),
    });
    this.#loader = loader;
    for (const specifier of this.#unfinished)
      loader.order({ kind: 'retry', specifier: withoutNpm(specifier), wasCut: true });
    this.#unfinished.clear();
    return loader;
  }

  /** Whether an import loads again what changed on disk. */
  get autoreload(): boolean {
    return this.#autoreload;
  }
  set autoreload(on: boolean) {
    this.#autoreload = on;
    this.#loader?.order({ kind: 'autoreload', on });
  }

  /**
   * Loads a local module, and what depends on it, again at its next import.
   * @throws Error when there is no such module
   */
  reload(specifier: string): void {
    const path = this.#meta ? fileURLToPath(this.#meta.resolve(specifier)) : this.require.resolve(specifier);
    if (!existsSync(path))
      throw Object.assign(new Error(`Cannot find module '${path}'`), { code: 'MODULE_NOT_FOUND' });
    const stale = this.#required.forget([path]);
    this.#loader?.order({ kind: 'reload', urls: [path, ...stale].map(urlOf) });
  }

  /** Loads all local modules again at their next import. */
  reloadAll(): void {
    this.#required.forgetAll();
    this.#loader?.order({ kind: 'reload' });
  }

  /** Installs missing packages of `npm:` specifiers, where that is allowed. */
  async #provide(specifiers: readonly string[]): Promise<void> {
    const { directory, project } = this.options;
    const places = project === undefined ? [directory] : [directory, project];
    const missing = specifiers.map(parseNpm).filter((wanted) => !isSatisfied(wanted, places));
    if (missing.length === 0) return;
    const names = missing.map(({ wanted }) => wanted);
    if (this.installsPackages) return this.options.install(names);
    throw Object.assign(new Error(`Cannot find package 'npm:${names.join(' ')}'`), { code: notInstalled });
  }

  load(specifier: string, attributes: { readonly [key: string]: string } = {}): Promise<Namespace> {
    const loading = this.beginLoading(specifier);
    const module =
      Object.keys(attributes).length > 0
        ? this.#load(specifier, { with: { ...attributes } })
        : this.#load(specifier);
    loading.module = module;
    return module;
  }

  /** From now on something is being loaded: whoever loads it puts the promise there. */
  beginLoading(specifier?: string): Loading {
    const loading: Loading = { since: now(), ...(specifier !== undefined && { specifier }) };
    this.#loading.push(loading);
    return loading;
  }

  /** What has been loaded when a cell begins, no interrupt of that cell can cut off. */
  forgetLoaded(): void {
    if (this.#loading.length === 0) return;
    const cutOff = this.#loading.find(({ module }) => module && stateOf(module) === 'cut off');
    if (cutOff) this.#loader?.order({ kind: 'unfinished', since: cutOff.since });
    this.#loading = this.#loading.filter(({ module }) => module && stateOf(module) === 'pending');
  }

  /**
   * After an interrupt: what was being loaded will be loaded afresh. V8 keeps a module whose body it has cut off, and gives
   * whoever imports it again a promise that never settles.
   * @param isForced code was cut off
   */
  forgetUnfinished(isForced: boolean): void {
    const unfinished = this.#loading.filter(({ module }) => !module || stateOf(module) !== 'fulfilled');
    if (isForced) this.#required.forgetUnfinished();
    // The work may have been cut off after all, and would never come to its end.
    if (isForced) this.#installing = undefined;
    if (isForced && this.#loader) renewTranslator();
    const [first] = unfinished;
    if (first && this.#loader) this.#loader.order({ kind: 'unfinished', since: first.since });
    else for (const { specifier } of unfinished) if (specifier !== undefined) this.#unfinished.add(specifier);
    // Last: what cuts this off leaves it to the next question.
    this.#loading = [];
  }

  /** Node's own loaders come first, being there already. What they do not find or understand, the hooks may. */
  async #loadDeclared(specifier: string, attributes: { readonly [key: string]: string }): Promise<Namespace> {
    const since = now();
    try {
      return await this.load(specifier, attributes);
    } catch (error) {
      if (error === ofCutOff && this.#loader) {
        this.#loader.order({ kind: 'unfinished', since });
        this.#loading = this.#loading.filter(({ module }) => !module || stateOf(module) !== 'cut off');
        return this.load(specifier, attributes);
      }
      if (this.#loader || !beyondNode.has((error as { code?: unknown } | null)?.code)) throw error;
      const loader = await this.#install();
      if (!loader) throw error;
      loader.order({ kind: 'retry', specifier: withoutNpm(specifier), wasCut: false });
      return this.load(specifier, attributes);
    }
  }

  /** What `import.meta` is in a cell; there once `prepare` is done for a cell that mentions it. */
  get meta(): object {
    return this.#meta ?? { url: pathToFileURL(this.parent).href };
  }

  /** Explains Node's error for a missing module. */
  explain(error: {
    readonly code: unknown;
    readonly message: string;
    readonly input?: unknown;
  }): Explanation | undefined {
    return explainMissing(error, this.options);
  }

  /** A package that wants what only pages have. */
  #completed(specifier: string, namespace: Namespace): Namespace {
    if (withoutNpm(specifier) !== plotPackage) return namespace;
    const { directory, project } = this.options;
    return withDocument(namespace, project === undefined ? [directory] : [directory, project]);
  }

  /** Loads one import declaration. @returns the values of its bindings, by local name */
  async bind(declaration: ImportDeclaration): Promise<Map<string, unknown>> {
    const { specifier, bindings, attributes, commonJs } = declaration;
    const values = new Map<string, unknown>();
    if (commonJs) {
      const exported = this.require(specifier) as unknown;
      for (const { local } of bindings) values.set(local, exported);
      return values;
    }
    if (specifier.startsWith('npm:')) await this.#provide([specifier]);
    const standIn = this.options.standIn(specifier);
    const namespace = standIn
      ? { default: standIn, ...standIn }
      : this.#completed(specifier, await this.#loadDeclared(specifier, attributes));
    for (const { imported, local, usedAsTypeOnly } of bindings) {
      if (imported === '*') values.set(local, namespace);
      else if (imported in namespace) values.set(local, namespace[imported]);
      else if (isCommonJs(namespace) && imported in (namespace.default as object))
        values.set(local, (namespace.default as Namespace)[imported]);
      else if (!usedAsTypeOnly)
        throw new SyntaxError(missingExport(specifier, imported, Object.keys(namespace)));
    }
    return values;
  }
}

/** What Node says of files without an ending, directories, JSON without an attribute, and TypeScript in a package. */
const beyondNode = new Set<unknown>([
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_IMPORT_ATTRIBUTE_MISSING',
  'ERR_IMPORT_ASSERTION_TYPE_MISSING',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
]);

const now = process.hrtime.bigint;

/** What V8 says of a module that it has cut off, whenever that is imported again. */
const ofCutOff = null;

/** What has become of a promise, which only its picture tells at once. */
function stateOf(promise: unknown): 'pending' | 'rejected' | 'cut off' | 'fulfilled' {
  const [, state, reason] =
    /^Promise \{\s+<(pending|rejected)> ?(.*)/.exec(inspect(promise, { depth: 0 })) ?? [];
  if (state === 'rejected' && reason?.startsWith(String(ofCutOff))) return 'cut off';
  return (state as 'pending' | 'rejected' | undefined) ?? 'fulfilled';
}

const urlOf = (path: string) => pathToFileURL(path).href;

/** Whether a namespace is what Node makes of CommonJS: names that it could not foresee are only in `default`. */
function isCommonJs({ default: exported }: Namespace): boolean {
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null) return false;
  return Object.values(createRequire(__filename).cache).some((module) => module?.exports === exported);
}

/** Instead of the kernel's own: packages look from there for the project that they are used in. */
function createMainModule(file: string, directory: string): NodeModule {
  const main = Object.assign(new NodeModule('.'), {
    filename: file,
    path: directory,
    paths: (NodeModule as unknown as { _nodeModulePaths(from: string): string[] })._nodeModulePaths(
      directory,
    ),
  });
  // Every `require` that is made from now on has it as its `main`.
  process.mainModule = main;
  // As in Node: `process.argv[1] === import.meta.filename` asks the same, and parsers of arguments take a program's name from it.
  process.argv[1] = file;
  return main;
}

/** The `require` of cells: a module that is missing is missed by the cell, not inside of Node. */
function createCellRequire(parent: string, { standIn }: Pick<ModulesOptions, 'standIn'>): NodeJS.Require {
  const native = createRequire(parent);
  const require = (id: string): unknown => {
    const own = standIn(id);
    if (own) return own;
    try {
      return native(id) as unknown;
    } catch (error) {
      const { code, requireStack } = error as { code?: unknown; requireStack?: readonly string[] };
      if (code === 'MODULE_NOT_FOUND' && requireStack?.[0] === parent)
        Error.captureStackTrace(error as Error, require);
      throw error;
    }
  };
  return Object.assign(require, native);
}

/** Whether Node's own loaders find a module and understand it. */
function isForNode({ specifier, attributes }: ImportDeclaration, directory: string): boolean {
  if (isBuiltin(specifier)) return true;
  return isBare(specifier) && attributes.type === undefined && isInstalled(packageOf(specifier), directory);
}
