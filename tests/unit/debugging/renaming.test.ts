// What code calls the names of its source, as compilers write it.
import { describe, expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';
import ts from 'typescript';
import { bindingsAt } from '../../../src/compile/bindings';
import { functionName, Renaming } from '../../../src/debugging/renaming';
import { parseSourceMap } from '../../../src/debugging/source-maps';

const source = `import Thing, { area as size, count } from './shapes';
export let shared = 1;
export function outer(number: number) {
  const exports = { count, number };
  Math.abs(number);
  shared = size(exports.number) + new Thing().size;
  { const exports = shared; return exports; }
}
`;

const compilers = {
  esbuild: (more: object) => {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      sourcemap: true,
      sourcefile: 'a.ts',
      ...more,
    });
    return { code, map };
  },
  typescript: () => {
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      sourceMap: true,
      inlineSources: true,
    };
    const { outputText, sourceMapText } = ts.transpileModule(source, { fileName: 'a.ts', compilerOptions });
    return { code: outputText, map: sourceMapText! };
  },
};

function renamed({ code, map: text }: { code: string; map: string }, line: number) {
  const map = parseSourceMap(text, '/made/a.js')!;
  const mapped = { map, lines: code.split('\n') };
  return {
    mapped,
    codes: Object.fromEntries(new Renaming(mapped, '/made/a.ts', bindingsAt(source, line, 5)).codes),
  };
}

describe('names of a source in code', () => {
  test('of esbuild', () => {
    expect(renamed(compilers.esbuild({}), 5).codes).toEqual({
      Thing: 'import_shapes.default',
      size: 'import_shapes.area',
      count: 'import_shapes.count',
    });
    expect(renamed(compilers.esbuild({}), 7).codes).toHaveProperty('exports', 'exports2');
  });

  test('of TypeScript, whose maps have no names', () => {
    expect(renamed(compilers.typescript(), 5).codes).toEqual({
      Thing: 'shapes_1.default',
      size: 'shapes_1.area',
      count: 'shapes_1.count',
      shared: 'exports.shared',
    });
  });

  test('that were made short: of one scope each, and of functions', () => {
    const { mapped, codes } = renamed(compilers.esbuild({ minify: true }), 5);
    expect(Object.keys(codes).sort()).toEqual([
      'Thing',
      'count',
      'exports',
      'number',
      'outer',
      'shared',
      'size',
    ]);
    const [line] = mapped.lines;
    const [text, name] = /function (\w+)/.exec(line!)!;
    const columnNumber = line!.indexOf(text) + text.length;
    expect(functionName(mapped, name!, { lineNumber: 0, columnNumber })).toBe('outer');
  });

  test('a variable of a scope is the one that is declared there', () => {
    const { code, map: text } = compilers.esbuild({ minify: true });
    const map = parseSourceMap(text, '/made/a.js')!;
    const renaming = new Renaming({ map, lines: code.split('\n') }, '/made/a.ts', bindingsAt(source, 7, 5));
    const at = (columnNumber: number) => ({ scriptId: '1', lineNumber: 0, columnNumber });
    const start = code.indexOf('(', code.indexOf('function ', code.indexOf('var ', 200)));
    const scope = { startLocation: at(start), endLocation: at(code.lastIndexOf('}')) };
    const [, parameter] = /\((\w+)\)/.exec(code.slice(start))!;
    expect(renaming.take(parameter!, scope, [], false)?.name).toBe('number');
    expect(
      renaming.take(parameter!, { startLocation: at(0), endLocation: at(9999) }, [scope], false),
    ).toBeUndefined();
  });
});
