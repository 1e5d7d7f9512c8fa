// What may stand at the cursor: what TypeScript lists, names of other cells, magics, files, and what could be imported, with the
// import. Rule: a list is short and quick; what an item is in full is worked out when somebody looks at it.
import ts from 'typescript';
import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type CompletionList,
} from 'vscode-languageserver';
import type { CompletionKind, Completions } from '../../api';
import { completeMagic } from '../../completion/magics';
import { type Span, specifierAt, wordAround } from '../../completion/places';
import { completeString } from '../../completion/strings';
import { bulletsOf, documentationText } from '../../language/answers/documentation';
import { cellPrefix, madeFiles } from '../../language/notebook/module';
import { probes } from '../../language/notebook/tail';
import type { DocumentCell } from '../cell';
import { editsIn, textEdit } from '../edits';
import { inModule, isKnownIn, type Subject } from '../subject';
import { markdown } from './hover';
import { type LiveMembers, membersAt } from './live';

/** What tells an item again when it is looked at. What goes without saying is left out: lists are long. */
interface ItemData {
  /** The document of its cell, and what the document calls that, where it is another name. */
  readonly uri: string;
  readonly key?: string;
  readonly offset: number;
  /** Its name is its label. */
  readonly source?: string | undefined;
  readonly entry?: ts.CompletionEntryData | undefined;
}

export const preferences: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsForImportStatements: true,
  includeCompletionsWithInsertText: true,
  includeCompletionsWithSnippetText: false,
  includeAutomaticOptionalChainCompletions: true,
  allowIncompleteCompletions: true,
  importModuleSpecifierEnding: 'auto',
  importModuleSpecifierPreference: 'shortest',
  includePackageJsonAutoImports: 'on',
  providePrefixAndSuffixTextForRename: true,
  useLabelDetailsInCompletionEntries: true,
  quotePreference: 'auto',
  // Nobody imports cells, or what the kernel declares.
  autoImportFileExcludePatterns: madeFiles,
};

export const formatting: ts.FormatCodeSettings = {
  ...ts.getDefaultFormatCodeSettings('\n'),
  indentSize: 2,
  tabSize: 2,
};

/** What types list, and where a value may have more. */
export interface Listing extends CompletionList {
  readonly cell: DocumentCell;
  readonly live?: LiveMembers | undefined;
}

/**
 * Lists completions.
 * @param uri by which the item is found again
 * @throws ts.OperationCanceledException when the answer is no longer wanted
 */
export function complete(subject: Subject, uri: string, character?: string): Listing | undefined {
  const { notebook, cell, offset } = subject;
  const { source } = cell;
  if (!cell.isCode) return undefined;
  const magics = completeMagic(source, offset, notebook.directory, isKnownIn(subject));
  if (magics) return { cell, isIncomplete: false, items: plainItems(cell, magics) };
  const focus = notebook.open(cell);
  const { service, file } = focus;
  const info = service.getCompletionsAtPosition(
    file.fileName,
    inModule(subject),
    { ...preferences, ...(isTrigger(character) && { triggerCharacter: character }) },
    formatting,
  );
  const items: CompletionItem[] = [];
  const seen = new Set<string>();
  const wants = { value: false, type: false };
  const word = wordAround(source, offset);
  const span = spanIn(cell, info?.optionalReplacementSpan) ?? word;
  const fits = fitting(source.slice(span.start, offset));
  for (const entry of info?.entries ?? []) {
    if (entry.name === probes.value) wants.value = true;
    else if (entry.name === probes.type) wants.type = true;
    else if (
      entry.kind !== ts.ScriptElementKind.warning &&
      !isOfCells(entry) &&
      (entry.replacementSpan || fits(entry.name))
    ) {
      seen.add(entry.name);
      items.push(itemOf(entry, subject, uri, span));
    }
  }
  if (wants.value || wants.type)
    items.push(...[...namesOf(subject, uri, span, wants, seen)].filter(({ label }) => fits(label)));
  const specifier = specifierAt(file, inModule(subject));
  const texts = completeString(file, inModule(subject), notebook.directory);
  if (texts && (items.length === 0 || specifier)) {
    const more = plainItems(cell, {
      ...texts,
      start: texts.start - cell.shift,
      end: texts.end - cell.shift,
    });
    items.push(...more.filter(({ label }) => !seen.has(label)));
  }
  const isIncomplete = info?.isIncomplete === true;
  const live = membersAt(subject, focus);
  if (items.length <= mostItems) return { cell, isIncomplete, items, live };
  const typed = source.slice(word.start, offset).toLowerCase();
  const rankOf = ({ sortText = '', label }: CompletionItem) =>
    `${label.toLowerCase().startsWith(typed) ? 0 : 1}${sortText} ${label}`;
  items.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  return { cell, isIncomplete: true, items: items.slice(0, mostItems), live };
}

/** More than this nobody reads, and a Jupyter Server passes on a megabyte a second; a longer list is asked for again as more is typed. */
const mostItems = 300;

const placeOf = ({ cell, offset }: Pick<Subject, 'cell' | 'offset'>, uri: string): ItemData => ({
  uri,
  ...(cell.key !== uri && { key: cell.key }),
  offset,
});

/** @param members what the value has */
export function listOf(
  { cell, isIncomplete, items, live }: Listing,
  members: Completions['items'],
): CompletionList {
  if (!live || members.length === 0) return { isIncomplete, items };
  const seen = new Set(items.map(({ label }) => label));
  const more = members.filter(({ text }) => !seen.has(text));
  return { isIncomplete, items: [...items, ...plainItems(cell, { ...live.span, items: more })] };
}

/**
 * An item with its signature, its documentation, and the edits that it takes besides.
 * @param find the cell that the item is of, if it is still there
 * @throws ts.OperationCanceledException when the answer is no longer wanted
 */
export function resolveItem(
  item: CompletionItem,
  find: (uri: string, key: string) => Omit<Subject, 'offset'> | undefined,
): CompletionItem {
  const data = item.data as ItemData | undefined;
  const found = data && find(data.uri, data.key ?? data.uri);
  if (!data || !found) return item;
  const { notebook, cell } = found;
  const focus = notebook.open(cell);
  const { source, entry } = data;
  const { label: name } = item;
  const details = focus.service.getCompletionEntryDetails(
    focus.file.fileName,
    data.offset + cell.shift,
    name,
    formatting,
    source,
    preferences,
    entry,
  );
  if (!details) return resolveName(item, found, name);
  const actions = details.codeActions ?? [];
  const changes = actions.flatMap(({ changes }) => changes).flatMap(({ textChanges }) => textChanges);
  const edits = editsIn(cell, changes);
  const text = [documentationText(details.documentation), bulletsOf(details.tags)]
    .filter(Boolean)
    .join('\n\n');
  const signature = ts.displayPartsToString(details.displayParts);
  return {
    ...item,
    detail: [...actions.map(({ description }) => description), signature].filter(Boolean).join('\n'),
    ...(text && { documentation: markdown(text) }),
    ...(edits && edits.length > 0 && { additionalTextEdits: edits.map((edit) => textEdit(cell, edit)) }),
  };
}

/** A name of another cell, which TypeScript lists only where the cell mentions it. */
function resolveName(
  item: CompletionItem,
  { notebook, cell }: Omit<Subject, 'offset'>,
  name: string,
): CompletionItem {
  const owner = notebook.world.homeOf(name, cell);
  if (!owner) {
    const signature = notebook.world.lookup(name, cell)?.value?.cell.signatures?.get(name);
    return signature === undefined ? item : { ...item, detail: signature };
  }
  const { program, file } = notebook.open(owner);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(file);
  const symbol = module && checker.getExportsOfModule(module).find((one) => one.name === name);
  if (!symbol) return item;
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const type = checker.typeToString(checker.getTypeOfSymbolAtLocation(target, file));
  const text = documentationText(target.getDocumentationComment(checker));
  const isValue = (target.flags & ts.SymbolFlags.Value) !== 0;
  return {
    ...item,
    detail: isValue ? `${name}: ${type}` : name,
    ...(text && { documentation: markdown(text) }),
  };
}

/**
 * Whether names have the letters that were typed, in their order: an editor shows no others, however it matches, also when more is
 * typed. Globals and what could be imported are thousands, which are not sent for nothing.
 */
function fitting(typed: string): (name: string) => boolean {
  // In texts what is typed may be a path, of which a name is only the end.
  if (!/^[\p{ID_Continue}$]+$/u.test(typed)) return () => true;
  const letters = Array.from(typed, (letter) => letter.replace('$', '\\$'));
  const pattern = new RegExp(letters.join('.*'), 'isu');
  return (name) => pattern.test(name);
}

/** What is exported by a cell is there without an import. */
const isOfCells = ({ source, data }: ts.CompletionEntry): boolean =>
  source?.includes(cellPrefix) === true || data?.fileName?.includes(cellPrefix) === true;

function itemOf(entry: ts.CompletionEntry, subject: Subject, uri: string, usual: Span): CompletionItem {
  const { cell, offset } = subject;
  const { name, kind, kindModifiers = '', sortText, insertText, labelDetails, source, data } = entry;
  const own = spanIn(cell, entry.replacementSpan);
  const { start, end } = own ?? usual;
  const newText = insertText ?? name;
  // What replaces the dot as well is still found by what was typed after it.
  const filter =
    newText.startsWith('?.') || newText.startsWith('[') ? cell.source.slice(start, start + 1) : '';
  const hidden = /^[_#]/.test(name) ? 'z' : '';
  const isImported = data !== undefined || source !== undefined;
  return {
    label: name,
    kind: kindOf(kind),
    sortText: `${sortText}${hidden}`,
    ...(filter === '.' && { filterText: `.${name}` }),
    textEdit: { range: cell.rangeOf(start, Math.max(end, offset)), newText },
    ...(isImported && { labelDetails: { description: source ?? data?.moduleSpecifier ?? '' } }),
    ...(!isImported && labelDetails && { labelDetails }),
    ...(/\bdeprecated\b/.test(kindModifiers) && { tags: [CompletionItemTag.Deprecated] }),
    data: { ...placeOf(subject, uri), source, entry: data } satisfies ItemData,
  };
}

function* namesOf(
  { notebook, cell, offset }: Subject,
  uri: string,
  { start, end }: Span,
  wants: { readonly value: boolean; readonly type: boolean },
  seen: ReadonlySet<string>,
): Generator<CompletionItem> {
  const range = cell.rangeOf(start, Math.max(end, offset));
  for (const [name, { value, type }] of notebook.world.namesAt(cell)) {
    if (seen.has(name) || !((wants.value && value) || (wants.type && type))) continue;
    yield {
      label: name,
      kind: value ? kindsOfNames[value.kind] : CompletionItemKind.Interface,
      sortText: '11',
      labelDetails: { description: (value?.cell ?? type)?.label ?? '' },
      textEdit: { range, newText: name },
      data: placeOf({ cell, offset }, uri) satisfies ItemData,
    };
  }
}

const kindsOfNames = {
  let: CompletionItemKind.Variable,
  const: CompletionItemKind.Constant,
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  enum: CompletionItemKind.Enum,
  namespace: CompletionItemKind.Module,
  import: CompletionItemKind.Reference,
} as const;

const kindsOfTexts: { readonly [kind in CompletionKind]?: CompletionItemKind } = {
  magic: CompletionItemKind.Keyword,
  path: CompletionItemKind.File,
  module: CompletionItemKind.Module,
  keyword: CompletionItemKind.Keyword,
  property: CompletionItemKind.Property,
  method: CompletionItemKind.Method,
};

const plainItems = (cell: DocumentCell, { start, end, items }: Completions): CompletionItem[] =>
  items.map(({ text, kind, signature }) => ({
    label: text,
    kind: kindsOfTexts[kind] ?? CompletionItemKind.Text,
    textEdit: { range: cell.rangeOf(start, end), newText: text },
    ...(signature !== undefined && { detail: signature }),
  }));

function spanIn(cell: DocumentCell, span: ts.TextSpan | undefined): Span | undefined {
  if (!span) return undefined;
  const start = span.start - cell.shift;
  return start + span.length > cell.source.length ? undefined : { start, end: start + span.length };
}

const isTrigger = (character: string | undefined): character is ts.CompletionsTriggerCharacter =>
  character !== undefined && '."\'`/@<#'.includes(character);

function kindOf(kind: ts.ScriptElementKind): CompletionItemKind {
  switch (kind) {
    case ts.ScriptElementKind.functionElement:
    case ts.ScriptElementKind.localFunctionElement:
      return CompletionItemKind.Function;
    case ts.ScriptElementKind.memberFunctionElement:
    case ts.ScriptElementKind.callSignatureElement:
    case ts.ScriptElementKind.indexSignatureElement:
    case ts.ScriptElementKind.constructSignatureElement:
      return CompletionItemKind.Method;
    case ts.ScriptElementKind.classElement:
    case ts.ScriptElementKind.localClassElement:
      return CompletionItemKind.Class;
    case ts.ScriptElementKind.interfaceElement:
    case ts.ScriptElementKind.typeElement:
      return CompletionItemKind.Interface;
    case ts.ScriptElementKind.typeParameterElement:
      return CompletionItemKind.TypeParameter;
    case ts.ScriptElementKind.enumElement:
      return CompletionItemKind.Enum;
    case ts.ScriptElementKind.enumMemberElement:
      return CompletionItemKind.EnumMember;
    case ts.ScriptElementKind.moduleElement:
    case ts.ScriptElementKind.externalModuleName:
      return CompletionItemKind.Module;
    case ts.ScriptElementKind.scriptElement:
      return CompletionItemKind.File;
    case ts.ScriptElementKind.directory:
      return CompletionItemKind.Folder;
    case ts.ScriptElementKind.keyword:
    case ts.ScriptElementKind.primitiveType:
      return CompletionItemKind.Keyword;
    case ts.ScriptElementKind.memberVariableElement:
    case ts.ScriptElementKind.memberGetAccessorElement:
    case ts.ScriptElementKind.memberSetAccessorElement:
    case ts.ScriptElementKind.memberAccessorVariableElement:
    case ts.ScriptElementKind.jsxAttribute:
      return CompletionItemKind.Field;
    case ts.ScriptElementKind.constElement:
      return CompletionItemKind.Constant;
    case ts.ScriptElementKind.string:
      return CompletionItemKind.Constant;
    case ts.ScriptElementKind.alias:
      return CompletionItemKind.Reference;
    default:
      return CompletionItemKind.Variable;
  }
}
