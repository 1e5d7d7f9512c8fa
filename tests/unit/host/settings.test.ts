// Settings from the environment, and that everybody who should knows all of them.
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkSettings } from '../../../kernelspec/doctor';
import { findHome, readSettings } from '../../../src/host/settings';

const root = resolve(__dirname, '../../..');
const surroundings = (environment: { [name: string]: string } = {}, nodeOptions: string[] = []) => ({
  environment,
  nodeOptions,
  platform: 'linux' as const,
  home: '/home/me',
  memory: { total: 16 * 2 ** 30, isGroup: false },
});
const read = (environment?: { [name: string]: string }, nodeOptions?: string[]) =>
  readSettings(surroundings(environment, nodeOptions)).settings;
const problems = (environment: { [name: string]: string }) =>
  readSettings(surroundings(environment)).reports.flatMap(({ problem }) => problem ?? []);
const variables = readSettings(surroundings()).reports.map(({ variable }) => variable);

describe('settings', () => {
  test('have defaults', () => {
    expect(read()).toEqual({
      dispatch: 'auto',
      types: 'warn',
      observes: true,
      colours: 'auto',
      memory: expect.any(Number),
      groupMemory: undefined,
      isHeapGiven: false,
      autoreload: true,
      installsPackages: false,
      dotenv: false,
      linger: 250,
      rest: 300,
      typescript: undefined,
      data: '/home/me/.local/share/tskernel',
      cache: '/home/me/.cache/tskernel',
    });
  });

  test('leave the half of what the process may take: of its container, where it is in one', () => {
    const inGroup = { ...surroundings(), memory: { total: 1536 * 2 ** 20, isGroup: true } };
    expect(readSettings(inGroup).settings).toMatchObject({ memory: 768, groupMemory: 1536 });
    expect(read().memory).toBe(4096);
  });

  test('come from the environment', () => {
    const environment = {
      TSKERNEL_DISPATCH: 'task',
      TSKERNEL_TYPES: 'off',
      TSKERNEL_VALUE_TYPES: 'off',
      TSKERNEL_COLORS: 'on',
      TSKERNEL_MEMORY: '100',
      TSKERNEL_AUTORELOAD: 'off',
      TSKERNEL_NPM_AUTO: '1',
      TSKERNEL_DOTENV: 'local.env',
      TSKERNEL_LINGER: '1000',
      TSKERNEL_REST: '0.5',
      TSKERNEL_TYPESCRIPT: 'project',
      TSKERNEL_DATA: '/mine',
    };
    expect(read(environment)).toMatchObject({
      dispatch: 'task',
      types: 'off',
      observes: false,
      memory: 100,
      autoreload: false,
      installsPackages: true,
      dotenv: 'local.env',
      linger: 1000,
      rest: 0.5,
      typescript: 'project',
      data: '/mine',
    });
    expect(problems(environment)).toEqual([]);
    expect(Object.keys(environment)).toEqual(variables);
  });

  test.each(['on', '1', 'true', 'yes', 'On'])('are switched on by %s', (word) => {
    expect(read({ TSKERNEL_NPM_AUTO: word, TSKERNEL_DOTENV: word })).toMatchObject({
      installsPackages: true,
      dotenv: '.env',
    });
  });

  test.each(['off', '0', 'false', 'no', 'OFF'])('are switched off by %s', (word) => {
    expect(read({ TSKERNEL_AUTORELOAD: word, TSKERNEL_DOTENV: word })).toMatchObject({
      autoreload: false,
      dotenv: false,
    });
  });

  test('that are set to nothing are not set', () => {
    const nothing = Object.fromEntries(variables.map((variable) => [variable, '']));
    expect(read(nothing)).toEqual(read());
    expect(problems(nothing)).toEqual([]);
  });

  test('that cannot be so are told of in a line each, and the default holds', () => {
    const wrong = {
      TSKERNEL_TYPES: 'banana',
      TSKERNEL_DISPATCH: 'Task',
      TSKERNEL_AUTORELOAD: 'maybe',
    };
    expect(read(wrong)).toEqual(read());
    expect(problems(wrong)).toEqual([
      'TSKERNEL_DISPATCH=Task is not understood: it takes auto, blocking or task; auto is used',
      'TSKERNEL_TYPES=banana is not understood: it takes warn, wait, error or off; warn is used',
      'TSKERNEL_AUTORELOAD=maybe is not understood: it takes on or off; on is used',
    ]);
  });

  test.each(['abc', '0', '-5', 'Infinity', '4 GB'])('of memory are no %s', (text) => {
    expect(read({ TSKERNEL_MEMORY: text }).memory).toBe(read().memory);
    expect(problems({ TSKERNEL_MEMORY: text })).toEqual([
      `TSKERNEL_MEMORY=${text} is not understood: it takes a number of megabytes; ${read().memory} is used`,
    ]);
  });

  test('take the limit of the heap from Node’s own option, unless ours says otherwise', () => {
    expect(read({}, ['--max-old-space-size=3000'])).toMatchObject({ memory: 3000, isHeapGiven: true });
    expect(read({ NODE_OPTIONS: '--max_old_space_size=2000' }).memory).toBe(2000);
    expect(read({ TSKERNEL_MEMORY: '100' }, ['--max-old-space-size=3000']).memory).toBe(100);
    expect(read({ TSKERNEL_MEMORY: 'abc' }, ['--max-old-space-size=3000']).memory).toBe(3000);
  });
});

test.each<[NodeJS.Platform, { [name: string]: string }, string, string]>([
  ['linux', {}, '/home/me/.local/share/tskernel', '/home/me/.cache/tskernel'],
  ['linux', { XDG_DATA_HOME: '/data', XDG_CACHE_HOME: '/cache' }, '/data/tskernel', '/cache/tskernel'],
  [
    'linux',
    { XDG_DATA_HOME: 'data', XDG_CACHE_HOME: '' },
    '/home/me/.local/share/tskernel',
    '/home/me/.cache/tskernel',
  ],
  ['darwin', {}, '/home/me/Library/Application Support/tskernel', '/home/me/Library/Caches/tskernel'],
  ['win32', { LOCALAPPDATA: '/local' }, '/local/tskernel', '/local/tskernel'],
])('on %s with %p data is in %s and caches are in %s', (platform, environment, data, cache) => {
  expect(readSettings({ environment, platform, home: '/home/me' }).settings).toMatchObject({ data, cache });
});

test('a home that is no path from the root is none', () => {
  expect(findHome('/home/me')).toBe('/home/me');
  for (const home of ['', 'me', './me']) expect(findHome(home)).toBe(userInfo().homedir);
});

describe('every setting', () => {
  const wordsOf = (text: string) => new Set(text.match(/TSKERNEL_[A-Z_]+/g));
  const documented = (file: string) => readFileSync(join(root, file), 'utf8');

  // What starts Node, before there is a kernel: which Node, and to which environment the wheel belongs.
  const ofStart = ['TSKERNEL_NODE', 'TSKERNEL_PREFIX'];

  test('is in the README, and no other but the choice of Node', () => {
    expect([...wordsOf(documented('README.md'))].sort()).toEqual([...variables, 'TSKERNEL_NODE'].sort());
    const starting = ['node.py', '__main__.py'].map((name) => documented(join('python/tskernel', name)));
    expect([...wordsOf(starting.join('\n'))].sort()).toEqual(ofStart);
  });

  test('is in the table of the guide, in the same order', () => {
    const rows = documented('docs/guide.md').matchAll(/^\| `(TSKERNEL_[A-Z_]+)` \|/gm);
    expect([...rows].map(([, variable]) => variable)).toEqual(variables);
  });

  test('is told of by the doctor, with its value', () => {
    const said = [...checkSettings(surroundings({ TSKERNEL_TYPES: 'off', TSKERNEL_DISPATCH: 'banana' }))];
    expect(said.slice(0, 2)).toEqual([
      {
        verdict: 'note',
        text: 'TSKERNEL_DISPATCH=banana is not understood: it takes auto, blocking or task; auto is used',
      },
      { verdict: 'ok', text: 'TSKERNEL_TYPES is off: what types that do not fit do' },
    ]);
    expect(said.map(({ text }) => text.split(/[ =]/)[0])).toEqual(variables);
  });

  test('is read in one file', () => {
    const sources = ['src', 'kernel', 'kernelspec'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith(join('host', 'settings.ts')))
        .map((name) => [join(folder, name), documented(join(folder, name))] as const),
    );
    expect(sources.length).toBeGreaterThan(100);
    const reading = /(?:\.|\[['"`])TSKERNEL_[A-Z_]+|\{[^{}]*TSKERNEL_[^{}]*\}\s*=/;
    const read = ([name, text]: (typeof sources)[number]): boolean =>
      reading.test(name.endsWith('locations.ts') ? text.replaceAll('TSKERNEL_PREFIX', '') : text);
    expect(sources.filter(read).map(([name]) => name)).toEqual([]);
    const unknown = sources.flatMap(([name, text]) =>
      [...wordsOf(text)]
        .filter((word) => ![...variables, ...ofStart].includes(word))
        .map((word) => `${name}: ${word}`),
    );
    expect(unknown).toEqual([]);
  });
});
