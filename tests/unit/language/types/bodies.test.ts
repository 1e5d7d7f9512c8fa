// Bodies of modules that are parsed when somebody looks into them: nobody sees a difference.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join as joinPath } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import ts from 'typescript';
import { complete, outline } from '../../../../src/language/types/bodies';
import { join } from '../../../../src/language/types/joined';
import { Dialogue } from '../dialogue';

interface Bound extends ts.Node {
  readonly symbol?: ts.Symbol & { readonly parent?: ts.Symbol };
  readonly locals?: ReadonlyMap<string, ts.Symbol>;
}

interface Module extends ts.ModuleDeclaration {
  readonly body: ts.ModuleBlock;
  readonly locals?: ReadonlyMap<string, ts.Symbol>;
}

const isGlobal = ({ flags }: ts.Node) => (flags & ts.NodeFlags.GlobalAugmentation) !== 0;

const bindSourceFile = (ts as unknown as { bindSourceFile(file: ts.SourceFile, options: object): void })
  .bindSourceFile;
const parse = (text: string) =>
  ts.createSourceFile('/types/index.d.ts', text, {
    languageVersion: ts.ScriptTarget.ESNext,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });

function parseWhole(text: string): ts.SourceFile {
  const file = parse(text);
  bindSourceFile(file, {});
  return file;
}

function parseOutline(text: string): ts.SourceFile {
  const outlined = outline(text)!;
  const file = parse(outlined.outline.text);
  complete(file, outlined);
  return file;
}

/** As if a program had looked for what it imports. */
const read = (file: ts.SourceFile): ts.SourceFile => Object.assign(file, { imports: [] });

/** What there is to know of each node. */
function describe(file: ts.SourceFile): string[] {
  const lines: string[] = [];
  const visit = (node: Bound, parent: ts.Node | undefined) => {
    const { symbol } = node;
    const path: string[] = [];
    for (let one = symbol; one; one = one.parent as typeof symbol) path.unshift(one.name);
    const names = (table: Iterable<unknown> | undefined) => (table ? [...table].join() : '-');
    lines.push(
      [
        `${ts.SyntaxKind[node.kind]} ${node.pos}-${node.end} ${node.flags}`,
        node.parent === parent ? 'child' : 'STRAY',
        path.join('/'),
        symbol?.flags,
        names(symbol?.members?.keys()),
        names(symbol?.exports?.keys()),
        names(node.locals?.keys()),
        symbol?.declarations?.map(({ pos }) => pos).join(),
      ].join(' | '),
    );
    ts.forEachChild(node, (child) => visit(child, node));
  };
  visit(file, undefined);
  return lines;
}

const comment = `/** ${'Words that nobody parses. '.repeat(60)}*/`;
const text = [
  '//tskernel:/types/fs.d.ts',
  'declare module "node:fs" {',
  '    import { URL } from "node:url";',
  '    import { Body } from "elsewhere";',
  `    ${comment}`,
  '    export function open(path: string | URL): Body;',
  '    export namespace open { const flags: number; }',
  '    global {',
  '        namespace NodeJS {',
  '            interface Open { at: URL }',
  '        }',
  '    }',
  '    interface Stats { size: number }',
  '}',
  'declare module "node:fs" {',
  '    export * as promises from "node:fs/promises";',
  `    ${comment}`,
  '    export function open(path: number): void;',
  '}',
  'declare module "fs" {',
  '    export * from "node:fs";',
  '}',
  'declare module "node:url" {',
  `    ${comment}`,
  '    class Url { readonly href: string; same(): this }',
  '    export { Url as URL };',
  '}',
  'declare var open: NodeJS.Open;',
  '',
].join('\n');

test('at first only what is not in modules is there, and what they add to the globals and import from elsewhere', () => {
  const { outline: excerpt, modules } = outline(text)!;
  expect([...modules]).toEqual(['node:fs', 'node:url']);
  expect(excerpt.text).not.toContain('Words');
  expect(excerpt.text).not.toContain('Stats');
  for (const kept of ['interface Open', 'import "elsewhere"', 'export * from "node:fs"', 'declare var open'])
    expect(excerpt.text).toContain(kept);
  const names = parseOutline(text).statements.map(
    (statement) => statement.getText(parse(text)).split(' {')[0],
  );
  expect(names).toEqual(
    parse(text).statements.map((statement) => statement.getText(parse(text)).split(' {')[0]),
  );
});

test.each([
  ['that is indented otherwise', text.replaceAll('    ', '  ')],
  [
    'without long bodies',
    'declare module "a" {\n    export const b: number;\n}\ninterface A {\n    b: number;\n}\n',
  ],
])('a text %s is parsed as a whole', (_, whole) => {
  expect(outline(whole)).toBeUndefined();
});

test('the tree is that of the whole text', () => {
  expect(describe(read(parseOutline(text)))).toEqual(describe(parseWhole(text)));
});

test('also where a module adds to the globals twice', () => {
  const twice = text.replace(
    '    interface Stats',
    '    global {\n        var more: Stats;\n    }\n    interface Stats',
  );
  expect(outline(twice)!.outline.text).toContain('var more');
  expect(describe(read(parseOutline(twice)))).toEqual(describe(parseWhole(twice)));
});

test('who asks a symbol gets what the tree has', () => {
  const { statements } = read(parseOutline(text));
  const [first, second] = statements as unknown as readonly Bound[];
  expect([...first!.symbol!.exports!.keys()]).toEqual(['open', 'Stats', 'promises']);
  const opened = first!.symbol!.exports!.get('open' as ts.__String)!;
  expect(opened.declarations?.map(({ parent }) => parent.parent)).toEqual([first, first, second]);
});

test('what is in the globals is the same before and after', () => {
  const file = parseOutline(text);
  const [module] =
    file.statements as ts.NodeArray<ts.Statement> as readonly ts.Statement[] as readonly Module[];
  const known = module!.body.statements.find(isGlobal);
  expect(read(file).statements[0]).toBe(module);
  expect(module!.body.statements.find(isGlobal)).toBe(known);
  expect(module!.locals!.get('__global')!.declarations).toEqual([known]);
  expect(known!.parent).toBe(module!.body);
});

test('so it is with all that Node declares', () => {
  const directory = dirname(require.resolve('@types/node/package.json'));
  const joined = join([`${directory}/index.d.ts`], (path) => readFileSync(path, 'utf8'));
  const outlined = outline(joined.text)!;
  // Most of it is left out.
  expect(outlined.outline.text.length).toBeLessThan(joined.text.length / 5);
  expect(describe(read(parseOutline(joined.text)))).toEqual(describe(parseWhole(joined.text)));
});

test('and with all of the language', () => {
  const directory = dirname(ts.getDefaultLibFilePath({}));
  const joined = join([`${directory}/lib.esnext.d.ts`], (path) => readFileSync(path, 'utf8'));
  const outlined = outline(joined.text)!;
  expect(outlined.interfaces).toContain('Uint8Array');
  expect(describe(read(parseOutline(joined.text)))).toEqual(describe(parseWhole(joined.text)));
});

let notebook: Dialogue;
beforeAll(() => {
  notebook = new Dialogue(mkdtempSync(joinPath(tmpdir(), 'notebook-')));
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
  ['const x: 1 = process.stdout', "Type 'WriteStream & {"],
  ['import { promises } from "fs"; const x: 1 = promises.readFile("")', "Type 'Promise<NonSharedBuffer>'"],
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
