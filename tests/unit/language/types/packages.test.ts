// The registry is asked for packages of types: once for each, and nobody waits.
import { expect, test } from '@jest/globals';
import { TypesPackages } from '../../../../src/language/types/packages';

test('each is asked for once, and is there only if somebody said so', async () => {
  const asked: string[] = [];
  const packages = new TypesPackages('/here', async (name, directory) => {
    asked.push(`${name} from ${directory}`);
    if (name === '@types/offline') throw new Error('offline');
    return name === '@types/a';
  });
  expect(packages.has('@types/a')).toBe(false);
  const first = packages.ask(['@types/a', '@types/b']);
  const second = packages.ask(['@types/a', '@types/offline']);
  expect(await first).toBe(true);
  expect(await second).toBe(true);
  expect(packages.ask(['@types/a', '@types/b', '@types/offline'])).toBeUndefined();
  expect(await new TypesPackages('/here', async () => false).ask(['@types/c'])).toBe(false);
  expect(['@types/a', '@types/b', '@types/offline'].map((name) => packages.has(name))).toEqual([
    true,
    false,
    false,
  ]);
  expect(asked).toEqual(['@types/a from /here', '@types/b from /here', '@types/offline from /here']);
});
