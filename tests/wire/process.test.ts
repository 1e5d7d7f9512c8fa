import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type KernelProcess, startKernel } from './launch';

// These tests run the built kernel, dist/kernel.cjs, with the real engine.

const script = resolve(__dirname, '../../dist/kernel.cjs');
const windows = process.platform === 'win32';

let kernels: KernelProcess[] = [];
afterEach(async () => {
  for (const kernel of kernels) await kernel.dispose();
  kernels = [];
});

function registration(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tskernel-registration-')), 'kernel.json');
  writeFileSync(
    path,
    JSON.stringify({
      kernel_id: 'one',
      transport: 'tcp',
      registration_ip: '127.0.0.1',
      registration_port: 40001,
      signature_scheme: 'hmac-sha256',
      key: 'secret',
    }),
    { mode: 0o600 },
  );
  return path;
}

async function start(options: Parameters<typeof startKernel>[0] = {}): Promise<KernelProcess> {
  const kernel = await startKernel(options);
  kernels.push(kernel);
  return kernel;
}

describe('a kernel process', () => {
  test('runs cells, writes its ports into the file, and nothing to its real output', async () => {
    const kernel = await start();
    const fields = JSON.parse(readFileSync(kernel.connectionPath, 'utf8'));
    expect(fields.shell_port).toBeGreaterThan(0);
    if (!windows) expect(statSync(kernel.connectionPath).mode & 0o777).toBe(0o600);
    const client = await kernel.connect();
    const execution = await client.execute(
      'console.log("hello"); console.error("oh"); process.stdout.write("more\\n"); 1 + 2',
    );
    expect([execution.stdout, execution.stderr, execution.result]).toEqual(['hello\nmore\n', 'oh\n', '3']);
    await client.execute('setInterval(() => {}, 1000)');
    await client.shutdown();
    expect(await kernel.ended).toBe(0);
    expect(kernel.written).toEqual({ stdout: '', stderr: '' });
  });

  test('takes whatever options Node was started with', async () => {
    const kernel = await startKernel({
      nodeArguments: ['--max-old-space-size=3000', '--stack-size=900', '--expose-gc', '--no-warnings'],
    });
    kernels.push(kernel);
    const client = await kernel.connect();
    expect((await client.execute('typeof gc')).result).toBe("'function'");
    expect((await client.execute('input("? ")', { answers: ['line'] })).result).toBe("'line'");
  });

  test.each([
    ['an endless loop', 'console.log("on"); while (true) {}'],
    ['an endless loop after an await', 'console.log("on"); await null; while (true) {}'],
    ['a promise that never settles', 'console.log("on"); await new Promise(() => {})'],
    ['a wait that blocks', 'console.log("on"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
  ])('answers while it is in %s, and ends when asked', async (_, code) => {
    const kernel = await start();
    const client = await kernel.connect();
    const id = client.startExecution(code);
    await client.next(
      ({ header, parent_header }) => header.msg_type === 'stream' && parent_header.msg_id === id,
    );
    expect(await client.heartbeat('ping')).toBe('ping');
    for (const channel of ['shell', 'control'] as const) {
      expect((await client.request(channel, 'kernel_info_request')).content.status).toBe('ok');
    }
    const other = await kernel.connect();
    const reply = await client.shutdown();
    expect(reply.content).toEqual({ status: 'ok', restart: false });
    await other.next(({ header }) => header.msg_type === 'shutdown_reply');
    expect(await kernel.ended).toBe(0);
  });

  test('says its last words, however much it said before', async () => {
    const kernel = await start();
    const client = await kernel.connect();
    const id = client.startExecution('for (let i = 0; i < 200; i++) console.log("x".repeat(99_999))');
    await client.next(({ channel, parent_header }) => channel === 'shell' && parent_header.msg_id === id);
    await client.shutdown();
    expect((await client.finish(id)).stdout).toHaveLength(20_000_000);
    expect(await kernel.ended).toBe(0);
    expect(kernel.written.stderr).toBe('');
  });

  test('says in one line each what it does not understand of its settings, and starts', async () => {
    const kernel = await start({ env: { TSKERNEL_MEMORY: 'abc', TSKERNEL_TYPES: 'banana' } });
    const client = await kernel.connect();
    expect((await client.execute('1 + 1')).reply.content.status).toBe('ok');
    expect(kernel.written.stderr.trimEnd().split('\n')).toEqual([
      '[tskernel] TSKERNEL_TYPES=banana is not understood: it takes warn, wait, error or off; warn is used',
      expect.stringMatching(
        /^\[tskernel\] TSKERNEL_MEMORY=abc is not understood: it takes a number of megabytes; \d+ is used$/,
      ),
    ]);
  });

  test('remembers after a restart what it ran before', async () => {
    const first = await start();
    const data = resolve(first.connectionPath, '../data');
    const before = await first.connect();
    await before.execute('const remembered = 1');
    await before.execute('remembered + 1');
    await before.shutdown(true);
    await first.ended;
    const second = await start({ env: { TSKERNEL_DATA: data } });
    const client = await second.connect();
    await client.execute('"new"');
    const { content } = await client.request('shell', 'history_request', {
      hist_access_type: 'tail',
      n: 3,
      output: true,
      raw: true,
    });
    expect(content.history).toEqual([
      [1, 1, ['const remembered = 1', null]],
      [1, 2, ['remembered + 1', '2']],
      [2, 1, ['"new"', "'new'"]],
    ]);
  });

  (windows ? test.skip : test)('treats SIGINT as an interrupt and SIGTERM as a shutdown', async () => {
    const kernel = await start();
    const client = await kernel.connect();
    const id = client.startExecution('console.log("on"); while (true) {}');
    await client.next(({ header }) => header.msg_type === 'stream');
    kernel.process.kill('SIGINT');
    expect((await client.finish(id)).reply.content).toMatchObject({
      status: 'error',
      ename: 'KeyboardInterrupt',
    });
    kernel.process.kill('SIGINT');
    // The signal has been seen when this is answered; otherwise it could hit the next cell.
    await client.request('control', 'kernel_info_request');
    expect((await client.execute('"alive"')).result).toBe("'alive'");
    kernel.process.kill('SIGTERM');
    await client.next(({ header }) => header.msg_type === 'shutdown_reply');
    expect(await kernel.ended).toBe(0);
  });

  (windows ? test.skip : test)('ends when the process that started it is gone', async () => {
    const kernel = await start();
    const { connectionPath } = kernel;
    await kernel.process.kill('SIGKILL');
    await kernel.ended;
    // A manager that starts a kernel, says its process id, and dies when told to.
    const manager = `
      const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(script)}, ${JSON.stringify(connectionPath)}],
        { env: { ...process.env, JPY_PARENT_PID: String(process.pid) }, stdio: 'inherit', detached: true });
      process.stdin.on('data', () => process.exit());`;
    const parent = spawn(process.execPath, ['-e', manager], { stdio: ['pipe', 'pipe', 'inherit'] });
    const client = await kernel.connect();
    const kernelEnded = new Promise((done) => parent.stdout.on('close', done));
    parent.stdout.resume();
    parent.stdin.write('die');
    await client.next(({ header }) => header.msg_type === 'shutdown_reply');
    await kernelEnded;
  });

  test.each([
    ['a file that does not exist', '/nonexistent/kernel.json', /The connection file .* cannot be read/],
    ['something else', script, /is not JSON/],
    // JEP 66, of protocol 5.6: the kernel chooses its ports and tells them to the server. No server speaks it yet.
    [
      'a file of registration',
      registration(),
      /asks for the start-up handshake \(registration_port\), .* Use a server that writes the five ports/,
    ],
  ])('that is started with %s says what is wrong', async (_, path, message) => {
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((done) => child.on('close', done));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

test('a kernel that is restarted twenty times on the same ports is reached each time', async () => {
  const first = await start();
  let client = await first.connect();
  await client.shutdown(true);
  expect(await first.ended).toBe(0);
  for (let times = 0; times < 20; times++) {
    const child = spawn(process.execPath, [script, first.connectionPath], { stdio: 'ignore' });
    const ended = new Promise((done) => child.on('close', done));
    client = await first.connect();
    const reply = await client.shutdown(true);
    expect(reply.content).toEqual({ status: 'ok', restart: true });
    expect(await ended).toBe(0);
  }
});
