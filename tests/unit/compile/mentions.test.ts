// How the code of a cell says the names of cells, and those of the realm.
import { describe, expect, test } from '@jest/globals';
import { compile, defaultCompileOptions } from '../../../src/compile';
import { markEvaluated } from '../../../src/compile/evaluated';
import { keyOf } from '../../../src/compile/keys';

const shown = (text: string) => text.replaceAll(keyOf(''), '°');

/** What a cell compiles to, each mark shown as `°`. @param earlier names that cells before it have declared */
function codeOf(source: string, ...earlier: string[]): string {
  const result = compile(source, { ...defaultCompileOptions, bound: new Set(earlier) });
  if (!result.ok) throw new Error(result.problems[0]!.message);
  return shown(result.cell.code.slice(result.cell.code.indexOf('{')));
}

test('the names of the realm are left to it, unless a cell has declared them', () => {
  const code = codeOf('console.log(new URL("http://a"), undefined); x = Map');
  expect(code).toContain('console.log(new URL("http://a"), undefined)');
  expect(code).toContain('°x = Map');
  expect(codeOf('Map', 'Map')).toContain('°Map');
  expect(codeOf('arguments; __tsk_.meta')).not.toContain('°');
});

test('a cell tells what it mentions that nothing is known to declare', () => {
  const result = compile('let a = b + typeof c + typeof d + typeof a; function f(e) { return e + g }; Math', {
    ...defaultCompileOptions,
    bound: new Set(['d']),
  });
  if (!result.ok) throw new Error();
  expect(result.cell).toMatchObject({ mentions: ['b', 'g'], probes: ['c'] });
});

test('of an import() it is noted that it begins, and what it gives', () => {
  expect(codeOf("import('a').then((b) => import(b)); import.meta")).toMatch(
    /\(__tsk_\.loading\(\)\.module = import\('a'\)\)\.then\(\(b\) => \(__tsk_\.loading\(\)\.module = import\(b\)\)\)/,
  );
});

test('what is evaluated is marked as well, but for the names of the scopes around it', () => {
  const code = codeOf('function f(a) { let b; return eval("a + b + c") }');
  expect(code).toContain('eval(__tsk_eval("b,a")("a + b + c"))');
  const isKept = (name: string) => 'abcd'.includes(name);
  const marked = (text: string) => shown(markEvaluated(text, ['a', 'b'], isKept));
  expect(marked('let d = 1; a + b + c + d + e')).toBe('let d = 1; a + b + °c + d + e');
  expect(marked('(d) => ({ c, d })')).toBe('(d) => ({ c:°c, d })');
  expect(marked('c +')).toBe('c +');
});

describe('every mention is marked', () => {
  test.each([
    ['URL', '°URL'],
    ['typeof URL', 'typeof °URL'],
    ['URL = 1', '°URL = 1'],
    ['URL++', '°URL++'],
    ['new URL(URL.x)', 'new °URL(°URL.x)'],
    ['f({ URL })', 'f({ URL:°URL })'],
    ['f({ URL: URL })', 'f({ URL: °URL })'],
    ['f({ [URL]: 1 })', 'f({ [°URL]: 1 })'],
    ['({ URL } = a)', '({ URL:°URL } = °a)'],
    ['({ URL = URL } = a)', '({ URL:°URL = °URL } = °a)'],
    ['[URL] = a', '[°URL] = °a'],
    ['for (URL of a) {}', 'for (°URL of °a) {}'],
    [`\`\${URL}\``, `\`\${°URL}\``],
    ['() => URL', '() => °URL'],
    ['class A extends URL { [URL] = URL }', 'class A extends °URL { [°URL] = °URL }'],
    ['function f(a = URL) { return URL }', 'function f(a = °URL) { return °URL }'],
    ['function f(a = () => URL) { var URL }', 'function f(a = () => °URL) { var URL }'],
    ['f({ __proto__ })', 'f({ ["__proto__"]:°__proto__ })'],
    ['URL as URL', '(°URL)'],
    ['f<URL>(URL)', 'f     (°URL)'],
  ])('%s', (source, code) => expect(codeOf(source, 'URL')).toContain(code));
});

describe('what is another thing of that name is not', () => {
  test.each([
    'a.URL',
    'f({ URL: 1 })',
    'f({ URL() {} })',
    '(URL) => URL',
    '({ URL }) => URL',
    'f(function URL() { URL() })',
    'f(class URL { static a = URL })',
    'function f() { var URL = 1; return URL }',
    'function f() { if (a) { var URL = 1 } return URL }',
    'function f() { return URL(); function URL() {} }',
    '{ let URL = 1; URL }',
    'for (const URL of a) URL',
    'for (let URL = 0; URL < 1; URL++) {}',
    'try {} catch (URL) { URL }',
    'switch (1) { case 1: let URL = 1; URL }',
    'class A { URL = 1; static URL() {} }',
    'class A { static { var URL = 1; URL } }',
    'URL: for (;;) break URL',
    'let a: URL; interface B { URL: URL }',
    'type URL = 1',
    'declare const URL: 1',
    'namespace N { import A = URL.B }',
    'class A { [URL](a: string): void; }',
    'abstract class A { abstract [URL]: number; abstract get [URL](): number }',
    'function f(this: URL): void',
  ])('%s', (source) => expect(codeOf(source, 'URL')).not.toContain('°URL'));
});

describe('the declaring cell', () => {
  test.each([
    ['const URL = 1', '°URL = 1,__tsk_.seal("°URL")'],
    ['let URL', '°URL=void 0'],
    ['var URL', '0'],
    ['for (var URL of []) URL', 'for (    °URL of []) __tsk_value=(°URL)'],
    ['const { URL } = a', '(0,{ URL:°°°URL } = °a)'],
    ['const { URL = 1, ...Map } = a', '{ URL:°°°URL = 1, ...°°°Map }'],
    ['const { a: [URL] } = b', '{ a: [°°°URL] }'],
    ['class URL { static a = URL }', '°URL=class URL { static a = URL }'],
    ['function URL() { return URL }', '°URL=URL;'],
    ['let a = URL.b; var URL = 1', '(0,°URL,°URL.b)'],
    ['import { URL } from "node:url"; URL.x', '°URL.x'],
    ['enum URL { a }; URL.a', '°URL.a'],
    [
      'class URL {}; namespace URL { export type A = 1 } 2',
      '°URL=class URL {};;                                     return (2)',
    ],
  ])('%s', (source, code) => expect(codeOf(source)).toContain(code));
});
