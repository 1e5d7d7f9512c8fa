// What is said of cells that are no TypeScript, where it is clear what was meant.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { describe, expect, test } from '@jest/globals';
import { compileCell } from '../../../src/compile/cell';
import { defaultCompileOptions } from '../../../src/compile/types';

function problemsOf(source: string) {
  const result = compileCell(source, defaultCompileOptions);
  return result.ok ? [] : result.problems;
}
/** The marked text and the hint of the only problem. */
function hintOf(source: string) {
  const [problem, ...others] = problemsOf(source);
  expect(others).toEqual([]);
  return problem && [source.slice(problem.offset, problem.offset + problem.length), problem.hint];
}

test.each([
  ['const s = “text”', '“', 'Write " instead of “'],
  ['const s = ‘text’', '‘', "Write ' instead of ‘"],
  ['const n = 3 – 2', '–', 'Write - instead of –'],
  ['if (a ≤ b) a', '≤', 'Write <= instead of ≤'],
  ['console.log（1）', '（', 'Write ( instead of （'],
])('a character that looks like another: %s', (source, marked, hint) =>
  expect(hintOf(source)).toEqual([marked, hint]),
);

test('such characters in texts and comments are fine', () => {
  expect(problemsOf("const s = '“text” – ≤' // “so”")).toEqual([]);
});

describe('another language', () => {
  test.each([
    ['def area(w, h):\n  return w * h', 'Write function area(w, h) { … }'],
    ['async def f(x) -> int:\n  return x', 'Write async function f(x) { … }'],
    ['def f(x): return x', 'Write function f(x) { … }'],
    ["@app.route('/')\ndef index():\n  return 1", 'Write function index() { … }'],
    ['class Pet:\n  pass', 'A block stands in braces: class Pet { … }'],
    ['class Pet(Animal):\n  pass', 'A block stands in braces: class Pet { … }'],
    [
      'const n = 3\nfor i in range(n):\n  console.log(i)',
      'A block stands in braces: for (const i of …) { … }',
    ],
    ['if x == 1:\n  y = 2', 'A block stands in braces: if (…) { … }'],
    ['if (x == 1):\n  y = 2', 'A block stands in braces: if (…) { … }'],
    ['while True:\n  f()', 'A block stands in braces: while (…) { … }'],
    ['import numpy as np', "Write import * as np from 'numpy'."],
    ['import numpy as np\nconst a = 1', "Write import * as np from 'numpy'."],
    ['import math', "Write import * as math from 'math'."],
    ['from math import sqrt, pi', "Write import { sqrt, pi } from 'math'."],
    ["print 'x'", 'To print, write console.log(…).'],
    ["puts 'x'", 'To print, write console.log(…).'],
    ['const f = lambda x: x + 1', 'Write (x) => …'],
    ["const s = f'{x} of {y}'", 'Values stand in a text between backticks: `… ${x} …`'],
    ['# a comment', 'A comment begins with //.'],
    ['let a = 1\n# a comment\nlet b = 2', 'A comment begins with //.'],
    ['fn area(w: u32) -> u32 {\n  w\n}', 'Write function area(w: u32) { … }'],
    ['var x := 1', 'Write let x = …'],
    ['x := 1', 'Write let x = …'],
    ['let mut x = 1', 'Write let x = …'],
    ['int x = 5;', 'The type follows the name, or is left out: let x = …'],
    ['npm install lodash', 'Write %npm install lodash'],
    ['pip install numpy', 'Write %npm install numpy'],
    ['x = 5 # five', 'A comment begins with //.'],
    ['const s = "# a" # five', 'A comment begins with //.'],
    ['if (a) { b } elif (c) { d }', 'Write else if (…).'],
    ['if (a) {\n} elsif (c) {\n}', 'Write else if (…).'],
    ['if a:\n  b\nelif c:\n  d', 'A block stands in braces: if (…) { … }'],
    ['try:\n  f()', 'A block stands in braces: try { … }'],
    ['not done', 'Write ! for not.'],
    ['if (not done) {}', 'Write ! for not.'],
    ['a and b', 'Write && for and.'],
    ['let a = b or c', 'Write || for or.'],
    ['if (f(x) and y) {}', 'Write && for and.'],
    ['x is None', 'Write === null for is None.'],
    ['if (x is not None) {}', 'Write !== null for is not None.'],
    ['const y = 1 if x else 2', 'Write condition ? value : other.'],
    [
      'const y = [x * 2 for x in list]',
      'Write list.map((x) => …), with .filter((x) => …) before it for an if.',
    ],
    ['list[1:2]', 'A part of a list is list.slice(start, end).'],
    ["raise ValueError('x')", 'Write throw new Error(…).'],
    ['del x', 'Write delete table.key; for an array, list.splice(index, 1).'],
    ['with open("x") as f:\n  f.read()', 'Write using f = …, which is closed where its block ends.'],
    ['import os, sys', "Each has a line of its own: import * as os from 'os'."],
    ['from math import *', "Write import * as math from 'math'."],
    ['pip3 install -U numpy pandas', 'Write %npm install numpy pandas'],
    ['python -m pip install -r requirements.txt', 'Write %npm install …'],
    ['npm install', 'Write %npm install …'],
    ['cd ..', 'Write %cd ..'],
    ['cat file.txt', 'To run a program, write !cat file.txt'],
    ['export FOO=bar', 'Write %env FOO=bar'],
    ['git commit -m "x"', 'To run a program, write !git commit -m "x"'],
  ])('%s', (source, hint) => expect(hintOf(source)?.[1]).toBe(hint));

  test('is pointed at where it begins', () => {
    expect(hintOf('let a = 1\n  def f(x):\n  return x')?.[0]).toBe('def f(x):');
    expect(hintOf('import numpy as np\nlet a = 1')?.[0]).toBe('import numpy as np');
  });
});

describe('brackets', () => {
  test.each([
    ['function g() {\n  if (1) {\n    f()\n}', 'The { at line 1, column 14 is never closed.'],
    ['const a = [1, 2', 'The [ at line 1, column 11 is never closed.'],
    ['console.log((1 + 2)', 'The ( at line 1, column 12 is never closed.'],
    ['const a = (1 +', 'The ( at line 1, column 11 is never closed.'],
    ['f(`${1}`, /[(]/, {', 'The { at line 1, column 18 is never closed.'],
    ['f("a', undefined],
  ])('that nothing closes: %s', (source, hint) => expect(problemsOf(source)[0]?.hint).toBe(hint));

  test('that close nothing', () => {
    expect(hintOf('function g() {\n}\n}')).toEqual(['}', 'Nothing is open that this } could close.']);
  });
});

test.each([
  'let = = 3',
  'const x: = 1',
  'a b c',
  'import { a } form "b"',
  'if (x) : y',
  'const s = f"x"',
  'class A {\n  #x = = 1 }',
  'if (a) b = = c ? d :\n e',
  'let x = 5 let y = 6',
  // A habit’s word in a text, a comment, or away from the mistake.
  'const s = "a and b" = = 1',
  'let x = = 5 // a or b',
  'find - 1 = = 3',
  'const and = 1; let y = = and',
])('where it is not clear, the parser has the word: %s', (source) => {
  const problems = problemsOf(source);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.map(({ hint }) => hint)).toEqual(problems.map(() => undefined));
});
