// What can be completed without types, at once: magics, modules, files, names of the notebook and of the cell, and members of
// live values, for which the execution worker is asked.
// Rule: a guess is worse than waiting for the types. Where the syntax does not say what is meant, there is no answer.
import ts from 'typescript';
import type { CompletionItem, CompletionKind, Completions } from '../api';
import { isDeclaration } from '../compile/declarations';
import { walk } from '../compile/erased';
import { blankMagics, type IsKnown } from '../compile/magics/find';
import { parseEither } from '../compile/parse';
import type { DeclarationKind } from '../compile/types';
import type { CustomMagic } from '../magics/catalog';
import type { LiveQuestion } from '../threads/language-protocol';
import { completeMagic } from './magics';
import { findAround, isInScope, livePathOf, quotedKeyAt, wordAround } from './places';
import { completeString } from './strings';

export interface UntypedQuestion {
  readonly source: string;
  /** UTF-16 offset of the cursor. */
  readonly offset: number;
  /** Where the notebook lives. */
  readonly directory: string;
  readonly isKnown: IsKnown;
  /** The names that cells have declared. */
  readonly names: ReadonlyMap<string, DeclarationKind>;
  /** Those that cells and packages have added. */
  readonly magics?: readonly CustomMagic[];
}

export interface UntypedAnswer {
  readonly completions: Completions;
  readonly live?: LiveQuestion;
}

/** Stands for the word at the cursor, so that the parser says what it is. */
const probe = '__tsk_word';

/** @returns undefined when it takes types to answer */
export function completeUntyped(question: UntypedQuestion): UntypedAnswer | undefined {
  const { source, offset, directory, isKnown, magics } = question;
  const magic = completeMagic(source, offset, directory, isKnown, magics);
  if (magic) return { completions: magic };
  const text = blankMagics(source, isKnown);
  const written = linked(parseEither(text).file);
  const string = completeString(written, offset, directory);
  if (string) return { completions: string };
  const key = quotedKeyAt(written, offset);
  if (key) return membersOf(key.receiver, written, key, text, offset);

  const word = wordAround(text, offset);
  const file = linked(parseEither(text.slice(0, word.start) + probe + text.slice(word.end)).file);
  const place = findAround(
    file,
    word.start,
    (node): node is ts.Identifier => ts.isIdentifier(node) && node.text === probe,
  );
  if (!place) return undefined;
  const { parent } = place;
  if (ts.isPropertyAccessExpression(parent) && parent.name === place)
    return membersOf(parent.expression, file, word, text, offset);
  if (!mayBeValue(place)) return undefined;
  return namesAt(question, file, word, text.slice(word.start, offset));
}

/**
 * Where the value lies that the cursor is at.
 * @returns undefined unless a variable of a cell leads there
 */
export function valueAt(
  source: string,
  offset: number,
  isKnown: IsKnown,
  names: UntypedQuestion['names'],
): readonly string[] | undefined {
  const text = blankMagics(source, isKnown);
  const file = linked(parseEither(text).file);
  const word = wordAround(text, offset);
  const name = word.start < word.end ? findAround(file, word.start, ts.isIdentifier) : undefined;
  if (!name) return undefined;
  const isMember = ts.isPropertyAccessExpression(name.parent) && name.parent.name === name;
  const declared = declarationsIn(file);
  const path = livePathOf(isMember ? name.parent : name, ({ text: first }) => declared.has(first));
  return path && variables.has(names.get(path[0]!)) ? path : undefined;
}

const variables: ReadonlySet<DeclarationKind | undefined> = new Set(['const', 'let', 'var']);

/** The tree with its ways upwards, which compiling does without. */
function linked<Node extends ts.Node>(node: Node): Node {
  ts.forEachChild(node, (child) => {
    (child as { parent: ts.Node }).parent = node;
    linked(child);
  });
  return node;
}

interface Word {
  readonly start: number;
  readonly end: number;
}

function membersOf(
  receiver: ts.Expression,
  file: ts.SourceFile,
  { start, end }: Word,
  text: string,
  offset: number,
): UntypedAnswer | undefined {
  const path = pathOf(receiver, declarationsIn(file));
  return (
    path && { completions: { start, end, items: [] }, live: { path, prefix: text.slice(start, offset) } }
  );
}

type Declarations = ReadonlyMap<string, ts.Node>;

/** Where a value lies that has the members of an expression: the value itself, or the prototype of what a literal makes. */
function pathOf(expression: ts.Expression, declared: Declarations, depth = 0): readonly string[] | undefined {
  const made = prototypeOf(expression);
  if (made) return [made, 'prototype'];
  if (ts.isIdentifier(expression)) {
    const declaration = declared.get(expression.text);
    if (!declaration) return [expression.text];
    // What the cell itself declares has no value yet, or that of an earlier run.
    const isVariable = ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined;
    return isVariable && depth < 3 ? pathOf(declaration.initializer, declared, depth + 1) : undefined;
  }
  return livePathOf(expression, ({ text }) => declared.has(text));
}

function prototypeOf(expression: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(expression) || ts.isTemplateExpression(expression)) return 'String';
  if (ts.isArrayLiteralExpression(expression)) return 'Array';
  if (ts.isRegularExpressionLiteral(expression)) return 'RegExp';
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return 'Function';
  if (ts.isParenthesizedExpression(expression)) return prototypeOf(expression.expression);
  return undefined;
}

/** Whether a name that is read or called may stand here. */
function mayBeValue(name: ts.Identifier): boolean {
  const { parent } = name;
  const named = parent as {
    readonly name?: ts.Node;
    readonly propertyName?: ts.Node;
    readonly label?: ts.Node;
  };
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (named.name === name || named.propertyName === name || named.label === name) return false;
  return !ts.isTypeNode(parent) && !ts.isQualifiedName(parent) && !ts.isJsxAttribute(parent);
}

function namesAt(
  { names }: UntypedQuestion,
  file: ts.SourceFile,
  { start, end }: Word,
  typed: string,
): UntypedAnswer {
  const items = new Map<string, CompletionItem>();
  const add = (text: string, kind: CompletionKind) => {
    if (text.startsWith(typed) && text !== probe && !items.has(text)) items.set(text, { text, kind });
  };
  for (const [name, node] of declarationsIn(file)) {
    // Names of a scope are known inside of it.
    const scope = isInScope(node) ? scopeOf(node) : undefined;
    if (!scope || (start >= scope.pos && start < scope.end)) add(name, kindOf(node));
  }
  for (const [name, kind] of names) add(name, kindsOfNames[kind] ?? 'instance');
  const own = [...items.values()].sort(byText);
  items.clear();
  for (const word of keywords) add(word, 'keyword');
  return {
    completions: { start, end, items: [...own, ...items.values()] },
    // Globals, with those that libraries have made.
    live: { path: ['globalThis'], prefix: typed },
  };
}

const byText = (a: CompletionItem, b: CompletionItem) => (a.text < b.text ? -1 : 1);

/** By name, what the cell declares; of several the last. */
function declarationsIn(file: ts.SourceFile): Declarations {
  const declared = new Map<string, ts.Node>();
  walk(file, 'all', (node) => {
    const { name } = node as { name?: ts.Node };
    if (isDeclaration(node) && name && ts.isIdentifier(name)) declared.set(name.text, node);
    return true;
  });
  return declared;
}

function scopeOf(node: ts.Node): ts.Node {
  let at = node.parent;
  while (
    !ts.isSourceFile(at) &&
    !ts.isFunctionLike(at) &&
    !ts.isBlock(at) &&
    !ts.isIterationStatement(at, false)
  )
    at = at.parent;
  return at;
}

function kindOf(node: ts.Node): CompletionKind {
  if (ts.isFunctionDeclaration(node)) return 'function';
  if (ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) return 'class';
  if (ts.isParameter(node)) return 'param';
  return ts.isVariableDeclaration(node) || ts.isBindingElement(node) ? 'instance' : 'module';
}

const kindsOfNames: { readonly [kind: string]: CompletionKind } = {
  function: 'function',
  class: 'class',
  enum: 'class',
  namespace: 'module',
  import: 'module',
};

/** What may begin or stand in an expression or a statement. */
const keywords =
  'async await break case catch class const continue debugger declare default delete do else enum export extends false finally for function if import in instanceof interface let namespace new null of return satisfies super switch this throw true try type typeof undefined using var void while yield'.split(
    ' ',
  );
