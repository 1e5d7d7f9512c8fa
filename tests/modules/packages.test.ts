// Packages as they come from the registry, a workspace, a linked package, and a tsconfig with paths.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Notebook, project } from './notebook';

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open(project);
});
afterAll(() => notebook.close());

describe('a package', () => {
  test('of ES modules only', async () => {
    expect(await notebook.shows("import escape from 'escape-string-regexp'; escape('a.b')")).toBe(
      "'a\\\\.b'",
    );
  });

  test('of CommonJS only', async () => {
    expect(await notebook.shows("import ms from 'ms'; ms('2 days')")).toBe('172800000');
    expect(await notebook.shows("require('ms')('1s')")).toBe('1000');
    expect(await notebook.shows("import whole = require('ms'); whole('1m')")).toBe('60000');
  });

  test('of both: an import takes the one, require() the other', async () => {
    expect(await notebook.shows("import { validate } from 'uuid'; validate('no')")).toBe('false');
    expect(await notebook.shows("import * as named from 'uuid'; 'default' in named")).toBe('false');
    expect(await notebook.shows("require('uuid').validate('no')")).toBe('false');
  });

  test('with top-level await', async () => {
    const code =
      "import Yoga from 'yoga-layout'; const node = Yoga.Node.create(); node.setWidth(9); node.getWidth().value";
    expect(await notebook.shows(code)).toBe('9');
  });

  test('with a native addon', async () => {
    expect(await notebook.shows("import { crc32 } from '@node-rs/crc32'; crc32('hello')")).toBe('907060870');
  });

  test('with its types elsewhere', async () => {
    const cell = await notebook.runs(
      "import ms2 from 'ms'; const wrong: string[] = ms2('1h')\nawait new Promise((r) => setTimeout(r, 1))",
    );
    expect(cell.reply.content.status).toBe('ok');
    const hover = await notebook.client.request('shell', 'inspect_request', {
      code: "import ms3 from 'ms'; ms3('1h')",
      cursor_pos: 24,
      detail_level: 0,
    });
    expect(JSON.stringify(hover.content.data)).toContain('StringValue');
  });

  test('that is a directory of the user’s own, linked', async () => {
    expect(await notebook.shows("require('linked').where")).toMatch(/project\/linked\/index\.js'$/);
    expect(await notebook.shows("import { where } from 'linked'; where")).toMatch(
      /project\/linked\/index\.js'$/,
    );
  });

  test('of the workspace, in TypeScript', async () => {
    expect(await notebook.shows("import { square } from '@fixture/shapes'; square(2)")).toBe(
      "{ kind: 'square', area: 4 }",
    );
    expect(await notebook.shows("import { area } from '@fixture/shapes/area'; area(2, 3)")).toBe('6');
  });
});

describe('a local module', () => {
  test.each([
    ["import { greeting } from './lib/greeting'; greeting", "'hello'"],
    ["import { greeting } from './lib/greeting.ts'; greeting", "'hello'"],
    ["import { greeting } from './lib/greeting.js'; greeting", "'hello'"],
    ["import { fromDirectory } from './kinds'; fromDirectory", "'index of a directory'"],
    ["import { slept } from './lib/slow.mts'; slept", '7'],
    ["import { slept } from './lib/slow.mjs'; slept", '7'],
    ["import old from './lib/old.cts'; old.base", "'old.cts'"],
    ["import { base } from './lib/old.cts'; base", "'old.cts'"],
    ["import { view } from './lib/view'; view('x')", "'<b>x</b>'"],
    ["import { greeting } from '@lib/greeting'; greeting", "'hello'"],
    ["import { answer } from 'answer'; answer", '42'],
    ["import { greeting } from '#greeting'; greeting", "'hello'"],
    ["import { all } from './lib/all'; all", "{ text: 'hello 42 9' }"],
    ["(await import('./lib/all')).all.text", "'hello 42 9'"],
    ["require('./lib/greeting').greeting", "'hello'"],
    ["require('./lib/old.cts').base", "'old.cts'"],
    ["import data from './data.json' with { type: 'json' }; data.answer", '42'],
    ["import data from './data.json'; data.answer", '42'],
    ["import text from './note.txt' with { type: 'text' }; text", "'some text: ä\\n'"],
    ["import bytes from './three.bin' with { type: 'bytes' }; bytes", 'Uint8Array(3) [ 0, 1, 255 ]'],
    ["(await import('./note.txt', { with: { type: 'text' } })).default.length", '13'],
  ])('%s', async (code, shown) => {
    expect(await notebook.shows(code)).toBe(shown);
  });

  test('is the same one under each of its names', async () => {
    await notebook.runs("import * as one from './lib/greeting'; import * as two from '@lib/greeting.js'");
    expect(await notebook.shows("one === two && one === (await import('#greeting'))")).toBe('true');
  });

  test('is in stack traces with its own lines', async () => {
    const traceback = await notebook.fails("import { fail } from './lib/all'\nfail('really')");
    expect(traceback).toMatch(/^Error: all: really\n\S*\/lib\/all\.ts:12:9\n[\s\S]*\nCell \[\d+\]:2:1\n/);
    expect(traceback).toMatch(/at (?:Module\.)?fail \(\S*project\/notebook\/lib\/all\.ts:12:9\)/);
  });

  test('can be redeclared and imported again', async () => {
    await notebook.runs("import { greeting } from './lib/greeting'");
    await notebook.runs('const greeting = 5');
    expect(await notebook.shows("import { greeting } from './lib/greeting'; greeting")).toBe("'hello'");
  });
});

describe('import.meta', () => {
  test('is that of a module in the notebook’s directory', async () => {
    expect(await notebook.shows('import.meta.dirname')).toBe(`'${project}'`);
    expect(await notebook.shows('import.meta.filename.startsWith(import.meta.dirname)')).toBe('true');
    expect(await notebook.shows('import.meta.url.startsWith("file://")')).toBe('true');
  });

  test('resolves as an import does', async () => {
    expect(await notebook.shows("import.meta.resolve('./lib/greeting')")).toMatch(/lib\/greeting\.ts'$/);
    expect(await notebook.shows("import.meta.resolve('escape-string-regexp')")).toMatch(
      /node_modules\/escape-string-regexp\/index\.js'$/,
    );
    expect(await notebook.shows("import.meta.resolve('node:fs')")).toBe("'node:fs'");
  });

  test('follows the notebook, not the working directory', async () => {
    await notebook.runs('%cd /');
    expect(await notebook.shows("import { greeting as again } from './lib/greeting'; again")).toBe("'hello'");
    await notebook.runs(`%cd "${project}"`);
  });
});

describe('the main module', () => {
  test('is the notebook, to cells and to what they load', async () => {
    expect(await notebook.shows('require.main === module')).toBe('true');
    expect(await notebook.shows('process.argv.indexOf(import.meta.filename)')).toBe('1');
    expect(await notebook.shows('[module.id, module.filename === import.meta.filename]')).toBe(
      "[ '.', true ]",
    );
    await notebook.runs("const written = import.meta.dirname + '/main.cjs'");
    await notebook.runs(
      "require('node:fs').writeFileSync(written, 'module.exports = [require.main, require.main === module]')",
    );
    expect(await notebook.shows('const [main, isMain] = require(written); [main === module, isMain]')).toBe(
      '[ true, false ]',
    );
    await notebook.runs("require('node:fs').unlinkSync(written)");
    expect(
      await notebook.shows("module.require('escape-string-regexp') === require('escape-string-regexp')"),
    ).toBe('true');
  });

  test('may be declared', async () => {
    expect(await notebook.shows('const module = 5; module')).toBe('5');
  });
});

describe('what is not there', () => {
  test('a package: where it was looked for, and the line to type', async () => {
    const traceback = await notebook.fails("\nimport x from 'no-such-package/part'");
    expect(traceback).toMatch(/Cannot find package 'no-such-package' \(looked in .*project\/node_modules/);
    expect(traceback).toMatch(/Cell \[\d+\]:2:1/);
    expect(traceback).toContain('To install it, run: %npm install no-such-package');
    expect(traceback).not.toContain('node:internal');
  });

  test('by require(), by import()', async () => {
    expect(await notebook.fails("const a = 1;\n  require('no-such')")).toMatch(
      /:2:3\n[\s\S]*%npm install no-such/,
    );
    expect(await notebook.fails("await import('no-such')")).toContain('%npm install no-such');
  });

  test('a builtin that is misspelled', async () => {
    expect(await notebook.fails("import fs from 'node:sf'")).toContain('Did you mean node:fs?');
    expect(await notebook.fails("import { join } from 'pth'")).toContain('Did you mean node:path?');
  });

  test('a file: what is near', async () => {
    const traceback = await notebook.fails("import x from './lib/greting'");
    expect(traceback).toContain('project/notebook/lib/greting');
    expect(traceback).toContain('Did you mean ./lib/greeting.ts?');
    expect(await notebook.fails("import x from './nowhere/x'")).toContain('there is no directory');
  });

  test('an export: near names', async () => {
    const traceback = await notebook.fails("import { greting } from './lib/greeting'");
    expect(traceback).toContain("does not provide an export named 'greting'. Did you mean greeting?");
  });
});
