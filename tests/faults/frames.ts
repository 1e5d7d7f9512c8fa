// Messages that are none, or come from somebody who does not know the key, or for the second time.
import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { sign, signed } from '../messages';
import type { Client } from '../wire/client';
import { type Chance, createChance, seed } from './chance';
import { expectNoInnerError, expectWell, fault, megabytes, memoryOf, start } from './patient';
import { report } from './report';
import { patience, sizes } from './sizes';

const channels = ['shell', 'shell', 'control', 'stdin'] as const;

/** Messages between two looks at the kernel. */
const batchSize = 500;

const count = (amount: number, thing: string): string => `${amount.toLocaleString('en')} ${thing}`;

/** A message that, once it is believed, leaves its trace: `trace` is no longer 0. */
function traced(client: Client): Buffer[] {
  const { frames } = client.encode(
    'execute_request',
    { code: 'trace++', silent: false, store_history: true, allow_stdin: false },
    { metadata: { cellId: 'x' } },
  );
  return frames.map((frame) => Buffer.from(frame));
}

/** Spoils frames in one of many ways; whatever way, the signature is wrong afterwards, or a frame is no JSON. */
function spoil(frames: Buffer[], chance: Chance): Buffer[] {
  const signed = 1 + chance(5);
  const frame = frames[signed]!;
  const ways: (() => Buffer[])[] = [
    () => {
      for (let flips = 1 + chance(8), at = new Set<number>(); flips > 0; flips--) {
        const bit = chance(frame.length * 8);
        // The same bit twice would heal it.
        if (!at.has(bit)) frame[bit >> 3]! ^= 1 << (bit & 7);
        at.add(bit);
      }
      return frames;
    },
    () => frames.toSpliced(chance(frames.length), 1),
    () => frames.slice(0, chance(frames.length)),
    () => frames.with(signed, frame.subarray(0, chance(frame.length))),
    () => frames.with(signed, Buffer.concat([frame, chance.bytes(1 + chance(64))])),
    () => frames.with(signed, chance.bytes(chance(200))),
    () => frames.toSpliced(1 + chance(4), 0, chance.bytes(chance(20))),
    // The signature goes over all four, one after the other: it stays right when bytes move from one to the next.
    () => {
      const [left, right] = [frames[2]!, frames[3]!];
      const cut = 1 + chance(left.length - 1);
      return frames.with(2, left.subarray(0, cut)).with(3, Buffer.concat([left.subarray(cut), right]));
    },
    () => [...frames.slice(0, 2), frames[5]!, frames[2]!, frames[4]!, frames[3]!],
    () => Array.from({ length: 1 + chance(30) }, () => chance.bytes(chance(50))),
    () => frames.toReversed(),
  ];
  return chance.of(ways)();
}

const oddities: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  1e308,
  -1e308,
  2 ** 53,
  '',
  ' ',
  '\0',
  '\ud800',
  '😀',
  '__proto__',
  'x'.repeat(100_000),
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { __proto__: null },
  { toString: 1 },
  { length: -1 },
  '../../../etc/passwd',
  '{',
  '*?[',
  '((((',
];
const fields = [
  'code',
  'silent',
  'store_history',
  'user_expressions',
  'allow_stdin',
  'stop_on_error',
  'cursor_pos',
  'detail_level',
  'hist_access_type',
  'output',
  'raw',
  'n',
  'session',
  'start',
  'stop',
  'pattern',
  'unique',
  'target_name',
  'comm_id',
  'data',
  'seq',
  'type',
  'command',
  'arguments',
  'subshell_id',
  'value',
  'status',
  '__proto__',
  'constructor',
  'toString',
];
// No shutdown: that one would be obeyed.
const types = [
  'kernel_info_request',
  'connect_request',
  'execute_request',
  'complete_request',
  'inspect_request',
  'is_complete_request',
  'history_request',
  'comm_info_request',
  'interrupt_request',
  'usage_request',
  'debug_request',
  'create_subshell_request',
  'delete_subshell_request',
  'list_subshell_request',
  'comm_open',
  'comm_msg',
  'comm_close',
  'input_reply',
  'execute_reply',
  'status',
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'no such request',
];
const codes = [
  'kept',
  '1 +',
  'kept.',
  'throw 1',
  '`${',
  '\\',
  '/*',
  'x.y.z',
  'let a: = 1',
  'enum {',
  '%',
  '!',
  '???',
  'await',
  '\u2028',
];

/** A content of a known shape, some fields of which make no sense. */
function nonsense(chance: Chance): Record<string, unknown> {
  const content: Record<string, unknown> = {
    code: chance.of(codes),
    cursor_pos: chance(10),
    hist_access_type: chance.of(['tail', 'range', 'search']),
    comm_id: chance.of(['a', 'b']),
    data: {},
    store_history: false,
  };
  for (let changes = chance(4); changes > 0; changes--) {
    const name = chance.of(fields);
    if (chance(4) === 0) delete content[name];
    else
      Object.defineProperty(content, name, {
        value: chance.of(oddities),
        enumerable: true,
        configurable: true,
      });
  }
  return content;
}

/** A message with a right signature and a wrong inside. `isServed`: it has to be announced busy and idle. */
function signedNonsense(client: Client, chance: Chance): { id: string; frames: Buffer[]; isServed: boolean } {
  const { id, frames } = client.encode(chance.of(types), nonsense(chance));
  let isServed = true;
  let parts = frames.slice(2).map(String);
  const header: Record<string, unknown> = JSON.parse(parts[0]!);
  switch (chance(16)) {
    case 0:
    case 1:
      isServed = false;
      parts = parts.with(
        chance(4),
        chance.of(['', '{', 'null', '[]', '1', '"a"', '\0', '[1'.repeat(1000), '\uffff']),
      );
      break;
    case 2:
    case 3:
      isServed = false;
      header[chance.of(['msg_id', 'msg_type', 'session'])] = chance.of([null, 1, [], {}, true]);
      parts = parts.with(0, JSON.stringify(header));
      break;
    case 4:
    case 5:
      header[chance.of(['version', 'date', 'username', 'subshell_id', 'extra'])] = chance.of(oddities);
      parts = parts.with(0, JSON.stringify(header));
      break;
    case 6:
    case 7:
      parts = parts.with(1 + chance(2), JSON.stringify(nonsense(chance)));
      break;
    default:
  }
  return { id, isServed, frames: signed(client.connection.key, parts) };
}

/** How many cells were run by messages that must not be believed. */
async function expectNoTrace(client: Client): Promise<void> {
  expect((await client.execute('trace')).result).toBe('0');
  await expectWell(client);
}

fault('frames that were spoilt on their way are refused, whatever was spoilt', async () => {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42; let trace = 0');
  const amount = sizes.frames / 2;
  const before = memoryOf(kernel);
  let huge = 0;
  for (let sent = 0; sent < amount; sent += batchSize) {
    for (let index = 0; index < batchSize; index++)
      client.sendRaw(chance.of(channels), spoil(traced(client), chance));
    // Now and then something too large to be meant.
    const large = Buffer.alloc(1_000_000 * (1 + chance(8)));
    client.sendRaw(chance.of(channels), traced(client).with(1 + chance(5), large));
    client.sendRaw(
      chance.of(channels),
      Array.from({ length: 2_000 }, () => Buffer.of(chance(256))),
    );
    huge += 2;
    await expectNoTrace(client);
    expect(client.received.filter(({ header }) => header.msg_type === 'execute_input')).toHaveLength(
      sent === 0 ? 3 : 2,
    );
    client.received.length = 0;
  }
  expectNoInnerError(kernel);
  report(
    'spoilt, truncated and oversized messages',
    amount + huge,
    `all refused (${huge} of them of up to 8 MB or 2,000 frames); memory ${megabytes(before)} before, ${megabytes(memoryOf(kernel))} after; seed ${seed}`,
  );
});

fault('signed messages with nonsense inside are announced, answered and ended like others', async () => {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  const amount = sizes.frames / 2;
  let [served, answered] = [0, 0];
  for (let sent = 0; sent < amount; sent += batchSize) {
    const waiting: string[] = [];
    for (let index = 0; index < batchSize; index++) {
      const channel = chance.of(['shell', 'shell', 'control', 'stdin'] as const);
      const { id, frames, isServed } = signedNonsense(client, chance);
      client.sendRaw(channel, frames);
      if (isServed && channel !== 'stdin') waiting.push(id);
    }
    await Promise.all(waiting.map((id) => client.idle(id, patience)));
    // The latest state that each message was given.
    const states = new Map<unknown, unknown>();
    for (const { parent_header, content, header } of client.received) {
      if (header.msg_type === 'status') states.set(parent_header.msg_id, content.execution_state);
    }
    expect([...states.values()].filter((state) => state === 'busy')).toEqual([]);
    served += waiting.length;
    answered += client.received.filter(({ channel }) => channel === 'shell' || channel === 'control').length;
    await expectWell(client);
    client.received.length = 0;
  }
  expectNoInnerError(kernel);
  report(
    'signed messages with nonsense inside',
    amount,
    `${count(served, 'announced busy and idle')}, ${count(answered, 'replies')}, the rest refused; seed ${seed}`,
  );
});

fault('whoever does not know the key is neither obeyed nor answered', async () => {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  const stranger = await kernel.connect();
  await client.execute('const kept = 42; let trace = 0');
  const { key } = kernel.connection;
  // Not the key with a zero byte behind it: to HMAC that is the same key.
  const keys = ['', ' ', `${key} `, key.slice(1), key.toUpperCase(), 'secret', 'x'.repeat(10_000)];
  const seen = stranger.received.length;
  for (let sent = 0; sent < sizes.wrongKeys; sent++) {
    const [delimiter, signature, ...parts] = traced(client) as [Buffer, Buffer, ...Buffer[]];
    const forged: Buffer[][] = [
      signed(chance.of(keys), parts.map(String)),
      [delimiter, Buffer.alloc(0), ...parts],
      [delimiter, Buffer.from(signature.toString().toUpperCase()), ...parts],
      [delimiter, Buffer.from(signature.toString(), 'hex'), ...parts],
      [delimiter, signature.subarray(0, 32), ...parts],
      [delimiter, Buffer.concat([signature, Buffer.of(0)]), ...parts],
      // Of another hash, with the right key.
      [delimiter, Buffer.from(sign(key, parts, 'sha512')), ...parts],
      // Of another message.
      [delimiter, traced(client)[1]!, ...parts],
    ];
    stranger.sendRaw(chance.of(channels), chance.of(forged));
  }
  // What is sent behind all of them is answered after all of them.
  for (const channel of ['shell', 'control'] as const)
    await stranger.request(channel, 'kernel_info_request', {}, { timeout: patience });
  await expectNoTrace(client);
  const own = stranger.received.slice(seen).filter(({ channel }) => channel !== 'iopub');
  expect(own).toHaveLength(2);
  report('messages signed with a wrong key, or wrongly', sizes.wrongKeys, 'none obeyed, none answered');
});

fault('what was recorded on its way and is sent again runs only once', async () => {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  const other = await kernel.connect();
  await client.execute('const kept = 42; let trace = 0');
  const recorded: Buffer[][] = [];
  const distinct = Math.ceil(sizes.replays / 20);
  for (let index = 0; index < distinct; index++) {
    recorded.push(traced(client));
    client.sendRaw('shell', recorded.at(-1)!);
  }
  const trace = async (): Promise<string | undefined> =>
    (await client.execute('trace', { timeout: patience })).result;
  expect(await trace()).toBe(String(distinct));
  for (let sent = 0; sent < sizes.replays; sent++) {
    const sender = chance.of([client, other]);
    const frames = chance.of(recorded);
    sender.sendRaw(
      chance.of(channels),
      chance(4) === 0 ? [Buffer.from('hop'), ...frames, Buffer.from('more')] : frames,
    );
  }
  for (const sender of [client, other]) {
    for (const channel of ['shell', 'control'] as const)
      await sender.request(channel, 'kernel_info_request', {}, { timeout: patience });
  }
  expect(await trace()).toBe(String(distinct));
  await expectWell(other);
  report(
    'messages sent again, by the same and by other clients',
    sizes.replays,
    `${count(distinct, 'cells')} ran once each`,
  );
});

/** What a stranger may say to a port, in bytes: the greeting of ZeroMQ, and then what ZeroMQ does not expect. */
function babble(chance: Chance): Buffer[] {
  const greeting = Buffer.alloc(64);
  greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
  greeting.write('NULL', 12);
  const ready = (socket: string): Buffer => {
    const body = Buffer.concat([
      Buffer.from('\x05READY\x0bSocket-Type'),
      Buffer.from([0, 0, 0, socket.length]),
      Buffer.from(socket),
    ]);
    return Buffer.concat([Buffer.of(4, body.length), body]);
  };
  const long = (flags: number, size: bigint): Buffer => {
    const header = Buffer.alloc(9);
    header[0] = flags;
    header.writeBigUInt64BE(size, 1);
    return header;
  };
  const welcome = [greeting, ready(chance.of(['DEALER', 'SUB', 'REQ', 'REP', 'XXX', '']))];
  return chance.of<() => Buffer[]>([
    () => [chance.bytes(1 + chance(300))],
    () => [Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    () => [greeting.subarray(0, chance(64))],
    () => [greeting, chance.bytes(1 + chance(100))],
    () => [...welcome, chance.bytes(1 + chance(300))],
    () => [
      ...welcome,
      long(2, chance.of([2n ** 31n, 2n ** 40n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n])),
      chance.bytes(100),
    ],
    () => [...welcome, ...Array.from({ length: 200 }, () => Buffer.of(1, 0))],
    () => [],
  ])();
}

fault('ports that are spoken to by somebody who speaks no ZeroMQ go on serving', async () => {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  const before = memoryOf(kernel);
  const { shell_port, control_port, iopub_port, stdin_port, hb_port } = kernel.connection;
  const ports = [shell_port, control_port, iopub_port, stdin_port, hb_port];
  for (let round = 0; round < sizes.strangers; round++) {
    await Promise.all(
      ports.map(
        (port) =>
          new Promise<void>((done) => {
            const socket = connect(port, '127.0.0.1', () => {
              socket.write(Buffer.concat(babble(chance)), () =>
                chance(2) === 0 ? socket.destroy() : socket.end(),
              );
            });
            socket.on('error', () => undefined).on('close', () => done());
            socket.resume();
          }),
      ),
    );
    if (round % 20 === 0) await expectWell(client);
  }
  await expectWell(client);
  report(
    'connections that speak no ZeroMQ, or claim messages of exabytes',
    sizes.strangers * ports.length,
    `memory ${megabytes(before)} before, ${megabytes(memoryOf(kernel))} after; seed ${seed}`,
  );
});
