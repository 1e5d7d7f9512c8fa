// The compiler options of a notebook: its tsconfig.json, if it has one, overridden where a notebook needs it.
// Rule: a broken tsconfig.json never stops a cell; its valid parts are used, and its errors are shown once.
import { dirname } from 'node:path';
import ts from 'typescript';
import type { CompileOptions } from '../../compile';
import { definesFields } from '../../compile/decorated';
import { findPackage, findUpwards } from '../../system/lookup';
import { librariesOfNode } from './libraries';

export interface ProjectSettings {
  readonly options: ts.CompilerOptions;
  /** Its path, or undefined when there is none. */
  readonly path?: string;
  /** Its errors. */
  readonly problems: readonly ts.Diagnostic[];
  readonly jsx: CompileOptions['jsx'];
  readonly classes: Pick<CompileOptions, 'legacyDecorators' | 'decoratorMetadata' | 'definesFields'>;
}

/** Reads the tsconfig.json in the directory or the nearest one above it. Touches no other file of the project. */
export function readSettings(directory: string): ProjectSettings {
  const path = findUpwards(directory, 'tsconfig.json');
  const { options: own, errors } = path ? parseConfig(path) : { options: {}, errors: [] };
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ESNext,
    lib: librariesOfNode(),
    jsx: ts.JsxEmit.Preserve,
    ...own,
    types: [...new Set(['node', ...(own.types ?? [])])],
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    esModuleInterop: true,
    skipLibCheck: true,
    noEmit: true,
    ...unwanted,
  };
  if (own.jsx === undefined && findPackage('react', directory)) options.jsx = ts.JsxEmit.ReactJSX;
  return {
    options,
    path,
    problems: errors,
    jsx: {
      mode:
        options.jsx === ts.JsxEmit.ReactJSX || options.jsx === ts.JsxEmit.ReactJSXDev
          ? 'automatic'
          : 'classic',
      factory: options.jsxFactory,
      fragment: options.jsxFragmentFactory,
      importSource: options.jsxImportSource,
    },
    classes: {
      legacyDecorators: options.experimentalDecorators === true,
      decoratorMetadata: options.emitDecoratorMetadata === true,
      definesFields: definesFields(own),
    },
  };
}

/** Options that would make most cells fail their check, or make no sense without files. */
const unwanted: ts.CompilerOptions = {
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  baseUrl: undefined,
  composite: undefined,
  customConditions: undefined,
  declaration: undefined,
  declarationMap: undefined,
  emitDeclarationOnly: undefined,
  erasableSyntaxOnly: undefined,
  incremental: undefined,
  inlineSourceMap: undefined,
  importHelpers: undefined,
  isolatedDeclarations: undefined,
  isolatedModules: undefined,
  noPropertyAccessFromIndexSignature: undefined,
  noUnusedLocals: undefined,
  noUnusedParameters: undefined,
  out: undefined,
  outDir: undefined,
  outFile: undefined,
  plugins: undefined,
  rootDir: undefined,
  rootDirs: undefined,
  sourceMap: undefined,
  tsBuildInfoFile: undefined,
  verbatimModuleSyntax: undefined,
};

/**
 * The declaration files of a project: cells may use their globals. Call it for a check, not for a compile: it reads the
 * directories that `include` names.
 * @param path that of its tsconfig.json
 */
export function findDeclarations(path: string): string[] {
  const readDirectory: typeof ts.sys.readDirectory = (directory, _extensions, ...patterns) =>
    ts.sys.readDirectory(directory, ['.d.ts', '.d.mts', '.d.cts'], ...patterns);
  return parseWith(readDirectory, path).fileNames.filter((name) => /\.d\.[cm]?ts$/.test(name));
}

function parseConfig(path: string): { options: ts.CompilerOptions; errors: ts.Diagnostic[] } {
  const { file, options, errors } = parseWith(() => [], path);
  // TypeScript keeps them there, though its public types do not say so.
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] };
  return { options, errors: [...parseDiagnostics, ...errors].filter(({ code }) => !aboutInputs.has(code)) };
}

function parseWith(readDirectory: typeof ts.sys.readDirectory, path: string) {
  const file = ts.readJsonConfigFile(path, ts.sys.readFile);
  const host = { ...ts.sys, readDirectory };
  return { file, ...ts.parseJsonSourceFileConfigFileContent(file, host, dirname(path), undefined, path) };
}

const aboutInputs = new Set([18002, 18003]);
