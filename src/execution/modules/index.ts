// How a cell's modules are found: everything resolves from the notebook's directory, by Node's own loaders.
// Rule: the engine's bundle never appears as a parent of the user's modules.
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { CompiledCell, ImportDeclaration } from '../../compile/types';
import { withoutVersion } from './graph';
import { metaQuery } from './hooks';
import { installLoader, type Loader } from './loader';
import { isInstalled } from './lookup';
import { type Explanation, explainMissing, missingExport } from './missing';
import { RequiredModules } from './required';
import { isBare } from './specifiers';

type Namespace = { readonly [name: string]: unknown };
type DynamicImport = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

export interface ModulesOptions {
  /** Where the notebook lives. */
  readonly directory: string;
  /** The kernel's own project for that directory, where packages are looked for last; it need not exist. */
  readonly project: string | undefined;
}

export class Modules {
  /** A name in the notebook's directory, for resolution only. */
  readonly parent: string;
  readonly require: NodeJS.Require;
  readonly #load: DynamicImport;
  readonly #required = new RequiredModules();
  #loader: Loader | undefined;
  #meta: ImportMeta | undefined;
  #autoreload = true;

  constructor(readonly options: ModulesOptions) {
    this.parent = join(options.directory, 'notebook.mts');
    this.require = createCellRequire(this.parent);
    this.#load = new vm.Script('(specifier, options) => import(specifier, options)', {
      filename: this.parent,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as DynamicImport;
  }

  /**
   * Makes ready what a cell may import.
   * @returns a promise when it has to wait for that
   */
  prepare({ code, imports }: CompiledCell): Promise<void> | undefined {
    if (this.#loader === undefined && !needsLoader(code, imports, this.options.directory)) return undefined;
    const stale = this.#autoreload ? [...this.#required.refresh()] : [];
    if (!this.#loader) return this.#install();
    if (stale.length > 0) this.#loader.order({ kind: 'reload', urls: stale.map(urlOf) });
    return undefined;
  }

  async #install(): Promise<void> {
    const { directory, project } = this.options;
    const loader = await installLoader(directory, project);
    if (!this.#autoreload) loader.order({ kind: 'autoreload', on: false });
    const { default: meta } = (await this.#load(`./notebook.mts${metaQuery}`)) as { default: ImportMeta };
    const { resolve } = meta;
    this.#meta = Object.assign(meta, {
      url: pathToFileURL(this.parent).href,
      resolve: (specifier: string) => withoutVersion(resolve(specifier)),
    });
    this.#loader = loader;
  }

  load(specifier: string, attributes: { readonly [key: string]: string } = {}): Promise<Namespace> {
    return Object.keys(attributes).length > 0
      ? this.#load(specifier, { with: { ...attributes } })
      : this.#load(specifier);
  }

  /** What `import.meta` is in a cell; there once `prepare` is done for a cell that mentions it. */
  get meta(): object {
    return this.#meta ?? { url: pathToFileURL(this.parent).href };
  }

  /** Says better what Node says of a module that is not there. */
  explain(error: { readonly code: unknown; readonly message: string }): Explanation | undefined {
    return explainMissing(error, this.options);
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
    const namespace = await this.load(specifier, attributes);
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

const urlOf = (path: string) => pathToFileURL(path).href;

/** Whether a namespace is what Node makes of CommonJS: names that it could not foresee are only in `default`. */
function isCommonJs({ default: exported }: Namespace): boolean {
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null) return false;
  return Object.values(createRequire(__filename).cache).some((module) => module?.exports === exported);
}

/** The `require` of cells: a module that is missing is missed by the cell, not inside of Node. */
function createCellRequire(parent: string): NodeJS.Require {
  const native = createRequire(parent);
  const require = (id: string): unknown => {
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

/** Whether a cell may come upon something that Node's own loaders do not find or do not understand. */
function needsLoader(code: string, imports: readonly ImportDeclaration[], directory: string): boolean {
  // What is computed while the cell runs may be anything.
  if (/\b(?:import|require|__tsk_\.meta)\b/.test(code)) return true;
  return imports.some(
    ({ specifier, attributes }) =>
      !isBuiltin(specifier) &&
      !(isBare(specifier) && attributes.type === undefined && isInstalled(specifier, directory)),
  );
}
