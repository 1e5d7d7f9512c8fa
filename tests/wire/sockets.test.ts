import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { curveKeyPair, Dealer, Subscriber } from 'zeromq';
import { channelNames } from '../../kernel/connection';
import { logged } from '../unit/kernel/logged';
import { Client } from './client';
import { openKernel, type TestKernel } from './kernel';

let kernels: TestKernel[] = [];
afterEach(async () => {
  for (const kernel of kernels) await kernel.close();
  kernels = [];
});

async function open(changes: Parameters<typeof openKernel>[0] = {}): Promise<TestKernel> {
  const kernel = await openKernel(changes);
  kernels.push(kernel);
  return kernel;
}

function types(client: Client, id: string): string[] {
  return client.received
    .filter(({ channel, parent_header }) => channel === 'iopub' && parent_header.msg_id === id)
    .map(({ header, content }) => (header.msg_type === 'status' ? content.execution_state : header.msg_type));
}

describe('a kernel can be reached', () => {
  async function expectService(kernel: TestKernel): Promise<void> {
    const client = await kernel.connect();
    const execution = await client.execute('print hello\nvalue 3');
    expect([execution.stdout, execution.result, execution.reply.content.status]).toEqual([
      'hello',
      '3',
      'ok',
    ]);
    expect(types(client, execution.id)).toEqual([
      'busy',
      'execute_input',
      'stream',
      'execute_result',
      'idle',
    ]);
    expect((await client.request('control', 'kernel_info_request')).content.implementation).toBe('tskernel');
    expect(await client.heartbeat('ping')).toBe('ping');
    const asking = client.execute('ask name', { answers: ['Ada'] });
    expect((await asking).stdout).toBe('heard "Ada"');
  }

  test('over tcp, on ports that it chose', async () => {
    const kernel = await open();
    const ports = channelNames.map((channel) => kernel.connection[`${channel}_port`]);
    expect(new Set(ports).size).toBe(5);
    expect(ports.every((port) => port > 0)).toBe(true);
    await expectService(kernel);
  });

  test('without a key', async () => {
    await expectService(await open({ key: '' }));
  });

  test('with encryption', async () => {
    const { publicKey, secretKey } = curveKeyPair();
    await expectService(await open({ curve_publickey: publicKey, curve_secretkey: secretKey }));
  });

  test('with encryption, but not without the key', async () => {
    const { publicKey, secretKey } = curveKeyPair();
    const kernel = await open({ curve_publickey: publicKey, curve_secretkey: secretKey });
    const { curve_publickey: _, curve_secretkey: __, ...plain } = kernel.connection;
    const stranger = new Client(plain);
    stranger.send('shell', 'kernel_info_request');
    const client = await kernel.connect();
    await client.request('shell', 'kernel_info_request');
    expect(stranger.received).toEqual([]);
    stranger.close();
  });

  const posix = process.platform === 'win32' ? test.skip : test;
  posix('over ipc, and leaves no files behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tskernel-ipc-'));
    const prefix = join(folder, 'kernel');
    const kernel = await openKernel({ transport: 'ipc', ip: prefix });
    expect([1, 2, 3, 4, 5].every((port) => existsSync(`${prefix}-${port}`))).toBe(true);
    await expectService(kernel);
    await kernel.close();
    expect([1, 2, 3, 4, 5].some((port) => existsSync(`${prefix}-${port}`))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test('on a port that is about to be released', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.on('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const opening = open({ shell_port: port });
    blocker.close();
    await expectService(await opening);
  });

  test('again on the ports of the one before', async () => {
    const first = await openKernel();
    await first.close();
    const { shell_port, iopub_port, stdin_port, control_port, hb_port, key } = first.connection;
    const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
    await expectService(await open({ ...ports, key }));
  });
});

describe('whoever subscribes', () => {
  test('gets a welcome before anything else, also in the middle of a flood', async () => {
    const kernel = await open();
    let flooding = true;
    const flood = (async () => {
      while (flooding) {
        for (let line = 0; line < 20; line++) {
          kernel.engine.output(0, { kind: 'text', stream: 'stdout', text: 'flood' });
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    try {
      for (let count = 0; count < 100; count++) {
        const client = new Client(kernel.connection);
        const first = await client.next(({ channel }) => channel === 'iopub').finally(() => client.close());
        expect([first.header.msg_type, first.content, first.parent_header]).toEqual([
          'iopub_welcome',
          { subscription: '' },
          {},
        ]);
      }
    } finally {
      flooding = false;
      await flood;
    }
  });

  test('gets it also while others come and go', async () => {
    const kernel = await open();
    const stay = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const client = new Client(kernel.connection);
        const first = await client.next(({ channel }) => channel === 'iopub').finally(() => client.close());
        return first.header.msg_type;
      }),
    );
    expect(new Set(stay)).toEqual(new Set(['iopub_welcome']));
  });

  test('to a topic gets that topic, and the welcome says which', async () => {
    const kernel = await open();
    const subscriber = new Subscriber({ linger: 0 });
    subscriber.connect(`tcp://127.0.0.1:${kernel.connection.iopub_port}`);
    subscriber.subscribe('stream.stderr');
    const [topic, , , header, , , content] = await subscriber.receive();
    expect(String(topic)).toBe('stream.stderr');
    expect(JSON.parse(String(header)).msg_type).toBe('iopub_welcome');
    expect(JSON.parse(String(content))).toEqual({ subscription: 'stream.stderr' });
    const client = await kernel.connect();
    await client.execute('print a\nwarn b');
    const [next] = await subscriber.receive();
    expect(String(next)).toBe('stream.stderr');
    subscriber.close();
  });

  test('first hears that the kernel starts, and nobody hears it twice', async () => {
    const kernel = await open();
    const first = await kernel.connect();
    const starting = await first.next(({ content }) => content.execution_state === 'starting');
    expect(starting.parent_header).toEqual({});
    const second = await kernel.connect();
    await second.execute('print a');
    expect(second.received.filter(({ content }) => content.execution_state === 'starting')).toEqual([]);
  });

  test('hears what other clients run', async () => {
    const kernel = await open();
    const [first, second] = [await kernel.connect(), await kernel.connect()];
    const id = first.startExecution('print for all');
    await second.idle(id);
    expect(types(second, id)).toEqual(['busy', 'execute_input', 'stream', 'idle']);
    await first.finish(id);
    expect(second.received.some(({ channel }) => channel === 'shell')).toBe(false);
  });
});

describe('clients', () => {
  test('are asked each for itself', async () => {
    const kernel = await open();
    const [first, second] = [await kernel.connect(), await kernel.connect()];
    const one = first.execute('ask one', { answers: ['1'] });
    const two = second.execute('ask two', { answers: ['2'] });
    expect([(await one).stdout, (await two).stdout]).toEqual(['heard "1"', 'heard "2"']);
    expect(first.received.filter(({ channel }) => channel === 'stdin')).toHaveLength(1);
  });

  test('that come back under the same identity get their replies', async () => {
    const kernel = await open();
    const address = `tcp://127.0.0.1:${kernel.connection.shell_port}`;
    const lost = new Dealer({ linger: 0, routingId: 'same' });
    lost.connect(address);
    const client = await kernel.connect();
    const encoded = () => client.encode('kernel_info_request', {}).frames;
    await lost.send(encoded());
    await lost.receive();
    const back = new Dealer({ linger: 0, routingId: 'same', receiveTimeout: 10_000 });
    back.connect(address);
    await back.send(encoded());
    const [, , header] = await back.receive();
    expect(JSON.parse(String(header)).msg_type).toBe('kernel_info_reply');
    lost.close();
    back.close();
  });

  test('may be routed over several hops', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const socket = new Dealer({ linger: 0, routingId: 'proxy', receiveTimeout: 10_000 });
    socket.connect(`tcp://127.0.0.1:${kernel.connection.shell_port}`);
    await socket.send(['hop', '', ...client.encode('kernel_info_request', {}).frames]);
    const [hop, empty, delimiter] = await socket.receive();
    expect([hop, empty, delimiter].map(String)).toEqual(['hop', '', '<IDS|MSG>']);
    socket.close();
  });
});

describe('nonsense is dropped, and the kernel goes on', () => {
  test('frames that are no message', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    await client.request('shell', 'kernel_info_request');
    const before = client.received.length;
    const good = (): (string | Buffer)[] => client.encode('kernel_info_request', {}).frames;
    const changed = (index: number, frame: string | Buffer): (string | Buffer)[] => {
      const frames = good();
      frames[index] = frame;
      return frames;
    };
    const repeated = good();
    const bad: (string | Buffer)[][] = [
      [''],
      ['', '', ''],
      [randomBytes(1000)],
      ['<IDS|MSG>'],
      good().slice(1),
      ...[1, 2, 3, 4, 5].map((length) => good().slice(0, length)),
      changed(1, ''),
      changed(1, 'x'.repeat(64)),
      changed(1, '0'.repeat(64)),
      changed(1, randomBytes(32)),
      changed(2, '{'),
      changed(5, '{"code":"1"}'),
    ];
    for (const channel of ['shell', 'control', 'stdin'] as const) {
      for (const frames of bad) client.sendRaw(channel, frames);
    }
    // Every bit of the signature counts, and every byte of what is signed.
    for (let count = 0; count < 200; count++) {
      const frames = good().map((frame) => Buffer.from(frame));
      const index = 1 + (count % 5);
      const frame = frames[index]!;
      frame[count % frame.length]! ^= 1 << (count % 8);
      client.sendRaw('shell', frames);
    }
    client.sendRaw('shell', repeated);
    client.sendRaw('shell', repeated);
    client.sendRaw('control', repeated);
    const execution = await client.execute('print alive');
    expect(execution.stdout).toBe('alive');
    await client.request('control', 'kernel_info_request');
    const answers = client.received.slice(before).filter(({ header }) => header.msg_type !== 'iopub_welcome');
    expect(logged).toContain('a message on control was refused: wrong signature');
    expect(logged).toContain('a message on shell was refused: duplicate signature');
    // One repeated message was good, the first time: busy, reply, idle. The rest is about the last two requests.
    expect(answers.filter(({ header }) => header.msg_type === 'kernel_info_reply')).toHaveLength(2);
    expect(answers.filter(({ content }) => content.execution_state === 'busy')).toHaveLength(3);
    expect(answers.filter(({ content }) => content.execution_state === 'idle')).toHaveLength(3);
  });

  test('signed messages that are no JSON objects', async () => {
    const kernel = await open({ key: '' });
    const client = await kernel.connect();
    const frames = client.encode('kernel_info_request', {}).frames;
    for (const frame of ['', '{', 'null', '[]', '1', '"a"', '\x00', '[1'.repeat(1000)]) {
      for (const index of [2, 3, 4, 5]) {
        const spoilt = [...frames];
        spoilt[index] = frame;
        client.sendRaw('shell', spoilt);
      }
    }
    await client.request('shell', 'kernel_info_request');
    expect(client.received.filter(({ content }) => content.execution_state === 'busy')).toHaveLength(1);
  });

  test('ten megabytes of it, or of something sensible', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    client.sendRaw('shell', ['<IDS|MSG>', '', '{}', '{}', '{}', randomBytes(10_000_000)]);
    const text = 'x'.repeat(10_000_000);
    const execution = await client.execute(`print ${text}`);
    expect(execution.stdout).toBe(text);
    const id = client.send(
      'shell',
      'comm_msg',
      { comm_id: 'c', data: {} },
      { buffers: [randomBytes(10_000_000), Buffer.alloc(0)] },
    );
    await client.idle(id);
    expect(client.outputs(id)[0]!.buffers.map(({ length }) => length)).toEqual([10_000_000, 0]);
  });

  test('types that nobody knows', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    for (const channel of ['shell', 'control'] as const) {
      const id = client.send(channel, 'nonsense_request');
      await client.idle(id);
      expect(types(client, id)).toEqual(['busy', 'idle']);
    }
  });

  test('lone surrogates go out as replacement characters', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const id = client.startExecution('wait');
    kernel.engine.release();
    await client.finish(id);
    kernel.engine.output(kernel.engine.idOf(id), { kind: 'text', stream: 'stdout', text: 'a\ud800b' });
    const late = await client.next(
      ({ header, parent_header }) => header.msg_type === 'stream' && parent_header.msg_id === id,
    );
    expect(late.content.text).toBe('a\ufffdb');
  });
});

describe('running all cells', () => {
  test('when the first fails, twenty others say that they did not run', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const failing = client.startExecution('wait\nfail Error');
    const queued: string[] = [];
    const others: string[] = [];
    for (let cell = 0; cell < 20; cell++) {
      queued.push(client.startExecution(`print ${cell}`));
      if (cell % 5 === 0)
        others.push(
          client.send('shell', 'kernel_info_request'),
          client.send('shell', 'complete_request', { code: 'a', cursor_pos: 1 }),
        );
    }
    // When the last one is answered, the kernel has all of them.
    await client.request('shell', 'kernel_info_request');
    kernel.engine.release();
    expect((await client.finish(failing)).reply.content.status).toBe('error');
    for (const id of queued) {
      const { reply } = await client.finish(id);
      expect(reply.content).toMatchObject({ status: 'aborted' });
      expect(reply.content).not.toHaveProperty('execution_count');
      expect(types(client, id)).toEqual(['busy', 'idle']);
    }
    for (const id of others) expect((await client.reply(id)).content.status).toBe('ok');
    expect((await client.execute('print after')).stdout).toBe('after');
    expect(kernel.engine.cells).toHaveLength(2);
  });

  test('that succeed, each has its own output', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const ids = Array.from({ length: 200 }, (_, cell) =>
      client.startExecution(`print ${cell}\nvalue ${cell}`),
    );
    for (const [cell, id] of ids.entries()) {
      const execution = await client.finish(id);
      expect([execution.stdout, execution.result, execution.reply.content.execution_count]).toEqual([
        String(cell),
        String(cell),
        cell + 1,
      ]);
    }
  });

  test('ten thousand outputs of one cell arrive in order, before the idle', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const lines = Array.from({ length: 10_000 }, (_, line) => `print ${line}`);
    const execution = await client.execute(lines.join('\n'));
    expect(execution.outputs.slice(1).map(({ content }) => content.text)).toEqual(
      lines.map((line) => line.slice(6)),
    );
  });
});

describe('interrupt and shutdown', () => {
  test('an interrupt ends the cell that runs, and nothing else', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const id = client.startExecution('print started\nwait');
    await client.next(({ header }) => header.msg_type === 'stream');
    expect((await client.interrupt()).content.status).toBe('ok');
    expect((await client.finish(id)).reply.content).toMatchObject({
      status: 'error',
      ename: 'KeyboardInterrupt',
    });
    for (let times = 0; times < 2; times++) expect((await client.interrupt()).content.status).toBe('ok');
    expect((await client.execute('print fine')).stdout).toBe('fine');
  });

  test('an interrupt ends a question', async () => {
    const kernel = await open();
    const client = await kernel.connect();
    const id = client.startExecution('ask name', { allow_stdin: true });
    const prompt = await client.prompt(id);
    await client.interrupt();
    expect((await client.finish(id)).reply.content.ename).toBe('KeyboardInterrupt');
    client.answer('late', prompt);
    expect((await client.execute('ask again', { answers: ['now'] })).stdout).toBe('heard "now"');
  });

  test.each([true, false])('a shutdown (restart: %p) is heard by every client', async (restart) => {
    const kernel = await open();
    const [client, other] = [await kernel.connect(), await kernel.connect(randomUUID())];
    client.startExecution('hang');
    await client.next(({ header }) => header.msg_type === 'execute_input');
    const reply = await client.shutdown(restart);
    expect(reply).toMatchObject({ channel: 'control', content: { status: 'ok', restart } });
    const heard = await other.next(({ header }) => header.msg_type === 'shutdown_reply');
    expect(heard.content).toEqual({ status: 'ok', restart });
    expect(heard.header.msg_id).not.toBe(reply.header.msg_id);
    await kernel.left;
  });
});
