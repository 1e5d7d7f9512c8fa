// Whether Enter runs the cell or begins a new line.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { describe, expect, test } from '@jest/globals';
import { checkCompleteness, compile } from '../../../src/compile';
import { completenessOf } from '../../../src/completion/parser';

const complete = [
  '',
  '1 + 1',
  'let x = 1;',
  'let x',
  'function f() {\n  return 1\n}',
  'if (x) {}',
  'if (x) y\nelse z',
  'foo(1,\n  2)',
  '`a\nb`',
  '// comment',
  '/* comment */',
  'await x',
  'import a from "a"',
  'export const a = 1',
  '<b>1</b>',
  'const x = <b/>',
  '{ a: 1, b: 2 }',
  '{ a: 1 }',
  '{}',
  '@d class A {}',
  'class A { #x = 1; f() { return #x in this && (() => this.#x)() } }',
  'class A { #x = 1; f() { return class B { #y = (a: A) => a.#x } } }',
  'class A { get #x() { return 1 } #y() {} static { new A().#x; new A().#y() } }',
  'declare function f(): void',
  'function f(x: string): void\nfunction f(x: unknown) {}',
  'abstract class A { abstract f(): void }',
  'type A = { b: 1 }',
  'enum A { B }',
  'x as number',
  '<number>x',
  'async',
  '"a\\\nb"',
  '`${`${1}`}`',
  '/[/]/.test("a")',
];

const incomplete: [string, string][] = [
  ['{', '  '],
  ['function f() {', '  '],
  ['function f() {\n  if (x) {', '    '],
  ['function f() {\n  if (x) {\n    y()\n  }', '  '],
  ['foo(', '  '],
  ['foo(1,', '  '],
  ['foo(() => {', '  '],
  ['arr.map((x) => {', '  '],
  ['({', '  '],
  ['foo(() => {\n  bar({', '    '],
  ['foo(() => {\n  bar({\n    a,\n  })', '  '],
  ['foo(\n  bar(\n    a)', '  '],
  ['foo(() => {\n    four()', '    '],
  ['if (x) {\n} else {', '  '],
  ['f(true / 2, {', '  '],
  ['f(null / 2, {', '  '],
  ['f(a++ / 2, {', '  '],
  ['f(a-- / 2, {', '  '],
  ['f(a! / 2, {', '  '],
  ['f(g() / 2, {', '  '],
  ['f(/[{]/, (', '  '],
  ['if (a) /[{]/.test(', '  '],
  ['const x = { a: {} / 2, b: {', '  '],
  ['{ a: f(1) / 2, b: {', '  '],
  ['{ a: x / 2, b: y / 3, c: [', '  '],
  ['foo(`${a} / ${b}`, {', '  '],
  ["const x = <p>\n  it's {f(", '    '],
  ['foo(/* abc', ''],
  ['if (x) {\n  y()\n\n', '  '],
  ['const x = a +\n  b +', '  '],
  ['function f() {\n\tif (x) {', '\t\t'],
  ['function f() {\n\ty()', '\t'],
  ['{\r\n  f(', '    '],
  ['[1, 2', '  '],
  ['const x = {', '  '],
  ['const x = {\n  a: [', '    '],
  ['{ a: 1, b: 2', '  '],
  ['{ a: 1,', '  '],
  ['1 +', '  '],
  ['a + // why\n', '  '],
  ['x =', '  '],
  ['let x =', '  '],
  ['const f = () =>', '  '],
  ['const f = (x: number) =>\n', '  '],
  ['if (x)', '  '],
  ['if (x) y; else', '  '],
  ['for (const x of xs)', '  '],
  ['while (true)', '  '],
  ['do x()', ''],
  ['try {', '  '],
  ['try {}', ''],
  ['switch (x) { case', '  '],
  ['class A {', '  '],
  ['class A extends', ''],
  ['interface A {', '  '],
  ['type A =', '  '],
  ['enum A {', '  '],
  ['import {', '  '],
  ['import { a } from', ''],
  ['export', ''],
  ['export default', ''],
  ['`abc', ''],
  ['`abc ${', '  '],
  ['`abc ${x', '  '],
  ['`a\nb', ''],
  ['/* abc', ''],
  ['foo(`a', ''],
  ['@decorator', ''],
  ['@decorator()', ''],
  ['x ? y', ''],
  ['x ? y :', '  '],
  ['x.', '  '],
  ['{ a:', '  '],
  ['new', ''],
  ['throw', ''],
  ['await', ''],
  ['async function', ''],
  ['"abc\\', ''],
  ['<div>', ''],
  ['<div', ''],
  ['const x = <div>\n  <b>x</b>\n', '  '],
  ['<div>{', '  '],
  ['let x: {', '  '],
  ['function f<T', ''],
  ['a,', ''],
  ['!', ''],
];

const invalid = [
  ')',
  '1 2',
  'foo)',
  '#x',
  '#x in y',
  'a.#x',
  'class A { #x = 1; f() { return #x } }',
  'class A { f() { return this.#x } }',
  'let 1',
  'else',
  '...',
  'foo(1\nlet x = 2',
  'clas A {}',
  '"abc',
  "'abc\nfoo",
  '/abc',
  'return 1',
  'break',
  'const x',
  'let x; let x',
  'function f() { await (1) }',
  'let undefined = 1',
  '{ a: 1, b 2 }',
  '<a></b>',
];

describe('checkCompleteness', () => {
  test.each(complete)('%j is complete', (source) => {
    expect(checkCompleteness(source)).toEqual({ status: 'complete' });
  });

  test.each(incomplete)('%j goes on', (source) => {
    expect(checkCompleteness(source)).toMatchObject({ status: 'incomplete' });
  });

  test.each(incomplete)('%j is followed by %j', (source, indent) => {
    expect(checkCompleteness(source)).toEqual({ status: 'incomplete', indent });
  });

  test.each(invalid)('%j is wrong', (source) => {
    expect(checkCompleteness(source)).toEqual({ status: 'invalid' });
  });

  // They compile, as what they would be in a file of declarations, but in a console the body has not come yet.
  test.each([
    'function f()',
    'function f(): void',
    'async function f<T>(x: T)',
    'export default function f()',
    'const x = 1\nfunction f(x: number): void\nfunction f(x: unknown): void',
  ])('%j waits for its body', (source) => {
    expect(checkCompleteness(source)).toEqual({ status: 'incomplete', indent: '' });
  });

  test('what a magic takes up is not indented', () => {
    expect(checkCompleteness('      foo(() => {', '%time foo(() => {')).toEqual({
      status: 'incomplete',
      indent: '  ',
    });
  });

  test('complete is what compile accepts, at every length of a program', () => {
    const program = [
      'import { a, type B } from "a";',
      'const o = { x: 1, y: [`t${1 + 1}u`, /re[/]/g], f: async <T,>(z: T) => { await (z) } } as const;',
      '@d class C<T> extends (o as any) { #p?: T; static { for (;;) { break } } }',
      'label: for (const [k, v] of Object.entries(o)) { if (k) continue label; else v; }',
      'enum E { A = "a" } // end',
      'export default (x: number): string => x ? "" : `${x}`',
    ].join('\n');
    for (let length = 0; length <= program.length; length++) {
      const source = program.slice(0, length);
      expect([source, checkCompleteness(source).status === 'complete']).toEqual([source, compile(source).ok]);
    }
    for (const source of [...complete, ...invalid, ...incomplete.map(([text]) => text)])
      expect([source, checkCompleteness(source).status === 'complete']).toEqual([source, compile(source).ok]);
  });
});

describe('on the main thread', () => {
  test.each([
    ['if (true) {', { status: 'incomplete', indent: '  ' }],
    ['1 + 1', { status: 'complete' }],
    ['const = 1', { status: 'invalid' }],
    ['%time f(', { status: 'incomplete', indent: '  ' }],
    ['!ls', { status: 'complete' }],
    ['!done', { status: 'complete' }],
  ])('%j', (source, completeness) => {
    expect(completenessOf(source, (name) => name === 'done')).toEqual(completeness);
  });

  test('nothing is said of what its stack is too small for', () => {
    expect(completenessOf('['.repeat(100_000), () => false)).toBeUndefined();
  });
});
