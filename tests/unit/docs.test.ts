// What the documents for maintainers name is there: files and folders of the tree, and what they link to.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(__dirname, '../..');
const top = /^(?:src|kernel|kernelspec|tests|docs|scripts|bench|examples|python|lab)\/[\w./-]*$/;

/** Paths from the root of the tree, in backticks or in plain text, with or without `.ts`. */
function pathsIn(text: string): string[] {
  const words = text.match(/[\w./-]+/g) ?? [];
  return words.map((word) => word.replace(/\.$/, '')).filter((word) => top.test(word));
}

function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#]+)/g)].map(([, to]) => to!).filter((to) => !/^\w+:/.test(to));
}

const isThere = (path: string) => existsSync(join(root, path)) || existsSync(join(root, `${path}.ts`));

test('paths are found in running text', () => {
  expect(pathsIn('In `src/api.ts` and kernel/wire, see src/text/. Not in dist/x.cjs or a/b.')).toEqual([
    'src/api.ts',
    'kernel/wire',
    'src/text/',
  ]);
});

describe.each(['CONTRIBUTING.md', 'README.md', 'docs/architecture.md'])('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8');

  test('names files that exist', () => {
    const paths = pathsIn(text);
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  test('links to files that exist', () => {
    expect(linksIn(text).filter((to) => !existsSync(join(root, dirname(document), to)))).toEqual([]);
  });
});
