// Which lines are magics, and which are TypeScript.
import { describe, expect, test } from '@jest/globals';
import { blankMagics, findMagics } from '../../../../src/compile/magics/find';

/** The magics of a source, as `name arguments`. */
function found(source: string, known: readonly string[] = []): string[] {
  const { magics } = findMagics(source, (name) => known.includes(name) || name in globalThis);
  return magics.map(({ entry, arguments: rest }) => `${entry.name} ${rest}`.trim());
}

const problems = (source: string) => findMagics(source).problems.map(({ message }) => message);

describe('magics that cells have added', () => {
  const known = ['%greet', '%%table'];

  test('are known by their names', () => {
    expect(found('%greet Anna', known)).toEqual(['custom greet Anna']);
    expect(found('const a = 1\n%greet', known)).toEqual(['custom greet']);
    expect(found('%%table wide\na,b', known)).toEqual(['customCell table wide']);
  });

  test('are no others, and leave the sign of another kind alone', () => {
    expect(problems('%greet Anna')).toEqual(['There is no magic %greet. Did you mean %reset?']);
    expect(found('%table', known)).toEqual([]);
    expect(found('let greet = 2, a = 5\na\n%greet', [...known, 'a'])).toEqual([]);
  });
});

describe('a question mark is TypeScript’s', () => {
  test.each([
    'const a = b\n  ? c\n  : d',
    'const a = b\n? c\n: d\n? e\n: f',
    'b?\nc\n: d',
    'b ?\n  c :\n  d',
    'a ??\nb',
    'const c = a\n?? b',
    'a\n?.b\n?.c',
    'interface A {\n  b?\n}',
    'class A {\n  b?\n}',
    'const text = `\nusers?\n`',
    '/*\nusers?\n*/',
    // What is not finished, or stands inside of something, stays an error.
    'const a = b\n? c',
    'if (a) {\n  b?\n}',
    'f()?',
    'users?.',
    'users?;',
  ])('%j', (source) => {
    expect(found(source)).toEqual([]);
  });
});

describe('a line is a magic', () => {
  test.each([
    ['%pwd', ['pwd']],
    ['  %pwd  ', ['pwd']],
    ['%env A=1\n%pwd\n%who', ['env A=1', 'pwd', 'who']],
    ['%npm install lodash-es @types/lodash-es', ['npm install lodash-es @types/lodash-es']],
    ['foo()\n%cd ..\nbar()', ['cd ..']],
    ['const x = 5;\n%who', ['who']],
    ['const x = 5\n%who', ['who']],
    ['if (true) {\n  %cd ..\n}', ['cd ..']],
    ['!ls -la', ['! ls -la']],
    ['!git status', ['! git status']],
    ['! git status', ['! git status']],
    ['!npm run build > out.txt', ['! npm run build > out.txt']],
    ['!ls', ['! ls']],
    ['!cd .. && ls | wc -l', ['! cd .. && ls | wc -l']],
    ['!/bin/ls /', ['! /bin/ls /']],
    ['!./script.sh', ['! ./script.sh']],
    ['!echo "it is `date`"', ['! echo "it is `date`"']],
    ["!echo it's", ["! echo it's"]],
    ['for (const a of [1, 2]) {\n  !echo hello you\n}', ['! echo hello you']],
    ['%time await work()', ['time']],
    ['%timeit -n 10 -r 3 work()', ['timeit -n 10 -r 3']],
    ['\n\n%%bash\necho 1\n!x', ['bash']],
    ['%%time\nfoo()\n%pwd', ['time', 'pwd']],
    ["magics.line('greet', f);\n%greet Anna", ['custom greet Anna']],
    ['%load_ext greetings\n%greet Anna', ['load_ext greetings', 'custom greet Anna']],
    ['users?', ['? users?']],
    ['?users', ['? ?users']],
    ['users??', ['? users??']],
    ['  ?? users.map  ', ['? ?? users.map']],
    ['users[0]["a b"].name?', ['? users[0]["a b"].name?']],
    ['%time?', ['? %time?']],
    ['%%bash?', ['? %%bash?']],
    ['const users = [1];\nusers?\n?Map\n%who', ['? users?', '? ?Map', 'who']],
    ['foo()\nusers?', ['? users?']],
    ['users?\nconst a = b ? 1 : 2;', ['? users?']],
    ['%%writefile -a notes.txt\n%pwd', ['writefile -a notes.txt']],
    ['<div>\n  text\n</div>\n%pwd', ['pwd']],
    ['import x from "x"\n%reload ./x.ts\n', ['reload ./x.ts']],
    ['foo(\n%pwd\n', []],
  ])('%j', (source, expected) => {
    expect(found(source)).toEqual(expected);
  });
});

describe('a line is TypeScript', () => {
  test.each([
    ['a\n% b', []],
    ['let a = 7, time = 4\na\n%time', []],
    ['const who = 3\nconst x = 5\n%who', []],
    ['x\n%count', []],
    ['5\n%foo', []],
    ['const text = `\n%pwd\n!ls -la\n`', []],
    ['/*\n%pwd\n!ls -la\n*/', []],
    ['// a\n//%pwd', []],
    ['const f = (\n  !a\n)', []],
    ['const ok = a &&\n  !b', []],
    ['a ?\n!b :\n!c', []],
    ['let done = false\n!done', []],
    ['const a = () => 1\n!a()', []],
    ['function f(ok: boolean) {\n  !ok\n}', []],
    ['!process.stdout.isTTY', []],
    ['!(await Promise.resolve(1))', []],
    ['!!globalThis', []],
    ['<div>\n!hello you\n%pwd\n</div>', []],
    ['"%pwd"', []],
    ['class A {\n  x =\n  !process\n}', []],
  ])('%j', (source, expected) => {
    expect(found(source)).toEqual(expected);
  });

  test('when earlier cells know its names', () => {
    expect(found('!done', ['done'])).toEqual([]);
    expect(found('!ls -la', ['ls', 'la'])).toEqual([]);
    expect(found('!ls -la', ['ls'])).toEqual(['! ls -la']);
    expect(found('5\n%who', ['who'])).toEqual([]);
  });

  test('when it has a value by the time that it runs', () => {
    expect(findMagics('!done').magics[0]?.doubtful).toEqual(['done']);
    expect(findMagics('!git status').magics[0]?.doubtful).toEqual([]);
  });
});

describe('a magic that is not right', () => {
  test.each([
    ['%tiem f()', 'There is no magic %tiem. Did you mean %time?'],
    ['%%bsh\nls', 'There is no magic %%bsh. Did you mean %%bash or %%sh or %%bg?'],
    ['%bash', 'There is no magic %bash. Did you mean %%bash?'],
    ['%pip install lodash', 'There is no magic %pip.'],
    ['foo()\n%%html', '%%html takes a whole cell: it belongs in its first line.'],
    ['%types loud', "%types takes one of warn, wait, error, off, not 'loud'"],
    ['foo()\n%types off', '%types belongs at the top of the cell.'],
    ['%time', '%time needs code to measure: %time code'],
    ['%who a', "%who takes no arguments, not 'a'."],
    ['%reset a b', "%reset takes no arguments, not 'a b'."],
    ['%%time f()\ng()', "%%time takes no arguments, not 'f()'."],
    ['%%html <b>', "%%html takes no arguments, not '<b>'."],
  ])('%j', (source, message) => {
    expect(problems(source)).toEqual([message]);
  });
});

test.each(['%who', '%pwd;', '%%time\nf()', '%%sh one two\nls', '%help types'])('%j is right', (source) => {
  expect(problems(source)).toEqual([]);
});

describe('blanking', () => {
  test.each([
    ['%pwd\nfoo()', '    \nfoo()'],
    ['%time foo()', '      foo()'],
    ['!ls -la\r\nfoo()', '       \r\nfoo()'],
    ['%%bash\necho\n', '      \n    \n'],
    ['%%time\nfoo()', '      \nfoo()'],
    ['1 + 1', '1 + 1'],
  ])('keeps every position: %j', (source, blanked) => {
    expect(blankMagics(source)).toBe(blanked);
  });
});
