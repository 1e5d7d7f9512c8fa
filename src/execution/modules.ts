// How a cell's modules are found: everything resolves from the notebook's directory, by Node's own loaders.
// Rule: the engine's bundle never appears as a parent of the user's modules.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { ImportDeclaration } from '../compile/types';

type Namespace = { readonly [name: string]: unknown };
type DynamicImport = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

export class Modules {
  /** A name in the notebook's directory, for resolution only. */
  readonly parent: string;
  readonly require: NodeJS.Require;
  readonly #load: DynamicImport;

  constructor(readonly directory: string) {
    this.parent = join(directory, 'notebook.mts');
    this.require = createRequire(this.parent);
    this.#load = new vm.Script('(specifier, options) => import(specifier, options)', {
      filename: this.parent,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as DynamicImport;
  }

  load(specifier: string, attributes: { readonly [key: string]: string } = {}): Promise<Namespace> {
    return Object.keys(attributes).length > 0
      ? this.#load(specifier, { with: { ...attributes } })
      : this.#load(specifier);
  }

  /** What `import.meta` is in a cell. */
  readonly meta = (): object => ({
    url: pathToFileURL(this.parent).href,
    dirname: this.directory,
    filename: this.parent,
    resolve: (specifier: string) => {
      if (/^[a-z][a-z+.-]+:/.test(specifier)) return specifier;
      return pathToFileURL(this.require.resolve(specifier)).href;
    },
  });

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
      else if (!usedAsTypeOnly)
        throw new SyntaxError(missingExport(specifier, imported, Object.keys(namespace)));
    }
    return values;
  }
}

function missingExport(specifier: string, name: string, exported: readonly string[]): string {
  const near = exported.filter((candidate) => isNear(candidate, name)).slice(0, 5);
  const problem = `The requested module '${specifier}' does not provide an export named '${name}'`;
  if (name === 'default')
    return `${problem}. It exports ${exported.slice(0, 10).join(', ') || 'nothing'}; write import * as x, or { … }`;
  const hint = near.length > 0 ? `. Did you mean ${near.join(', ')}?` : '';
  return `${problem}${hint} If it is a type, write import type.`.replace(/([^?.]) If/, '$1. If');
}

/** Whether one name could be meant for the other: equal but for case, contained, or at most two letters away. */
export function isNear(candidate: string, name: string): boolean {
  const [left, right] = [candidate.toLowerCase(), name.toLowerCase()];
  if (
    left === right ||
    (right.length > 2 && left.includes(right)) ||
    (left.length > 2 && right.includes(left))
  )
    return true;
  return (
    Math.abs(left.length - right.length) <= 2 && editDistance(left, right) <= Math.min(2, name.length - 1)
  );
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[right.length]!;
}
