// Much output, and much time.
import { expect } from '@jest/globals';
import type { Client } from '../wire/client';
import { createChance } from './chance';
import {
  aliveIn,
  countingHeaps,
  expectNoInnerError,
  expectWell,
  fault,
  megabytes,
  memoryOf,
  start,
} from './patient';
import { report } from './report';
import { isFull, patience, sizes } from './sizes';

fault('a million printed lines all arrive, in their order', async () => {
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  const amount = sizes.lines;
  const before = memoryOf(kernel);
  const ways = {
    'in a loop': `for (let i = 0; i < ${amount}; i++) console.log(i)`,
    'with an await now and then': `for (let i = 0; i < ${amount}; i++) { console.log(i); if (i % 1000 === 0) await null }`,
  };
  let milliseconds = 0;
  for (const [way, code] of Object.entries(ways)) {
    const begun = performance.now();
    const { stdout, reply } = await client.execute(code, { timeout: patience });
    milliseconds += performance.now() - begun;
    expect([way, reply.content.status]).toEqual([way, 'ok']);
    const lines = stdout.split('\n');
    expect([way, lines.pop(), lines.length]).toEqual([way, '', amount]);
    expect([way, lines.findIndex((line, index) => line !== String(index))]).toEqual([way, -1]);
    client.received.length = 0;
  }
  await expectWell(client);
  const rate = Math.round((2 * amount) / milliseconds);
  report(
    'printed lines',
    2 * amount,
    `none lost, all in order, ${rate},000 a second; memory ${megabytes(before)} before, ${megabytes(memoryOf(kernel))} after`,
  );
});

/** Cells that show something for ever; printing is in tests/conformance. */
const floods: readonly string[] = [
  "while (true) display.html('x'.repeat(100_000))",
  "const shown = display('first'); while (true) shown.update('x'.repeat(1000))",
  "while (true) display.mime({ 'application/json': [1, 2, { a: 'b' }] })",
  "const comm = comms.open('nobody'); while (true) comm.send({ a: 1 }, { buffers: [new Uint8Array(100_000)] })",
  "while (true) { display.html('x'); await null }",
  "while (true) { clearOutput({ wait: true }); console.log('x'.repeat(1000)) }",
];

fault('a cell that shows for ever is slowed down, and can be stopped', async () => {
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  let [outputs, most] = [0, 0];
  for (const code of floods) {
    const id = client.startExecution(`{ ${code} }`);
    await client.next(() => client.received.length > sizes.floods, patience);
    most = Math.max(most, memoryOf(kernel));
    await client.interrupt();
    const { reply } = await client.finish(id, patience).catch((error: Error) => {
      throw new Error(`${code} was not stopped: ${error.message}`);
    });
    expect([code, reply.content.ename]).toEqual([code, 'KeyboardInterrupt']);
    outputs += client.received.length;
    client.received.length = 0;
    await expectWell(client);
    client.received.length = 0;
  }
  expect(most).toBeLessThan(600);
  report(
    'outputs of cells that show for ever',
    outputs,
    `each stopped, variables kept; memory at most ${megabytes(most)}`,
  );
});

/** What a person does all day, each with the expected end. */
const day: readonly ((client: Client, round: number) => Promise<unknown>)[] = [
  async (client, round) =>
    expect((await client.execute(`const x = ${round}; x + 1`)).result).toBe(String(round + 1)),
  async (client, round) =>
    expect((await client.execute(`await Promise.resolve(${round})`)).result).toBe(String(round)),
  async (client) =>
    expect((await client.execute('for (let i = 0; i < 100; i++) console.log(i)')).stdout).toHaveLength(290),
  async (client) =>
    expect(
      (await client.execute('class Point { constructor(readonly x: number) {} }; new Point(1)')).result,
    ).toBe('Point { x: 1 }'),
  async (client) =>
    expect((await client.execute('throw new Error("of the day")')).reply.content.ename).toBe('Error'),
  async (client) => expect((await client.execute('1 +')).reply.content.ename).toBe('SyntaxError'),
  async (client) =>
    expect(
      (
        await client.execute(
          'display.html("<b>bold</b>"); const rows = [{ a: 1 }, { a: 2 }]; display.table(rows)',
        )
      ).reply.content.status,
    ).toBe('ok'),
  async (client) =>
    expect(
      (
        await client.execute(
          'setTimeout(() => {}, 1); const list = Array.from({ length: 10_000 }, (_, i) => ({ i })); list.length',
        )
      ).result,
    ).toBe('10000'),
  async (client) =>
    expect((await client.execute('input("? ")', { answers: ['line'] })).result).toBe("'line'"),
  async (client) =>
    expect(
      (await client.request('shell', 'complete_request', { code: 'Math.', cursor_pos: 5 })).content.matches,
    ).toContain('max'),
  async (client) =>
    expect(
      (await client.request('shell', 'inspect_request', { code: 'Math', cursor_pos: 2, detail_level: 0 }))
        .content.found,
    ).toBe(true),
  async (client) =>
    expect((await client.request('shell', 'is_complete_request', { code: 'if (x) {' })).content.status).toBe(
      'incomplete',
    ),
  async (client) =>
    expect(
      (
        await client.request('shell', 'history_request', {
          hist_access_type: 'tail',
          n: 5,
          output: true,
          raw: true,
        })
      ).content.status,
    ).toBe('ok'),
];

fault('a kernel that is used all day long does not grow', async () => {
  const chance = createChance();
  const kernel = await start({ env: { TSKERNEL_TYPES: 'warn' }, nodeArguments: countingHeaps });
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  // Types and whatever else loads with its first use.
  for (const one of day) await one(client, 0);
  let cells = 0;
  const work = async (seconds: number): Promise<number> => {
    const samples: number[] = [];
    for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
      for (let index = 0; index < 50; index++) await chance.of(day)(client, cells++);
      client.received.length = 0;
      samples.push(memoryOf(kernel));
    }
    samples.sort((left, right) => left - right);
    return samples[samples.length >> 1]!;
  };
  // Medians: what a garbage collector has not taken yet is no growth.
  const warm = await work(sizes.soak / 5);
  const aliveBefore = await aliveIn(kernel);
  const cellsBefore = cells;
  await work((sizes.soak * 3) / 5);
  const end = await work(sizes.soak / 5);
  const growth = (await aliveIn(kernel)) - aliveBefore;
  await expectWell(client);
  expectNoInnerError(kernel);
  // What is kept for good is the text of every cell: for error messages, `In` and the history.
  expect(growth).toBeLessThan(16 + cells * 0.004);
  // In a few seconds the heaps only grow to the size that V8 lets them have, with nothing kept at all.
  if (isFull) expect(end - warm).toBeLessThan(64 + cells * 0.002);
  report(
    'requests of all kinds, one after the other',
    cells,
    `in ${sizes.soak} s; memory ${megabytes(warm)} in the first fifth, ${megabytes(end)} in the last; ${((growth * 1024) / (cells - cellsBefore)).toFixed(1)} KB a request kept`,
  );
});
