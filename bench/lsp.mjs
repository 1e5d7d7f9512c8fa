// How long the language server takes in notebooks of 10, 100 and 1,000 cells, each of which rests on the one above.
// Usage: node bench/lsp.mjs [cells …], after a build.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

const notebook = 'file:///tmp/bench/notes.ipynb';
const uriOf = (index) => `${notebook.replace('file:', 'vscode-notebook-cell:')}#${index}`;
const sourceOf = (index) => `interface Row${index} { id: number; name: string; tags: string[] }
const rows${index}: Row${index}[] = ${index === 0 ? '[]' : `rows${index - 1}.map((row) => ({ ...row, id: row.id + 1 }))`}
/** Adds up. */
function total${index}(rows: Row${index}[]) {
  return rows.reduce((sum, row) => sum + row.id, 0)
}
const sum${index} = total${index}(rows${index})
console.log(sum${index}, rows${index}.length)
`;

async function measure(count) {
  const child = spawn(process.execPath, ['dist/tskernel.cjs', 'lsp', '--stdio'], { stdio: 'pipe' });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const told = new Map();
  const waiting = new Set();
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, version }) => {
    told.set(uri, version);
    for (const wake of waiting) wake();
  });
  const until = (isTrue) =>
    new Promise((resolve) => {
      const wake = () => {
        if (!isTrue()) return;
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      wake();
    });
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendNotification('initialized', {});

  const figures = { cells: count };
  const clock = async (name, work) => {
    const start = performance.now();
    await work();
    figures[name] = Math.round(performance.now() - start);
  };
  const indexes = Array.from({ length: count }, (_, index) => index);
  await clock('all checked', async () => {
    await connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: {
        uri: notebook,
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: indexes.map((index) => ({ kind: 2, document: uriOf(index) })),
      },
      cellTextDocuments: indexes.map((index) => ({
        uri: uriOf(index),
        languageId: 'typescript',
        version: 1,
        text: sourceOf(index),
      })),
    });
    await until(() => told.size === count);
  });
  const last = count - 1;
  let version = 1;
  const edit = async (index, text) => {
    version++;
    await connection.sendNotification('notebookDocument/didChange', {
      notebookDocument: { uri: notebook, version },
      change: {
        cells: {
          textContent: [{ document: { uri: uriOf(index), version }, changes: [{ text }] }],
        },
      },
    });
    return version;
  };
  const place = (line, character) => ({
    textDocument: { uri: uriOf(last) },
    position: { line, character },
  });
  const median = async (work) => {
    const times = [];
    for (let run = 0; run < 9; run++) {
      const start = performance.now();
      await work(run);
      times.push(performance.now() - start);
    }
    return Math.round(times.sort((a, b) => a - b)[4]);
  };
  const ask = (method, more) => connection.sendRequest(method, { ...place(0, 0), ...more });
  figures['squiggles after an edit, without the 200 ms of waiting'] =
    (await median(async (run) => {
      const wanted = await edit(last, `${sourceOf(last)}const extra: string = ${run}\n`);
      await until(() => told.get(uriOf(last)) === wanted);
    })) - 200;
  const middle = Math.floor(count / 2);
  figures['the same, in the middle'] =
    (await median(async (run) => {
      const wanted = await edit(middle, `${sourceOf(middle)}const extra: string = ${run}\n`);
      await until(() => told.get(uriOf(middle)) === wanted);
    })) - 200;
  figures.hover = await median(() => ask('textDocument/hover', place(5, 14)));
  figures['hover after an edit'] = await median(async (run) => {
    await edit(last, `${sourceOf(last)}// ${run}\n`);
    await ask('textDocument/hover', place(5, 14));
  });
  const complete = async (run) => {
    await edit(last, `${sourceOf(last)}readF// ${run}\n`);
    await ask('textDocument/completion', place(7, 5));
  };
  await clock('first completion', () => complete('first'));
  figures['completion after an edit'] = await median(complete);
  figures['rename of a name of two cells'] = await median(() =>
    ask('textDocument/rename', { ...place(1, 8), newName: 'others' }),
  );
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  figures['memory, MB'] = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  child.kill();
  return figures;
}

const counts = process.argv.slice(2).map(Number);
for (const count of counts.length > 0 ? counts : [10, 100, 1000]) console.log(await measure(count));
process.exit();
