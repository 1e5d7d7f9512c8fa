// One line that says what to do, where that is sure.
import { runInThisContext } from 'node:vm';
import { afterEach, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../../src/compile/keys';
import { adviseOn } from '../../../../src/execution/errors/advice';
import { explainAbsence, globals, isOlder, members } from '../../../../src/execution/errors/newer-apis';

/** @param code with a mark `^` before the place that V8 or the kernel gives */
function missing(name: string, code = `^${name}`): string | undefined {
  const column = code.indexOf('^') + 1;
  return adviseOn({
    name: 'ReferenceError',
    message: `${name} is not defined`,
    line: code.replace('^', ''),
    column,
  });
}
const noFunction = (what: string) => adviseOn({ name: 'TypeError', message: `${what} is not a function` });

describe('a forgotten declaration', () => {
  test.each([
    ['^zz = 1; console.log(zz)', 'Declare it: let zz = 1'],
    ['  zz ^= [1, 2].map((x) => x) // all', 'Declare it: let zz = [1, 2].map((x) => x)'],
    ["^zz = 'a;b' + `c`", "Declare it: let zz = 'a;b' + `c`"],
    ['^zz = {', 'Declare it: let zz = …'],
    ['^zz =', 'Declare it: let zz = …'],
    ['for (^zz = 0; zz < 3; zz++) {}', 'Declare it: let zz = 0'],
    ['for (^zz of [1, 2]) console.log(zz)', 'Declare it: for (const zz of [1, 2]) …'],
    ['for (^zz in table) {', 'Declare it: for (const zz in table) …'],
    ['[^zz, b] = [1, 2]', 'Declare them: let [zz, b] = …'],
    [`^zz = ${'x'.repeat(50)}`, 'Declare it: let zz = …'],
    // A name that is only read.
    ['^zz = zz + 1', undefined],
    ['^zz == 1', undefined],
    ['f(^zz => 1)', undefined],
    ['const a = ^zz', undefined],
    ['^zz += 1', undefined],
    ['a.zz = 1; ^zz', undefined],
    ['[1, ^zz]', undefined],
  ])('%s', (code, advice) => expect(missing('zz', code)).toBe(advice));
});

test('names of other languages and of pages', () => {
  expect(missing('print')).toBe('To print, write console.log(…).');
  expect(missing('document')).toMatch(/^There is no page here, cells run in Node: .*jsdom/);
  expect(missing('None')).toMatch(/null and undefined/);
  for (const name of ['foo', 'toString', 'constructor', '__proto__']) expect(missing(name)).toBeUndefined();
  // Whoever assigns to it means a variable.
  expect(missing('list', '^list = [1]')).toBe('Declare it: let list = [1]');
});

describe('what this Node lacks', () => {
  test.each([
    ['Object.groupBy is not a function', 'Object.groupBy needs Node 21; this is 20.20.'],
    ['Temporal is not defined', 'Temporal needs Node 26; this is 20.20.'],
    ['new Set(...).union is not a function', 'union() of Sets needs Node 22; this is 20.20.'],
    ['names.values(...).map is not a function', 'map() of iterators needs Node 22; this is 20.20.'],
    ['Intl.DurationFormat is not a constructor', 'Intl.DurationFormat needs Node 23; this is 20.20.'],
    ["There is no built-in module 'node:sqlite'", 'node:sqlite needs Node 22.13; this is 20.20.'],
    [
      "The requested module 'node:fs/promises' does not provide an export named 'glob'",
      'glob needs Node 22; this is 20.20.',
    ],
    [
      'Invalid regular expression: /(?i:a)/: Invalid group',
      'A modifier such as (?i:…) needs Node 23; this is 20.20.',
    ],
    ['names.map is not a function', undefined],
    ['Object.groupBies is not a function', undefined],
    ['Invalid regular expression: /(?x)/: Invalid group', undefined],
  ])('%s', (message, advice) => expect(explainAbsence(message, '20.20.2')).toBe(advice));

  test('is said of an older Node only', () => {
    const since = (version: string) => explainAbsence('No such built-in module: node:sqlite', version);
    expect([since('22.12.0'), since('22.13.0'), since('24.0.0')].map(Boolean)).toEqual([true, false, false]);
  });

  test.each(Object.entries({ ...globals, ...members }))('%s is there from Node %s on', (path, since) => {
    const [root = '', ...rest] = path.split('.');
    const modules: { readonly [name: string]: unknown } = {
      fs: require('node:fs'),
      zlib: require('node:zlib'),
    };
    const start = modules[root] ?? runInThisContext(`globalThis.${root}`);
    const found = rest.reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], start);
    expect(found !== undefined).toBe(!isOlder(process.versions.node, since));
  });
});

describe('a promise that is not awaited', () => {
  const realm = globalThis as unknown as { [key: string]: unknown };
  afterEach(() => {
    delete realm[keyOf('load')];
  });

  test('by a name of the cells', () => {
    realm[keyOf('load')] = Promise.resolve([1]);
    expect(noFunction('load.map')).toBe('load is a promise. Await it first: (await load).map');
    expect(adviseOn({ name: 'TypeError', message: 'load is not iterable' })).toBe(
      'load is a promise. Await it first: (await load)',
    );
    expect(noFunction('load.data.map')).toBeUndefined();
  });

  test('by a call', () => {
    realm[keyOf('load')] = async () => [1];
    expect(noFunction('load(...).map')).toBe('load(…) gives a promise. Await it first: (await load(…)).map');
    expect(noFunction('fetch(...).json')).toBe(
      'fetch(…) gives a promise. Await it first: (await fetch(…)).json',
    );
    expect(noFunction('load.map')).toBeUndefined();
  });

  test('no getter is asked', () => {
    Object.defineProperty(realm, keyOf('load'), {
      get: () => {
        throw new Error('asked');
      },
      configurable: true,
    });
    expect(noFunction('load.map')).toBeUndefined();
  });
});
