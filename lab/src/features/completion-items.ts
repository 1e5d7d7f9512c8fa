// What the language server offers, as JupyterLab's completer takes it. Nothing here knows JupyterLab.
// Rule: one reply has one start. An item that replaces more than the others (`?.name` for a dot) does that by an edit of its own.
import { Text } from '@codemirror/state';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-protocol';
import { offsetAt, spanOf } from './positions';

/** A change of a text; UTF-16 units. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** An item of the completer. */
export interface Offer {
  readonly label: string;
  readonly insertText: string;
  readonly type: string;
  readonly deprecated: boolean;
  /** What the server knows it by. */
  readonly item: CompletionItem;
  /** What else it changes, in front of the start. */
  readonly before: readonly Change[];
}

export interface Offers {
  /** UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly Offer[];
}

/** More than anybody looks through. */
const mostItems = 500;

/** The items that fit to what stands at the cursor, best first. @param cursor UTF-16 units */
export function offersOf(source: string, cursor: number, items: readonly CompletionItem[]): Offers {
  const doc = Text.of(source.split('\n'));
  const spans = items.map((item) => startsOf(doc, source, item, cursor));
  const start = Math.max(0, ...spans.map(({ word }) => word).filter((one) => one <= cursor));
  const query = source.slice(start, cursor);
  const offers: Offer[] = [];
  for (const [index, item] of items.entries()) {
    const { own } = spans[index]!;
    if (own > cursor) continue;
    const text = textOf(item);
    const optional = own < start && text.startsWith('?.') ? '?.' : '';
    const isTyped = own < start && optional === '' && text.startsWith(source.slice(own, start));
    const insertText = isTyped ? text.slice(start - own) : text.slice(optional.length);
    offers.push({
      label: item.label,
      insertText,
      type: kinds[item.kind ?? 0] ?? 'text',
      deprecated: item.tags?.includes(deprecated) ?? false,
      item,
      before: own < start && !isTyped ? [{ from: own, to: start, text: optional }] : [],
    });
  }
  return { start, end: cursor, items: rank(offers, query).slice(0, mostItems) };
}

/** Puts those that fit to what was typed in order, best first; where some begin with it, only these. */
export function rank<T extends Pick<Offer, 'item'>>(offers: readonly T[], query: string): T[] {
  const fitting = offers.map((offer) => ({
    offer,
    label: offer.item.label,
    sort: offer.item.sortText ?? '',
    fit: fitOf(offer.item.label, query),
  }));
  const best = fitting.some(({ fit }) => fit === 2) ? 2 : 1;
  return fitting
    .filter(({ fit }) => fit >= best)
    .sort(
      (a, b) =>
        compare(a.sort, b.sort) ||
        Number(b.label.startsWith(query)) - Number(a.label.startsWith(query)) ||
        compare(a.label, b.label),
    )
    .map(({ offer }) => offer);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** 2: begins with it, whatever the case; 1: its words do (`fE` and `fe` for `forEach`); 0: does not fit. */
function fitOf(label: string, query: string): 0 | 1 | 2 {
  if (label.toLowerCase().startsWith(query.toLowerCase())) return 2;
  return fitsWords(label, query, 0) ? 1 : 0;
}

/** Whether the beginnings of the words of a name, from one of them on, are what was typed. */
function fitsWords(label: string, query: string, from: number): boolean {
  let length = 0;
  while (length < query.length && same(label[from + length], query[length])) length++;
  for (let taken = length; taken > 0; taken--) {
    if (taken === query.length) return true;
    for (let next = from + taken; next < label.length; next++)
      if (startsWord(label, next) && fitsWords(label, query.slice(taken), next)) return true;
  }
  return false;
}

const same = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();

const startsWord = (label: string, at: number): boolean =>
  /\p{Lu}/u.test(label[at]!) || /[_$\d]/.test(label[at - 1] ?? '');

function textOf({ textEdit, insertText, label }: CompletionItem): string {
  return textEdit?.newText ?? insertText ?? label;
}

/** Where an item begins, and where the word does that it completes: behind a dot that the item replaces as well. */
function startsOf(
  doc: Text,
  source: string,
  { textEdit }: CompletionItem,
  cursor: number,
): { readonly own: number; readonly word: number } {
  if (!textEdit) return { own: cursor, word: cursor };
  const own = offsetAt(doc, 'range' in textEdit ? textEdit.range.start : textEdit.insert.start);
  const replacesDot = source[own] === '.' && own < cursor && /^(?:\?\.|\[)/.test(textEdit.newText);
  return { own, word: replacesDot ? own + 1 : own };
}

/** What an item brings along, for the text that was there when it was asked for. */
export interface Resolved {
  readonly source: string;
  readonly edits: readonly TextEdit[];
}

/**
 * What an item brings along, as changes of the text into which its name was put meanwhile.
 * @param source the text before that
 * @param put what was put there
 * @returns nothing when it is not known for this text
 */
export function laterChanges(
  { source: known, edits }: Resolved,
  source: string,
  put: Change,
): Change[] | undefined {
  const doc = Text.of(known.split('\n'));
  const shift = put.text.length - (put.to - put.from);
  const changes: Change[] = [];
  for (const { range, newText: text } of edits) {
    const { from, to } = spanOf(doc, range);
    if (to <= put.from && known.slice(0, to) === source.slice(0, to)) changes.push({ from, to, text });
    else if (from >= put.to && known === source) changes.push({ from: from + shift, to: to + shift, text });
    else return undefined;
  }
  return changes;
}

/** `CompletionItemTag.Deprecated`. */
const deprecated = 1;

/** By `CompletionItemKind`. */
const kinds = [
  'text',
  'text',
  'method',
  'function',
  'constructor',
  'field',
  'variable',
  'class',
  'interface',
  'module',
  'property',
  'unit',
  'value',
  'enum',
  'keyword',
  'snippet',
  'color',
  'file',
  'import',
  'folder',
  'member',
  'constant',
  'struct',
  'event',
  'operator',
  'type',
];
