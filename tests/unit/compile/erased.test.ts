// What TypeScript leaves nothing of, told by its own emitter: the table that says so is held against it.
import { describe, expect, test } from '@jest/globals';
import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';
import { hasTypes, isErased, walk } from '../../../src/compile/erased';
import { parseModule } from '../../../src/compile/parse';

/** The identifiers of a text, those that are erased in brackets. */
function shown(text: string): string {
  const file = parseModule(text, 'ts');
  const named = (part: 'all' | 'values') => {
    const found = new Set<number>();
    walk(file, part, (node) => {
      if (ts.isIdentifier(node)) found.add(node.getStart(file));
      return true;
    });
    return found;
  };
  const values = named('values');
  return [...named('all')]
    .map((start) => {
      const name = /^\w+/.exec(text.slice(start))![0];
      return values.has(start) ? name : `[${name}]`;
    })
    .join(' ');
}

/** What TypeScript's emitter leaves of a text, without blanks. */
function leftOf(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      preserveConstEnums: true,
      experimentalDecorators: true,
    },
  });
  return outputText.replace(/^"use strict";|^export \{\};|\s/gm, '');
}
const leavesNothing = (text: string) => leftOf(text) === '';

describe('statements', () => {
  test.each([
    'interface A { b: 1 }',
    'type A = 1',
    'declare const a: 1',
    'declare let a: 1, b: 2',
    'declare function f(): void',
    'function f(): void',
    'declare class A {}',
    'declare abstract class A {}',
    'declare enum A { b }',
    'declare const enum A { b }',
    'declare namespace A { const b: 1 }',
    'declare module "a" {}',
    'declare global { var a: 1 }',
    'namespace A {}',
    'namespace A { type B = 1; interface C {} }',
    'namespace A.B { export type C = 1 }',
    'namespace A { namespace B { type C = 1 } }',
    'namespace A { import B = C.D }',
  ])('nothing is left of: %s', (text) => {
    expect([isErased(parseModule(text, 'ts').statements[0]!), leavesNothing(text)]).toEqual([true, true]);
  });

  test.each([
    'const a = 1',
    'let a: number',
    'function f() {}',
    'class A {}',
    'abstract class A {}',
    'enum A { b }',
    'const enum A { b }',
    'namespace A { export const b = 1 }',
    'namespace A { declare const b: 1 }',
    'namespace A { namespace B { let c } }',
    'a as B',
    'declare()',
    'type = 1',
  ])('something is left of: %s', (text) => {
    expect([isErased(parseModule(text, 'ts').statements[0]!), leavesNothing(text)]).toEqual([false, false]);
  });
});

describe('members', () => {
  const wholeClass = (member: string) => `abstract class A { ${member} }`;
  const emptied = (text: string) => leftOf(text) === 'classA{}';
  const memberOf = (text: string) => {
    const [statement] = parseModule(text, 'ts').statements;
    return (statement as ts.ClassDeclaration).members[0]!;
  };

  test.each([
    'f(): void',
    'abstract f(): void',
    '@d f(): void',
    'constructor(a: string)',
    'abstract get a(): string',
    'abstract set a(b: string)',
    'abstract a: string',
    'declare a: string',
    '[a: string]: unknown',
  ])('nothing is left of: %s', (member) => {
    const text = wholeClass(member);
    expect([isErased(memberOf(text)), emptied(text)]).toEqual([true, true]);
  });

  test.each([
    'f() {}',
    'constructor() {}',
    'get a() { return 1 }',
    'a: string',
    'a = 1',
    'static {}',
    '@d declare a: string',
    '@d abstract a: string',
  ])('something is left of: %s', (member) => {
    const text = wholeClass(member);
    expect([isErased(memberOf(text)), emptied(text)]).toEqual([false, false]);
  });
});

test.each([
  ['let a: B<C> = d as E', 'a [B] [C] d [E]'],
  ['f<A>(b!)', 'f [A] b'],
  ['a = b<C>', 'a b [C]'],
  ['a satisfies typeof b', 'a [b]'],
  ['class A<B extends C> extends D.E<F> implements G {}', 'A [B] [C] D E [F] [G]'],
  ['function f<A>(b?: C, ...d: E[]): b is F { g }', 'f [A] b [C] d [E] [b] [F] g'],
  ['const a = <B,>(c: B): D => c', 'a [B] c [B] [D] c'],
  ['interface A extends B {} c', '[A] [B] c'],
  ['enum A { b = c }', 'A b c'],
  ['class A { @b() c: D; [e]: F; [g](): H; [i]() {} }', 'A b c [D] e [F] [g] [H] i'],
  ['namespace A { type B = C } namespace D { e }', '[A] [B] [C] D e'],
])('the walk over values: %s', (text, names) => expect(shown(text)).toBe(names));

test('the walk goes in where it is told to, in the order of the text', () => {
  const seen: string[] = [];
  walk(parseModule('a; { b; c } d', 'ts'), 'all', (node) => {
    if (ts.isIdentifier(node)) seen.push(node.text);
    return !ts.isBlock(node);
  });
  expect(seen).toEqual(['a', 'd']);
});

describe('whether there is anything to erase', () => {
  const changes = (text: string) => {
    const file = parseModule(text, 'ts');
    let isRefused = false;
    const left = blankSourceFile(file, () => {
      isRefused = true;
    });
    return isRefused || left !== text;
  };

  test.each([
    'let a: number',
    'let a!',
    'a!',
    'a as B',
    '<A>b',
    'a satisfies B',
    'f<A>(b)',
    'new A<B>()',
    'f<A>`b`',
    'a = f<A>',
    'a?.b!.c',
    '(a?) => 1',
    '(a): b => 1',
    '<A,>(b) => 1',
    'function f(this) {}',
    'function f(): void; function f() {}',
    'try {} catch (a: unknown) {}',
    'for (const a of b as C) {}',
    'type A = 1',
    'interface A {}',
    'declare const a',
    'enum A {}',
    'namespace A {}',
    'abstract class A {}',
    'class A<B> {}',
    'class A extends B<C> {}',
    'class A implements B {}',
    'class A { readonly b = 1 }',
    'class A { private b() {} }',
    'class A { declare b }',
    'class A { override b() {} }',
    'class A { b? }',
    'class A { b! }',
    'class A { b?() {} }',
    'class A { b(); b() {} }',
    'class A { [b: string]: C }',
    'class A { constructor(public b) {} }',
    '({ a(b: C) {} })',
    '`${a as B}`',
    'async () => { await (a as B) }',
  ])('there is in: %s', (text) =>
    expect([hasTypes(parseModule(text, 'ts')), changes(text)]).toEqual([true, true]),
  );

  test.each([
    '1 + 1',
    'const { a, ...b } = await c',
    'class A extends B { #c = 1; get d() { return this.#c } static {} async *e() {} }',
    'for await (const a of b) if (a) continue; else break',
    'label: while (true) { try { f`${a}` } catch { throw new A?.b() } finally {} }',
    'declare()',
    'type = 1',
    'a < b > c',
  ])('there is not in: %s', (text) =>
    expect([hasTypes(parseModule(text, 'ts')), changes(text)]).toEqual([false, false]),
  );
});
