// TypeScript runs as the language says, whether its types are erased or the emitter is needed.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../src/compile/keys';
import { awaitCells, compileCell, runCells, Session } from './session';

test('spaces that only TypeScript knows are spaces, and themselves in literals', async () => {
  expect(await runCells('const pasted\u200b = 5\u200b;\u0085\u200b\npasted\u200b')).toBe(5);
  expect(
    await runCells('[`\u200b${\u200b1}\u200b${2}\u200b`, "\u200b",\u200b/\u200b/.source,\u200b`\u0085`]'),
  ).toEqual(['\u200b1\u200b2\u200b', '\u200b', '\u200b', '\u0085']);
  expect(await runCells('{ a: {\u200bb: 1 } }\u200b')).toEqual({ a: { b: 1 } });
});

describe('types leave no trace', () => {
  test.each([
    ['let a: number = 1; a', 1],
    ['let a!: number; a', undefined],
    ['let a: { b: string }[] = [{ b: "x" }]; a[0]!.b', 'x'],
    ['const f = <T extends object>(x: T): x is T => true; f({})', true],
    ['const f = async <T,>(x: T) => x; f.name', 'f'],
    ['function f(this: unknown, a?: number, ...b: string[]): void {} f.length', 1],
    [
      'function f(x: string): string\nfunction f(x: number): number\nfunction f(x: any) { return x }\nf(1)',
      1,
    ],
    ['abstract class A { abstract m(): void; n = 1 }\nclass B extends A { m() {} }\nnew B().n', 1],
    [
      'class A<T> implements Iface { private readonly x: T; declare y: string; constructor(x: T) { this.x = x } get(): T { return this.x } }\nnew A(3).get()',
      3,
    ],
    ['class A { m(): void\n m(a?: any) { return 1 } }\nnew A().m()', 1],
    ['class A { [key: string]: unknown; static #p? = 1; static q() { return A.#p } }\nA.q()', 1],
    [
      'type A = 1; interface B {} declare const c: number; declare function d(): void; declare class E {}; declare enum F { A }; declare namespace G { const x: 1 }; declare global { var z: 1 }; 1',
      1,
    ],
    ['namespace Types { export type A = 1; export interface B {} }\n1', 1],
    [
      'export type A = 1; export interface B {}; export type { A as C }; import type D from "d"; import { type E } from "e"; 1',
      1,
    ],
    ['({ a: 1 }) satisfies object as unknown', { a: 1 }],
    ['const x = { a: 1 } as const; x', { a: 1 }],
    ['let x = 1 as unknown as number; x!', 1],
    ['const s: unique symbol = Symbol("s"); typeof s', 'symbol'],
    ['class A { get x(): number { return 1 } set x(v: number) {} }\nnew A().x', 1],
    ['const a = [1, 2].map<number>((x) => x); new Set<number>(a).size', 2],
    ['let x: typeof import("./nothing"); x = 1 as any', 1],
    ['const { a, b = 2 }: { a: number; b?: number } = { a: 1 }; a + b', 3],
    ['for (const x of [1, 2] as number[]) { x as any }', 2],
    ['let t = `a${1 as number}b`; t', 'a1b'],
    ['try { throw 1 } catch (e: unknown) { e as number }', 1],
    ['1 as number', 1],
    ['const f = (a: number): number =>\n  a + 1\nf(1)', 2],
    ['let let_: number\nlet_ = 1', 1],
    ['class A { x = 1 }\nconst a: A = new A\na.x', 1],
  ])('%s', (source, expected) => {
    expect(runCells(source)).toEqual(expected);
  });
});

describe('what cannot be erased is emitted', () => {
  test.each([
    ['enum E { A, B = 5, C = "c" }\n[E.A, E.B, E.C, E[5]]', [0, 5, 'c', 'B']],
    ['const enum E { A = 3 }\nE.A', 3],
    ['enum E { A }', undefined],
    ['1; enum E { A }', 1],
    [
      'namespace N { export const x = 1; export function f() { return x } export namespace M { export let y = 2 } }\n[N.f(), N.M.y]',
      [1, 2],
    ],
    ['namespace A.B { export const c = 3 }\nA.B.c', 3],
    ['namespace N { export const x = 1 }\nimport X = N.x\nX', 1],
    [
      'class P { constructor(private x: number, readonly y = 2) {} sum() { return this.x + this.y } }\nnew P(1).sum()',
      3,
    ],
    ['let x = <number>5\nx', 5],
    ['(<any>{ a: 1 }).a', 1],
    ['1 + 1 as number * 3', 6],
    ['class A { accessor n = 4 }\nnew A().n', 4],
    [
      'function d(c: unknown, { kind, name }: any) { log.push(kind + name) } var log: string[] = [];\n@d class A { @d m() {} @d static f = 1 }\nlog.sort()',
      ['classA', 'fieldf', 'methodm'],
    ],
    [
      'const seen: unknown[] = []; function p(t: unknown, k: unknown, i: number) { seen.push(i) }\nclass A { m(a: number, @p b: number) {} }\nseen',
      [1],
    ],
    [
      'var log: string[] = []; { using a = { [Symbol.dispose]: () => log.push("a") }; log.push("in") }\nlog',
      ['in', 'a'],
    ],
    [
      'using a = null; const b = 2; let c; function f() { return b } class D {}; [typeof D, f(), c]',
      ['function', 2, undefined],
    ],
    ['using a = null; let b = 1', undefined],
    ['export default class { x = 1 }', 'class'],
    [
      'enum E { A }\nlet [a, ...b] = [1, 2, 3]\nconst { c } = { c: 4 }\nvar d\nfor (var i = 0; i < 2; i++) {}\n;[a, b, c, d, i]',
      [1, [2, 3], 4, undefined, 2],
    ],
    ['enum E { A }\nclass A { static n = 1; static m() { return A.n } }\nA.m()', 1],
    ['enum E { A }\nconst f = () => {}\nf.name', 'f'],
    ['enum E { A }\nfor (let i = 0; i < 3; i++) { E[i] ?? i }', 2],
    ['enum E { A }\nif (E.A === 0) "zero"\nelse "other"', 'zero'],
    ['enum E { A }\n"use strict"', 'use strict'],
    ['enum E { A }\nimport.meta.url', 'file:///notebook/'],
  ])('%s', (source, expected) => {
    if (!Symbol.dispose) Object.defineProperty(Symbol, 'dispose', { value: Symbol.for('dispose') });
    const value = runCells(source);
    expect(expected === 'class' ? typeof value : value).toEqual(expected === 'class' ? 'function' : expected);
  });

  test('the names that the emitter makes up stay inside', () => {
    const names = (source: string) => compileCell(source).declarations;
    expect(names('using a = null; @d class B { accessor c = 1 }; const { e, ...f } = {}')).toEqual([
      { name: 'a', kind: 'using', isAssigned: true },
      { name: 'B', kind: 'class', isAssigned: true },
      { name: 'e', kind: 'const', isAssigned: true },
      { name: 'f', kind: 'const', isAssigned: true },
    ]);
  });

  test('constants are constant and vars keep their value there too', () => {
    expect(() => runCells('enum E { A }\nconst a = 1', 'a = 2')).toThrow('read only');
    expect(() => runCells('using u = null; const a = 1', 'a = 2')).toThrow('read only');
    expect(runCells('var a = 1', 'enum E { A }\nvar a', 'a')).toBe(1);
  });

  test('a top-level using is disposed when its cell ends', () => {
    const session = new Session();
    try {
      session.run(
        'var log: string[] = []; class R { constructor(readonly n: string) {} [Symbol.dispose]() { log.push(this.n) } }',
      );
      expect(session.run('using a = new R("a"); using b = new R("b"); log.push("body"); a.n')).toBe('a');
      expect(session.get('log')).toEqual(['body', 'b', 'a']);
    } finally {
      session.end();
    }
  });

  test('await using makes a task', async () => {
    expect(compileCell('await using a = null').mode).toBe('task');
    expect(await awaitCells('await using a = null; 5')).toBe(5);
  });
});

describe('JSX', () => {
  const react = 'var React = { createElement: (...all: unknown[]) => all, Fragment: "fragment" }';

  test('calls React.createElement, or what the options name', () => {
    expect(runCells(react, '<b id="1">{1 + 1}</b>')).toEqual(['b', { id: '1' }, 2]);
    expect(runCells(react, 'const x: number = 1; <><i/>{x}</>')).toEqual(['fragment', null, ['i', null], 1]);
    expect(compileCell('<b/>', { jsx: { mode: 'classic', factory: 'h' } }).code).toContain('h("b", null)');
  });

  test('imports its runtime under a hidden name', async () => {
    const options = { jsx: { mode: 'automatic', importSource: 'preact' } } as const;
    const cell = compileCell('const x = <b>1</b>', options);
    expect(cell.mode).toBe('task');
    expect(cell.declarations).toEqual([{ name: 'x', kind: 'const' }]);
    expect(cell.imports).toMatchObject([
      { specifier: 'preact/jsx-runtime', bindings: [{ imported: 'jsx', local: '__tsk_jsx' }] },
    ]);
    const session = new Session({ 'preact/jsx-runtime': { jsx: (type: string) => `<${type}>` } });
    expect(await session.run('<b>1</b>', options)).toBe('<b>');
    session.end();
  });

  test('is read only where TypeScript alone would not do', () => {
    expect(runCells('const id = <T>(x: T) => x; <number>id(1)')).toBe(1);
  });
});

describe('modules', () => {
  test('imports are data', () => {
    const source = [
      'import a, { b as c, type T, D } from "m" with { type: "json" }',
      'import * as ns from "n"; import "effect"',
      'import fs = require("fs")',
      'let x: D; export { y } from "y"; export * from "all"; export * as z from "z"; ns',
    ].join('\n');
    const { imports, declarations, mode } = compileCell(source);
    const value = (imported: string, local: string, usedAsTypeOnly = false) => ({
      imported,
      local: keyOf(local),
      usedAsTypeOnly,
    });
    const load = (specifier: string, bindings: object[], attributes = {}, commonJs = false) => ({
      specifier,
      bindings,
      attributes,
      commonJs,
      offset: expect.any(Number),
    });
    expect(mode).toBe('task');
    expect(imports).toEqual([
      load('m', [value('default', 'a'), value('b', 'c'), value('D', 'D', true)], { type: 'json' }),
      load('n', [value('*', 'ns')]),
      load('effect', []),
      load('fs', [value('*', 'fs')], {}, true),
      load('y', [value('y', 'y')]),
      load('all', []),
      load('z', [value('*', 'z')]),
    ]);
    expect(imports.map(({ offset }) => source.slice(offset, offset + 6))).toEqual([
      ...['import', 'import', 'import', 'import', 'export', 'export', 'export'],
    ]);
    expect(declarations.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      ...['import a', 'import c', 'import D', 'import ns', 'import fs', 'import y', 'import z', 'let x'],
    ]);
  });

  test('a name counts as a type only when nothing uses it as a value', () => {
    const typeOnly = (use: string) =>
      compileCell(`import { A } from "a"\n${use}`).imports[0]!.bindings[0]!.usedAsTypeOnly;
    expect(typeOnly('let x: A')).toBe(true);
    expect(typeOnly('class B implements A {}')).toBe(true);
    expect(typeOnly('function f(x: A.B): typeof A {}')).toBe(true);
    expect(typeOnly('let x: A = new A()')).toBe(false);
    expect(typeOnly('class B extends A {}')).toBe(false);
    expect(typeOnly('let x: A = { A }')).toBe(false);
    expect(typeOnly('let x: A = y.A')).toBe(true);
    expect(typeOnly('')).toBe(false);
    expect(typeOnly('enum E { x }; let x: A')).toBe(true);
  });

  test('they come before the body', async () => {
    const session = new Session({ m: { default: 1, b: 2 } });
    expect(await session.run('a + c\nimport a, { b as c } from "m"')).toBe(3);
    session.end();
  });

  test.each([
    ['export const a = 1; a', 1],
    ['export default 5', 5],
    ['export default { a: 1 } as { a: number }', { a: 1 }],
    ['export = [1]', [1]],
    ['export default function f() { return 1 }\nf()', 1],
    ['export default function f() { return 1 }', undefined],
    ['export default class A { static n = 1 }\nA.n', 1],
    ['export default abstract class { }\n1', 1],
    ['(export_ => 1)()', 1],
    [
      'export function f(): number { return 2 }\nexport async function g() {}\nexport class A {}\nexport { f as h }\nf()',
      2,
    ],
    ['export enum E { A = 7 }\nE.A', 7],
    ['export namespace N { export const a = 1 }\nN.a', 1],
    ['const f = () => import.meta.url; f()', 'file:///notebook/'],
    ['import . /* a */ meta.url', 'file:///notebook/'],
  ])('%s', (source, expected) => {
    expect(runCells(source)).toEqual(expected);
  });

  test('an exported anonymous class keeps its decorators', () => {
    const decorator = 'function d(C: any) { return class extends C { static n = 1 } as any }';
    for (const source of ['export default @d class {}', '@d\nexport default abstract class {}'])
      expect((runCells(decorator, source) as { n: number }).n).toBe(1);
  });

  test('an exported anonymous function is the value of the cell', () => {
    expect((runCells('export default function () { return 3 }') as () => number)()).toBe(3);
    expect((runCells('export default () => 3') as () => number)()).toBe(3);
  });
});

test('a cell that is nested too deeply is refused, not a crash', () => {
  expect(() => runCells(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toThrow('nested too deeply');
});

describe('odd texts', () => {
  test.each([
    ['#!/usr/bin/env node\n1', 1],
    ['\ufefflet a = 1\na', 1],
    ['let a = 1\r\nlet b: number = 2\r\na + b', 3],
    ['let a = 1\u2028let b = 2\u2029a + b', 3],
    ['let a = "\u2028"; a', '\u2028'],
    ['let \u00e9t\u00e9 = 1, $ = 2, _x = 3; \u00e9t\u00e9 + $ + _x', 6],
    ['let \\u0061b = 1; ab', 1],
    ['function \\u0061b() { return 1 } ab()', 1],
    ['/* a */ let /* b */ c /* d */ = /* e */ 1 /* f */\n;[c]', [1]],
    ['#!/x\nenum E { A }\nE.A', 0],
    ['\ufeffenum E { A }\r\nE.A', 0],
    [`${'('.repeat(300)}1${')'.repeat(300)}`, 1],
  ])('%j', (source, expected) => {
    expect(runCells(source)).toEqual(expected);
  });
});
