// What a cell is made of, as an editor shows it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  DidChangeConfigurationNotification,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  InlayHintRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver-protocol';
import { startEditor } from './server';

const editor = startEditor();
beforeAll(() => editor.start());
afterAll(() => editor.end());
const textDocument = () => ({ uri: editor.uri(0) });

test('its declarations are listed', async () => {
  await editor.open('%types warn\nclass A { b = 1 }\nfunction f() {}\nconst c = 1\n!ls');
  const found = (await editor.connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: textDocument(),
  })) as DocumentSymbol[];
  expect(found.map(({ name, range }) => [name, range.start.line]).sort()).toEqual([
    ['A', 1],
    ['c', 3],
    ['f', 2],
  ]);
  expect(found.find(({ name }) => name === 'A')?.children).toMatchObject([{ name: 'b' }]);
});

test('its blocks and imports can be folded', async () => {
  await editor.open("import 'a'\nimport 'b'\nfunction f() {\n  return 1\n}\n/*\n a comment\n*/");
  const found = await editor.connection.sendRequest(FoldingRangeRequest.type, {
    textDocument: textDocument(),
  });
  expect(found?.map(({ startLine, endLine, kind }) => [startLine, endLine, kind])).toEqual([
    [0, 1, 'imports'],
    [2, 3, undefined],
    [5, 7, 'comment'],
  ]);
});

test('each word is of a kind, those of other cells too', async () => {
  await editor.open('const a = 1\nclass B {}', 'new B(a)');
  const uri = editor.uri(1);
  const { data } = (await editor.connection.sendRequest(SemanticTokensRequest.type, {
    textDocument: { uri },
  }))!;
  const { tokenTypes } = editor.capabilities.semanticTokensProvider!.legend;
  expect([tokenTypes[data[3]!], tokenTypes[data[8]!]]).toEqual(['class', 'variable']);
  expect(data).toHaveLength(10);
});

test('the parameters of a call, and which one is being typed', async () => {
  await editor.open('/** Adds.\n * @param b the other */\nfunction add(a: number, b: number) {}', 'add(1, ');
  const help = await editor.connection.sendRequest(SignatureHelpRequest.type, editor.at(1, 'add(1, ', true));
  expect(help).toMatchObject({
    activeParameter: 1,
    signatures: [{ label: 'add(a: number, b: number): void', documentation: { value: 'Adds.' } }],
  });
  const [, second] = help!.signatures[0]!.parameters!;
  expect(second).toMatchObject({ label: [15, 24], documentation: { value: 'the other' } });
});

test('types that are not written are shown to those who want it', async () => {
  await editor.open('const a = "x".length');
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 20 } };
  const ask = () =>
    editor.connection.sendRequest(InlayHintRequest.type, { textDocument: textDocument(), range });
  expect(await ask()).toEqual([]);
  const settings = { tskernel: { inlayHints: true } };
  await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  expect(await ask()).toMatchObject([{ label: ': number', position: { line: 0, character: 7 } }]);
});
