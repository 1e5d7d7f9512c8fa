// Kernels that end, in every way and out of every state, and start again.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { Client } from '../wire/client';
import type { KernelProcess } from '../wire/launch';
import { fault, start } from './patient';
import { report } from './report';
import { isFull, sizes } from './sizes';

const script = resolve(__dirname, '../../dist/kernel.cjs');

/** Resolves when the client's subscription has been taken up by the kernel for the nth time. */
function welcome(client: Client, times: number): Promise<unknown> {
  const welcomes = () => client.received.filter(({ header }) => header.msg_type === 'iopub_welcome').length;
  return client.next(() => welcomes() >= times, 30_000);
}

fault('a client that stays finds each kernel that is started on the same connection file', async () => {
  const first = await start();
  const client = await first.connect();
  const data = resolve(first.connectionPath, '../data');
  let child = first.process;
  const ways = ['restart', 'SIGTERM', 'SIGKILL', 'SIGKILL in a loop', 'SIGHUP', 'shutdown'] as const;
  for (let times = 1; times <= sizes.restarts; times++) {
    const { result, reply } = await client.execute(`const round = ${times}; round`);
    expect([result, reply.content.execution_count]).toEqual([String(times), 1]);
    const ended = new Promise((done) => child.on('exit', done));
    const way = ways[times % ways.length]!;
    if (way === 'SIGKILL in a loop') {
      const id = client.startExecution('console.log("in"); while (true) {}');
      await client.next(
        ({ header, parent_header }) => header.msg_type === 'stream' && parent_header.msg_id === id,
      );
      child.kill('SIGKILL');
    } else if (way === 'restart' || way === 'shutdown') await client.shutdown(way === 'restart');
    else child.kill(way);
    expect(await ended).toBe(way.startsWith('SIGKILL') ? null : 0);
    child = spawn(process.execPath, [script, first.connectionPath], {
      env: { ...process.env, TSKERNEL_DATA: data, TSKERNEL_TYPES: 'off' },
      stdio: 'ignore',
    });
    try {
      await welcome(client, times + 1);
      expect((await client.execute('typeof round', { store_history: false })).result).toBe("'undefined'");
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }
  await client.shutdown();
  report('restarts on one connection file', sizes.restarts, `by ${ways.join(', ')}; one client all along`);
});

/** What a cell may be at when the kernel is asked to end; what tests/conformance has is not here again. */
const blocking: { readonly [name: string]: string } = {
  'waiting for input': 'input("in")',
  'waiting for input after an await': 'await null; input("in")',
  'awaiting input': 'await input.async("in")',
  'a read that blocks in the system':
    "import { execSync } from 'node:child_process'; import { readFileSync } from 'node:fs'; execSync('mkfifo fifo'); console.log('in'); readFileSync('fifo')",
  'a long native computation':
    "import { pbkdf2Sync } from 'node:crypto'; console.log('in'); pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')",
  'a promise job that never ends':
    "Promise.resolve().then(() => { console.log('in'); while (true) {} }); await new Promise(() => {})",
  'a flood of promise jobs':
    "console.log('in'); const turn = (): unknown => Promise.resolve().then(turn); await turn()",
  'an import that never ends':
    "console.log('in'); await import('data:text/javascript,await new Promise(() => {})')",
  'an import that loops': "console.log('in'); await import('data:text/javascript,while (true) {}')",
  'waiting for a child':
    "import { spawn } from 'node:child_process'; spawn('sleep', ['30']); console.log('in'); await new Promise(() => {})",
  'a thread of its own that loops':
    "import { Worker } from 'node:worker_threads'; new Worker('while (true) {}', { eval: true }); console.log('in'); await new Promise(() => {})",
  'a listener of exit that loops': "process.on('exit', () => { while (true) {} }); console.log('in')",
  'a getter that loops while it is shown':
    "class Slow { [Symbol.for('nodejs.util.inspect.custom')]() { console.log('in'); while (true) {} } }; new Slow()",
  'a full queue': "console.log('in'); while (true) {}",
  'the start': '',
};

const insideTheSystem = new Set(['a read that blocks in the system', 'a long native computation']);

async function expectEnd(name: string, kernel: KernelProcess): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(done, 15_000, 'it did not end');
  });
  const end = await Promise.race([kernel.ended, late]);
  // A thread that is inside the system cannot be ended, and no process with such a thread can exit in peace.
  expect([name, end]).toEqual([name, end === 'SIGKILL' && insideTheSystem.has(name) ? end : 0]);
  clearTimeout(timer);
}

fault('a kernel that is asked to end does so, whatever blocks it', async () => {
  let slowest = 0;
  const kinds = Object.entries(blocking).filter((_, index) => isFull || index % 2 === 0);
  for (let times = 0; times < sizes.shutdowns; times++) {
    for (const [name, code] of kinds) {
      const kernel = await start();
      const client = await kernel.connect();
      if (code !== '') {
        const id = client.startExecution(code, { allow_stdin: true });
        const begun = client.next(
          ({ header, parent_header }) =>
            ['stream', 'input_request'].includes(header.msg_type) && parent_header.msg_id === id,
        );
        await begun.catch(() => expect(name).toBe('begun'));
        if (name === 'a full queue') for (let cell = 0; cell < 200; cell++) client.startExecution(`${cell}`);
      }
      // By when this is answered, the cell has gone from its first output into what blocks it.
      await client.request('control', 'kernel_info_request');
      const asked = performance.now();
      const { content } = await client.shutdown(times % 2 === 0);
      expect([name, content]).toEqual([name, { status: 'ok', restart: times % 2 === 0 }]);
      await expectEnd(name, kernel);
      slowest = Math.max(slowest, performance.now() - asked);
      await kernel.dispose();
    }
  }
  report(
    'shutdowns while something blocks',
    sizes.shutdowns * kinds.length,
    `${kinds.length} kinds, each answered and ended by itself, the slowest in ${Math.round(slowest)} ms`,
  );
});

fault('a kernel that V8 has ended is spoken of by the next one of the same connection', async () => {
  const first = await start();
  const env = { TSKERNEL_DATA: join(dirname(first.connectionPath), 'data') };
  const client = await first.connect();
  await client.execute('1');
  client.startExecution("'x'.repeat(3e8).split('')");
  expect(await first.ended).not.toBe(0);
  const next = await start({ env, connectionPath: first.connectionPath });
  const again = await next.connect();
  expect((await again.execute('2')).stderr).toMatch(/^The kernel before this one ended in cell 2, .*V8/);
  expect((await again.execute('3')).stderr).toBe('');
  report('a kernel that V8 ends', 1, 'the next one says in which cell');
});

fault(
  'a socket of zeromq that waits, and a worker that must be replaced: the next kernel speaks of it',
  async () => {
    const first = await start({ env: { TSKERNEL_MEMORY: '80' } });
    const env = { TSKERNEL_DATA: join(dirname(first.connectionPath), 'data') };
    const client = await first.connect();
    const zeromq = JSON.stringify(resolve(__dirname, '../../node_modules/zeromq'));
    await client.execute(`const { Pull } = require(${zeromq}); const socket = new Pull()
    await socket.bind('tcp://127.0.0.1:*'); const waiting = socket.receive()`);
    client.startExecution('const kept: unknown[] = []; while (true) kept.push({ a: Math.random(), b: [] })');
    expect(await first.ended).not.toBe(0);
    const next = await start({ env, connectionPath: first.connectionPath });
    const again = await next.connect();
    expect((await again.execute('2')).stderr).toMatch(
      /^The kernel before this one ended in cell 2, .*zeromq/,
    );
    report('an addon that ends the process with its thread', 1, 'the next kernel says in which cell');
  },
);
