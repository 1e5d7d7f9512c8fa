// Which file an import means.
// Rule: what was found in packages is kept until packages change; what was not found is looked for again each time.
import { dirname } from 'node:path/posix';
import ts from 'typescript';
import { isPackaged } from '../../system/lookup';
import { joinSlashed, slashed } from '../../text/slashed';
import { withoutNpm } from '../../text/specifiers';

export interface FinderOptions {
  /** Where packages are looked for last. */
  readonly project?: string;
  readonly compilerOptions: ts.CompilerOptions;
}

export class ModuleFinder {
  readonly #options: FinderOptions;
  readonly #host: ts.ModuleResolutionHost;
  readonly #modules = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  readonly #types = new Map<string, ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations>();

  constructor(options: FinderOptions, host: ts.ModuleResolutionHost) {
    this.#options = options;
    this.#host = host;
  }

  /** @param containing the path of the file with the import */
  findModule(
    specifier: string,
    containing: string,
    mode: ts.ResolutionMode,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const key = `${dirname(containing)}\0${specifier}\0${mode ?? 0}`;
    const known = this.#modules.get(key);
    if (known) return known;
    const { compilerOptions, project } = this.#options;
    const find = (from: string) =>
      ts.resolveModuleName(
        withoutNpm(specifier),
        from,
        compilerOptions,
        this.#host,
        undefined,
        undefined,
        mode,
      );
    let resolved = find(containing);
    if (!resolved.resolvedModule && project !== undefined && !isLibrary(containing)) {
      resolved = find(joinSlashed(slashed(project), 'notebook.ts'));
    }
    // A package that is missing now may be installed by the next cell, and a file of the user's may move.
    if (resolved.resolvedModule?.isExternalLibraryImport || isLibrary(containing)) {
      this.#modules.set(key, resolved);
    }
    return resolved;
  }

  /** What `types` names. The user's own @types/node wins over the one that comes with the kernel. */
  findTypes(name: string, containing: string): ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations {
    const key = `${dirname(containing)}\0${name}`;
    const known = this.#types.get(key);
    if (known) return known;
    const find = (from: string) =>
      ts.resolveTypeReferenceDirective(name, from, this.#options.compilerOptions, this.#host);
    let resolved = find(containing);
    if (!resolved.resolvedTypeReferenceDirective && name === 'node') resolved = find(ownNotebook);
    if (resolved.resolvedTypeReferenceDirective) this.#types.set(key, resolved);
    return resolved;
  }

  /** The directory of the @types/node that comes with the kernel. */
  get ownNodeTypes(): string {
    const { resolvedTypeReferenceDirective: own } = this.findTypes('node', ownNotebook);
    return own?.resolvedFileName ? dirname(own.resolvedFileName) : dirname(ownNotebook);
  }

  clear(): void {
    this.#modules.clear();
    this.#types.clear();
  }
}

/** Where TypeScript's own libraries are. */
export const libraries = dirname(slashed(ts.getDefaultLibFilePath({})));

/** A notebook that lives where the kernel does, and finds what the kernel finds. */
const ownNotebook = joinSlashed(slashed(__dirname), 'notebook.ts');

/** Whether a file belongs to a package, or to TypeScript where that is in none. */
export const isLibrary = (path: string): boolean => isPackaged(path) || path.startsWith(libraries);
