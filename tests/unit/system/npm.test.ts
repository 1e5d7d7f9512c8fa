import { describe, expect, test } from '@jest/globals';
import { findNpm, type NpmPlaces } from '../../../src/system/npm';

/** A machine with these files and links. */
function machine(
  platform: NodeJS.Platform,
  node: string,
  searched: string,
  files: readonly string[],
  links: { readonly [path: string]: string } = {},
): NpmPlaces {
  return {
    platform,
    node,
    searched,
    isThere: (path) => files.includes(path) || path in links,
    realpath(path) {
      const target = links[path] ?? path;
      if (!files.includes(target)) throw new Error(`ENOENT ${path}`);
      return target;
    },
  };
}

describe('npm is found', () => {
  test('beside Node, as its own installers put it', () => {
    const script = '/usr/local/lib/node_modules/npm/bin/npm-cli.js';
    const node = '/usr/local/bin/node';
    expect(findNpm(machine('linux', node, '', [script, node]))).toEqual({ file: node, parameters: [script] });
  });

  test('on Windows beside node.exe', () => {
    const script = 'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js';
    const node = 'C:\\Program Files\\nodejs\\node.exe';
    expect(findNpm(machine('win32', node, '', [script]))).toEqual({ file: node, parameters: [script] });
  });

  test('on Windows by npm.cmd on PATH, whose script is started and not itself', () => {
    const script = 'C:\\tools\\node_modules\\npm\\bin\\npm-cli.js';
    const files = [script, 'C:\\tools\\npm.cmd'];
    expect(
      findNpm(machine('win32', 'C:\\portable\\node.exe', 'C:\\Windows;C:\\tools', files))?.parameters,
    ).toEqual([script]);
  });

  test('in the prefix of Homebrew, also when PATH is short', () => {
    const script = '/opt/homebrew/lib/node_modules/npm/bin/npm-cli.js';
    const node = '/opt/homebrew/Cellar/node/24.1.0/bin/node';
    const places = machine('darwin', '/opt/homebrew/bin/node', '/usr/bin:/bin', [script, node], {
      '/opt/homebrew/bin/node': node,
    });
    expect(findNpm(places)?.parameters).toEqual([script]);
  });

  test('by the link on PATH, wherever it leads', () => {
    const script = '/home/ada/.volta/npm/bin/npm-cli.js';
    const places = machine('linux', '/opt/node/bin/node', '/bin:/home/ada/bin', [script], {
      '/home/ada/bin/npm': script,
    });
    expect(findNpm(places)?.parameters).toEqual([script]);
  });

  test('as the shim of a version manager, which is a program of its own', () => {
    const places = machine('linux', '/opt/node/bin/node', '/bin:/home/ada/.asdf/shims', [
      '/home/ada/.asdf/shims/npm',
    ]);
    expect(findNpm(places)).toEqual({ file: '/home/ada/.asdf/shims/npm', parameters: [] });
  });

  test('nowhere, when there is none', () => {
    expect(findNpm(machine('linux', '/opt/node/bin/node', '/bin', []))).toBeUndefined();
    expect(findNpm(machine('win32', 'C:\\node.exe', 'C:\\tools', ['C:\\tools\\npm.cmd']))).toBeUndefined();
  });
});
