import { describe, expect, test } from '@jest/globals';
import { parseArguments } from '../../../kernelspec/arguments';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

describe('tskernel on the command line', () => {
  test('says nothing: gets help', () => {
    expect(parse('')).toEqual({ verb: 'help' });
    expect(parse('install --help')).toEqual({ verb: 'help' });
  });

  test('install alone is for this person, under the usual name', () => {
    expect(parse('install')).toEqual({
      verb: 'install',
      location: { kind: 'user' },
      name: 'tskernel',
      displayName: 'TypeScript',
      environment: {},
      lab: true,
    });
  });

  test('install takes a place, names and an environment, with = or without', () => {
    expect(parse('install --prefix=/opt/x --name ts2 --display-name=TS --env A=1 --env B=x=y')).toEqual({
      verb: 'install',
      location: { kind: 'prefix', directory: '/opt/x' },
      name: 'ts2',
      displayName: 'TS',
      environment: { A: '1', B: 'x=y' },
      lab: true,
    });
  });

  test('install may leave JupyterLab as it is', () => {
    expect(parse('install --no-lab')).toMatchObject({ verb: 'install', lab: false });
  });

  test('uninstall takes a place and a name', () => {
    expect(parse('uninstall --sys-prefix --name ts2')).toEqual({
      verb: 'uninstall',
      location: { kind: 'sys-prefix' },
      name: 'ts2',
    });
  });

  test.each([
    ['isntall', 'there is no command "isntall"; did you mean install?; see tskernel --help'],
    ['frobnicate', 'there is no command "frobnicate"; see tskernel --help'],
    ['install --sysprefix', 'install has no option --sysprefix; did you mean --sys-prefix?'],
    ['install --kernel-protocol', 'install has no option --kernel-protocol'],
    ['list --user', 'list has no option --user'],
    ['lsp --socket', 'lsp has no option --socket'],
    ['install here', 'install does not know what to do with "here"'],
    ['install --name', '--name needs a value'],
    ['install --prefix=', '--prefix needs a value'],
    ['install --user=me', '--user takes no value'],
    ['install --user --sys-prefix', '--user and --sys-prefix exclude each other'],
    [
      'install --name Type/Script',
      '"Type/Script" cannot name a kernel: use lower-case letters, digits, ".", "_" and "-"',
    ],
    ['install --name ..', '".." cannot name a kernel: use lower-case letters, digits, ".", "_" and "-"'],
    ['install --env A', '--env wants NAME=VALUE, not "A"'],
  ])('%s: %s', (line, complaint) => {
    expect(() => parse(line)).toThrow(new Error(complaint));
  });
});
