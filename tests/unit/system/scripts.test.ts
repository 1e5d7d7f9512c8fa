import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadScript } from '../../../src/system/scripts';

let scratch: string;
let user: string;
let beside: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tskernel-scripts-'));
  user = join(scratch, 'cache');
  beside = join(scratch, 'dist');
  mkdirSync(beside);
  writeFileSync(join(beside, 'six.cjs'), 'exports.six = 6;');
});
afterEach(() => rmSync(scratch, { recursive: true }));

const load = (...directories: string[]) => loadScript(join(beside, 'six.cjs'), 'six.cjs-1', directories);
const caches = (directory: string) => readdirSync(directory).filter((name) => name.endsWith('.v8cache'));

test('a cache is written for the user, never beside the files', () => {
  const script = load(user, beside);
  expect(script).toMatchObject({ exports: { six: 6 }, cacheIsStale: true });
  script.saveCache();
  expect(caches(user)).toEqual([`six.cjs-1-${process.version}-${process.platform}-${process.arch}.v8cache`]);
  expect(caches(beside)).toEqual([]);
  expect(load(user, beside).cacheIsStale).toBe(false);
});

test('a cache that lies beside the files is used', () => {
  load(beside).saveCache();
  expect(load(user, beside).cacheIsStale).toBe(false);
});

test('where nothing can be written the file loads all the same', () => {
  writeFileSync(user, 'a file in the way');
  const script = load(user, beside);
  script.saveCache();
  expect(load(user, beside)).toMatchObject({ exports: { six: 6 }, cacheIsStale: true });
});

test('caches of months ago go when one is written, and nothing else', () => {
  mkdirSync(user);
  const longAgo = new Date('2020-01-01');
  for (const name of ['old-v20.0.0.v8cache', 'old-v20.0.0.v8cache.77', 'notes.txt', 'recent.v8cache']) {
    writeFileSync(join(user, name), '');
    if (name !== 'recent.v8cache') utimesSync(join(user, name), longAgo, longAgo);
  }
  load(user).saveCache();
  const left = readdirSync(user);
  expect(left.filter((name) => name.startsWith('old'))).toEqual([]);
  expect(left).toEqual(expect.arrayContaining(['notes.txt', 'recent.v8cache']));
  expect(left.length).toBe(3);
});
