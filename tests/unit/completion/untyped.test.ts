// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
// Completions without types: what the main thread answers at once, and where it rather waits for the types.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeclarationKind } from '../../../src/compile/types';
import { completeUntyped, valueAt } from '../../../src/completion/untyped';

let directory: string;
const before = process.cwd();
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tskernel-completion-'));
  for (const folder of ['data', 'node_modules/left-pad', 'node_modules/@me/lib', 'node_modules/@types/node'])
    mkdirSync(join(directory, folder), { recursive: true });
  for (const file of ['data.csv', 'lib.ts', 'data/rows.json']) writeFileSync(join(directory, file), '');
  process.chdir(directory);
});
afterAll(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true, force: true });
});

const names = new Map<string, DeclarationKind>([
  ['users', 'const'],
  ['userOf', 'function'],
  ['User', 'class'],
]);

/** @param text a cell with `|` where the cursor is */
function complete(text: string) {
  const offset = text.indexOf('|');
  const source = text.replace('|', '');
  const isKnown = (name: string) => names.has(name) || name in globalThis;
  const answer = completeUntyped({ source, offset, directory, isKnown, names });
  if (!answer) return undefined;
  const { start, end, items } = answer.completions;
  return {
    texts: items.filter(({ kind }) => kind !== 'keyword').map(({ text: item }) => item),
    replaced: source.slice(start, end),
    live: answer.live,
  };
}

describe('members', () => {
  test.each([
    ['users.|', ['users'], ''],
    ['users[0].em|', ['users', '0'], 'em'],
    ['users["a"]?.em|ail', ['users', 'a'], 'em'],
    ['(users as any)!.|', ['users'], ''],
    ["users[0]['em|", ['users', '0'], 'em'],
    ["'abc'.to|", ['String', 'prototype'], 'to'],
    ['[1, 2].|', ['Array', 'prototype'], ''],
    ['/a/.|', ['RegExp', 'prototype'], ''],
    ['const list = [1]; list.m|', ['Array', 'prototype'], 'm'],
    ['const first = users[0]; first.|', ['users', '0'], ''],
    ['users.\n|\nfoo()', ['users'], ''],
    ['if (users.|', ['users'], ''],
  ])('of %j are those of the live value', (text, path, prefix) => {
    expect(complete(text)?.live).toEqual({ path, prefix });
  });

  test.each([
    'load().|',
    '(await load()).|',
    'new User().|',
    '(user) => user.|',
    'const user = load(); user.|',
    'for (const user of users) user.|',
    'class A { b = 1; c() { this.| } }',
  ])('of %j take types', (text) => {
    expect(complete(text)).toBeUndefined();
  });
});

describe('the value at the cursor', () => {
  const find = (text: string) =>
    valueAt(text.replace('|', ''), text.indexOf('|'), (name) => names.has(name), names);

  test.each([
    ['us|ers', ['users']],
    ['users|', ['users']],
    ['f(users[0].em|ail)', ['users', '0', 'email']],
    ['us|ers[0].email', ['users']],
    ['%time us|ers', ['users']],
  ])('at %j is that of a variable, or in it', (text, path) => {
    expect(find(text)).toEqual(path);
  });

  test.each([
    'user|Of',
    'Us|er',
    'Ma|th',
    '(users) => us|ers',
    'const users = 1; us|ers',
    'users().a|',
    '// us|ers',
    'users |',
  ])('at %j takes types', (text) => {
    expect(find(text)).toBeUndefined();
  });
});

describe('names', () => {
  test.each([
    ['us|', ['userOf', 'users']],
    ['U|', ['User']],
    ['const used = 1; us|', ['used', 'userOf', 'users']],
    ['function f(usual: string) { us| }', ['userOf', 'users', 'usual']],
    ['function f(usual: string) {}\nus|', ['userOf', 'users']],
    ['`${us|}`', ['userOf', 'users']],
    ['({ us| })', ['userOf', 'users']],
    ['f(us|', ['userOf', 'users']],
  ])('at %j are those of the notebook and of the scope, and globals', (text, texts) => {
    const answer = complete(text)!;
    expect(answer.texts.sort()).toEqual(texts.sort());
    expect(answer.live).toEqual({ path: ['globalThis'], prefix: answer.replaced });
  });

  test.each([
    '// us|',
    '/* us| */',
    "'us|'",
    '`us|`',
    '/us|/',
    'const us|',
    'let a: us|',
    '({ us|: 1 })',
    'import { us| } from "a"',
  ])('are none at %j without types', (text) => {
    expect(complete(text)).toBeUndefined();
  });

  test('come in front of the words of the language', () => {
    const { completions } = completeUntyped({
      source: 'n',
      offset: 1,
      directory,
      isKnown: () => false,
      names: new Map([['n1', 'let']]),
    })!;
    expect(completions.items.map(({ text }) => text)).toEqual(['n1', 'namespace', 'new', 'null']);
  });
});

describe('texts', () => {
  test.each([
    ["require('node:zl|", ['node:zlib']],
    ["require('node:zl|')", ['node:zlib']],
    ["import('le|", ['left-pad']],
    ["import pad from 'le|", ['left-pad']],
    ["import pad from '@m|'", ['@me/lib']],
    ["export * from 'child|", ['child_process']],
    ["import './l|", ['lib.ts']],
    ["import './da|", ['data/']],
    ["readFileSync('./da|", ['data.csv', 'data/']],
    ["readFileSync('da|')", ['data.csv', 'data/']],
    ["fs.promises.readFile('data/r|", ['rows.json']],
    ["await readFile('da|", ['data.csv', 'data/']],
    ["copyFile('lib.ts', 'da|", ['data.csv', 'data/']],
    ["path.join('da|", ['data.csv', 'data/']],
    ["display.image('da|", ['data.csv', 'data/']],
    ["readCsv('da|", ['data.csv', 'data/']],
    ["new DataFile('da|", ['data.csv', 'data/']],
    ["const where = './da|'", ['data.csv', 'data/']],
    ['`./da|`', ['data.csv', 'data/']],
  ])('%j', (text, texts) => {
    expect(complete(text)?.texts.sort()).toEqual(texts);
  });

  test.each(["greet('da|", "readFileSync('lib.ts', 'da|", "users.join('da|", "const a = 'da|"])(
    '%j is no file',
    (text) => {
      expect(complete(text)).toBeUndefined();
    },
  );

  test('of magics are commands’ and files', () => {
    expect(complete('!cat da|')?.texts).toEqual(['data/', 'data.csv']);
    expect(complete('%load da|')?.texts).toEqual(['data/', 'data.csv']);
    expect(complete('%cd da|')?.texts).toEqual(['data/']);
    expect(complete('%help disp|')?.texts).toContain('display.table');
  });
});
