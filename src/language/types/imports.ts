// What could be imported and is not yet: packages of the project and files beside the notebook, for completions that add the import.
// Rule: read when the first such completion comes, and again when packages or files have changed; nothing of it is checked.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { findUpwards } from '../../system/lookup';
import { slashed } from '../../text/slashed';

/** With more than these the rest is left out: each is read and parsed. */
const mostPackages = 60;
const mostFiles = 100;
const deepest = 2;

/** The part of TypeScript's host that its declarations leave out. */
export interface ImportsHost {
  getPackageJsonAutoImportProvider(): ts.Program | undefined;
  getCachedExportInfoMap(): object | undefined;
}

interface ExportMap {
  clear(): void;
  releaseSymbols(): void;
}

type CreateExportMap = (host: {
  getCurrentProgram(): ts.Program | undefined;
  getPackageJsonAutoImportProvider(): ts.Program | undefined;
  getGlobalTypingsCacheLocation(): undefined;
}) => ExportMap;

export class Importable implements ImportsHost {
  readonly #directory: string;
  readonly #project: string | undefined;
  readonly #host: ts.LanguageServiceHost;
  readonly #registry: ts.DocumentRegistry;
  readonly #current: () => ts.Program | undefined;
  #service: ts.LanguageService | undefined;
  #program: ts.Program | undefined;
  #map: ExportMap | undefined;
  #mapped: ts.Program | undefined;

  /**
   * @param host that of the notebook
   * @param current the program of the notebook
   */
  constructor(
    directory: string,
    project: string | undefined,
    host: ts.LanguageServiceHost,
    registry: ts.DocumentRegistry,
    current: () => ts.Program | undefined,
  ) {
    this.#directory = directory;
    this.#project = project;
    this.#host = host;
    this.#registry = registry;
    this.#current = current;
  }

  /** Packages or files have come or gone. */
  clear(): void {
    this.#service?.dispose();
    this.#service = undefined;
    this.#program = undefined;
    this.#map?.clear();
  }

  getPackageJsonAutoImportProvider(): ts.Program | undefined {
    if (!this.#service) {
      this.#service = ts.createLanguageService(this.#createHost(), this.#registry);
      this.#program = this.#service.getProgram();
    }
    return this.#program;
  }

  /** All exports, gathered once for each cell: TypeScript would do so for each request. */
  getCachedExportInfoMap(): object | undefined {
    const { createCacheableExportInfoMap: create } = ts as { createCacheableExportInfoMap?: CreateExportMap };
    this.#map ??= create?.({
      getCurrentProgram: this.#current,
      getPackageJsonAutoImportProvider: () => this.getPackageJsonAutoImportProvider(),
      getGlobalTypingsCacheLocation: () => undefined,
    });
    const program = this.#current();
    if (this.#mapped !== program) this.#map?.releaseSymbols();
    this.#mapped = program;
    return this.#map;
  }

  #createHost(): ts.LanguageServiceHost {
    const roots = [...this.#packages(), ...this.#files()];
    return {
      ...this.#host,
      getCompilationSettings: () => ({
        ...this.#host.getCompilationSettings(),
        noLib: true,
        lib: undefined,
        types: [],
      }),
      getProjectVersion: () => '1',
      getScriptFileNames: () => roots,
    };
  }

  /** The declarations of the packages that the project names. */
  #packages(): string[] {
    const settings = this.#host.getCompilationSettings();
    const places = [findUpwards(this.#directory, 'package.json')];
    if (this.#project !== undefined) places.push(join(this.#project, 'package.json'));
    return places.flatMap((path) =>
      dependenciesIn(path)
        .slice(0, mostPackages)
        .flatMap((name) => {
          const from = slashed(join(dirname(path!), 'notebook.ts'));
          const found = ts.resolveModuleName(name, from, settings, this.#host).resolvedModule;
          return found && /\.d\.[cm]?ts$|\.[cm]?tsx?$/.test(found.resolvedFileName)
            ? [found.resolvedFileName]
            : [];
        }),
    );
  }

  /** Modules beside the notebook and below. */
  #files(): string[] {
    const files: string[] = [];
    const walk = (directory: string, depth: number): void => {
      try {
        for (const entry of readdirSync(directory, { withFileTypes: true })) {
          if (files.length >= mostFiles) return;
          const { name } = entry;
          if (name.startsWith('.') || name === 'node_modules') continue;
          const path = join(directory, name);
          if (entry.isDirectory() && depth < deepest) walk(path, depth + 1);
          else if (/(?<!\.d)\.[cm]?tsx?$|\.mjs$/.test(name)) files.push(slashed(path));
        }
      } catch {}
    };
    walk(this.#directory, 0);
    return files;
  }
}

function dependenciesIn(path: string | undefined): string[] {
  if (path === undefined) return [];
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(path, 'utf8'));
    const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
    return names.filter((name) => !name.startsWith('@types/'));
  } catch {
    return [];
  }
}
