// Which TypeScript is loaded, and that its cache never matters for more than time.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findTypeScript } from '../../../../src/language/types/typescript';

/** A project with a typescript package of some version. */
function projectWith(version: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'project-'));
  const lib = join(directory, 'node_modules', 'typescript', 'lib');
  mkdirSync(lib, { recursive: true });
  const manifest = { name: 'typescript', version, main: './lib/typescript.js' };
  writeFileSync(join(lib, '..', 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(lib, 'typescript.js'), '');
  return directory;
}

describe('the TypeScript of a notebook', () => {
  const own = require.resolve('typescript');

  test('is the kernel’s own', () => {
    expect(findTypeScript(projectWith('5.9.0'), undefined)).toBe(own);
  });

  test('is that of the project when it is asked for', () => {
    const directory = projectWith('5.9.0');
    expect(findTypeScript(directory, 'project')).toContain(directory);
    expect(findTypeScript('/', join(directory, 'node_modules', 'typescript'))).toContain(directory);
  });

  test('is the kernel’s own when the project has none that will do', () => {
    expect(findTypeScript(projectWith('4.9.0'), 'project')).toBe(own);
    expect(findTypeScript(projectWith('7.0.0'), 'project')).toBe(own);
    expect(findTypeScript('/', '/not/there')).toBe(own);
  });
});
