// What a specifier says.
import { describe, expect, test } from '@jest/globals';
import { isBare, packageOf, parseNpm, withoutNpm } from '../../../src/text/specifiers';

describe('a specifier', () => {
  test.each([
    ['lodash', true],
    ['@scope/name/part', true],
    ['./lib', false],
    ['../lib', false],
    ['/lib', false],
    ['#own', false],
    ['node:fs', false],
    ['file:///x', false],
    ['npm:x', false],
  ])('%s names a package: %s', (specifier, bare) => {
    expect(isBare(specifier)).toBe(bare);
  });

  test('has a package and a part', () => {
    expect([packageOf('a/b/c'), packageOf('@a/b/c'), packageOf('a')]).toEqual(['a', '@a/b', 'a']);
  });
});

describe('npm:', () => {
  test.each([
    ['npm:lodash-es', 'lodash-es', '', 'lodash-es', 'lodash-es'],
    ['npm:lodash-es@4', 'lodash-es', '4', 'lodash-es@4', 'lodash-es'],
    ['npm:lodash-es@4/map.js', 'lodash-es', '4', 'lodash-es@4', 'lodash-es/map.js'],
    ['npm:@a/b@^1.2.0/c/d', '@a/b', '^1.2.0', '@a/b@^1.2.0', '@a/b/c/d'],
    ['npm:/@a/b', '@a/b', '', '@a/b', '@a/b'],
  ])('%s', (specifier, name, range, wanted, path) => {
    expect(parseNpm(specifier)).toEqual({ name, range, wanted, path });
    expect(withoutNpm(specifier)).toBe(path);
  });

  test('without a name is an error; without npm: nothing changes', () => {
    expect(() => parseNpm('npm:@4')).toThrow(/names no package/);
    expect(withoutNpm('lodash')).toBe('lodash');
  });
});
