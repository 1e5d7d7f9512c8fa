// Each rewriting of a cell beside, inside and before each other one: what a cell does is what Node does with the module that
// TypeScript makes of the same source. Edits that meet at one place are found here.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { compile, defaultCompileOptions } from '../../../src/compile';
import { compileNotebookCell } from '../../../src/compile/magics/translate';
import { Session } from './session';

type Log = (...values: unknown[]) => unknown;
type Modules = { readonly [specifier: string]: { [name: string]: unknown } };

const element = (type: unknown, props: unknown) => ({ type, props });
const modules: Modules = {
  'react/jsx-runtime': { jsx: element, jsxs: element, Fragment: 'fragment' },
  lib: { default: 'standard', imported: 'imported', Map: class Collection {}, call: () => 'called' },
};

/** Expressions that are rewritten, or that make an edit where they begin or end. */
const expressions = {
  number: '1',
  JSX: '<div/>',
  'JSX with children': '<div a={imported}>b{1}<i/></div>',
  'a fragment': '<><b/>{2}</>',
  'JSX of an own component': '<Own.Part x={<i/>}/>',
  'a cast to any': '(<b/> as any)',
  'an import': 'imported',
  'a call of an import': 'call()',
  'a hidden name': 'Map.name',
  'a bare hidden name': 'Map',
  'a shorthand': '{ early, Map }.early',
  'an earlier name': 'early',
  'a member of one': 'table.a',
  'a later function': 'later(1)',
  'an assignment': 'early = 5',
  await: 'await Promise.resolve(7)',
  'await of a name': 'await early',
  'await of an await': 'await (await early)',
  'await of import()': "(await import('node:path')).sep",
  'import()': "String(import('node:path'))",
  'import() with more': "(early, await import('node:path').then(({ sep }) => [sep, imported]))",
  'a function that throws': '() => { try { throw early } catch (e) { return e } }',
  'an arrow function': '() => early',
  'an async arrow function': 'async () => 1',
  'a function': 'function () { return imported }',
  'a named function': 'function early() { return early.name }',
  'a class': 'class { a = early; static b = <p/> }',
  'a class with what the emitter makes': 'class { constructor(private p = early) {} }',
  'a decorated class': '@decorate class { m() { return imported } }',
  'an enum’s member': 'Colour.Red',
  'non-null': 'early!',
  'a cast': 'early as unknown as string',
  'a cast in parentheses': '(imported as any)',
  satisfies: 'early satisfies unknown',
  'type arguments': 'later<number>(1)',
  'a template': '`${early}${<a/>}`',
  'a tag': 'String.raw`${early}`',
  typeof: 'typeof early',
  'typeof nothing': 'typeof nowhere',
  'an object': '{ early: imported, Map: 1 }',
  'an array': '[early, ...[imported]]',
  'a regular expression': '/a/.source',
  'new': 'new Map()',
  optional: 'table?.a',
  'a conditional': 'early ? imported : 0',
  'a comma': '(early, imported)',
  'a negation': '-early',
  'an increment': 'count++',
  'a sleep': 'sleep(1)',
  'a sleep that may be': 'early && sleep(1)',
} as const;

/** Where an expression stands. `log` tells what came of it. */
const places = {
  const: 'const x = HOLE; log(x)',
  let: 'let x = HOLE\nlog(x)',
  var: 'var x = HOLE; log(x)',
  'let with a type': 'let x: unknown = HOLE; log(x)',
  'the second of a list': 'let w, x = HOLE, y = HOLE\nlog(w, x, y)',
  'export const': 'export const x = HOLE\nlog(x)',
  parentheses: 'const x = (HOLE)\nlog(x)',
  'as any': 'const x = (HOLE) as any; log(x)',
  'non-null': 'const x = (HOLE)!; log(x)',
  satisfies: 'let x = (HOLE) satisfies unknown\nlog(x)',
  using: 'using x = ((HOLE), null); log(x)',
  'a pattern': 'const { a: x } = { a: HOLE }; log(x)',
  'a default': 'const { x = HOLE } = {}; log(x)',
  'a default in an array': 'let [x = HOLE, y = x] = []; log(x, y)',
  'a hidden const': 'const URL = HOLE; log(URL)',
  'a hidden default': 'var { URL = HOLE } = {}; log(URL)',
  'an assignment': 'let x; x = HOLE; log(x)',
  'an argument': 'log(HOLE)',
  'a statement': '(HOLE); log(1)',
  'an exported default': 'export default (HOLE); log(1)',
  'a field': 'class X { a = SYNC; static b = SYNC }; log(new X().a, X.b)',
  'a function': 'function f() { return (SYNC) }; log(f())',
  'a default parameter': 'const f = (x = SYNC) => x; log(f())',
  'an arrow’s body': 'const f = () => (SYNC); log(f())',
  'a loop': 'for (const x of [HOLE]) log(x)',
  'a loop over var': 'for (var x of [HOLE]) { var y = x } log(x, y)',
  'a head': 'for (var x = HOLE, i = 0; i < 1; i++) log(x)',
  'a nested var': 'if (true) var x = HOLE; log(x)',
  'a nested var in a block': '{ var x = HOLE\nvar y = HOLE } log(x, y)',
  'a switch': 'switch (1) { case 1: let x = HOLE; log(x) }',
  'what a function throws': 'try { (() => { throw SYNC })() } catch (e) { log(e) }',
  'a part of what is thrown':
    'try { throw { message: HOLE, a: [1] } } catch ({ message: Map, a: [x] }) { log(Map, x); Map = 2; log(Map) }',
  'what is rejected': 'log(await Promise.reject(HOLE).catch((Map) => Map))',
  'what a handler does': 'log(await Promise.reject(1).then(null, (x) => (x, SYNC)))',
  'a part of what is rejected':
    'log(await Promise.reject({ a: HOLE }).catch(({ a: Map }) => { return Map }))',
  'a handler’s value': 'log(await Promise.reject(1).catch(async ({ x }) => (HOLE)))',
  'a thrown list': 'try { (() => { throw log(1), SYNC })() } catch (e) { log(e) }',
  'a loop that awaits': 'for await (const x of [HOLE, 2]) log(x)',
  'a loop that awaits by the round':
    'for await (const x of [1, 2]) { log(await x)\nif (x === 1) continue; log(HOLE) }',
  'a labelled one': 'a: b: for await (const x of [1, 2]) { for (;;) { await x; log(HOLE); continue a } }',
  'one within one':
    'if (early) for await (const x of [1]) for await (const y of [HOLE]) log(x, await y)\nelse log(0)',
  'one with var': 'for await (var x of [1, 2]) var y = await (HOLE)\nlog(x, y)',
  'one as a value': 'log(eval("1")); for await (const x of [1]) await (HOLE)',
  'a thrown value': 'try { throw HOLE } catch (Map) { log(Map) }',
  'an enum beside it': 'enum Other { A }; const x = HOLE; log(x, Other.A)',
  'a namespace': 'namespace N { export const x = SYNC }\nlog(N.x)',
  'a decorator’s argument': '@tag(SYNC) class X {}\nlog(X.name)',
  'an attribute': 'const x = <a b={HOLE}>{HOLE}</a>; log(x)',
  'a template': 'const x = `a${typeof (HOLE)}b`; log(x)',
  spread: 'const x = [...[HOLE]]; log(x)',
  'an object’s member': 'const x = { Map: HOLE, early: HOLE }; log(x)',
  'a computed name': 'const x = { [typeof (HOLE)]: 1 }; log(x)',
  'a label': 'outer: for (;;) { const x = HOLE; log(x); break outer }',
  'after a line without semicolon': 'const w = 1\nconst [x] = [HOLE]\nlog(x)',
} as const;

const prelude = `
declare const log: any;
import standard, { imported, Map, call } from 'lib';
let early: any, count: any; early = 4; count = 0;
const table = { a: 'member' }, Own = { Part: 'part' };
const decorate: any = (target: unknown) => target, tag: any = (..._: unknown[]) => decorate;
function later<T>(n: T) { return n }
function sleep(time: number) { return log('slept', time) }
enum Colour { Red }
`;
/** What programs may have changed. */
const initial = 'early = 4; count = 0';
const jsx = { mode: 'automatic' } as const;

/** What a program logs, and what it throws at last. */
async function watch(run: (log: Log) => unknown): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    await run((...values) => {
      lines.push(values.map((value) => show(value)).join(' '));
      return values[0];
    });
  } catch (error) {
    lines.push(`throws ${error}`);
  }
  return lines;
}

function show(value: unknown): string {
  return inspect(value, { depth: 5, breakLength: Number.POSITIVE_INFINITY });
}

/** What Node makes of the program, as TypeScript translates it. */
async function inNode(program: string): Promise<readonly string[]> {
  const { outputText } = ts.transpileModule(prelude + program, {
    fileName: 'program.tsx',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      jsx: ts.JsxEmit.ReactJSX,
      esModuleInterop: true,
    },
  });
  const load = (specifier: string): unknown =>
    specifier.startsWith('node:') ? require(specifier) : { ...modules[specifier], __esModule: true };
  return watch((log) =>
    runInThisContext(`(async (exports, require, log) => {${outputText}\n})`)({}, load, log),
  );
}

/** The same in a cell, after one with the prelude. */
async function inCell(program: string): Promise<readonly string[]> {
  return watch((log) => {
    session.give({ log });
    return session.run(program, { jsx });
  });
}

/** The same in a cell that may have magics. */
async function inNotebook(program: string): Promise<readonly string[]> {
  return watch((log) => {
    session.give({ log });
    const { result } = compileNotebookCell(
      program,
      () => false,
      (text) => compile(text, { ...defaultCompileOptions, jsx, bound: session.bound }),
    );
    if (!result.ok) throw new SyntaxError(result.problems[0]!.message);
    const helper = {
      now: () => 0,
      magic: () => undefined,
      timed: (_: number, value: unknown) => value,
      timeit: (_: number, work: () => unknown) => work(),
    };
    return session.runCompiled(result.cell, helper);
  });
}

let session: Session;
beforeAll(async () => {
  session = new Session(modules);
  await session.run(prelude, { jsx });
});
beforeEach(() => void session.run(initial));
afterAll(() => session.end());

describe.each(Object.entries(places))('%s: %s', (_what, place) => {
  test.each(Object.entries(expressions))('%s: %s', async (_kind, expression) => {
    if (place.includes('SYNC') && expression.includes('await')) return;
    const program = place.replace(/HOLE|SYNC/g, () => expression);
    const expected = await inNode(program);
    expect({ program, lines: await inCell(program) }).toEqual({ program, lines: expected });
    session.run(initial);
    const emitted = `enum Emitted {}\n${program}`;
    expect({ emitted, lines: await inCell(emitted) }).toEqual({ emitted, lines: expected });
  });
});

/** A cell with a magic, and the program that it stands for. */
const timed = [
  ['const w = 1;\n%time (HOLE)\nlog(w)', 'const w = 1; (HOLE); log(w)'],
  ['%time let x = HOLE\nlog(x)', 'let x = HOLE\nlog(x)'],
  ['const w = 1;\n%timeit (HOLE)\nlog(w)', 'const w = 1; (HOLE); log(w)'],
  ['let x = HOLE;\n%pwd\nlog(x)', 'let x = HOLE\nlog(x)'],
] as const;

describe.each(timed)('magics: %s', (place, plain) => {
  test.each(Object.entries(expressions))('%s: %s', async (_kind, expression) => {
    const fill = (text: string) => text.replace('HOLE', () => expression);
    const program = fill(place);
    const expected = await inNode(fill(plain));
    expect({ program, lines: await inNotebook(program) }).toEqual({ program, lines: expected });
  });
});
