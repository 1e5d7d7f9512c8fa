// For syntax that cannot be erased: TypeScript's emitter makes JavaScript of the cell, and its map says where from.
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';
import ts from 'typescript';
import { parseModule } from './parse';
import type { CompileOptions, PositionSegment } from './types';

/** [column, source line, source column], sorted by column. */
export type Mapping = readonly [number, number, number];

export interface Emitted {
  readonly text: string;
  /** The mappings of each line of `text`. */
  readonly lines: readonly (readonly Mapping[])[];
}

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

/** The mapping at a place of the emitted text, or the nearest before it on its line. */
export function mappingAt(emitted: Emitted, line: number, column: number): Mapping | undefined {
  return emitted.lines[line]?.findLast((mapping) => mapping[0] <= column);
}

/**
 * The map of emitted text after edits. Every line gets a segment at its start: what the emitter made up stands where the
 * last mapped text before it stands.
 * @param columnOf where a column of an emitted line stands after the edits
 */
export function composeMap(
  emitted: Emitted,
  lineCount: number,
  columnOf: (line: number, column: number) => number,
): PositionSegment[] {
  const segments: PositionSegment[] = [];
  let sourceLine = 0;
  let sourceColumn = 0;
  for (let line = 0; line < lineCount; line++) {
    const mappings = emitted.lines[line] ?? [];
    if (mappings[0]?.[0] !== 0 || columnOf(line, 0) > 0)
      segments.push([line, 0, mappings[0]?.[1] ?? sourceLine, mappings[0]?.[2] ?? sourceColumn]);
    for (const [column, ...source] of mappings) {
      [sourceLine, sourceColumn] = source;
      segments.push([line, columnOf(line, column), sourceLine, sourceColumn]);
    }
  }
  return segments;
}
