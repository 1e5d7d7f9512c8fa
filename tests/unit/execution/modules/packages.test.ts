// Versions of packages, and the project that they belong to.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { explainMissing } from '../../../../src/execution/modules/missing';
import {
  createProject,
  findProject,
  isSatisfied,
  matchesRange,
} from '../../../../src/execution/modules/packages';
import { parseNpm } from '../../../../src/text/specifiers';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'tskernel-packages-')));
afterAll(() => rmSync(root, { recursive: true }));

describe('a version is right', () => {
  test.each([
    ['4.17.21', '4', true],
    ['4.17.21', '4.17', true],
    ['4.17.21', '4.17.21', true],
    ['4.17.21', '4.17.2', false],
    ['5.0.0', '4', false],
    ['4.18.0', '^4.17.21', true],
    ['4.17.20', '^4.17.21', false],
    ['5.0.0', '^4.17.21', false],
    ['0.2.5', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['4.17.30', '~4.17.21', true],
    ['4.18.0', '~4.17.21', false],
    ['1.0.0-beta.1', '1', true],
    ['1.0.0', '', true],
    ['1.0.0', 'latest', true],
  ])('%s for %j: %s', (version, range, right) => {
    expect(matchesRange(version, range)).toBe(right);
  });
});

describe('the project of a notebook', () => {
  test('is the nearest package.json, else the one that the kernel keeps, made when needed', () => {
    const deep = join(root, 'own', 'deep');
    mkdirSync(deep, { recursive: true });
    const kept = join(root, 'kept');
    expect(findProject(deep, kept)).toEqual({ directory: kept, isKept: true });
    expect(findProject(deep, undefined)).toBeUndefined();
    writeFileSync(join(root, 'own', 'package.json'), '{}');
    expect(findProject(deep, kept)).toEqual({ directory: join(root, 'own'), isKept: false });

    const takeBack = createProject(kept, deep);
    expect(existsSync(join(kept, 'package.json'))).toBe(true);
    // It is there already: taking back the second making leaves the first.
    createProject(kept, deep)();
    expect(existsSync(kept)).toBe(true);
    takeBack();
    expect(existsSync(kept)).toBe(false);
  });

  test('has a package or not', () => {
    const packages = join(root, 'own', 'node_modules', 'thing');
    mkdirSync(packages, { recursive: true });
    writeFileSync(join(packages, 'package.json'), '{ "version": "2.1.0" }');
    const deep = join(root, 'own', 'deep');
    expect(isSatisfied(parseNpm('npm:thing@2'), [deep])).toBe(true);
    expect(isSatisfied(parseNpm('npm:thing@3'), [deep])).toBe(false);
    expect(isSatisfied(parseNpm('npm:other'), [deep])).toBe(false);
  });
});

describe('a module that is missing is explained', () => {
  const explain = (code: string, message: string) =>
    explainMissing({ code, message }, { directory: join(root, 'own', 'deep'), project: undefined });

  test('a package, by where it was looked for', () => {
    const explained = explain('ERR_MODULE_NOT_FOUND', "Cannot find package '@a/b' imported from /x/y.mts");
    // Further up the machine may have others.
    expect(explained?.message).toMatch(
      /^Cannot find package '@a\/b' \(looked in .*\), imported from \/x\/y\.mts$/,
    );
    expect(explained?.message).toContain(join(root, 'own/node_modules'));
    expect(explained?.hints).toEqual(['To install it, run: %npm install @a/b']);
  });

  test('a file, by what is near and who wanted it', () => {
    const explained = explain(
      'MODULE_NOT_FOUND',
      `Cannot find module '${root}/own/packag.json'\nRequire stack:\n- /x`,
    );
    expect(explained).toEqual({
      message: `Cannot find module '${root}/own/packag.json', imported from /x`,
      hints: ['Did you mean ../package.json?'],
    });
  });

  test('other errors speak for themselves', () => {
    expect(explain('ENOENT', "Cannot find module 'x'")).toBeUndefined();
    expect(explain('ERR_MODULE_NOT_FOUND', 'something else')).toBeUndefined();
  });
});
