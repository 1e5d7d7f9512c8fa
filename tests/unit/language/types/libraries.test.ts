// What this Node lacks is neither completed nor passes without a warning.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { librariesOfNode } from '../../../../src/language/types/libraries';
import { Dialogue } from '../dialogue';

const notebook = new Dialogue(mkdtempSync(join(tmpdir(), 'notebook-')));

const newer: readonly (readonly [code: string, isHere: boolean])[] = [
  ['Object.groupBy([1, 2], (n) => n % 2)', 'groupBy' in Object],
  ['Promise.withResolvers()', 'withResolvers' in Promise],
  ['new Set([1]).union(new Set([2]))', 'union' in Set.prototype],
  ['Array.fromAsync([1])', 'fromAsync' in Array],
  ['Temporal.Now.instant()', 'Temporal' in globalThis],
  ['[1].values().map((n) => n)', 'Iterator' in globalThis],
  ["'a'.isWellFormed()", true],
  ['structuredClone([1]).toSorted()', true],
];

test.each(newer)('%s is warned of where Node lacks it', async (code, isHere) => {
  const warning = await notebook.run(code);
  if (isHere) expect(warning).toBe('');
  else expect(warning).toMatch(/Warning TS\d+: (?:Property|Cannot find)/);
});

test('nor is it completed', () => {
  expect(notebook.complete('Object.gr|').texts.includes('groupBy')).toBe('groupBy' in Object);
  expect(notebook.complete('Tempo|').texts.includes('Temporal')).toBe('Temporal' in globalThis);
});

test('a TypeScript that divides its libraries in another way has all of them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lib-'));
  writeFileSync(join(directory, 'lib.esnext.d.ts'), '');
  expect(librariesOfNode(directory)).toEqual(['lib.esnext.d.ts']);
});
