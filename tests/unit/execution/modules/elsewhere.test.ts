// What is said about imports that other runtimes know.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { explainAddress, hintsOfMap } from '../../../../src/execution/modules/elsewhere';

describe('an address', () => {
  test.each([
    ['https://esm.sh/lodash@4.17.21/map?bundle', 'lodash@4.17.21'],
    ['https://esm.sh/v135/@scope/name@1', '@scope/name@1'],
    ['https://cdn.jsdelivr.net/npm/d3@7/+esm', 'd3@7'],
    ['https://unpkg.com/htm@3.1.1/preact/index.mjs', 'htm@3.1.1'],
    ['https://cdn.skypack.dev/canvas-confetti', 'canvas-confetti'],
  ])('%s is a package of npm', (address, wanted) => {
    expect(explainAddress(address)?.hints).toEqual([
      `It is a package of npm: import 'npm:${wanted}', or run %npm install ${wanted}`,
    ]);
  });

  test.each([
    ['https://deno.land/std@0.224.0/path/mod.ts', 'mod.ts'],
    ['http://localhost:8000/x.js?y=1', 'x.js'],
    ['https://esm.sh/jsr/@std/path', 'path'],
  ])('%s is to be downloaded', (address, file) => {
    expect(explainAddress(address)?.hints).toEqual([
      `Download it and import the file: !curl -L -o ${file} '${address}'`,
    ]);
  });
});

test('a package of JSR', () => {
  expect(explainAddress('jsr:@std/path@^1/posix')?.hints).toEqual([
    'To install it, run: !npx jsr add @std/path@^1',
    "Then import '@std/path/posix'. (To npm it is @jsr/std__path.)",
  ]);
  expect(explainAddress('jsr:path')?.hints).toEqual(['Their names are written jsr:@scope/name']);
});

test('other schemes, and what has none', () => {
  expect(explainAddress('bun:sqlite')?.hints[0]).toContain('part of Bun');
  expect(explainAddress('ftp://x/y')?.message).toBe("Nothing here loads 'ftp://x/y'");
  expect(explainAddress('C:\\x')?.message).toContain('path of Windows');
  for (const plain of ['./x', '/x', 'lodash', '@std/path', '#x'])
    expect(explainAddress(plain)).toBeUndefined();
});

test('a name of an import map', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tskernel-map-'));
  const imports = { pathe: 'npm:pathe@1', '@/': './src/', std: 'jsr:@std/path', own: './own.ts' };
  writeFileSync(join(directory, 'deno.json'), `// of Deno\n${JSON.stringify({ imports })}`);
  expect(hintsOfMap('pathe', directory)).toEqual([
    "deno.json says that 'pathe' is 'npm:pathe@1': import that",
  ]);
  expect(hintsOfMap('@/lib/x', directory)).toEqual([
    "deno.json says that '@/lib/x' is './src/lib/x': import that",
  ]);
  expect(hintsOfMap('std', directory)[1]).toBe('To install it, run: !npx jsr add @std/path');
  expect(hintsOfMap('other', directory)).toEqual([]);
  writeFileSync(join(directory, 'deno.json'), '{ broken');
  expect(hintsOfMap('pathe', directory)).toEqual([]);
  rmSync(directory, { recursive: true });
});
