// Source that TypeScript's parser lets through and that is wrong all the same: refused before it is rewritten, at its place (`¦`).
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { checkCompleteness, compile } from '../../../src/compile';
import { checkGrammar } from '../../../src/compile/grammar';
import { parseModule } from '../../../src/compile/parse';
import { runCells } from './session';

const variable = 'must be a variable or a property access';
const wrong: { readonly [kind: string]: readonly (readonly [program: string, message: string])[] } = {
  'modules without quotes': [
    ['import fs from ¦fs', 'String literal expected.'],
    ['import { a } from ¦b', 'String literal expected.'],
    ['import x from ¦5', 'String literal expected.'],
    ['import * as y from ¦`m`', 'String literal expected.'],
    ['import x = require(¦y)', 'String literal expected.'],
    ['import type T from ¦t', 'String literal expected.'],
    ['export { a } from ¦b', 'String literal expected.'],
    ['export * from ¦b', 'String literal expected.'],
    ['{ ¦export let a = 1 }', 'Modifiers cannot appear here.'],
    ['function f() { ¦export default 1 }', 'A default export must be at the top level'],
    ["namespace N { ¦import 'a' }", 'Import declarations in a namespace'],
    ["namespace N { ¦export * from 'a' }", 'Export declarations are not permitted in a namespace.'],
    ['export default 1; ¦export default 2', 'A module cannot have multiple default exports.'],
    ['import(¦...a)', 'Argument of dynamic import cannot be spread element.'],
    ['import.¦foo', "'foo' is not a valid meta-property for keyword 'import'."],
  ],
  'what cannot be assigned to': [
    ['¦import.meta = 1', variable],
    ['[¦import.meta] = [1]', variable],
    ['¦f() = 1', variable],
    ['¦f()++', variable],
    ['++¦f()', variable],
    ['¦f() += 1', variable],
    ['for (¦f() of []) {}', variable],
    ['for (¦f() in {}) {}', variable],
    ['({ a: ¦f() } = {})', variable],
    ['[{ a: [¦1] }] = [2]', variable],
    ['¦1 = 2', variable],
    ['¦this = 1', variable],
    ['¦(a, b) = 1', variable],
    ['¦a?.b = 1', 'may not be an optional property access'],
    ['¦a?.b++', 'may not be an optional property access'],
    ['[¦...a, b] = c', 'A rest element must be last'],
    ['({ ¦a() {} } = {})', 'Property assignment expected.'],
  ],
  objects: [
    ['({ a ¦= 1 })', "An '=' can only follow a property name"],
    ['f({ a: { b ¦= 1 } })', "An '=' can only follow a property name"],
    ['[{ a ¦= 1 }].b', "An '=' can only follow a property name"],
    ['({ a¦?: 1 })', 'An object member cannot be declared optional.'],
    ['({ ¦public a: 1 })', "'public' modifier cannot be used here."],
    ['({ ¦static a() {} })', "'static' modifier cannot be used here."],
    ['({ ¦async a: 1 })', "'async' modifier cannot be used here."],
  ],
  classes: [
    ['class A { ¦async x }', "'async' modifier cannot appear on class elements of this kind."],
    ['class A { ¦export x }', "'export' modifier cannot appear on class elements of this kind."],
    ['class A { readonly ¦readonly x }', "'readonly' modifier already seen."],
    ['class A { constructor(¦static a) {} }', "'static' modifier cannot appear on a parameter."],
    ['class A extends B, ¦C {}', 'Classes can only extend a single class.'],
    ['class A { ¦@d constructor() {} }', 'Decorators are not valid here.'],
    ['¦@d let a', 'Decorators are not valid here.'],
    ['¦@d function f() {}', 'Decorators are not valid here.'],
    ['function f(¦@d a) {}', 'Decorators are not valid here.'],
    ['¦class A<> {}', 'Type parameter list cannot be empty.'],
  ],
  statements: [
    ['¦declare abstract\nclass Q {}', 'Declaration or statement expected.'],
    ['¦declare 1', 'Declaration or statement expected.'],
    ['declare let a = ¦1', 'Initializers are not allowed in ambient contexts.'],
    ['declare function f() ¦{}', 'An implementation cannot be declared in ambient contexts.'],
    ['¦async class A {}', "'async' modifier cannot be used here."],
    ['¦readonly let a', "'readonly' modifier cannot be used here."],
    ['export ¦export let a', "'export' modifier already seen."],
    ['if (1) ¦const a = 1', "'const' declarations can only be declared inside a block."],
    ['if (1) ¦class A {}', "'class' declarations can only be declared inside a block."],
    ['¦l: class A {}', 'A label is not allowed here.'],
    ['for (let a, ¦b of []) {}', 'Only a single variable declaration is allowed'],
    ['for (var ¦a = 1 in {}) {}', 'cannot have an initializer'],
    ['for (¦async of []) {}', "may not be 'async'"],
    ['using ¦{ a } = null', "'using' declarations may not have binding patterns."],
    ['¦export using a = null', "'export' modifier cannot appear on a 'using' declaration."],
    ['try {} catch (e = ¦1) {}', 'Catch clause variable cannot have an initializer.'],
    ['enum E { ¦[x] }', 'Computed property names are not allowed in enums.'],
    ["module ¦'a' {}", 'Only ambient modules can use quoted names.'],
  ],
  'words and operators': [
    ['¦static', "'static' is a reserved word in strict mode"],
    ['f(¦yield)', "'yield' is a reserved word in strict mode"],
    ['¦yield 1', "A 'yield' expression is only allowed in a generator body."],
    ['¦a ?? b || c', "'||' and '??' operations cannot be mixed without parentheses."],
    ['function f(a, ¦this: any) {}', "A 'this' parameter must be the first parameter."],
    ['(a)\n¦=> 1', 'Line terminator not permitted before arrow.'],
    ['¦f<>()', 'Type argument list cannot be empty.'],
  ],
};

describe.each(Object.entries(wrong))('%s', (_kind, programs) => {
  test.each(programs)('%s: %s', (marked, message) => {
    const source = marked.replace('¦', '');
    const result = compile(source);
    expect(result.ok ? 'compiled' : result.problems[0]).toMatchObject({
      message: expect.stringContaining(message),
      offset: marked.indexOf('¦'),
    });
    expect(checkCompleteness(source)).toEqual({ status: 'invalid' });
  });
});

test('who forgot the quotes is told', () => {
  const result = compile('import fs from fs');
  expect(result.ok ? undefined : result.problems[0]!.hint).toBe(
    "Put the name of the module in quotes: 'fs'.",
  );
});

describe('what looks like it and is right', () => {
  test.each([
    'export default function pick(a: number): string;\nexport default function pick(a: string): string;\nexport default function pick(a: any) { return "x" }\npick(1)',
    '[{ a = 1 }] = [{}]; ({ a: { b = 2 }, ...c } = { a: {} }); for ({ a = 1 } of []);',
    '(a as any) = 1; a! += 2; (<any>b)++; (c satisfies unknown) = 1',
    'declare\nclass Q {}',
    'declare const a = 1, b: number; declare function f(): void; declare class C { x: number }',
    'declare module "a" { import b from "b"; export * from "c"; export default b }',
    'const o = { static: 1, let: 2, async get() {}, get yield() { return 1 } }; o.static; ({ static: s } = o)',
    'class A { static static = 1; declare readonly x; protected override async m() {} }',
    'a ?? (b || c); (a && b) ?? c; a || b && c',
    'outer: for (const a of []) continue outer; l: var x; l: { let y }',
    'for await (async of []); for ((async) of []); for (const of of []);',
    'function* g() { yield yield 1; const { a = yield } = {} }',
    'abstract class A { abstract m(): void; abstract get x(): number; private constructor(protected readonly a = 1) { } }',
    'import a, { type b, default as c } from "a" with { type: "json" }; export { c as static, a as default }',
  ])('%s', (source) => {
    const result = compile(source);
    expect(result.ok ? [] : result.problems).toEqual([]);
    if (result.ok) expect(() => new Script(result.cell.code)).not.toThrow();
  });

  test('a parameter that overrides is a property', () => {
    const source =
      'class B { a = 1 }\nclass A extends B { constructor(override a: number) { super() } }\nnew A(5).a';
    expect(runCells(source)).toBe(5);
  });

  test('all of this kernel', () => {
    const root = resolve(__dirname, '../../..');
    for (const folder of ['src', 'kernel', 'tests/unit'])
      for (const name of readdirSync(join(root, folder), { recursive: true }) as string[])
        if (name.endsWith('.ts') && !name.endsWith('.d.ts')) {
          const file = parseModule(readFileSync(join(root, folder, name), 'utf8'), 'ts');
          expect([name, checkGrammar(file)]).toEqual([name, []]);
        }
  });
});
