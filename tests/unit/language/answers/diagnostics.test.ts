// What a cell is warned of.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Dialogue, plain } from '../dialogue';

const directory = mkdtempSync(join(tmpdir(), 'notebook-'));
for (const [name, text] of Object.entries({
  'plain/package.json': '{ "name": "plain", "version": "1.0.0", "main": "index.js" }',
  'plain/index.js': 'exports.a = 1',
  '@scope/plain/package.json': '{ "name": "@scope/plain", "version": "1.0.0", "main": "index.js" }',
  '@scope/plain/index.js': 'exports.a = 1',
  'unpublished/package.json': '{ "name": "unpublished", "version": "1.0.0", "main": "index.js" }',
  'unpublished/index.js': 'exports.a = 1',
  'typed/package.json': '{ "name": "typed", "version": "1.0.0", "types": "index.d.ts" }',
  'typed/index.d.ts': 'export declare const size: number; export interface Box { sides: number }',
})) {
  const path = join(directory, 'node_modules', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
mkdirSync(join(directory, 'packages/own'), { recursive: true });
writeFileSync(join(directory, 'packages/own/package.json'), '{ "name": "own", "main": "index.js" }');
writeFileSync(join(directory, 'packages/own/index.js'), 'exports.a = 1');
symlinkSync(join(directory, 'packages/own'), join(directory, 'node_modules/own'), 'junction');
const notebook = new Dialogue(directory);
notebook.published.push('@types/plain', '@types/scope__plain', '@types/own');
beforeEach(() => notebook.restart());

test('a warning names the error, the place, and shows the lines', async () => {
  expect(await notebook.run('const a = 1;\nconst b: string = a;')).toBe(
    [
      "Warning TS2322: Type 'number' is not assignable to type 'string'.",
      'Cell [1]:2:7',
      '  1 | const a = 1;',
      '> 2 | const b: string = a;',
      '    |       ^',
    ].join('\n'),
  );
});

test('what has to do with it is told as well', async () => {
  const text = await notebook.run('interface P { x: number; y: number }\nconst p: P = { x: 1 }');
  expect(text).toContain("Property 'y' is missing");
  expect(text).toContain("Cell [1]:1:26 'y' is declared here.");
});

test('files have their path as seen from the notebook, and their line', async () => {
  mkdirSync(join(directory, 'lib'), { recursive: true });
  writeFileSync(join(directory, 'lib', 'size.ts'), '\nexport interface Size { width: number }\n');
  const text = await notebook.run(
    'import type { Size } from "./lib/size"; const s: Size = { width: "1" }',
    'interface Size { width: string }; const wrong: Size = null! as import("./lib/size").Size',
  );
  expect(text).toContain("  lib/size.ts:2:25 The expected type comes from property 'width'");
  expect(text).not.toContain(directory);
});

test('what a package declares has the name of its file alone, what the language, Node or the kernel do is left out', async () => {
  expect(await notebook.run('import { size } from "typed"; size.tofixed()')).not.toContain(
    'is declared here',
  );
  expect(await notebook.run('import type { Box } from "typed"; const box: Box = {}')).toMatch(
    /^ {2}typed\/index\.d\.ts 'sides' is declared here\.$/m,
  );
  for (const source of ['"a".anchr', 'process.exitcode', 'display.htm("")'])
    expect(await notebook.run(source)).not.toContain('.d.ts');
});

test('overloads that fail for one reason tell it once', async () => {
  const pick = 'declare function pick(name: string): 1; declare function pick(name: string, at?: number): 2;';
  expect(await notebook.run(pick, 'pick(5)')).toBe(
    [
      'Warning TS2769: No overload matches this call.',
      "  Argument of type 'number' is not assignable to parameter of type 'string'.",
      'Cell [2]:1:6',
      '> 1 | pick(5)',
      '    |      ^',
    ].join('\n'),
  );
  const text = await notebook.run('[1, 2].reduce((sum: string, one: number) => sum + one, 0)');
  expect(text.match(/Argument of type/g)).toHaveLength(2);
  expect(text).not.toContain('Overload');
});

test('the same about one name is told once, with a count and every place', async () => {
  expect(await notebook.run('tota = 1;\nconst a = tota;\n\n\n\n\nconst b = tota + 1;')).toBe(
    [
      "Warning TS2304: Cannot find name 'tota'. (3 times)",
      'Cell [1]:1:1, 2:11, 7:11',
      '> 1 | tota = 1;',
      '    | ^~~~',
      '> 2 | const a = tota;',
      '    |           ^~~~',
      '  … |',
      '> 7 | const b = tota + 1;',
      '    |           ^~~~',
    ].join('\n'),
  );
});

test('what is in one line is shown in one frame', async () => {
  expect(await notebook.run('const pair: [string, string] = [1, true];')).toBe(
    [
      "Warning TS2322: Type 'number' is not assignable to type 'string'.",
      "Warning TS2322: Type 'boolean' is not assignable to type 'string'.",
      'Cell [1]:1:33, 1:36',
      '> 1 | const pair: [string, string] = [1, true];',
      '    |                                 ^  ^~~~',
    ].join('\n'),
  );
});

test('for programs there are ranges, as the cell was typed', async () => {
  const { diagnostics } = await notebook.check('%types warn\ninterface P { y: number }\nconst p: P = {};');
  expect(diagnostics).toEqual([
    {
      severity: 'error',
      code: 2741,
      message: "Property 'y' is missing in type '{}' but required in type 'P'.",
      range: { start: { line: 2, character: 6 }, end: { line: 2, character: 7 } },
      related: [
        {
          message: "'y' is declared here.",
          range: { start: { line: 1, character: 14 }, end: { line: 1, character: 15 } },
        },
      ],
    },
  ]);
  expect((await notebook.check('await fetch')).diagnostics).toMatchObject([
    { severity: 'warning', code: 80007 },
  ]);
  expect((await notebook.check('import { a } from "plain"')).diagnostics).toMatchObject([
    { severity: 'hint' },
  ]);
  expect((await notebook.check('const fine = 1')).diagnostics).toEqual([]);
});

describe('worth saying', () => {
  test.each([
    ['a misspelt member', '"a".toUppercase()', 'TS2551'],
    ['a misspelt name', 'const length = 1; lenght', 'TS2552'],
    ['a promise as a condition', 'const ok = async () => true; if (ok()) {}', 'TS2801'],
    ['a possible undefined', '[1].find(Boolean).toFixed()', 'TS2532'],
    ['a name that nobody knows', 'nobody', 'TS2304'],
    ['an unknown export', 'import { no } from "node:fs"', 'TS2305'],
  ])('%s', async (_, source, code) => {
    expect(await notebook.codes(source)).toEqual([code]);
  });
});

describe('what has no type because nobody wrote one', () => {
  const sketches = [
    'function f(a, [b], ...c) { return a }',
    'const pick = (row: object, key: string) => row[key]',
    'const walk = (n) => n ? walk(n - 1) : n; class A { x; get y() { return this.x } set y(v) {} }',
    'const all = []; all.push(1); const total: number = all[0]',
  ];

  test.each(sketches)('is no mistake in a sketch: %s', async (source) => {
    expect(await notebook.run(source)).toBe('');
  });

  test('is one where a tsconfig.json asks for it', async () => {
    const project = mkdtempSync(join(tmpdir(), 'project-'));
    const settle = (strict: boolean) =>
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict } }));
    settle(true);
    expect(await new Dialogue(project).codes(sketches[0]!)).toEqual(['TS7006', 'TS7031', 'TS7019']);
    settle(false);
    expect(await new Dialogue(project).codes(sketches[0]!)).toEqual([]);
  });
});

describe('an await that does nothing', () => {
  const declared = `const load = async () => 1; const numbers = [1, 2]; const callbacks: (() => void)[] = [];
    declare function now(): number`;
  beforeEach(async () => void (await notebook.run([declared, { bound: ['load', 'numbers', 'callbacks'] }])));

  test.each([
    ['the call was forgotten', 'await load'],
    ['also in a function', 'const run = async () => { await load }'],
    ['Promise.all was forgotten', 'await numbers.map(load)'],
    ['also where they have a name', 'const all = numbers.map(load); for (;;) { await all; break }'],
  ])('is a mistake: %s', async (_, source) => {
    expect(await notebook.codes(source)).toEqual(['TS80007']);
  });

  test.each([
    ['to let others go first', 'await null; await undefined; await 0; await void 0'],
    ['in a function', 'async function turn(value: number) { await null; await value; await now() }'],
    [
      'of a value that may be a promise elsewhere',
      'const size = 1; await size; await numbers; await { size }',
    ],
    [
      'of a function that may return a promise, though nobody says so',
      'for (const f of callbacks) await f()',
    ],
    ['of a promise of the kernel’s', 'sleep(0); await sleep(0)'],
    ['of what is called and gives no promise', 'const time = await Date.now(); await Promise.resolve(1)'],
    [
      'of what the kernel has',
      'await display(1); await console.log(1); await input("?"); await clearOutput()',
    ],
  ])('is none: %s', async (_, source) => {
    expect(await notebook.run(source)).toBe('');
  });
});

test('what is imported as text or as bytes has that type, in later cells too', async () => {
  expect(
    await notebook.run(
      'import csv from "./a.csv" with { type: "text" }; import photo from "./a.png" with { type: "bytes" }',
      'csv.split("\\n").map((line) => line.length); photo.subarray(1).map((byte) => byte + 1)',
      'const { default: words } = await import("./a.txt", { with: { type: "text" } })',
    ),
  ).toBe('');
  expect(await notebook.codes('csv.push("line"); photo.split(""); words.push("line")')).toEqual(
    Array(3).fill('TS2339'),
  );
});

describe('nothing is said of', () => {
  test.each([
    [
      'variables without a type of their own',
      'const results = []; let sum',
      'results.push({ a: 1 }); sum = 5',
      'for (const r of results) sum += r.a; const later = () => sum',
      'let late; const ask = () => late',
    ],
    ['unused names', 'const a = 1; function f(a: number) {} import fs from "node:fs"'],
    ['names declared again', 'const a = 1; function f() {}', 'const a = 2; function f() {}'],
    ['top-level await and return values', 'await Promise.resolve(1)'],
    ['a global made by a cell', 'globalThis.shared = 1', 'shared + 1'],
    [
      'a module that is not there: the import says so',
      'import x from "not-installed"; const y = await import("./missing")',
    ],
    ['code that is not reached', 'throw 1; console.log(2)'],
    ['labels', 'outer: for (;;) { break }'],
    ['JSX without a library for it', 'const element = <div className="a">text</div>'],
    ['a bare string, number or object', '"use nothing"', '1', '({ a: 1 })', '{ a: 1, b: 2 }'],
    ['require', 'const os = require("node:os"); os.cpus()'],
    [
      'WebAssembly, and the types that fetch takes',
      `const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])
const { instance } = await WebAssembly.instantiate(bytes, { env: { log: (n: number) => n } })
const memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 }); memory.buffer.byteLength; instance.exports
const made = new WebAssembly.Module(Buffer.from(bytes)); WebAssembly.validate(bytes)
const body: BodyInit = new URLSearchParams(); const headers: HeadersInit = { a: 'b' }
await fetch('http://localhost', { method: 'POST', body, headers }); new Response(body, { headers })`,
    ],
    [
      'fetch, URL, structuredClone and the like',
      'await fetch(new URL("https://example.org")); structuredClone({}); new AbortController().signal; performance.now(); crypto.randomUUID(); new TextEncoder()',
    ],
    ['import.meta', 'import.meta.url; import.meta.dirname'],
  ])('%s', async (_, ...cells) => {
    expect(await notebook.run(...cells)).toBe('');
  });
});

test('variables without a type of their own are no problem either when there is time between the cells', async () => {
  for (const cell of ['const results = []', 'results.push(1)', 'for (const r of results) r.a']) {
    expect(await notebook.run(cell)).toBe('');
  }
});

describe('comments that silence', () => {
  test.each([
    ['// @ts-ignore\nconst a: string = 1'],
    ['// @ts-expect-error\nconst a: string = 1'],
    ['// @ts-nocheck\nconst a: string = 1; await fetch'],
    ['// @ts-nocheck\n{ a: "text".nothing }'],
    ['%types warn\n// About this cell.\n// @ts-nocheck\nconst a: string = 1'],
    ['// @ts-ignore\nawait fetch'],
  ])('%s', async (source) => {
    expect(await notebook.run(source)).toBe('');
  });

  test.each([
    ['const text = `\n// @ts-nocheck\n`; const a: string = 1'],
    ['const a: string = 1\n// @ts-nocheck'],
    ['// as with @ts-nocheck\nconst a: string = 1'],
  ])('not elsewhere: %s', async (source) => {
    expect(await notebook.codes(source)).toEqual(['TS2322']);
  });

  test('an error that was expected and did not come', async () => {
    expect(await notebook.codes('// @ts-expect-error\nconst a: string = ""')).toEqual(['TS2578']);
  });
});

describe('a package without types', () => {
  test('of which the registry has none is no hint, nor is a package of the workspace', async () => {
    expect(await notebook.run('import { a } from "unpublished"')).toBe('');
    expect(await notebook.run('import { a } from "own"')).toBe('');
  });

  test('is one line', async () => {
    expect(await notebook.run('import { a } from "plain"')).toBe(
      "Hint: no types for 'plain': %npm install --save-dev @types/plain",
    );
    expect(await notebook.run('import { a } from "@scope/plain"')).toContain('@types/scope__plain');
  });

  test.each(['./plain.js', './plain.mjs', './plain.cjs', join(directory, 'plain.js')])(
    'is not what a file of your own is: %s',
    async (specifier) => {
      writeFileSync(join(directory, specifier.split('/').at(-1)!), 'export const x = 1');
      expect(await notebook.run(`import * as plain from "${specifier}"`, 'plain')).toBe('');
    },
  );

  test('keeps no cell from running', () => {
    expect(notebook.compile('import { a } from "plain"', 'error').reply.result.ok).toBe(true);
  });

  test('whose types are installed afterwards is typed', async () => {
    await notebook.run('import { a } from "later"');
    const path = join(directory, 'node_modules', 'later');
    mkdirSync(path);
    writeFileSync(
      join(path, 'package.json'),
      '{ "name": "later", "version": "1.0.0", "types": "index.d.ts" }',
    );
    writeFileSync(join(path, 'index.d.ts'), 'export declare const a: number;');
    expect(await notebook.codes('import { a } from "later"; a.length')).toEqual(['TS2339']);
  });

  test('that is replaced by another version is read again', async () => {
    const types = join(directory, 'node_modules', 'typed', 'index.d.ts');
    expect(await notebook.codes('import { size } from "typed"; size.toFixed()')).toEqual([]);
    writeFileSync(types, 'export declare const size: string;');
    notebook.session.receive({ kind: 'packages' });
    expect(await notebook.codes('import { size } from "typed"; size.toFixed()')).toEqual(['TS2551']);
  });

  test('a file beside the notebook is read again when it was edited', async () => {
    const path = join(directory, 'own.ts');
    writeFileSync(path, 'export const a = 1;');
    expect(await notebook.codes('import { a } from "./own"; a.toFixed()')).toEqual([]);
    writeFileSync(path, 'export const a = "text, and longer";');
    expect(await notebook.codes('import { a } from "./own"; a.toFixed()')).toEqual(['TS2551']);
  });
});

describe('%types', () => {
  test('error: a cell that does not fit does not run', async () => {
    const { reply } = notebook.compile('const a = 1;\nconst b: string = a;', 'error');
    expect(reply.result).toMatchObject({ ok: false, problems: [{ code: 2322, offset: 19, length: 1 }] });
    expect(reply.refusal?.traceback.map(plain)).toEqual([
      "TypeScriptError: Type 'number' is not assignable to type 'string'. (TS2322)",
      'Cell [1]:2:7',
      '  1 | const a = 1;',
      '> 2 | const b: string = a;',
      '    |       ^',
    ]);
  });

  test('error: suggestions stop nothing', () => {
    expect(notebook.compile('await fetch', 'error').reply.result.ok).toBe(true);
  });

  test('off: nothing is said', async () => {
    expect(await notebook.run(['const a: string = 1', { types: 'off' }])).toBe('');
    expect(await notebook.codes('a.toFixed()')).toEqual(['TS2551']);
  });
});

describe('JSX', () => {
  const types = 'declare global { namespace JSX { interface IntrinsicElements { b: { size?: number } } } }';

  test('is checked where there are types for it', async () => {
    await notebook.run(types);
    expect(await notebook.codes('const size = 1; <b size={size}>text</b>')).toEqual([]);
    expect(await notebook.codes('<b size="large" />')).toEqual(['TS2322']);
  });

  test('knows the names of other cells', async () => {
    await notebook.run(
      types,
      'const user = { age: 1 }; const Row = (row: { n: number }) => <b size={row.n} />',
    );
    expect(await notebook.codes('<Row n={user.age} />; <Row n={user.name} />')).toEqual(['TS2339']);
    expect(notebook.complete('<Row n={user.|} />').texts).toEqual(['age']);
  });
});

test('a syntax error names the error, the place, and shows the lines', () => {
  const { reply } = notebook.compile('const a = 1;\nlet b = ;');
  expect(reply.refusal?.traceback.map(plain)).toEqual([
    'SyntaxError: Expression expected. (TS1109)',
    'Cell [1]:2:9',
    '  1 | const a = 1;',
    '> 2 | let b = ;',
    '    |         ^',
  ]);
});

describe('a cell that waits to be compiled', () => {
  test('stops a check, which is made afterwards', async () => {
    const { id } = notebook.compile('const a: string = 1');
    Atomics.add(notebook.waiting, 0, 1);
    notebook.session.receive({
      kind: 'settled',
      cell: id,
      bound: { values: ['a'], types: [], completed: true },
    });
    // The manager's message is on its way; nothing may be looked at before it is here.
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.sub(notebook.waiting, 0, 1);
    expect(await notebook.run('let later = 1')).toBe('');
    expect(notebook.warningOf(id)).toContain('TS2322');
  });
});

test.each([
  ['what was thrown, which has no type', 'try { 1 } catch (error) { error.message }'],
  ['taking members out of an object that began empty', 'const all = {}; const { a, b: c } = all; a + c'],
  ['asking whether there is such a name', 'typeof window === "undefined"; typeof nobody'],
  [
    'counting into an empty object',
    'const n = ["a"].reduce((all, s) => { all[s] = 1; return all }, {}); n.a',
  ],
])('nobody is warned for %s', async (_, source) => {
  expect(await notebook.run(source)).toBe('');
});

test.each([
  ['names that are not there', 'nobody; typeof nobody.at', 'TS2304'],
  ['what was said to be unknown', 'try { 1 } catch (error: unknown) { error.message }', 'TS18046'],
  ['a class without members', 'class Empty {}; new Empty().a', 'TS2339'],
])('%s are told', async (_, source, code) => {
  expect(await notebook.codes(source)).toContain(code);
});

test('members that are taken out of an empty class are told', async () => {
  expect(await notebook.codes('class Empty {}; const { a } = new Empty()')).toEqual(['TS2339']);
});

test('a member of a promise is one of its value, whatever that is', async () => {
  for (const type of ['Response', 'unknown', 'any']) {
    const told = await notebook.run(`declare const load: () => Promise<${type}>; load().json`);
    expect(told.match(/Did you forget to use 'await'\?/g)).toHaveLength(1);
  }
});
