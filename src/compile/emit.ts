// For syntax that cannot be erased: TypeScript's emitter makes JavaScript of the cell, and its map says where from.
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';
import ts from 'typescript';
import type { Emitted, Mapping } from './emitted';
import { parseModule } from './parse';
import type { CompileOptions } from './types';

/** @param hasParameterDecorators only legacy decorators know them */
export function emitJavaScript(
  text: string,
  language: 'ts' | 'tsx',
  options: CompileOptions,
  hasParameterDecorators: boolean,
): Emitted {
  const { mode, factory, fragment, importSource } = options.jsx;
  const isAutomatic = mode === 'automatic';
  const outputs = emitFile(parseModule(text, language), {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    isolatedModules: true,
    preserveConstEnums: true,
    sourceMap: true,
    newLine: ts.NewLineKind.LineFeed,
    experimentalDecorators: options.legacyDecorators || hasParameterDecorators,
    emitDecoratorMetadata: options.decoratorMetadata,
    useDefineForClassFields: options.definesFields,
    jsx: isAutomatic ? ts.JsxEmit.ReactJSX : ts.JsxEmit.React,
    ...(!isAutomatic && factory !== undefined && { jsxFactory: factory }),
    ...(!isAutomatic && fragment !== undefined && { jsxFragmentFactory: fragment }),
    ...(isAutomatic && importSource !== undefined && { jsxImportSource: importSource }),
  });
  const outputText = outputs.get('cell.js')!;
  const end = outputText.lastIndexOf('//# sourceMappingURL=');
  const lines = decodedMappings(new TraceMap(outputs.get('cell.js.map')!)).map((line) =>
    line.flatMap((segment): Mapping[] =>
      segment.length === 1 ? [] : [[segment[0], segment[2], segment[3]]],
    ),
  );
  return { text: outputText.slice(0, end), lines };
}

/**
 * What `ts.transpileModule` does, for a file that is parsed already: that one's own parse may repeat statements.
 * @returns the texts by the names of their files
 */
function emitFile(file: ts.SourceFile, options: ts.CompilerOptions): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
    writeFile: (name, text) => outputs.set(name, text),
    getDefaultLibFileName: () => 'lib.d.ts',
    useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => '',
    getNewLine: () => '\n',
    fileExists: (name) => name === file.fileName,
    readFile: () => '',
    directoryExists: () => true,
    getDirectories: () => [],
  };
  const alone: ts.CompilerOptions = { noLib: true, noResolve: true, noCheck: true, types: [] };
  const quiet = { suppressOutputPathCheck: true, allowNonTsExtensions: true };
  ts.createProgram([file.fileName], { ...options, ...alone, ...quiet }, host).emit();
  return outputs;
}
