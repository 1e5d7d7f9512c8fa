// Completions at an offset of a cell, as an editor lists them.
// Rule: types answer. For `any` and for index signatures, the live value is asked as well.
import ts from 'typescript';
import type { CompletionItem, CompletionKind, Completions } from '../../api';
import { hiddenLast } from '../../completion/members';
import {
  isLocalTo,
  livePathOf,
  quotedKeyAt,
  receiverAt,
  type Span,
  specifierAt,
  wordAround,
} from '../../completion/places';
import { completeString } from '../../completion/strings';
import type { LiveQuestion } from '../../threads/language-protocol';
import type { Notebook } from '../notebook/cells';
import type { DeclaredValue } from '../notebook/declarations';
import type { CellInProgress } from '../notebook/module';
import { probes } from '../notebook/tail';
import type { TypeService } from '../types/service';
import { signatureOf } from '../types/signature';
import { isInJsx } from './jsx';

export interface CompletionAnswer {
  readonly completions: Completions;
  readonly live?: LiveQuestion;
}

/** A completion of TypeScript's or a name of the notebook, in one form. */
interface Candidate {
  readonly text: string;
  readonly kind: CompletionKind;
  /** Smaller is better; TypeScript's sort text. */
  readonly rank: string;
  readonly span: Span;
  readonly describe?: () => string | undefined;
}

type Entry = ts.CompletionEntry & { readonly symbol?: ts.Symbol };

/** With more items than this, signatures are left out: each takes time, and such a list is not read to its end. */
const mostSignatures = 120;

/**
 * Lists completions, the best first.
 * @param offset UTF-16 offset of the cursor
 * @throws ts.OperationCanceledException when a cell waits to be compiled
 */
export function complete(
  types: TypeService,
  notebook: Notebook,
  source: string,
  offset: number,
  directory: string,
): CompletionAnswer {
  if (isInJsx(source, offset)) {
    const answer = completeDraft(types, notebook, notebook.draft(source, 'tsx'), source, offset, directory);
    // `<Ro`, `<Row>us`
    const mayBeCast = /<[^\s>]*>*[\p{ID_Continue}$.]*$/u.test(source.slice(0, offset));
    if (answer.completions.items.length > 0 || !mayBeCast) return answer;
  }
  return completeDraft(types, notebook, notebook.draft(source), source, offset, directory);
}

function completeDraft(
  types: TypeService,
  notebook: Notebook,
  draft: CellInProgress,
  source: string,
  offset: number,
  directory: string,
): CompletionAnswer {
  const { service, program, file } = types.focusDraft(draft);
  const checker = program.getTypeChecker();
  const key = quotedKeyAt(file, offset);
  const word: Span = key ?? wordAround(source, offset);
  const receiver = key?.receiver ?? receiverAt(file, word.start);
  const receiverType = receiver && checker.getTypeAtLocation(receiver);
  const isUntyped = receiverType !== undefined && (receiverType.flags & ts.TypeFlags.Any) !== 0;
  const hasMore =
    receiverType && (isUntyped || checker.getIndexInfoOfType(receiverType, ts.IndexKind.String));
  const path = receiver && hasMore ? livePathOf(receiver, isLocalTo(checker)) : undefined;
  const live = path && { path, prefix: source.slice(word.start, offset) };

  const info = isUntyped ? undefined : service.getCompletionsAtPosition(file.fileName, offset, preferences);
  types.checkCancelled();
  const entries: readonly Entry[] = info?.entries ?? [];
  const offered = spanOf(info?.optionalReplacementSpan);
  // Before a closing tag TypeScript completes the tag's name, which the cursor has left.
  const usual = offered && offset <= offered.end ? offered : word;
  const wants = { value: false, type: false };
  const candidates: Candidate[] = [];
  for (const entry of entries) {
    if (entry.name === probes.value) wants.value = true;
    else if (entry.name === probes.type) wants.type = true;
    else if (entry.kind !== ts.ScriptElementKind.warning && entry.name !== '') {
      candidates.push(candidateOf(entry, spanOf(entry.replacementSpan) ?? usual, checker, file));
    }
  }
  if (wants.value || wants.type)
    addNames(candidates, notebook, wants, usual, source.slice(usual.start, offset));
  const specifier = specifierAt(file, offset);
  if (specifier) addModules(candidates, checker, specifier);
  addText(candidates, completeString(file, offset, directory), specifier);
  const isValueOnly = wants.value && !wants.type;
  const fitting = candidates.filter(
    ({ kind, text }) => !(isValueOnly && kind === 'keyword' && typeKeywords.has(text)),
  );
  const completions = arrange(withPrefix(fitting, source, offset), source, offset, usual);
  return { completions: receiver ? hiddenLast(completions) : completions, live };
}

const preferences = {
  includeCompletionsWithInsertText: true,
  includeAutomaticOptionalChainCompletions: true,
  includeCompletionsForModuleExports: false,
  includeCompletionsForImportStatements: false,
  includeSymbol: true,
  importModuleSpecifierEnding: 'js',
  quotePreference: 'double',
  triggerKind: ts.CompletionTriggerKind.Invoked,
} as ts.GetCompletionsAtPositionOptions;

/** How TypeScript ranks what is in scope, before globals and keywords. */
const localRank = '11';

const typeKeywords = new Set(
  'abstract any as asserts bigint boolean declare global implements infer interface is keyof module namespace never number object out override package private protected public readonly satisfies set get string symbol type unique unknown'.split(
    ' ',
  ),
);

function candidateOf(entry: Entry, span: Span, checker: ts.TypeChecker, file: ts.SourceFile): Candidate {
  const { symbol } = entry;
  return {
    text: entry.insertText ?? entry.name,
    kind:
      symbol && entry.kind === ts.ScriptElementKind.alias ? kindOfAlias(symbol, checker) : kindOf(entry.kind),
    rank: entry.sortText,
    span,
    describe: symbol && (() => signatureOf(symbol, checker, file)),
  };
}

/** Names of other cells. TypeScript does not list them: the edited source's tail declares only names that it mentions. */
function addNames(
  candidates: Candidate[],
  notebook: Notebook,
  wants: { readonly value: boolean; readonly type: boolean },
  span: Span,
  typed: string,
): void {
  const known = new Set(candidates.map(({ text }) => text));
  const start = typed.toLowerCase();
  for (const [name, { value, type }] of notebook.names) {
    if (
      !name.toLowerCase().startsWith(start) ||
      known.has(name) ||
      !((wants.value && value) || (wants.type && type))
    )
      continue;
    candidates.push({
      text: name,
      kind: value ? kindsOfNames[value.kind] : 'class',
      rank: localRank,
      span,
      describe: () => value?.cell.signatures?.get(name),
    });
  }
}

/** Modules that libraries declare. TypeScript lists them only where the quote is closed, and behind a slash their last names. */
function addModules(candidates: Candidate[], checker: ts.TypeChecker, span: Span): void {
  const known = new Set(candidates.map(({ text }) => text));
  for (const { name } of checker.getAmbientModules()) {
    const text = name.slice(1, -1);
    if (!known.has(text) && !text.includes('*'))
      candidates.push({ text, kind: 'module', rank: localRank, span });
  }
}

/** What a text may be without types: a module, a file. TypeScript knows better where it knows anything of files. */
function addText(candidates: Candidate[], text: Completions | undefined, specifier: Span | undefined): void {
  if (!text || (candidates.length > 0 && !specifier)) return;
  // Relative modules are TypeScript's, which has them by the names that an import takes.
  if (specifier && text.start !== specifier.start && candidates.length > 0) return;
  const known = new Set(candidates.map((candidate) => candidate.text));
  const { start, end, items } = text;
  for (const item of items)
    if (!known.has(item.text))
      candidates.push({ text: item.text, kind: item.kind, rank: localRank, span: { start, end } });
}

/** All items replace one span, so members that need brackets or `?.` are listed only if all of them do. */
function arrange(candidates: Candidate[], source: string, offset: number, usual: Span): Completions {
  const inPlace = candidates.filter(({ span }) => span.start === usual.start);
  const chosen = inPlace.length > 0 ? inPlace : candidates;
  const { start, end } = chosen[0]?.span ?? usual;
  const order = ({ rank, kind }: Candidate) => `${rank}${kind === 'keyword' ? 1 : 0}`;
  const sorted = chosen
    .filter(({ span }) => span.start === start)
    .map((candidate) => ({ candidate, order: order(candidate) }))
    .sort((a, b) => compare(a.order, b.order) || compare(a.candidate.text, b.candidate.text));
  const items = sorted.map(({ candidate: { text, kind, describe } }, index): CompletionItem => {
    const signature = index < mostSignatures ? describe?.() : undefined;
    return signature ? { text, kind, signature } : { text, kind };
  });
  return { start, end: Math.min(Math.max(end, offset), source.length), items };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const spanOf = (span: ts.TextSpan | undefined): Span | undefined =>
  span && { start: span.start, end: span.start + span.length };

/** Items that start with the typed prefix; letter case is ignored only if none match exactly. */
function withPrefix(candidates: readonly Candidate[], source: string, offset: number): Candidate[] {
  const loose: Candidate[] = [];
  const exact: Candidate[] = [];
  for (const candidate of candidates) {
    const name = bare(candidate.text);
    const typed = bare(source.slice(candidate.span.start, offset));
    if (name.startsWith(typed)) exact.push(candidate);
    else if (name.toLowerCase().startsWith(typed.toLowerCase())) loose.push(candidate);
  }
  return exact.length > 0 ? exact : loose;
}

// `["a-b"]` and `?.name` replace a typed `.na`: compare what follows the punctuation.
const bare = (text: string) => text.replace(/^\??\.?(?:\[["']?)?/, '');

const kindsOfNames: { readonly [kind in DeclaredValue['kind']]: CompletionKind } = {
  let: 'instance',
  const: 'instance',
  function: 'function',
  class: 'class',
  enum: 'class',
  namespace: 'module',
  import: 'module',
};

/** The kind of what an import refers to. */
function kindOfAlias(symbol: ts.Symbol, checker: ts.TypeChecker): CompletionKind {
  const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (flags & ts.SymbolFlags.Function) return 'function';
  if (flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Enum | ts.SymbolFlags.Type)) return 'class';
  return flags & ts.SymbolFlags.Variable ? 'instance' : 'module';
}

/** Kinds that front ends have icons for. */
function kindOf(kind: ts.ScriptElementKind): CompletionKind {
  switch (kind) {
    case ts.ScriptElementKind.functionElement:
    case ts.ScriptElementKind.localFunctionElement:
    case ts.ScriptElementKind.memberFunctionElement:
    case ts.ScriptElementKind.callSignatureElement:
      return 'function';
    case ts.ScriptElementKind.classElement:
    case ts.ScriptElementKind.localClassElement:
    case ts.ScriptElementKind.interfaceElement:
    case ts.ScriptElementKind.typeElement:
    case ts.ScriptElementKind.typeParameterElement:
    case ts.ScriptElementKind.enumElement:
      return 'class';
    case ts.ScriptElementKind.moduleElement:
    case ts.ScriptElementKind.externalModuleName:
    case ts.ScriptElementKind.scriptElement:
      return 'module';
    case ts.ScriptElementKind.directory:
      return 'path';
    case ts.ScriptElementKind.keyword:
    case ts.ScriptElementKind.primitiveType:
      return 'keyword';
    case ts.ScriptElementKind.memberVariableElement:
    case ts.ScriptElementKind.memberGetAccessorElement:
    case ts.ScriptElementKind.memberSetAccessorElement:
    case ts.ScriptElementKind.memberAccessorVariableElement:
    case ts.ScriptElementKind.enumMemberElement:
    case ts.ScriptElementKind.jsxAttribute:
      return 'property';
    case ts.ScriptElementKind.parameterElement:
      return 'param';
    case ts.ScriptElementKind.string:
      return 'string';
    default:
      return 'instance';
  }
}
