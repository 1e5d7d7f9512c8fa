// Imports that cannot work here, or not yet: each says what to do, at its place in the cell.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Directory, makeDirectory, Notebook } from './notebook';

const manifest = (name: string, rest: object = {}) => JSON.stringify({ name, version: '1.0.0', ...rest });

let place: Directory;
let notebook: Notebook;
beforeAll(async () => {
  place = makeDirectory({
    'deno.json': JSON.stringify({ imports: { pathe: 'npm:pathe@1' } }),
    'node_modules/drawing/package.json': manifest('drawing', { scripts: { install: 'node-gyp rebuild' } }),
    'node_modules/drawing/index.js': "module.exports = require('./lib/bindings')",
    'node_modules/drawing/lib/bindings.js': "module.exports = require('../build/Release/drawing.node')",
    'node_modules/@database/client/package.json': manifest('@database/client', {
      scripts: { postinstall: 'node generate.js' },
    }),
    'node_modules/@database/client/index.js': "module.exports = require('.database/client/default')",
    // As the packages do by which others look for their native code.
    'node_modules/tried/package.json': manifest('tried', { scripts: { install: 'prebuild-install' } }),
    'node_modules/tried/index.js':
      "throw new Error('Could not locate the bindings file. Tried:\\n → ' + __dirname + '/build/tried.node\\n → ' + __dirname + '/out/tried.node')",
    'node_modules/@native/built/package.json': manifest('@native/built', {
      scripts: { install: 'node-gyp-build' },
    }),
    'node_modules/@native/built/index.js':
      "throw new Error('No native build was found for platform=linux arch=x64 runtime=node\\n    loaded from: ' + __dirname + '\\n')",
    'node_modules/torn/package.json': manifest('torn'),
    'node_modules/torn/index.js': "module.exports = require('./lost')",
    'node_modules/needy/package.json': manifest('needy'),
    'node_modules/needy/index.js': "module.exports = require('peer-of-it')",
  });
  notebook = await Notebook.open(place.directory);
});
afterAll(async () => {
  await notebook.close();
  place.remove();
});

// Newer versions of Node leave the place of the `await`, others the kernel finds the `import()`.
test.each([
  [
    "\nimport x from 'https://esm.sh/lodash@4'",
    /^Error: Modules are not loaded from the network[\s\S]*Cell \[\d+\]:2:1\n[\s\S]*%npm install lodash@4$/,
  ],
  [
    "\n  await import('https://example.org/x.ts')",
    /Cell \[\d+\]:2:[39]\n[\s\S]*!curl -L -o x\.ts 'https:\/\/example\.org\/x\.ts'(?:\n|$)/,
  ],
  [
    "const fs = await import('node:fs')\nconst x = await import('https://example.org/y.js')",
    /Cell \[\d+\]:2:1?7\n/,
  ],
  ["await import('jsr:@std/path')", /Cell \[\d+\]:1:[17]\n[\s\S]*!npx jsr add @std\/path\n/],
  ["const a = 1\nawait import('C:\\\\x')", /path of Windows[\s\S]*Cell \[\d+\]:2:[17]\n/],
  ["import x from 'bun:sqlite'", /part of Bun/],
  ["require('https://esm.sh/d3')", /^Error: Modules are not loaded from the network/],
  ["import pathe from 'pathe'", /deno\.json says that 'pathe' is 'npm:pathe@1': import that$/],
  ["import x from '@/lib/x'", /^Error: Cannot find package '@\/lib'(?![\s\S]*%npm install)/],
])('%s', async (code, said) => {
  expect(await notebook.fails(code)).toMatch(said);
});

test('code that catches such an error has Node’s', async () => {
  const code = "try { await import('https://a.b/c.js') } catch (error: any) { console.log(error.code) }";
  expect(await notebook.prints(code)).toBe('ERR_UNSUPPORTED_ESM_URL_SCHEME\n');
});

test.each(['import drawing from "drawing"', '\nrequire("drawing")'])(
  '%s: native code that was not built',
  async (code) => {
    const traceback = await notebook.fails(code);
    expect(traceback).toContain(
      `Cannot find module '${place.directory}/node_modules/drawing/build/Release/drawing.node'`,
    );
    expect(traceback).toMatch(/Cell \[\d+\]:[12]:1/);
    expect(traceback).toContain('%npm install --scripts drawing');
  },
);

test.each(['tried', '@native/built'])(
  '%s, which looks for its native code itself and has not been built',
  async (name) => {
    expect(await notebook.fails(`import '${name}'`)).toContain(`%npm install --scripts ${name}`);
    expect(await notebook.fails(`\nthrow new Error('No native build was found')`)).not.toContain('%npm');
  },
);

test('what an install script makes and keeps elsewhere', async () => {
  const traceback = await notebook.fails("import client from '@database/client'");
  expect(traceback).toMatch(
    /^Error: Cannot find module '\.database\/client\/default', imported from \S*client\/index\.js/,
  );
  expect(traceback).toContain('%npm install --scripts @database/client');
});

test('a package that lacks a file, and one that lacks another package', async () => {
  expect(await notebook.fails("require('torn')")).toMatch(
    /^Error: Cannot find module '\S*node_modules\/torn\/lost', imported from \S*torn\/index\.js/,
  );
  expect(await notebook.fails("require('needy')")).toMatch(
    /^Error: Cannot find package 'peer-of-it' \(.*\), imported from \S*needy\/index\.js[\s\S]*%npm install peer-of-it/,
  );
});

test('native code that loads once says that a restart helps', async () => {
  const code =
    "throw Object.assign(new Error(\"Module did not self-register: '/a/b.node'.\"), { code: 'ERR_DLOPEN_FAILED' })";
  expect(await notebook.fails(code)).toContain('restart the kernel to load it again');
});
