// What messages must have, whoever sends them. Rule: what is missing or of the wrong type is named, in words for the one who wrote
// the client; what is not looked at is not needed.
type Fields = { readonly [name: string]: unknown };

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isText = (value: unknown): boolean => typeof value === 'string';
const isId = (value: unknown): boolean => isText(value) || typeof value === 'number';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isNamed = (value: unknown): boolean => isText(fieldsOf(value).uri);

function isPosition(value: unknown): boolean {
  const { line, character } = fieldsOf(value);
  return isCount(line) && isCount(character);
}

function isRange(value: unknown): boolean {
  const { start, end } = fieldsOf(value);
  return isPosition(start) && isPosition(end);
}

function isCell(value: unknown): boolean {
  const { document, kind } = fieldsOf(value);
  return isText(document) && isCount(kind);
}

function isItem(value: unknown): boolean {
  const { languageId, text, version } = fieldsOf(value);
  return isNamed(value) && isText(languageId) && isText(text) && Number.isInteger(version);
}

function isEdit(value: unknown): boolean {
  const { text, range } = fieldsOf(value);
  return isText(text) && (range === undefined || isRange(range));
}

const listOf = (isOne: (one: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isOne);

const optional = (isIt: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || value === null || isIt(value);

/** A field by its path, what it must be, and in words. */
type Need = readonly [path: string, isIt: (value: unknown) => boolean, what: string];

const document: Need = ['textDocument.uri', isText, 'a string'];
const position: Need = [
  'position',
  isPosition,
  'a place: a "line" and a "character", both whole numbers from 0',
];
const range: Need = ['range', isRange, 'a "start" and an "end", both places'];
const options: Need = ['options', isObject, 'an object'];
const notebook: Need = ['notebookDocument.uri', isText, 'a string'];
const edits = listOf(isEdit);
const editsInWords = 'a list of objects with a "text" and, for a part of the document, a "range"';
const cells = listOf(isCell);
const cellsInWords = 'a list of cells, each with a "document" and a "kind"';
const items = listOf(isItem);
const itemsInWords = 'a list of documents, each with "uri", "languageId", "version" and "text"';

const needs: { readonly [method: string]: readonly Need[] } = {
  initialize: [['capabilities', isObject, 'an object']],
  'notebookDocument/didOpen': [
    notebook,
    ['notebookDocument.cells', cells, cellsInWords],
    ['cellTextDocuments', items, itemsInWords],
  ],
  'notebookDocument/didChange': [
    notebook,
    ['change', isObject, 'an object'],
    ['change.cells.structure.array', optional(isSplice), 'a "start", a "deleteCount" and "cells"'],
    ['change.cells.structure.didOpen', optional(items), itemsInWords],
    ['change.cells.structure.didClose', optional(listOf(isNamed)), 'a list of objects with a "uri"'],
    [
      'change.cells.textContent',
      optional(listOf((one) => isNamed(fieldsOf(one).document) && edits(fieldsOf(one).changes))),
      `a list of objects with a "document" and "changes", which is ${editsInWords}`,
    ],
    ['change.cells.data', optional(cells), cellsInWords],
  ],
  'notebookDocument/didSave': [notebook],
  'notebookDocument/didClose': [notebook],
  'textDocument/didOpen': [['textDocument', isItem, 'a document: "uri", "languageId", "version" and "text"']],
  'textDocument/didChange': [document, ['contentChanges', edits, editsInWords]],
  'textDocument/completion': [document, position],
  'textDocument/hover': [document, position],
  'textDocument/signatureHelp': [document, position],
  'textDocument/definition': [document, position],
  'textDocument/typeDefinition': [document, position],
  'textDocument/references': [document, position, ['context', isObject, 'an object']],
  'textDocument/documentHighlight': [document, position],
  'textDocument/prepareRename': [document, position],
  'textDocument/rename': [document, position, ['newName', isText, 'a string']],
  'textDocument/codeAction': [
    document,
    range,
    ['context.diagnostics', Array.isArray, 'a list of what is wrong'],
  ],
  'textDocument/formatting': [document, options],
  'textDocument/rangeFormatting': [document, range, options],
  'textDocument/inlayHint': [document, range],
  'textDocument/foldingRange': [document],
  'textDocument/documentSymbol': [document],
  'textDocument/semanticTokens/full': [document],
  'textDocument/diagnostic': [document],
  'textDocument/didClose': [document],
  'textDocument/didSave': [document],
  '$/cancelRequest': [['id', isId, 'the id of a request']],
  'workspace/didChangeWatchedFiles': [['changes', listOf(isNamed), 'a list of objects with a "uri"']],
  'completionItem/resolve': [['label', isText, 'a string']],
};

function isSplice(value: unknown): boolean {
  const { start, deleteCount, cells: inserted } = fieldsOf(value);
  return isCount(start) && isCount(deleteCount) && optional(cells)(inserted);
}

/** What is wrong with the parameters of a message; nothing when all that is needed is there. */
export function problemIn(method: string, params: unknown): string | undefined {
  for (const [path, isIt, what] of needs[method] ?? []) {
    const value = path.split('.').reduce<unknown>((outer, name) => fieldsOf(outer)[name], params);
    if (!isIt(value)) return `${method}: "${path}" must be ${what}`;
  }
  return undefined;
}
