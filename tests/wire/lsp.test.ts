// `tskernel lsp --stdio` as an editor starts it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { CancellationTokenSource, DocumentDiagnosticRequest } from 'vscode-languageserver-protocol';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { Editor } from '../unit/lsp/editor';

const program = resolve(__dirname, '../../dist/tskernel.cjs');
let child: ChildProcess | undefined;
let said = '';
afterEach(() => void child?.kill('SIGKILL'));

function start(): Editor {
  child = spawn(process.execPath, [program, 'lsp', '--stdio'], { stdio: 'pipe' });
  said = '';
  child.stderr!.on('data', (text) => (said += text));
  return new Editor(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
}

test('answers, tells, and ends when the editor says so', async () => {
  const editor = await start().start();
  expect(editor.capabilities.notebookDocumentSync).toBeDefined();
  await editor.open('const a = 1', 'const b: string = a');
  expect(await editor.told()).toEqual([[], ["b: Type 'number' is not assignable to type 'string'."]]);
  expect(await editor.hover(1, 'a')).toContain('const a: 1');
  await editor.stop();
  expect(await once(child!, 'exit')).toEqual([0, null]);
  expect(said).toBe('');
});

test('ends when the editor is gone', async () => {
  await start().start();
  child!.stdin!.end();
  expect(await once(child!, 'exit')).toEqual([1, null]);
});

/** Statements at which the checker works for seconds. */
const slow = `type Many<N extends number, L extends unknown[] = []> = L['length'] extends N ? L : Many<N, [...L, 0]>;
${Array.from({ length: 400 }, (_, index) => `const t${index}: string = {} as Many<${500 + index}>;`).join('\n')}
const text = a;`;

test('a request is given up at its cancellation, and when the text changes', async () => {
  const editor = await start().start();
  await editor.open('const a = 1', '');
  await editor.told();
  await editor.edit(1, slow);
  const { connection } = editor;
  const source = new CancellationTokenSource();
  const textDocument = { uri: editor.uri(1) };
  const ask = () =>
    connection
      .sendRequest(DocumentDiagnosticRequest.type, { textDocument }, source.token)
      .catch((error) => error);
  const first = ask();
  setTimeout(() => source.cancel(), 100);
  expect(await first).toMatchObject({ code: -32800 });
  const older = connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
  const outcome = older.catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await editor.edit(1, 'const text = a');
  expect(await outcome).toMatchObject({ code: -32801 });
  expect(await editor.hover(1, 'text')).toContain('const text: 1');
});
