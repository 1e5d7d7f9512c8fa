// Caches parsed files for all programs. The text of libraries is mostly comments, which are parsed only for files that a
// request is about: that saves a quarter of the time to the first answer.
import ts from 'typescript';
import { complete, type Outlined, outline } from './bodies';
import { parseExcerpt } from './excerpts';
import { isJoined } from './joined';
import { isLibrary } from './resolution';

type Key = ts.DocumentRegistryBucketKey;
type Format = ts.ResolutionMode;

/** Where TypeScript keeps a node's parsed comments. */
interface Commented {
  jsDoc?: readonly ts.JSDoc[];
}

export function createRegistry(): ts.DocumentRegistry {
  const { ParseAll, ParseNone } = ts.JSDocParsingMode;
  const own = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, '', ParseAll);
  const packaged = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, '', ParseNone);
  const registryOf = (path: string) => (isLibrary(path) ? packaged : own);
  // A document registry has one JSDoc mode for all its files.
  const withMode = (path: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions | undefined) =>
    typeof options === 'object'
      ? { ...options, jsDocParsingMode: isLibrary(path) ? ParseNone : ParseAll }
      : options;
  const document =
    (method: 'acquireDocument' | 'updateDocument'): ts.DocumentRegistry[typeof method] =>
    (name, settings, snapshot, version, kind, options) =>
      withBodies(snapshot, (outlined) =>
        registryOf(name)[method](name, settings, outlined, version, kind, withMode(name, options)),
      );
  const documentWithKey =
    (method: 'acquireDocumentWithKey' | 'updateDocumentWithKey'): ts.DocumentRegistry[typeof method] =>
    (name, path, settings, key, snapshot, version, kind, options) => {
      const mode = withMode(name, options);
      return withBodies(snapshot, (outlined) =>
        registryOf(name)[method](name, path, settings, key, outlined, version, kind, mode),
      );
    };
  return {
    ...own,
    acquireDocument: document('acquireDocument'),
    acquireDocumentWithKey: documentWithKey('acquireDocumentWithKey'),
    updateDocument: document('updateDocument'),
    updateDocumentWithKey: documentWithKey('updateDocumentWithKey'),
    releaseDocument: (name: string, settings: ts.CompilerOptions, kind?: ts.ScriptKind, format?: Format) =>
      registryOf(name).releaseDocument(name, settings, kind!, format),
    releaseDocumentWithKey: (path: ts.Path, key: Key, kind?: ts.ScriptKind, format?: Format) =>
      registryOf(path).releaseDocumentWithKey(path, key, kind!, format),
  };
}

interface Known {
  readonly outlined: Outlined;
  readonly snapshot: ts.IScriptSnapshot;
}

/** What of a text is parsed at first, where that is not all. */
const outlines = new WeakMap<ts.IScriptSnapshot, Known | undefined>();

/** @param get parses the text, unless that is done */
function withBodies(
  snapshot: ts.IScriptSnapshot,
  get: (snapshot: ts.IScriptSnapshot) => ts.SourceFile,
): ts.SourceFile {
  if (!outlines.has(snapshot)) {
    const text = snapshot.getText(0, snapshot.getLength());
    const outlined = isJoined(text) ? outline(text) : undefined;
    outlines.set(
      snapshot,
      outlined && { outlined, snapshot: ts.ScriptSnapshot.fromString(outlined.outline.text) },
    );
  }
  const known = outlines.get(snapshot);
  if (!known) return get(snapshot);
  const file = get(known.snapshot);
  if (file.text === known.outlined.outline.text) complete(file, known.outlined);
  return file;
}

/** Statements of libraries whose comments have been parsed. */
const commented = new WeakSet<ts.Statement>();

/** Adds a library symbol's documentation. Parses the statements that declare it once more, the first time. */
export function readComments(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): void {
  if (!symbol) return;
  const origin = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  for (const declaration of origin.declarations ?? []) readCommentsOf(declaration);
}

function readCommentsOf(declaration: ts.Node): void {
  const file = declaration.getSourceFile();
  const statement = file.statements.find(({ end }) => end >= declaration.end);
  if (!statement || commented.has(statement) || !isLibrary(file.fileName)) return;
  commented.add(statement);
  const [from] = parseExcerpt(file, [statement], ts.JSDocParsingMode.ParseAll).statements;
  if (from) copyComments(from, statement);
}

/** Both trees were parsed from the same text, so their nodes correspond in order. */
function copyComments(from: ts.Node, to: ts.Node): void {
  const { jsDoc } = from as Commented;
  if (jsDoc) {
    (to as Commented).jsDoc = jsDoc;
    for (const comment of jsDoc) (comment as { parent: ts.Node }).parent = to;
  }
  const children: ts.Node[] = [];
  ts.forEachChild(from, (child) => void children.push(child));
  let index = 0;
  ts.forEachChild(to, (child) => copyComments(children[index++]!, child));
}
