// Where a package is found, and whose it is.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import {
  findPackage,
  findUpwards,
  isInstalled,
  isPackaged,
  packageDirectories,
} from '../../../src/system/lookup';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'lookup-')));
const notebook = join(root, 'project', 'notebooks');
mkdirSync(notebook, { recursive: true });
mkdirSync(join(root, 'project', 'node_modules', '@scope', 'installed'), { recursive: true });
mkdirSync(join(root, 'own'));
symlinkSync(join(root, 'own'), join(root, 'project', 'node_modules', 'linked'), 'junction');
writeFileSync(join(root, 'project', 'package.json'), '{}');
afterAll(() => rmSync(root, { recursive: true }));

test('the nearest file of a name is in the directory or above', () => {
  expect(findUpwards(notebook, 'package.json')).toBe(join(root, 'project', 'package.json'));
  expect(findUpwards(notebook, 'tsconfig.of-nobody.json')).toBeUndefined();
});

test('packages are looked for in every directory above, never in node_modules of node_modules', () => {
  const directories = packageDirectories(join(root, 'project', 'node_modules', 'a'));
  expect(directories.slice(0, 3)).toEqual([
    join(root, 'project', 'node_modules', 'a', 'node_modules'),
    join(root, 'project', 'node_modules'),
    join(root, 'node_modules'),
  ]);
});

test.each([
  ['@scope/installed', true, true],
  ['linked', true, false],
  ['missing', false, false],
])('%s is found: %s; comes from a registry: %s', (name, isFound, fromRegistry) => {
  expect([findPackage(name, notebook) !== undefined, isInstalled(name, notebook)]).toEqual([
    isFound,
    fromRegistry,
  ]);
});

test.each([
  ['/a/node_modules/b/c.js', true],
  ['file:///a/node_modules/b/c.js', true],
  ['C:\\a\\node_modules\\b\\c.js', true],
  ['/a/node_modules_of_mine/c.js', false],
  ['/a/b.js', false],
])('%s is of a package: %s', (file, isOf) => expect(isPackaged(file)).toBe(isOf));
