// What messages lack, in words.
import { expect, test } from '@jest/globals';
import { problemIn } from '../../../src/lsp/parameters';

const textDocument = { uri: 'file:///a#1' };
const position = { line: 0, character: 3 };
const item = { ...textDocument, languageId: 'typescript', version: 1, text: '' };
const notebookDocument = { uri: 'file:///a', cells: [{ kind: 2, document: textDocument.uri }] };

test.each<[string, unknown]>([
  ['textDocument/hover', { textDocument, position }],
  ['textDocument/unknown', undefined],
  ['notebookDocument/didOpen', { notebookDocument, cellTextDocuments: [item] }],
  [
    'notebookDocument/didChange',
    { notebookDocument, change: { cells: { structure: { array: { start: 0, deleteCount: 1 } } } } },
  ],
  [
    'notebookDocument/didChange',
    {
      notebookDocument,
      change: { cells: { textContent: [{ document: textDocument, changes: [{ text: '' }] }] } },
    },
  ],
  ['notebookDocument/didChange', { notebookDocument, change: { metadata: {} } }],
])('%s with %j has all that it needs', (method, params) => {
  expect(problemIn(method, params)).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['textDocument/hover', undefined, '"textDocument.uri" must be a string'],
  ['textDocument/hover', { textDocument: null }, '"textDocument.uri" must be a string'],
  [
    'textDocument/hover',
    { textDocument, position: { line: 0.5, character: 0 } },
    '"position" must be a place',
  ],
  ['textDocument/rename', { textDocument, position }, '"newName" must be a string'],
  ['notebookDocument/didOpen', { notebookDocument }, '"cellTextDocuments" must be a list of documents'],
  [
    'notebookDocument/didOpen',
    { notebookDocument, cellTextDocuments: [{ ...item, text: undefined }] },
    '"cellTextDocuments" must be a list of documents',
  ],
  ['notebookDocument/didChange', { notebookDocument }, '"change" must be an object'],
  [
    'notebookDocument/didChange',
    { notebookDocument, change: { cells: { structure: { array: { start: 0, deleteCount: -1 } } } } },
    '"change.cells.structure.array" must be',
  ],
  ['$/cancelRequest', {}, '"id" must be the id of a request'],
])('%s with %j lacks something', (method, params, problem) => {
  expect(problemIn(method, params)).toContain(problem);
});
