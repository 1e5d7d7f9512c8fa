// One line that says what to do, where that is sure.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs are data here
import { runInThisContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
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

test('functions of other languages, where they are called: their names may be those of variables', () => {
  expect(missing('sum', 'const a = ^sum(list)')).toMatch(/^Write list\.reduce/);
  expect(missing('sum', '^sum += 1')).toBeUndefined();
});

test('modules that are not imported, of Node and of other languages', () => {
  expect(missing('fs', "^fs.readFileSync('a')")).toBe("Import it: import fs from 'node:fs'");
  expect(missing('json', 'const a = ^json.loads(text)')).toBe('Write JSON.parse(…).');
  expect(missing('math', '^math.sqrt(2)')).toBe('Write Math.sqrt.');
  for (const code of ['^url.length', '^fs', '^path.nothing', '^math.nothing', '^math.constructor'])
    expect(missing(code.slice(1).split('.')[0]!, code)).toBeUndefined();
});

test('commands of a shell', () => {
  expect(missing('ls', '^ls -la')).toBe('To run a program, write !ls -la');
  expect(missing('ls', '^ls')).toBe('To run a program, write !ls');
  expect(missing('cd', '^cd /tmp')).toBe('Write %cd /tmp');
  expect(missing('pwd', '^pwd;')).toBe('Write %pwd');
  expect(missing('head', '^head')).toBeUndefined();
  expect(missing('find', '^find - x')).toBeUndefined();
  expect(missing('ls', '^ls.map(f)')).toBeUndefined();
});

describe('methods of other languages, on what is known to be a text, a list, a table', () => {
  const realm = globalThis as unknown as { [key: string]: unknown };
  const given: { readonly [name: string]: unknown } = {
    word: 'a',
    rows: [1],
    user: Object.defineProperty({ name: 'x', tags: [1] }, 'other', {
      get() {
        throw new Error('asked');
      },
    }),
    ages: new Map(),
    seen: new Set(),
    pet: new (class Pet {})(),
  };
  beforeAll(() => {
    for (const [name, value] of Object.entries(given)) realm[keyOf(name)] = value;
  });
  afterAll(() => {
    for (const name of Object.keys(given)) delete realm[keyOf(name)];
  });

  test.each([
    ['word.upper', 'Write word.toUpperCase()'],
    ['"a".format', 'Write a text between backticks: `… ${value} …`'],
    ['rows.append', 'Write rows.push(…)'],
    ['[].append', 'Write [].push(…)'],
    ['user.tags.append', 'Write user.tags.push(…)'],
    ['user.map', 'Write Object.entries(user).map(…)'],
    ['ages.put', 'Write ages.set(…)'],
    ['seen.append', 'Write seen.add(…)'],
    ['pet.append', undefined],
    ['user.other.append', undefined],
    ['nowhere.append', undefined],
    ['this.append', undefined],
    ['f(...).append', undefined],
    ['word.constructed', undefined],
    ['word.constructor', undefined],
  ])('%s', (what, advice) => expect(noFunction(what)).toBe(advice));
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

  test('where nothing could be read of what it lacks', () => {
    const read = (code: string) =>
      adviseOn({
        name: 'TypeError',
        message: "Cannot read properties of undefined (reading 'x')",
        line: code.replace('^', ''),
        column: code.indexOf('^') + 1,
      });
    const data = 'load is a promise. Await it first: (await load).data';
    realm[keyOf('load')] = Promise.resolve({ data: [] });
    expect(read('const n = load.data.^length')).toBe(data);
    expect(read('load.data.rows[0].^x')).toBe(data);
    expect(read('load.data[^0]')).toBe(data);
    expect(read('load?.data.^x')).toBe(data);
    const others = [
      'load.then.^x',
      'other.data.^x',
      'a.load.data.^x',
      '(await load).data.^x',
      'load.^x',
      'f(load).data.^x',
    ];
    for (const code of others) expect([code, read(code)]).toEqual([code, undefined]);
    realm[keyOf('load')] = async () => ({});
    expect(read("load('a').data.^x")).toBe('load(…) gives a promise. Await it first: (await load(…)).data');
    expect(read("fetch('a').headers.^x")).toMatch(/^fetch\(…\) gives a promise/);
    const message = "Cannot destructure property 'a' of 'load(...).data' as it is undefined.";
    expect(adviseOn({ name: 'TypeError', message })).toMatch(/^load\(…\) gives a promise/);
  });

  test('where it was iterated', () => {
    realm[keyOf('load')] = async () => [];
    const advice = 'load(…) gives a promise. Await it first: (await load(…))';
    const ofCall = 'load is not a function or its return value is not iterable';
    expect(adviseOn({ name: 'TypeError', message: ofCall })).toBe(advice);
    const message = 'object is not iterable (cannot read property Symbol(Symbol.iterator))';
    const at = (line: string) =>
      adviseOn({ name: 'TypeError', message, line, column: line.indexOf('=') + 1 });
    expect(at('const [a] = load(1)')).toBe(advice);
    expect(at('const [a] = load(1).b')).toBeUndefined();
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
