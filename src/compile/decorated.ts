// The entry of dist/decorated.cjs: JavaScript of a local file whose decorators learn the types of what they stand at, which
// esbuild, and so tsx, does not emit. It needs all of TypeScript, so it is loaded only when such a file is met.
import { dirname } from 'node:path';
import ts from 'typescript';

/**
 * Translates the text of a file.
 * @param format what its imports become
 * @returns undefined for a text that cannot be parsed: the usual loader then says what is wrong
 */
export type Translate = (file: string, text: string, format: 'module' | 'commonjs') => string | undefined;

/** @returns nothing where the project does not want that (`emitDecoratorMetadata`) */
export function createTranslate(tsconfig: string): Translate | undefined {
  const { config } = ts.readConfigFile(tsconfig, ts.sys.readFile);
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent(config, host, dirname(tsconfig), undefined, tsconfig);
  if (!options.experimentalDecorators || !options.emitDecoratorMetadata) return undefined;
  const { jsx = ts.JsxEmit.React, jsxFactory, jsxFragmentFactory, jsxImportSource } = options;
  return (fileName, text, format) => {
    const { outputText, diagnostics } = ts.transpileModule(text, {
      fileName,
      reportDiagnostics: true,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
        esModuleInterop: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        useDefineForClassFields: definesFields(options),
        verbatimModuleSyntax: options.verbatimModuleSyntax,
        jsx: jsx === ts.JsxEmit.Preserve ? ts.JsxEmit.React : jsx,
        jsxFactory,
        jsxFragmentFactory,
        jsxImportSource,
        inlineSourceMap: true,
        inlineSources: true,
      },
    });
    return diagnostics?.length ? undefined : outputText;
  };
}

/** Whether the classes of a project define their fields: where nothing is said, TypeScript goes by the target. */
export function definesFields({ useDefineForClassFields, target }: ts.CompilerOptions): boolean {
  return useDefineForClassFields ?? (target === undefined || target >= ts.ScriptTarget.ES2022);
}
