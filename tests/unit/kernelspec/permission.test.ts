import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseArguments } from '../../../kernelspec/arguments';
import { confine, type InstallPlaces, packageTrees } from '../../../kernelspec/permission';

const newest = [
  '--permission',
  '--allow-inspector',
  '--allow-net',
  '--allow-worker',
  '--allow-addons',
  '--allow-child-process',
  '--allow-wasi',
  '--disable-sigusr1',
];
const oldest = [
  '--experimental-permission',
  '--allow-worker',
  '--allow-addons',
  '--allow-child-process',
  '--allow-wasi',
];

const at = (path: string) => resolve('/', path);
const surroundings = (options: readonly string[] = newest): InstallPlaces => ({
  nodeVersion: 'v26.0.0',
  hasOption: (option) => options.includes(option),
  stripsTypes: options === newest,
  directory: at('work'),
  launcher: at('kernels/tskernel/launch.cjs'),
  dist: at('package/dist'),
  packages: [at('node_modules')],
  data: at('data'),
  runtime: at('runtime'),
  temporary: at('tmp'),
  realPath: (path) => path,
});
const exceptions = { read: [], write: [], wholesale: [] };
const valuesOf = (option: string, words: readonly string[]) =>
  words.filter((word) => word.startsWith(`${option}=`)).map((word) => word.slice(option.length + 1));

describe('a confined kernel', () => {
  test('lets cells write below the notebook and among temporary files only', () => {
    const { cells } = confine(exceptions, surroundings());
    expect(valuesOf('--allow-fs-write', cells)).toEqual(['.', at('tmp')]);
    expect(valuesOf('--allow-fs-read', cells)).toEqual(
      expect.arrayContaining(['.', at('tmp'), at('package/dist'), at('node_modules')]),
    );
  });

  test('keeps connection files, history, threads, addons and the network to itself', () => {
    const { cells, process } = confine(exceptions, surroundings());
    for (const mine of [at('runtime'), at('data/history')]) {
      expect(process).toContain(`--allow-fs-read=${mine}`);
      expect(process).toContain(`--allow-fs-write=${mine}`);
      expect(cells.join()).not.toContain(mine);
    }
    for (const mine of ['--allow-worker', '--allow-addons', '--allow-net']) {
      expect(process).toContain(mine);
      expect(cells).not.toContain(mine);
    }
  });

  test('gives the cells what was asked for, by paths that do not depend on where that was', () => {
    const { cells, asked } = confine(
      { read: ['data', '*'], write: ['out'], wholesale: ['--allow-child-process', '--allow-net'] },
      surroundings(),
    );
    const wanted = [
      `--allow-fs-read=${at('work/data')}`,
      '--allow-fs-read=*',
      `--allow-fs-write=${at('work/out')}`,
      '--allow-child-process',
      '--allow-net',
    ];
    expect(cells).toEqual(expect.arrayContaining(wanted));
    expect(asked).toEqual(['--permission', ...wanted]);
  });

  test('is started with options that its Node has, and says what that Node cannot do', () => {
    const { process, notes } = confine({ ...exceptions, wholesale: ['--allow-net'] }, surroundings(oldest));
    const flags = process.filter((word) => !word.includes('='));
    expect(flags.filter((flag) => !oldest.includes(flag))).toEqual([]);
    expect(notes.join('\n')).toMatch(/network is open/);
    expect(notes.join('\n')).toMatch(/interrupt of a loop loses all variables/);
    expect(notes.join('\n')).toMatch(/knows no TypeScript/);
    expect(confine(exceptions, surroundings()).notes.join('\n')).not.toMatch(/network is open|loses/);
  });

  test('is refused on a Node without a permission model', () => {
    expect(() => confine(exceptions, surroundings([]))).toThrow(
      'this Node, v26.0.0, has no permission model; run tskernel install with Node 24 or newer, or confine the kernel in a container',
    );
  });

  test('finds the packages that it needs', () => {
    const root = resolve(__dirname, '../../..');
    expect(packageTrees(join(root, 'dist'))).toEqual([join(root, 'node_modules')]);
  });
});

describe('exceptions on the command line', () => {
  const parse = (line: string) => parseArguments(line.split(' '));

  test('may be repeated', () => {
    const line =
      'install --permission --allow-fs-read=/a --allow-fs-read /b --allow-fs-write=/c --allow-addons';
    expect(parse(line)).toMatchObject({
      permission: { read: ['/a', '/b'], write: ['/c'], wholesale: ['--allow-addons'] },
    });
    expect(parse('install --permission')).toMatchObject({ permission: exceptions });
    expect(parse('install')).toMatchObject({ permission: undefined });
  });

  test.each([
    ['install --allow-fs-read=/a', '--allow-fs-read needs --permission; without it everything is allowed'],
    ['install --allow-net', '--allow-net needs --permission; without it everything is allowed'],
    ['install --permission --allow-fs-read', '--allow-fs-read needs a value'],
    ['install --permission --allow-fs', 'install has no option --allow-fs; did you mean --allow-wasi?'],
  ])('%s: %s', (line, complaint) => {
    expect(() => parse(line)).toThrow(new Error(complaint));
  });
});
