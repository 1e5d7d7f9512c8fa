// Clients that say much, do not listen, or die.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import { Subscriber } from 'zeromq';
import { Client } from '../wire/client';
import { createChance } from './chance';
import { expectNoInnerError, expectWell, fault, megabytes, memoryOf, start } from './patient';
import { report } from './report';
import { patience, sizes } from './sizes';

const largeSize = 10_000_000;

function digest(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A cell's expression for the digest of a text or of bytes that it has. */
const digestIn = (expression: string): string =>
  `(await import('node:crypto')).createHash('sha256').update(${expression}).digest('hex')`;

fault('ten megabytes arrive whole, each way and by each kind of message', async () => {
  const kernel = await start();
  const client = await kernel.connect();
  const chance = createChance();
  await client.execute(`const kept = 42; let echoed: unknown
    const large = (seed: number) => String.fromCharCode(97 + seed % 26).repeat(${largeSize})
    comms.register('echo', (comm) => comm.onMessage(({ data, buffers }) => comm.send(data, { buffers })))`);
  const opened = client.send('shell', 'comm_open', { comm_id: 'c', target_name: 'echo', data: {} });
  await client.idle(opened);
  let messages = 0;
  const timeout = patience;
  for (let round = 0; round < sizes.largeMessages; round++) {
    const text = String.fromCharCode(97 + (round % 26)).repeat(largeSize);
    const source = await client.execute(`const source = "${text}"; ${digestIn('source')}`, { timeout });
    expect(source.result).toBe(`'${digest(text)}'`);

    const printed = await client.execute(`process.stdout.write(large(${round})); undefined`, { timeout });
    expect(printed.stdout === text).toBe(true);

    const shown = await client.execute(`display.mime({ 'text/plain': large(${round}) })`, { timeout });
    expect(
      shown.outputs.find(({ header }) => header.msg_type === 'display_data')?.content.data['text/plain'] ===
        text,
    ).toBe(true);

    const asked = await client.execute(`const line = input('? '); ${digestIn('line')}`, {
      answers: [text],
      timeout,
    });
    expect(asked.result).toBe(`'${digest(text)}'`);

    const bytes = Buffer.alloc(largeSize, chance.bytes(1000));
    const id = client.send(
      'shell',
      'comm_msg',
      { comm_id: 'c', data: { text } },
      { buffers: [bytes, Buffer.alloc(0)] },
    );
    const echo = await client.next(
      ({ header, parent_header }) =>
        header.msg_type === 'comm_msg' && parent_header.msg_id !== undefined && header.msg_id !== id,
      timeout,
    );
    expect([echo.content.data.text === text, echo.buffers.map(digest)]).toEqual([
      true,
      [digest(bytes), digest('')],
    ]);
    messages += 8;
    await expectWell(client);
    client.received.length = 0;
  }
  expectNoInnerError(kernel);
  report('messages of 10 MB or more', messages, 'source, output, display, answer, comm: all arrived whole');
});

fault('a client that reads nothing keeps nothing from the others', async () => {
  const kernel = await start();
  const client = await kernel.connect();
  const { iopub_port } = kernel.connection;
  const lazy = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
  lazy.connect(`tcp://127.0.0.1:${iopub_port}`);
  lazy.subscribe('');
  await lazy.receive();
  await client.execute('const kept = 42');
  const before = memoryOf(kernel);
  const code = `const line = 'x'.repeat(999); for (let i = 0; i < ${sizes.unread * 1000}; i++) console.log(line)`;
  const { stdout } = await client.execute(code, { timeout: patience });
  expect(stdout).toHaveLength(sizes.unread * 1_000_000);
  await expectWell(client);
  const during = memoryOf(kernel);
  lazy.close();
  await expectWell(client);
  report(
    'a megabyte printed past a subscriber that reads nothing',
    sizes.unread,
    `the other client got all of it; memory ${megabytes(before)} before, ${megabytes(during)} after`,
  );
});

fault(
  'a client that reads nothing takes no more than so much memory, one that reads slowly loses nothing',
  async () => {
    const kernel = await start();
    const client = await kernel.connect();
    const address = `tcp://127.0.0.1:${kernel.connection.iopub_port}`;
    const lazy = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
    const slow = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
    for (const subscriber of [lazy, slow]) {
      subscriber.connect(address);
      subscriber.subscribe('');
      await subscriber.receive();
    }
    await client.execute('const kept = 42');
    const outputs = 20_000;
    const show = async () => {
      const shown = await client.execute(
        `for (let i = 0; i < ${outputs}; i++) display.mime({ 'text/plain': 'x' + i })`,
        {
          timeout: patience,
        },
      );
      expect(shown.outputs.filter(({ header }) => header.msg_type === 'display_data')).toHaveLength(outputs);
      client.received.length = 0;
    };
    const before = memoryOf(kernel);
    await show();
    let next = 0;
    for await (const frames of slow) {
      const text = frames.map(String).find((frame) => frame.startsWith('{"data":{"text/plain":"x'));
      if (text === undefined) continue;
      expect(text).toContain(`"x${next}"`);
      next += 1;
      if (next === outputs) break;
      if (next % 500 === 0) await new Promise((done) => setTimeout(done, 20));
    }
    slow.close();
    // Three of them are more than anybody may be behind.
    await show();
    await show();
    const full = memoryOf(kernel);
    for (let cell = 3; cell < sizes.ignored; cell++) await show();
    const after = memoryOf(kernel);
    lazy.close();
    await expectWell(client);
    expectNoInnerError(kernel);
    expect(after - full).toBeLessThan(100);
    report(
      'an output past a subscriber that reads nothing',
      sizes.ignored * outputs,
      `the other client got all; memory ${megabytes(before)} before, ${megabytes(full)} after 60,000, ${megabytes(after)} after all`,
    );
  },
);

fault('a client that reads nothing takes no more than so much memory of large messages either', async () => {
  // A machine of one gigabyte, of which a quarter is the bound.
  const kernel = await start({ nodeArguments: ['--require', join(__dirname, 'small-machine.cjs')] });
  const client = await kernel.connect();
  const lazy = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
  lazy.connect(`tcp://127.0.0.1:${kernel.connection.iopub_port}`);
  lazy.subscribe('');
  await lazy.receive();
  await client.execute("const kept = 42; const pad = 'x'.repeat(1_000_000)");
  const before = memoryOf(kernel);
  const id = client.startExecution(
    `for (let i = 0; i < ${sizes.largeIgnored}; i++) display.mime({ 'text/plain': i + pad })`,
  );
  let peak = 0;
  for (let next = 0; next < sizes.largeIgnored; next++) {
    const shown = await client.next(({ header }) => header.msg_type === 'display_data', patience);
    expect(Number.parseInt(shown.content.data['text/plain'], 10)).toBe(next);
    client.received.length = 0;
    peak = Math.max(peak, memoryOf(kernel));
  }
  await client.idle(id, patience);
  lazy.close();
  await expectWell(client);
  expectNoInnerError(kernel);
  expect(kernel.written.stderr).toMatch(/a client that listens on iopub has left \d+ MB and more unread/);
  expect(peak - before).toBeLessThan(550);
  report(
    'a megabyte shown past a subscriber that reads nothing',
    sizes.largeIgnored,
    `the other client got all; memory ${megabytes(before)} before, ${megabytes(peak)} at most`,
  );
});

fault('the machine of a client that has gone is noticed, also while nothing is sent', async () => {
  if (process.platform !== 'linux') return;
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  const { shell_port, control_port, iopub_port, stdin_port } = kernel.connection;
  for (const port of [shell_port, control_port, iopub_port, stdin_port]) {
    const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    // Local address, remote address, state (01: established), queues, timer (02: keepalive; 01 while something is under way).
    const timers = () =>
      readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, own, , state]) => own?.endsWith(local) && state === '01')
        .map(([, , , , , timer]) => timer!.slice(0, 2));
    for (let tries = 0; tries < 50 && timers().includes('01'); tries++)
      await new Promise((done) => setTimeout(done, 100));
    expect(timers()).toEqual(['02']);
  }
  report('connections that TCP watches', 4, 'who has gone is dropped after a quarter of an hour');
});

/** A client in a process of its own: sends one message on shell, and lives until it is killed. */
function spawnClient(client: Client, session: string, frames: readonly (string | Buffer)[]): ChildProcess {
  const { shell_port } = client.connection;
  const script = `
    const { Dealer } = require('zeromq')
    const shell = new Dealer({ routingId: ${JSON.stringify(session)} })
    shell.connect('tcp://127.0.0.1:${shell_port}')
    shell.send(${JSON.stringify(frames.map(String))})
    setInterval(() => {}, 1000)`;
  return spawn(process.execPath, ['-e', script], {
    cwd: resolve(__dirname, '../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function gone(child: ChildProcess): Promise<unknown> {
  const exited = new Promise((done) => child.on('exit', done));
  child.kill('SIGKILL');
  return exited;
}

fault('a client that died and is back under its old name gets the answers that it waited for', async () => {
  const kernel = await start();
  const observer = await kernel.connect();
  await observer.execute('const kept = 42; const { existsSync } = await import("node:fs")');
  const session = randomUUID();
  const signal = join(resolve(kernel.connectionPath, '..'), 'go');
  for (let round = 0; round < sizes.comebacks; round++) {
    const waits = round % 2 ? 'await new Promise((r) => setTimeout(r, 2))' : 'sleep(2)';
    const { id, frames } = observer.encode('execute_request', {
      code: `while (!existsSync(${JSON.stringify(signal)})) ${waits}; ${round}`,
      silent: false,
      allow_stdin: false,
    });
    const child = spawnClient(observer, session, frames);
    await observer.next(
      ({ header, parent_header }) => header.msg_type === 'execute_input' && parent_header.msg_id === id,
    );
    // Every third one is not dead but hangs: its connection stays, and is taken over.
    const hangs = round % 3 === 2 && process.platform !== 'win32';
    if (hangs) child.kill('SIGSTOP');
    else await gone(child);
    const back = new Client(kernel.connection, session);
    try {
      await back.welcomed();
      // Now the kernel knows that it is back.
      await back.request('shell', 'kernel_info_request');
      if (hangs) await gone(child);
      writeFileSync(signal, '');
      const reply = await back.next(
        ({ channel, parent_header }) => channel === 'shell' && parent_header.msg_id === id,
      );
      expect(reply.content.status).toBe('ok');
      await observer.idle(id);
    } finally {
      back.close();
      rmSync(signal, { force: true });
    }
  }
  await expectWell(observer);
  expectNoInnerError(kernel);
  report(
    'a client killed in the middle of a cell, and back under its identity',
    sizes.comebacks,
    'each got the reply to the cell',
  );
});
