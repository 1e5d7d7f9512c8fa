// Names of the realm that a cell declares for itself: how its code says them.
import { describe, expect, test } from '@jest/globals';
import { compile, defaultCompileOptions } from '../../../src/compile';

/** What a cell compiles to, each mark shown as `°`. @param earlier names that cells before it have hidden */
function codeOf(source: string, ...earlier: string[]): string {
  const result = compile(source, { ...defaultCompileOptions, hidden: new Set(earlier) });
  if (!result.ok) throw new Error(result.problems[0]!.message);
  return result.cell.code.slice(result.cell.code.indexOf('{')).replaceAll('\u200d', '°');
}

test('a cell without such names has no marks', () => {
  expect(codeOf('const a = new URL("http://a"); class B extends Map {}')).not.toContain('°');
});

test('declarations say under which property the value is kept', () => {
  const result = compile('import { Map } from "immutable"; const URL = 1, x = 2; function setTimeout() {}');
  if (!result.ok) throw new Error();
  expect(result.cell.declarations).toEqual([
    { name: 'Map', kind: 'import', key: 'Map\u200d' },
    { name: 'URL', kind: 'const', key: 'URL\u200d' },
    { name: 'x', kind: 'const' },
    { name: 'setTimeout', kind: 'function', key: 'setTimeout\u200d' },
  ]);
  expect(result.cell.imports[0]!.bindings[0]).toMatchObject({ imported: 'Map', local: 'Map\u200d' });
});

describe('every mention is marked', () => {
  test.each([
    ['URL', 'URL°'],
    ['typeof URL', 'typeof URL°'],
    ['URL = 1', 'URL° = 1'],
    ['URL++', 'URL°++'],
    ['new URL(URL.x)', 'new URL°(URL°.x)'],
    ['f({ URL })', 'f({ URL:URL° })'],
    ['f({ URL: URL })', 'f({ URL: URL° })'],
    ['f({ [URL]: 1 })', 'f({ [URL°]: 1 })'],
    ['({ URL } = a)', '({ URL:URL° } = a)'],
    ['({ URL = URL } = a)', '({ URL:URL° = URL° } = a)'],
    ['[URL] = a', '[URL°] = a'],
    ['for (URL of a) {}', 'for (URL° of a) {}'],
    [`\`\${URL}\``, `\`\${URL°}\``],
    ['() => URL', '() => URL°'],
    ['class A extends URL { [URL] = URL }', 'class A extends URL° { [URL°] = URL° }'],
    ['function f(a = URL) { return URL }', 'function f\u200c(a = URL°) { return URL° }'],
    ['URL as URL', '(URL°)'],
    ['f<URL>(URL)', 'f     (URL°)'],
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
  ])('%s', (source) => expect(codeOf(source, 'URL')).not.toContain('°'));
});

describe('the declaring cell', () => {
  test.each([
    ['const URL = 1', 'URL° = 1,__tsk_.seal("URL°")'],
    ['let URL', 'URL°=void 0'],
    ['var URL', '0'],
    ['for (var URL of []) URL', 'for (    URL° of []) __tsk_value=(URL°)'],
    ['const { URL } = a', '(0,{ URL:URL° } = a)'],
    ['const { URL = 1, ...Map } = a', '{ URL:URL° = 1, ...Map° }'],
    ['const { a: [URL] } = b', '{ a: [URL°] }'],
    ['class URL { static a = URL }', 'URL°=class URL { static a = URL }'],
    ['function URL() { return URL }', 'URL°=__tsk_.hoist("URL",URL\u200c);'],
    ['let a = URL.b; var URL = 1', '(0,URL°,URL°.b)'],
    ['import { URL } from "node:url"; URL.x', 'URL°.x'],
    ['enum URL { a }; URL.a', 'URL°.a'],
    [
      'class URL {}; namespace URL { export type A = 1 } 2',
      'URL°=class URL {};;                                     return (2)',
    ],
  ])('%s', (source, code) => expect(codeOf(source)).toContain(code));
});
