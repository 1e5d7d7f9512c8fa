// What a slash and a brace are, in pairs of texts that look alike.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { parseModule } from '../../../src/compile/parse';
import { tokensOf } from '../../../src/compile/tokens';

const textsOf = (source: string, language: 'ts' | 'tsx' = 'ts') =>
  Array.from(tokensOf(parseModule(source, language)), ({ start, end }) => source.slice(start, end));

const regularExpressions = (source: string) =>
  Array.from(tokensOf(parseModule(source, 'ts')))
    .filter(({ kind }) => kind === ts.SyntaxKind.RegularExpressionLiteral)
    .map(({ start, end }) => source.slice(start, end));

describe('a slash divides, and begins a regular expression', () => {
  test.each([
    ['a / b / c', 'a = /b/'],
    ['f(a++ / b, c / d', 'f(++/b/.lastIndex, c / d'],
    ['f(a-- / b, c / d', 'f(a - /b/, c / d'],
    ['f(a! / b, c / d', 'f(!/b/, c / d'],
    ['f(true / 2, c / d', 'f(typeof /b/, c / d'],
    ['f(null / 2, c / d', 'f(void /b/, c / d'],
    ['f(this / 2, c / d', 'f(delete /b/, c / d'],
    ['f(super.a / 2, c / d', 'f(a in /b/, c / d'],
    ['f(a.if / b / c', 'f(a, /b/'],
    ['a.return / b / c', '() => { return /b/'],
    ['f(a) / b / c', 'if (a) /b/.test(c'],
    ['a.while(b) / c / d', 'while (a) /b/.test(c'],
    ['async(a) / b / c', 'for (a of b) /b/.test(c'],
    ['a[0] / b / c', '[/b/'],
    ['a = {} / b / c', '{} /b/.test(c'],
    ['a = { b: {} / c / d', 'a: {} /b/.test(c'],
    ['a = function () {} / b / c', 'function a() {} /b/.test(c'],
    ['a = class {} / b / c', 'class A {} /b/.test(c'],
    ['`a` / b / c', '`${/b/}`'],
    ['`${a}` / b / c', '`${a + /b/}`'],
    ['`${{}}` / b / c', '`${{}}`, /b/'],
    ['a as B / c / d', 'a as B; /b/'],
    ['a < b / c / d', 'a < /b/'],
    ['a<b>(c) / d / e', 'a<b>(/b/'],
    ['type / a / b', 'type A = 1\n/b/.test(c'],
    ['async / b / c', 'await /b/'],
    ['a ? b / c / d : e', 'a ? /b/ : e'],
    ['#a in b / c / d', 'throw /b/'],
    ['1n / b / c', 'case_ => /b/'],
    ['/a/g / b / c', '() => {}\n/b/.test(c'],
  ])('%s | %s', (division, expression) => {
    expect(regularExpressions(division).filter((text) => text !== '/a/g')).toEqual([]);
    expect(regularExpressions(expression)).toEqual(['/b/']);
  });
});

describe('a brace ends a part of a template, or not', () => {
  test.each([
    ['`a${b}c`', ['`a${', 'b', '}c`']],
    ['`a${b}c${d}e', ['`a${', 'b', '}c${', 'd', '}e']],
    ['`a${{ b: {} }}c`', ['`a${', '{', 'b', ':', '{', '}', '}', '}c`']],
    ['`a${`b${c}`}d`', ['`a${', '`b${', 'c', '}`', '}d`']],
    ['`a${() => { b }}`', ['`a${', '(', ')', '=>', '{', 'b', '}', '}`']],
    ['`${a', ['`${', 'a']],
    ['{ a } `b`', ['{', 'a', '}', '`b`']],
  ])('%s', (source, texts) => expect(textsOf(source)).toEqual(texts));
});

describe('text of JSX is none of code', () => {
  test.each([
    ["<p>don't {a}</p>", ['<', 'p', '>', "don't ", '{', 'a', '}', '</', 'p', '>']],
    ['<p>/* a {b', ['<', 'p', '>', '/* a ', '{', 'b']],
    ['<p a="\\" b={c', ['<', 'p', 'a', '=', '"\\"', 'b', '=', '{', 'c']],
    ['<p>{/* a */', ['<', 'p', '>', '{', '/* a */']],
    ['<p>{/* a', ['<', 'p', '>', '{', '/* a']],
    ['a < b / c', ['a', '<', 'b', '/', 'c']],
    ['<T,>(a: T) => {', ['<', 'T', ',', '>', '(', 'a', ':', 'T', ')', '=>', '{']],
  ])('%s', (source, texts) => expect(textsOf(source, 'tsx')).toEqual(texts));
});

test.each([
  ['"a', true],
  ['"a"', false],
  ['`a', true],
  ['`a${b}c', true],
  ['/* a', true],
  ['// a', false],
  ['/a', true],
  ['/a/', false],
])('%s is unterminated: %s', (source, isUnterminated) => {
  expect(Array.from(tokensOf(parseModule(source, 'ts'))).at(-1)!.isUnterminated).toBe(isUnterminated);
});
