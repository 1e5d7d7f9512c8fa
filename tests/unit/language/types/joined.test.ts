// Libraries as few files: what is joined, and where a place in it is.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { join, nameOf, originOf } from '../../../../src/language/types/joined';
import { TypeService } from '../../../../src/language/types/service';
import { readSettings } from '../../../../src/language/types/tsconfig';

const files: { [path: string]: string } = {
  '/lib/lib.es2.d.ts': '/// <reference lib="es1" />\n/// <reference lib="es1.more" />\n\ninterface Two {}\n',
  '/lib/lib.es1.d.ts': 'interface One {\n    first: number;\n}\n',
  '/lib/lib.es1.more.d.ts':
    '/// <reference lib="es1" />\n\n/** Says more. */\ninterface One { second: string }\n',
  '/types/index.d.ts': [
    '/// <reference lib="es2" />\n/// <reference types="other" />\n/// <reference path="fs.d.ts" />\n',
    '/// <reference path="web/fetch.d.ts" />\n/// <reference path="gone.d.ts" />\n\n',
  ].join(''),
  '/types/fs.d.ts': 'declare module "fs" {\n    import { One } from "one";\n    export const one: One;\n}\n',
  '/types/web/fetch.d.ts': 'export {};\n\ndeclare global {\n    var fetch: number;\n}\n',
};
const read = (path: string) => files[path];
const parse = (text: string) => ts.createSourceFile('/lib/joined.d.ts', text, ts.ScriptTarget.ESNext, true);

test('a library has those that it refers to before it, each once', () => {
  const { text, members } = join(['/lib/lib.es2.d.ts', '/lib/lib.es1.more.d.ts'], read);
  expect([...members]).toEqual(['/lib/lib.es1.d.ts', '/lib/lib.es1.more.d.ts', '/lib/lib.es2.d.ts']);
  const file = parse(text);
  expect(file.statements.map((statement) => statement.getText().split(' ')[1])).toEqual([
    'One',
    'One',
    'Two',
  ]);
  expect(file.libReferenceDirectives).toEqual([]);
});

test('modules, libraries and packages are referred to, as is what cannot be read', () => {
  const { text, members } = join(['/types/index.d.ts'], read);
  expect([...members]).toEqual(['/types/fs.d.ts', '/types/index.d.ts']);
  const file = parse(text);
  expect(ts.isExternalModule(file)).toBe(false);
  expect(file.referencedFiles.map(({ fileName }) => fileName)).toEqual([
    '/types/web/fetch.d.ts',
    '/types/gone.d.ts',
  ]);
  expect(file.libReferenceDirectives.map(({ fileName }) => fileName)).toEqual(['es2']);
  expect(file.typeReferenceDirectives.map(({ fileName }) => fileName)).toEqual(['other']);
});

test('a place is one of the file that was joined, on the same line of it', () => {
  const file = parse(join(['/lib/lib.es2.d.ts'], read).text);
  for (const [word, path] of [
    ['first', '/lib/lib.es1.d.ts'],
    ['second', '/lib/lib.es1.more.d.ts'],
    ['Two', '/lib/lib.es2.d.ts'],
  ] as const) {
    const offset = file.text.indexOf(word);
    const origin = originOf(file, offset);
    expect(origin.path).toBe(path);
    expect(files[path]!.slice(offset - origin.start)).toMatch(new RegExp(`^${word}`));
  }
});

test('a file that was not joined is its own', () => {
  const file = parse('interface Alone {}');
  expect(originOf(file, 10)).toEqual({ path: '/lib/joined.d.ts', start: 0 });
});

test('what is joined from other files has another name', () => {
  const one = nameOf(join(['/lib/lib.es1.d.ts'], read));
  expect(one).toMatch(/^tskernel-[0-9a-f]{8}\.d\.ts$/);
  expect(nameOf(join(['/lib/lib.es1.d.ts'], read))).toBe(one);
  expect(nameOf(join(['/lib/lib.es2.d.ts'], read))).not.toBe(one);
});

test('a program has few files, and all that the language and Node declare', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'notebook-'));
  const service = new TypeService({
    directory,
    compilerOptions: readSettings(directory).options,
    declarations: [],
    notebook: { find: () => undefined, global: [], findValue: () => undefined },
    isCancelled: () => false,
  });
  const text = [
    'import { createReadStream } from "node:fs"',
    'const response: Response = await fetch("")',
    'for await (const one of createReadStream("")) [one, response].findLast(Boolean)',
    'new WebSocket("").onmessage = ({ data }) => Buffer.from(data)',
    'export {}',
  ].join(';\n');
  const { program, file } = service.focus(text, false);
  expect(program.getSemanticDiagnostics(file).map(({ messageText }) => messageText)).toEqual([]);
  // Without that, 181.
  expect(program.getSourceFiles().length).toBeLessThan(50);
});
