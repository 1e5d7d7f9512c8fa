// The names of errors that tools may rely on: the two lists, docs/errors.md and the classes say the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { protocolErrors } from '../../kernel/errors';
import { engineErrors } from '../../src/text/errors';

const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const named = { ...engineErrors, ...protocolErrors };

/** Names that no client reads. */
const unheard = [
  // A kernel that cannot read its connection file has nobody to send an answer to.
  'ConnectionError',
  // What a worker left unanswered is told as a KernelError.
  'Unanswered',
];

test('the docs have every name, with its sentence', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];
  expect(Object.fromEntries(rows.map(([, name, sentence]) => [name, sentence]))).toEqual(named);
});

test('every error class with a name of its own is in a list', () => {
  const files = ['src', 'kernel'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const names = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(file).matchAll(/override readonly name(?:: \w+)? = '(\w+)'/g)])
    .map(([, name]) => name!);
  expect(names).toContain('MagicError');
  expect(names.filter((name) => !Object.hasOwn(named, name)).sort()).toEqual(unheard);
});
