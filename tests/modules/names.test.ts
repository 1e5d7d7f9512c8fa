// The names of cells are no business of any library: none finds them, as it finds none of a module's.
import { describe, expect, test } from '@jest/globals';
import { makePackages, type Notebook, openForAll } from './notebook';

const packageOf = (main: string, text: string, type = 'commonjs') => ({
  'package.json': JSON.stringify({ main, type }),
  [main]: text,
});
/** Files of packages that do what well-known ones do when they are loaded, and again when they are called. */
const packages: { readonly [name: string]: { readonly [file: string]: string } } = {
  // backbone, handlebars: who had the name before?
  conflicting: packageOf(
    'index.js',
    `(function (root) {
      const before = root.conflicting;
      const own = { noConflict() { root.conflicting = before; return own } };
      root.conflicting = before;
      module.exports = own;
    })(typeof self === 'object' && self.self === self ? self : globalThis);`,
  ),
  // axios, dompurify: where am I?
  looking: packageOf(
    'index.js',
    `const place = () => [
      typeof window !== 'undefined' && typeof document !== 'undefined', typeof window, typeof self, typeof document, typeof define,
      typeof globalThis.looking, typeof process, 'window' in globalThis,
    ].join();
    module.exports = { loaded: place(), place };`,
  ),
  // temporal-polyfill: is it there, and if not, put it there
  filling: packageOf(
    'index.js',
    `export const Temporal = globalThis.Temporal2 ?? { filled: true };
    if (!globalThis.Temporal2) globalThis.Temporal2 = Temporal;`,
    'module',
  ),
  // prism, moment: leave a global behind
  leaving: packageOf('index.js', `globalThis.leaving = module.exports = { left: true };`),
};

const place = makePackages(packages);
let notebook: Notebook;
openForAll(place, (opened) => {
  notebook = opened;
});
const nothing = 'false,undefined,undefined,undefined,undefined,undefined,object,false';

describe('a library that looks for a name', () => {
  test('under which it is imported', async () => {
    expect(await notebook.shows("import conflicting from 'conflicting'\ntypeof conflicting.noConflict")).toBe(
      "'function'",
    );
    expect(await notebook.shows("import { Temporal } from 'filling'\nTemporal.filled")).toBe('true');
  });

  test('that the cell declares, before and after its declaration', async () => {
    const cell =
      "import { loaded, place } from 'looking'\nconst window = 5, looking = 1, define = 2; let self\n";
    expect(await notebook.shows(`${cell}[loaded, place()].join(' ')`)).toBe(`'${nothing} ${nothing}'`);
  });

  test('that an earlier cell declared', async () => {
    await notebook.runs('const window = 7, document = 8; class process {}');
    expect(
      await notebook.shows("delete require.cache[require.resolve('looking')]; require('looking').loaded"),
    ).toBe(`'${nothing}'`);
    expect(await notebook.shows('[window, document, process.name]')).toBe("[ 7, 8, 'process' ]");
  });

  test('while it is being assigned the library itself', async () => {
    expect(await notebook.shows("const leaving = require('leaving'); leaving")).toBe('{ left: true }');
    await notebook.runs('globalThis.leaving = 9');
    expect(await notebook.shows('leaving')).toBe('{ left: true }');
  });

  test('as a cell does: globals of libraries are there, until a cell declares the name', async () => {
    await notebook.runs('const late = () => [typeof made, made]');
    await notebook.fails('late()');
    await notebook.runs('globalThis.made = 1');
    expect(await notebook.shows('made++; [made, globalThis.made, ...late()]')).toBe("[ 2, 2, 'number', 2 ]");
    expect(await notebook.shows("let made = 'mine'; [made, globalThis.made, ...late()]")).toBe(
      "[ 'mine', 2, 'string', 'mine' ]",
    );
  });
});
