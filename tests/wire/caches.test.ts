// V8's caches, as the build and `tskernel install` make them: with what a kernel runs when it starts, and not only what it loads.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import Module from 'node:module';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = resolve(__dirname, '../..');

describe('a prepared cache', () => {
  /** A build that has none, where it finds the packages that the kernel's finds. */
  let build = '';
  let data = '';
  beforeAll(() => {
    mkdirSync(join(root, 'artifacts'), { recursive: true });
    build = mkdtempSync(join(root, 'artifacts', 'caches-'));
    data = join(build, 'data');
    cpSync(join(root, 'dist'), build, {
      recursive: true,
      filter: (path) => !/\.(?:v8cache|map)$/.test(path),
    });
    const { status, stderr } = spawnSync(process.execPath, [join(build, 'prepare.cjs'), build], {
      env: { ...process.env, XDG_CACHE_HOME: join(build, 'none'), TSKERNEL_DATA: data },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  }, 60_000);
  afterAll(() => rmSync(build, { recursive: true, force: true }));

  test.each(['service.cjs', 'execution.cjs', 'compiler.cjs', 'language.cjs'])(
    'of %s has the functions that ran',
    (file) => {
      const [name, ...others] = readdirSync(build).filter(
        (each) => /-.*\.v8cache$/.test(each) && each.startsWith(file),
      );
      expect(others).toEqual([]);
      const cache = readFileSync(join(build, name!));
      const unrun = new Script(Module.wrap(readFileSync(join(build, file), 'utf8'))).createCachedData();
      expect(cache.length).toBeGreaterThan(1.3 * unrun.length);
    },
  );

  test('leaves nothing in the history: nobody has run those cells', () => {
    expect(() => readdirSync(data)).toThrow('ENOENT');
  });
});
