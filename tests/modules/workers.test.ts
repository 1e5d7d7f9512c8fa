// Worker threads that cells start load TypeScript as cells do.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Directory, makeDirectory, Notebook } from './notebook';

let place: Directory;
let notebook: Notebook;
beforeAll(async () => {
  place = makeDirectory({
    'lib/double.ts': 'export const double = (n: number): number => n * 2;',
    'work.ts': `import { parentPort, workerData, isMainThread } from 'node:worker_threads';
      import { double } from './lib/double';
      enum Unit { one = 1 }
      const n = await Promise.resolve(workerData as number);
      parentPort!.postMessage({ n: double(n) + Unit.one, isMainThread, file: process.argv[1]!.split('/').at(-1) });`,
    'task.ts': "import { double } from './lib/double'; export default (n: number) => double(n);",
    'broken.ts': "throw new Error('in the worker');",
    'plain.cjs':
      "require('node:worker_threads').parentPort.postMessage(require('./lib/double.ts').double(4));",
    // As pools do: the file of the work is imported by one of the package's own.
    'node_modules/pool/package.json': JSON.stringify({ name: 'pool', type: 'module', main: 'index.js' }),
    'node_modules/pool/index.js': `import { Worker } from 'node:worker_threads';
      export const run = (file, n) => new Promise((done, fail) => {
        const worker = new Worker(new URL('./worker.js', import.meta.url));
        worker.once('message', (value) => worker.terminate().then(() => done(value))).once('error', fail);
        worker.postMessage({ file, n });
      });`,
    'node_modules/pool/worker.js': `import { parentPort } from 'node:worker_threads';
      parentPort.once('message', async ({ file, n }) => parentPort.postMessage((await import(file)).default(n)));`,
  });
  notebook = await Notebook.open(place.directory, { TSKERNEL_TYPES: 'off' });
  await notebook.runs(`import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
async function answer(worker: Worker) { const [value] = await once(worker, 'message'); await worker.terminate(); return value }`);
});
afterAll(async () => {
  await notebook.close();
  place.remove();
});

const answered = "{ n: 43, isMainThread: false, file: 'work.ts' }";

test.each([
  ["await answer(new Worker(new URL('./work.ts', import.meta.url), { workerData: 21 }))", answered],
  ["await answer(new Worker('./work.ts', { workerData: 21 }))", answered],
  ["await answer(new Worker('./plain.cjs'))", '8'],
  ["import { run } from 'pool'; await run(new URL('./task.ts', import.meta.url).href, 5)", '10'],
  [
    'await answer(new Worker(\'require("node:worker_threads").parentPort.postMessage(1)\', { eval: true }))',
    '1',
  ],
])('%s', async (code, shown) => {
  const cell = await notebook.runs(code);
  expect(cell.result).toBe(shown);
  expect(cell.stderr).toBe('');
});

test('an error of a worker is the cell’s, with the lines of its file', async () => {
  const traceback = await notebook.fails("await once(new Worker('./broken.ts'), 'message')");
  expect(traceback).toMatch(/^Error: in the worker\n[\s\S]*broken\.ts:1:7/);
});

test('a worker ends by itself, and is a Worker', async () => {
  expect(
    await notebook.shows(
      "const some = new Worker('./plain.cjs'); const [status] = await once(some, 'exit'); [status, some instanceof Worker]",
    ),
  ).toBe('[ 0, true ]');
});

test('what is no file is for Node to refuse', async () => {
  expect(await notebook.fails("new Worker('work.ts')")).toMatch(
    /ERR_WORKER_PATH|absolute path|relative path/,
  );
  expect(await notebook.fails('new Worker(5 as never)')).toContain(
    'must be of type string or an instance of URL',
  );
});
