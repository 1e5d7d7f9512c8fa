// import() for code that Node does not know where to look from: cells, and this bundle, which may come from V8's cache.
import vm from 'node:vm';

export type Namespace = { readonly [name: string]: unknown };
export type DynamicImport = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

/** @param file modules are found as from there */
export function createImport(file: string): DynamicImport {
  return new vm.Script('(specifier, options) => import(specifier, options)', {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as DynamicImport;
}
