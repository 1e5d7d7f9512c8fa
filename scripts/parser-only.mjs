// A plugin for esbuild: bundles of TypeScript's 9 MB what is used, where that is not much more than its parser.
// TypeScript comes as one function around all its modules, which hides from esbuild what depends on what. So the function is
// opened, its exports are made those of an ES module, and the services are left out, which register themselves on loading.
// The compiler, which stands before them, knows nothing of them; but its nodes get their methods from them.
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

const firstService = /^\/\/ src\/(?!typescript\/|compiler\/)/m;
const exportTable = /__export\(typescript_exports, \{([\s\S]*?)\n\}\);/;
const exportStatement = 'module.exports = __toCommonJS(typescript_exports);';
const declaration = /^(?:async )?(?:function\*?|class|var|let|const) (\w+)/gm;
const defaultImport = /^import (\w+) from (['"])typescript\2;/m;

/** The methods of nodes that compiling uses, as the services have them. */
const nodeMethods = `
const { getNodeConstructor, getTokenConstructor, getIdentifierConstructor } = objectAllocator;
for (const { prototype } of [getNodeConstructor(), getTokenConstructor(), getIdentifierConstructor()]) {
  Object.assign(prototype, {
    getStart(file) { return getTokenPosOfNode(this, file) },
    getFullStart() { return this.pos },
    getEnd() { return this.end },
    getText(file) { return file.text.slice(this.getStart(file), this.end) },
    getFullText(file) { return file.text.slice(this.pos, this.end) },
    getLineStarts() { return getLineStarts(this) },
    getLineAndCharacterOfPosition(position) { return getLineAndCharacterOfPosition(this, position) },
    forEachChild(visit, visitAll) { return forEachChild(this, visit, visitAll) },
  });
}
class PrivateName extends getNodeConstructor() {}
setObjectAllocator({ getPrivateIdentifierConstructor: () => PrivateName });
for (const { prototype } of [getIdentifierConstructor(), PrivateName]) {
  Object.defineProperty(prototype, 'text', { get() { return idText(this) } });
}`;

export const parserOnly = {
  name: 'parser-only',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]typescript[\\/]lib[\\/]typescript\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const table = exportTable.exec(text);
      const body = text.slice(text.indexOf('"use strict";'), firstService.exec(text)?.index);
      if (!table || !body.includes(table[0])) throw new Error('typescript.js is not built as it used to be');
      const declared = new Set(Array.from(body.matchAll(declaration), ([, name]) => name));
      const names = Array.from(table[1].matchAll(/(\w+): \(\) => (\w+)/g))
        .filter(([, , name]) => declared.has(name) && name !== 'Diagnostics')
        .map(([, exported, name]) => `${name} as ${exported}`);
      const license = text.slice(0, text.indexOf('*/') + 2).replace('/*', '/*!');
      const own = body.replace(table[0], '').replace(exportStatement, '');
      const rest = markUnused(splitDiagnostics(leaveOutFiles(leaveOutSystem(own))));
      return { contents: `${license}\n${rest}${nodeMethods}\nexport { ${names.join(', ')} };` };
    });
    // Of a default import everything is used, of a namespace what is named.
    build.onLoad(
      { filter: /(?:src[\\/](?:compile|completion)[\\/][\w\\/-]+\.ts|ts-blank-space[\\/].*\.js)$/ },
      async ({ path }) => {
        const text = await readFile(path, 'utf8');
        return {
          contents: text.replace(defaultImport, 'import * as $1 from $2typescript$2;'),
          loader: path.endsWith('.ts') ? 'ts' : 'js',
        };
      },
    );
  },
};

/** TypeScript's two thousand messages are properties of one object, which is used or not. As variables most are not. */
function splitDiagnostics(text) {
  const [table] = /^var Diagnostics = \{\n[\s\S]*?\n\};$/m.exec(text) ?? [];
  if (!table) throw new Error('typescript.js has no table of diagnostics');
  const entries = Array.from(
    table.matchAll(/^ {2}(\w+): (diag\([\s\S]*?\)),?$(?=\n {2}\w|\n\};)/gm),
    ([, name, call]) => `var Diagnostics_${name} = /* @__PURE__ */ ${call};`,
  );
  if (entries.length !== table.match(/^ {2}\w/gm).length)
    throw new Error('a diagnostic is written otherwise');
  return text.replace(table, () => entries.join('\n')).replace(/\bDiagnostics\.(\w+)/g, 'Diagnostics_$1');
}

/** Where TypeScript finds its files, made when it is loaded, in two milliseconds. A parser has no files. */
function leaveOutSystem(text) {
  const system = /^var sys = \(\(\) => \{\n[\s\S]*?^\}\)\(\);$/m;
  const asked = /^if \(sys && [\s\S]*?^\}$/gm;
  if (!system.test(text)) throw new Error('typescript.js makes its system otherwise');
  return text.replace(system, 'var sys;').replace(asked, '');
}

/** A cell has no path that would tell its kind, and nobody looks at how long its parts took. */
function leaveOutFiles(text) {
  return [
    ['fileName = normalizePath(_fileName);', 'fileName = _fileName;'],
    ['const isDeclarationFile = isDeclarationFileName(fileName);', 'const isDeclarationFile = false;'],
    ['  mark("beforeParse");\n', ''],
    [/^ {2}mark\("afterParse"\);\n {2}measure\("Parse", "beforeParse", "afterParse"\);\n/m, ''],
  ].reduce((left, [part, instead]) => {
    const found = left.replace(part, instead);
    if (found === left) throw new Error(`typescript.js is not built as it used to be: ${part}`);
    return found;
  }, text);
}

/**
 * Making a variable of TypeScript's does nothing else, so what nobody uses need not be made: a table of options, a namespace. esbuild
 * sees that of few of them. Namespaces and tables of exports are statements that fill a variable; they become its value.
 */
function markUnused(text) {
  const namespace = /^var (\w+);\n(\(\((\w+)\) => \{\n[\s\S]*?)^\}\)\(\1 \|\| \(\1 = \{\}\)\);$/gm;
  const exported = /^var (\w+) = \{\};\n(__export\()\1(, \{[\s\S]*?^\}\));$/gm;
  const folded = text
    .replace(namespace, (_, name, body, inner) => `var ${name} = ${body}return ${inner};\n})({});`)
    .replace(exported, (_, name, call, table) => `var ${name} = ${call}{}${table};`);
  let marked = '';
  let end = 0;
  for (const statement of ts.createSourceFile('typescript.js', folded, ts.ScriptTarget.Latest).statements)
    for (const { initializer } of statement.declarationList?.declarations ?? [])
      if (initializer && !ts.isFunctionLike(initializer) && !ts.isClassLike(initializer)) {
        marked += `${folded.slice(end, initializer.pos)} /* @__PURE__ */ (() => (${folded.slice(initializer.pos, initializer.end)}))()`;
        end = initializer.end;
      }
  return marked + folded.slice(end);
}
