// What a tsconfig.json beside or above the notebook changes.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { librariesOfNode } from '../../../../src/language/types/libraries';
import { readSettings } from '../../../../src/language/types/tsconfig';
import { Dialogue } from '../dialogue';

/** A directory with these files; texts that are objects are written as JSON. */
function project(files: { readonly [path: string]: string | object }): string {
  const directory = mkdtempSync(join(tmpdir(), 'project-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

describe('settings', () => {
  test('without a tsconfig.json are strict and of this Node', () => {
    const { options, path, problems } = readSettings(project({}));
    expect(options).toMatchObject({ strict: true, types: ['node'] });
    expect(options.lib).toEqual(librariesOfNode());
    expect({ path, problems }).toEqual({ path: undefined, problems: [] });
  });

  test('are found above the notebook', () => {
    const directory = project({ 'tsconfig.json': { compilerOptions: { strict: false } }, 'a/b/readme': '' });
    expect(readSettings(join(directory, 'a', 'b')).options.strict).toBe(false);
  });

  test('may come from a file that is extended, with comments and trailing commas', () => {
    const directory = project({
      'base.json': { compilerOptions: { strict: false } },
      'tsconfig.json': '{ // mine\n "extends": "./base.json", "compilerOptions": { "target": "ES2022", }, }',
    });
    expect(readSettings(directory)).toMatchObject({ options: { strict: false, target: 9 }, problems: [] });
  });

  test('of a project’s build do not trouble a notebook', () => {
    const compilerOptions = {
      module: 'commonjs',
      moduleResolution: 'node10',
      outDir: 'dist',
      rootDir: 'src',
      declaration: true,
      composite: true,
      noUnusedLocals: true,
      isolatedDeclarations: true,
      verbatimModuleSyntax: true,
      types: ['jest'],
    };
    const { options, problems } = readSettings(
      project({ 'tsconfig.json': { compilerOptions, include: ['src'] } }),
    );
    expect(problems).toEqual([]);
    expect(options.types).toEqual(['node', 'jest']);
    expect(options.outDir ?? options.noUnusedLocals ?? options.verbatimModuleSyntax).toBeUndefined();
  });

  test('tell how JSX and decorators are compiled', () => {
    const classic = readSettings(
      project({ 'tsconfig.json': { compilerOptions: { jsx: 'react', jsxFactory: 'h' } } }),
    );
    expect(classic.jsx).toEqual({
      mode: 'classic',
      factory: 'h',
      fragment: undefined,
      importSource: undefined,
    });
    const automatic = project({
      'tsconfig.json': {
        compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact', experimentalDecorators: true },
      },
    });
    expect(readSettings(automatic)).toMatchObject({
      jsx: { mode: 'automatic', importSource: 'preact' },
      classes: { legacyDecorators: true, decoratorMetadata: false, definesFields: true },
    });
  });

  test('JSX goes to React where it is installed', () => {
    expect(readSettings(project({ 'node_modules/react/package.json': '{}' })).jsx.mode).toBe('automatic');
    expect(readSettings(project({})).jsx.mode).toBe('classic');
  });
});

describe('a notebook', () => {
  test('is checked as its project wants it', async () => {
    const notebook = new Dialogue(
      project({
        'tsconfig.json': {
          compilerOptions: { strict: false, lib: ['ESNext', 'DOM'], paths: { '@lib/*': ['./lib/*'] } },
        },
        'lib/price.ts': 'export const price = 1;',
      }),
    );
    expect(
      await notebook.run(
        'function f(a) { return a }',
        'document.title',
        'import { price } from "@lib/price"',
        // Declared by the kernel too, for those who have no DOM.
        'const made = await WebAssembly.instantiate(new Uint8Array(8)); made.instance.exports',
        'const body: BodyInit = "text"; const headers: HeadersInit = { a: "b" }; new Response(body, { headers })',
      ),
    ).toBe('');
    expect(await notebook.codes('price.length')).toEqual(['TS2339']);
  });

  test('is told once that its tsconfig.json is broken, and where', async () => {
    const notebook = new Dialogue(
      project({
        'tsconfig.json': '{\n  "compilerOptions": {\n    "strict": false\n    "target": "ES2022"\n  }\n}',
      }),
    );
    const text = await notebook.run('function f(a) {}');
    expect(text).toBe(
      [
        "Warning TS1005: ',' expected.",
        'tsconfig.json:4:5',
        '  2 |   "compilerOptions": {',
        '  3 |     "strict": false',
        '> 4 |     "target": "ES2022"',
        '    |     ^~~~~~~~',
        '  5 |   }',
      ].join('\n'),
    );
    expect(await notebook.run('function g(a) {}')).toBe('');
  });

  test('is told of an option that does not exist', async () => {
    const notebook = new Dialogue(project({ 'tsconfig.json': { compilerOptions: { strickt: true } } }));
    expect(await notebook.run('1')).toContain("Unknown compiler option 'strickt'. Did you mean 'strict'?");
  });

  test('knows what the project declares for everybody, as far as its tsconfig.json includes it', async () => {
    const notebook = new Dialogue(
      project({
        'tsconfig.json': { include: ['types', 'src'], files: ['./env.d.ts'] },
        'env.d.ts': 'interface ImportMeta { readonly mode: "test" }',
        'types/deep/globals.d.ts': 'declare const version: string; interface Order { total: number }',
        'types/assets.d.ts': 'declare module "*.svg" { const url: string; export default url }',
        'types/node_modules/x/index.d.ts': 'declare const packaged: string;',
        'src/main.ts': 'declare global { var fromCode: string } export {}',
        'elsewhere/more.d.ts': 'declare const unincluded: string;',
      }),
    );
    const cell =
      'import logo from "./logo.svg"; let order: Order = { total: version.length }; logo.trim(); import.meta.mode';
    expect(await notebook.run(cell)).toBe('');
    expect(await notebook.codes('order.totl')).toEqual(['TS2551']);
    expect(await notebook.codes('packaged; unincluded; fromCode')).toEqual(['TS2304', 'TS2304', 'TS2304']);
    expect(await notebook.run('const version = 2; version.toFixed()')).toBe('');
  });

  test('knows the declarations of a project that names no files', async () => {
    const notebook = new Dialogue(
      project({
        'tsconfig.json': { compilerOptions: { outDir: 'dist' } },
        'globals.d.ts': 'declare const version: string;',
        'dist/globals.d.ts': 'declare const version: number;',
      }),
    );
    expect(await notebook.run('version.trim()')).toBe('');
  });

  test('uses the types of Node that its project has', async () => {
    const notebook = new Dialogue(
      project({
        'node_modules/@types/node/package.json': {
          name: '@types/node',
          version: '1.0.0',
          types: 'index.d.ts',
        },
        'node_modules/@types/node/index.d.ts': 'declare var onlyHere: number;',
      }),
    );
    expect(await notebook.run('onlyHere.toFixed()')).toBe('');
  });
});
