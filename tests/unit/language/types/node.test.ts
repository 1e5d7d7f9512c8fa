// Types of Node that are read only when a cell imports them: nobody sees a difference.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import ts from 'typescript';
import { NodeTypes, rareModules } from '../../../../src/language/types/node';
import { Dialogue } from '../dialogue';

const directory = dirname(require.resolve('@types/node/package.json'));
const types = new NodeTypes(directory);
const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.d.ts') && !/^ts\d/.test(path),
);
const textOf = (file: string) => readFileSync(`${directory}/${file}`, 'utf8');
const referencesIn = (text: string) =>
  ts.preProcessFile(text).referencedFiles.map(({ fileName }) => fileName);

const usual = referencesIn(types.textOf(`${directory}/index.d.ts`)!);
const rare = types.rare.flatMap((path) => referencesIn(types.textOf(path)!));

let notebook: Dialogue;
beforeAll(() => {
  notebook = new Dialogue(tmpdir());
});

test('no file of @types/node is forgotten, none comes twice', () => {
  expect([...usual, ...rare].sort()).toEqual(referencesIn(textOf('index.d.ts')).sort());
  expect(rare.length).toBeGreaterThan(10);
});

test('what is rare declares just the modules that are named', () => {
  const declared = rare.flatMap((file) =>
    [...textOf(file).matchAll(/^declare module "([^"]+)"/gm)].map(([, name]) => name!),
  );
  expect(new Set(declared)).toEqual(rareModules);
});

test('what is usual never needs what is rare', () => {
  const needs = files
    .filter((file) => !rare.includes(file) && file !== 'process.d.ts')
    .flatMap((file) =>
      [...textOf(file).matchAll(/(?:from|import\(|require\() ?"([^"]+)"/g)]
        .filter(([, name]) => rareModules.has(name!))
        .map(([line]) => `${file}: ${line}`),
    );
  expect(needs).toEqual([]);
});

test.each([
  ['import { createServer } from "node:http2"; const x: 1 = createServer()', "Type 'Http2Server<"],
  ['import * as zlib from "zlib"; const x: 1 = zlib.gzipSync("a")', "Type 'NonSharedBuffer'"],
  ['const zlib = await import("node:zlib"); const x: 1 = zlib.gzipSync("a")', "Type 'NonSharedBuffer'"],
  ['let x: 1 = null! as import("node:repl").REPLServer', "Type 'REPLServer'"],
  ['import { Session } from "node:inspector/promises"; const x: 1 = new Session()', "Type 'Session'"],
  [
    'import { spec } from "node:test/reporters"; import test from "node:test"; const x: 1 = test',
    "Type 'typeof test'",
  ],
  ['const x: 1 = process.getBuiltinModule("node:https").globalAgent', "Type 'Agent'"],
])('%s', async (cell, problem) => {
  notebook.restart();
  expect(await notebook.run(cell)).toContain(problem);
});

test('they are known to later cells', async () => {
  notebook.restart();
  await notebook.run(
    'import { DatabaseSync } from "node:sqlite"',
    'const open = () => new DatabaseSync(":memory:")',
    'const database = open()',
  );
  expect(await notebook.run('database.nope')).toContain("does not exist on type 'DatabaseSync'");
  expect(notebook.complete('database.prep|').texts).toEqual(['prepare']);
});
