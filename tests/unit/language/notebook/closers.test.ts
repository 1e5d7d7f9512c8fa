// What a text that somebody is typing lacks.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { describe, expect, test } from '@jest/globals';
import { parseErrors, parseModule } from '../../../../src/compile/parse';
import { closersFor } from '../../../../src/language/notebook/closers';

describe('TypeScript', () => {
  test.each([
    ['', ''],
    ['a', ''],
    ['f(', ')'],
    ['f(a, [b', '])'],
    ['f({ a: () => {', '}})'],
    ['f(true / 2, {', '})'],
    ['f(a++ / 2, {', '})'],
    ['f(a-- / 2, [', '])'],
    ['f(a! / 2, {', '})'],
    ['f(g(1) / 2, {', '})'],
    ['if (a) /[(]/.test(', ')'],
    ['f(/[(]/, {', '})'],
    ['f(/a', '/)'],
    ['`a', '`'],
    ['`a${', '}`'],
    ['f(`a${b', '}`)'],
    ['f(`a${b}c', '`)'],
    ['f(`a${{', '}}`)'],
    ['f(`${`${a', '}`}`)'],
    ['f(/* a', '*/)'],
    ['f(// a\n', ')'],
    ['f(a) }', ''],
    ['f(a]', ')'],
    ['let a: Map<string, {', '}'],
  ])('%s lacks %s', (source, closers) => expect(closersFor(source)).toBe(closers));
});

describe('JSX', () => {
  test.each([
    ['<div>', '</div>'],
    ['<div', ' />'],
    ['const a = <', ' />'],
    ['<div /', '>'],
    ['<div />', ''],
    ['<div a="b', ' />'],
    ['<div a={b', '} />'],
    ['<Foo<Bar> a={', '} />'],
    ['<div><b>a</b>', '</div>'],
    ['<div><b', ' /></div>'],
    ['<div><', ' /></div>'],
    ['<div></', '>'],
    ['<div></di', '>'],
    ['<div></div>', ''],
    ['<div><b></div>', ''],
    ['<><A.B', ' /></>'],
    ['f(<A.B>', '</A.B>)'],
    ['<ul>{a.map((b) => <li>{b', '}</li>)}</ul>'],
    ["<p>it's {a", '}</p>'],
    ['<p>{/* a', '*/}</p>'],
    ['<p>{`a${b', '}`}</p>'],
    ['<A {...b', '} />'],
    ['if (a < b && (', '))'],
    ['<T, U>(a: T) => {', '}'],
  ])('%s lacks %s', (source, closers) => expect(closersFor(source, 'tsx')).toBe(closers));
});

test('what is cut off in the middle parses with what it lacks', () => {
  const program = 'f({ a: [`b${1}` / 2, (c!) / /[)]/.d], e: () => { if (a++ / 2) { /f/ } } })';
  for (const end of ['{', '[', '1', '`', 'c!', '[)]', '=> {', '2) {', '/f']) {
    const cut = program.slice(0, program.indexOf(end) + end.length);
    const problems = parseErrors(parseModule(cut + closersFor(cut), 'ts'));
    expect([cut, problems.map(({ messageText }) => messageText)]).toEqual([cut, []]);
  }
});
