// What an editor is told without asking, and what is more than the kernel's own findings.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  FileChangeType,
} from 'vscode-languageserver-protocol';
import { startEditor } from './server';

const directory = mkdtempSync(join(tmpdir(), 'lsp-'));
const editor = startEditor(directory);
beforeAll(() => editor.start());
afterAll(async () => {
  await editor.end();
  rmSync(directory, { recursive: true });
});

test('an edit is told of, in its cell and in those below that it breaks', async () => {
  await editor.open('const a = 1', 'const b = a', 'b.toFixed()', '"x".trim()');
  expect(await editor.told()).toEqual([[], [], [], []]);
  await editor.edit(0, 'const a = "x"');
  const [first, , third] = await editor.told();
  expect(first).toEqual([]);
  expect(third).toEqual([
    "toFixed: Property 'toFixed' does not exist on type '\"x\"'. Did you mean 'fixed'?",
  ]);
});

test('a package that is missing comes with the line that installs it', async () => {
  await editor.open("import { chunk } from 'not-there/deep'\nchunk()", "import './gone'");
  expect(await editor.problems()).toEqual([
    ["'not-there/deep': not-there/deep is not installed: %npm install not-there"],
    ["'./gone': Cannot find ./gone."],
  ]);
});

test('variables of functions that nobody uses are grey', async () => {
  await editor.open('function f() { const unused = 1; return 2 }');
  expect(await editor.diagnostics(0)).toMatchObject([{ tags: [1], severity: 4 }]);
});

test('a file beside the notebook is read again when it changes', async () => {
  const path = join(directory, 'shared.ts');
  writeFileSync(path, 'export const n = 1');
  await editor.open("import { n } from './shared'", 'n.toFixed()');
  expect(await editor.problems()).toEqual([[], []]);
  writeFileSync(path, 'export const n: string = ""');
  await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
    changes: [{ uri: pathToFileURL(path).href, type: FileChangeType.Changed }],
  });
  expect((await editor.problems())[1]).toHaveLength(1);
});

test('a text in the percent format is a notebook', async () => {
  const uri = pathToFileURL(join(directory, 'notes.ts')).href;
  const text = '// %%\nconst a = 1\n// %% [markdown]\n// # Title (\n// %%\nconst a = "x"\na.toFixed()\n';
  await editor.connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'typescript', version: 1, text },
  });
  const ask = async () => {
    const report = await editor.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items.map(({ range }) => range.start.line) : [];
  };
  expect(await ask()).toEqual([6]);
  await editor.connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: `\n\n${text}` }],
  });
  expect(await ask()).toEqual([8]);
});
