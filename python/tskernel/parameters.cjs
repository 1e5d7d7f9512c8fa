// The parameters that a cell of TypeScript declares, for papermill: reads the cell from stdin, writes a list of JSON.
// Rule: what the cell cannot say, such as a type from another file, is "any"; a cell with mistakes has no parameters.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const ts = require('./dist/typescript/lib/typescript.js');

const libraries = join(__dirname, 'dist/typescript/lib');
const name = 'cell.ts';
const source = read(readFileSync(0, 'utf8'));
const options = { target: ts.ScriptTarget.ESNext, lib: ['lib.esnext.d.ts'], strict: true, types: [] };
const host = {
  ...ts.createCompilerHost(options),
  getDefaultLibFileName: () => join(libraries, 'lib.esnext.d.ts'),
  getDefaultLibLocation: () => libraries,
  getSourceFile: (file, target) => {
    if (file === name) return source;
    return dirname(file) === libraries
      ? ts.createSourceFile(file, readFileSync(file, 'utf8'), target)
      : undefined;
  },
};
const checker = ts.createProgram([name], options, host).getTypeChecker();

const printer = ts.createPrinter({ removeComments: true });

const parameters = (source.parseDiagnostics.length > 0 ? [] : [...source.statements])
  .filter(ts.isVariableStatement)
  .flatMap((statement) => statement.declarationList.declarations)
  .filter(({ name }) => ts.isIdentifier(name))
  .map((declaration) => ({
    name: declaration.name.text,
    inferred_type_name: describeType(declaration),
    default: describeValue(declaration.initializer),
    help: describe(declaration),
  }));
console.log(JSON.stringify(parameters));

/** The cell as a module, whose names are no globals. Lines of magics and commands, which are no TypeScript, are left out. */
function read(text) {
  const parse = (code) => ts.createSourceFile(name, `${code}\nexport {}`, ts.ScriptTarget.ESNext, true);
  const whole = parse(text);
  return whole.parseDiagnostics.length > 0 ? parse(text.replace(/^[ \t]*(?:%|![^=]).*/gm, '')) : whole;
}

function describeValue(node) {
  return node === undefined
    ? 'undefined'
    : onOneLine(printer.printNode(ts.EmitHint.Unspecified, node, source));
}

function describeType(declaration) {
  if (declaration.type !== undefined) return onOneLine(declaration.type.getText(source));
  const type = checker.getTypeAtLocation(declaration);
  // papermill's word for null.
  if (type.flags & ts.TypeFlags.Null || declaration.initializer?.kind === ts.SyntaxKind.NullKeyword)
    return 'NoneType';
  return checker.typeToString(checker.getBaseTypeOfLiteralType(type));
}

/** The comment at the end of its last line, else the one above it. */
function describe(declaration) {
  const text = source.text;
  const statement = declaration.parent.parent;
  const after = /^[ \t]*[;,]?[ \t]*(?:\/\/|\/\*)(.*)/.exec(text.slice(declaration.end));
  if (after) return withoutMarks(after[1]);
  const [first] = declaration.parent.declarations;
  if (declaration !== first) return '';
  const above = ts.getLeadingCommentRanges(text, statement.pos) ?? [];
  // Comments that no empty line parts from the statement; the ends of earlier lines are not among them.
  const own = [];
  let next = statement.getStart(source);
  for (const { pos, end } of above.toReversed()) {
    if (
      /\n\s*\n/.test(text.slice(end, next)) ||
      !/^\s*$/.test(text.slice(text.lastIndexOf('\n', pos) + 1, pos))
    )
      break;
    own.unshift(withoutMarks(text.slice(pos, end)));
    next = pos;
  }
  return own.join(' ');
}

function withoutMarks(comment) {
  return onOneLine(comment.replace(/^\/\*\*?|^\/\/|\*\/\s*$/g, '').replace(/^\s*\*/gm, ''));
}

function onOneLine(text) {
  return text.replace(/\s*[\r\n]\s*/g, ' ').trim();
}
