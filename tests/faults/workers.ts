// The two worker threads end, in each of their states. What no kernel can survive is not here: a crash in native code
// (an addon, a bug of V8), or the process killed from outside. Whoever started the kernel starts it again then.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Client } from '../wire/client';
import { expectWell, fault, start } from './patient';
import { report } from './report';
import { isFull, patience, sizes } from './sizes';

/** Uses up a heap, each time with other things; some of them grow by half, or to twice their size, in a single step. */
const hogs = [
  'const hog = () => { const kept: unknown[] = []; while (true) kept.push(new Array(10_000).fill(0)) }',
  'const hog = () => { const kept: unknown[] = []; while (true) kept.push({ a: Math.random(), b: [] }) }',
  'const hog = () => { const kept: string[] = []; while (true) kept.push(String(Math.random()).repeat(1000).split("").join("-")) }',
  'const hog = () => { const kept: (() => unknown)[] = []; while (true) { const last = kept.at(-1); kept.push(() => last) } }',
  'const hog = () => { const kept: number[] = []; while (true) kept.push(kept.length) }',
  'const hog = () => { const kept = new Map<number, number>(); while (true) kept.set(kept.size, kept.size) }',
  'const hog = () => { const maps: unknown[] = []; while (true) maps.push(new Map(Array.from({ length: 100 }, (_, i) => [i, { i }]))) }',
];

/** Has the hog run in the middle of something. `late`: no cell is there to tell; its output does. */
const states: {
  readonly [name: string]: {
    code: string;
    late?: boolean;
    options?: Parameters<Client['execute']>[1];
    comm?: boolean;
  };
} = {
  'a cell that blocks': { code: 'hog()' },
  'a cell that awaits': { code: 'await null; hog()' },
  'a pending await': { code: 'setTimeout(hog, 5); await new Promise(() => {})' },
  'a question': {
    code: 'setTimeout(hog, 20); await input.async("? ")',
    options: { allow_stdin: true } as never,
  },
  // Without a front end the cell's end would wait for the timer, and the cell would be told.
  'no cell': { code: 'setTimeout(hog, 20); undefined', late: true, options: { allow_stdin: true } },
  'a listener of a comm': { code: 'comms.register("hog", () => hog()); undefined', late: true, comm: true },
  'the rendering of a result': { code: '({ [Symbol.for("nodejs.util.inspect.custom")]: hog })' },
  'an expression': { code: '1', options: { user_expressions: { hog: 'hog()' } } },
  // A module knows no names of cells.
  'an import': { code: '(globalThis as any).hog = hog; await import("data:text/javascript,hog()")' },
  'a promise job': { code: 'Promise.resolve().then(hog); await new Promise(() => {})' },
  'a flood of output': {
    code: 'setTimeout(hog, 50); while (true) { console.log("x".repeat(100)); await new Promise((r) => setImmediate(r)) }',
  },
};

fault(
  'a worker that used up its memory is replaced, whatever it was doing, and its cell says so',
  async () => {
    const kernel = await start({ env: { TSKERNEL_MEMORY: '60' } });
    const client = await kernel.connect();
    let deaths = 0;
    for (let times = 0; times < sizes.deaths; times++) {
      for (const [index, [name, { code, late, options, comm }]] of Object.entries(states).entries()) {
        await client.execute('const kept = 42');
        await client.execute(hogs[(times + index) % hogs.length]!);
        const id = client.startExecution(code, options);
        const queued = late ? undefined : client.startExecution('"queued"');
        // One that comes while the cell runs is work of the cell's.
        if (comm) await client.finish(id, patience);
        if (comm) client.send('shell', 'comm_open', { comm_id: `${deaths}`, target_name: 'hog', data: {} });
        const message = await client
          .next(({ content }) => JSON.stringify(content).includes('used up the memory'), 30_000)
          .catch((error: Error) => {
            throw new Error(`death during ${name}: ${error.message}`);
          });
        const { reply } = await client.finish(id, patience);
        if (late) expect([name, reply.content.status]).toEqual([name, 'ok']);
        else if (name === 'an expression')
          expect(reply.content.user_expressions.hog.ename).toBe('OutOfMemory');
        else
          expect([name, message.parent_header.msg_id, reply.content.ename]).toEqual([
            name,
            id,
            'OutOfMemory',
          ]);
        if (queued !== undefined) await client.finish(queued, patience);
        expect((await client.execute('typeof kept')).result).toBe("'undefined'");
        client.received.length = 0;
        deaths++;
      }
    }
    await client.execute('const kept = 42');
    await expectWell(client);
    report(
      'deaths of the worker by want of memory',
      deaths,
      'told in the cell each time, the next cell ran in a new worker',
    );
  },
);

fault('the limit that Node itself was given is one like ours', async () => {
  const kernel = await start({ nodeArguments: ['--max-old-space-size=100'] });
  const client = await kernel.connect();
  await client.execute(hogs[4]!);
  const { reply } = await client.execute('hog()', { timeout: patience });
  expect(reply.content.ename).toBe('OutOfMemory');
  await client.execute('const kept = 42');
  await expectWell(client);
});

fault('a worker that has much and throws more away is not replaced', async () => {
  const kernel = await start({ env: { TSKERNEL_MEMORY: '100' } });
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  await client.execute(
    'const much = Array.from({ length: 60 }, () => new Array(2 ** 17).fill(0.5)); undefined',
  );
  const rounds = isFull ? 10 : 2;
  // In a loop and between awaits: what is thrown away has to be collected in the middle of both.
  const waste = 'for (let i = 0; i < 1_000_000; i++) recent[i % 20_000] = { i, text: String(i) }';
  for (let times = 0; times < rounds; times++) {
    for (const code of [waste, `for (let n = 0; n < 5; n++) { ${waste}; await null }`]) {
      const { reply } = await client.execute(`{ const recent: unknown[] = []; ${code} }`, {
        timeout: patience,
      });
      expect([times, code, reply.content.ename]).toEqual([times, code, undefined]);
    }
  }
  await expectWell(client);
  report('cells near the limit of memory', rounds * 2, 'none ended, variables kept');
});

const exits = [
  'process.exit(3)',
  'process.reallyExit(3)',
  'process.abort()',
  "process.kill(process.pid, 'SIGKILL')",
  "process.kill(process.pid, 'SIGTERM')",
  "process.kill(-process.pid, 'SIGTERM')",
  "process.kill(process.pid, 'SIGINT')",
];
const overflows = [
  'const deep = (): number => deep() + 1; deep()',
  'class Deep { get x(): number { return this.x } }; new Deep().x',
  'const proxy: object = new Proxy({}, { get: (_, name, self) => self[name] }); (proxy as any).x',
  'const nest = (depth: number): unknown => (depth ? [nest(depth - 1)] : []); JSON.stringify(nest(1e6))',
  'const map = (): unknown => [1].map(map); map()',
  'const text = { toString: (): string => String(text) }; String(text)',
  "eval('('.repeat(1e6))",
  "JSON.parse('['.repeat(1e6))",
  "new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('a')",
  'const sort = (): number => { [2, 1].sort(sort); return 0 }; sort()',
];

fault('code that ends the process, or its own stack, ends its cell', async () => {
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  let cells = 0;
  const rounds = isFull ? 10 : 1;
  for (let times = 0; times < rounds; times++) {
    for (const code of [...exits, ...overflows]) {
      for (const wrapped of [`{ ${code} }`, `await null; { ${code} }`]) {
        const { reply } = await client.execute(wrapped, { store_history: false });
        expect([wrapped, reply.content.status]).toEqual([wrapped, 'error']);
        cells++;
      }
      const late = client.startExecution(`setTimeout(() => { ${code} }, 1); undefined`, {
        store_history: false,
      });
      await client
        .next(({ header, parent_header }) => header.msg_type === 'stream' && parent_header.msg_id === late)
        .catch((error: Error) => {
          throw new Error(`${code} in a timer: ${error.message}`);
        });
      cells++;
    }
    await expectWell(client);
    client.received.length = 0;
  }
  report('process.exit, signals to itself and stack overflows', cells, 'an error each time, variables kept');
});

/** Its version names the file that the kernel keeps its machine code in: not that of the real one. */
const fragile = '6.0.0-fragile';

/** Gives a TypeScript that ends its thread in one way or another when it sees the word for it. */
async function withFragileTypeScript(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-typescript-'));
  try {
    writeFragileTypeScript(folder);
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    const dist = resolve(__dirname, '../../dist');
    for (const name of readdirSync(dist))
      if (name.includes(fragile)) rmSync(join(dist, name), { force: true });
  }
}

function writeFragileTypeScript(folder: string): void {
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'typescript', version: fragile, main: 'lib/typescript.js' }),
  );
  writeFileSync(
    join(folder, 'lib', 'typescript.js'),
    `const real = require(${JSON.stringify(require.resolve('typescript'))})
    const check = (text) => {
      if (text.includes('DIE_check')) process.exit(7)
      return look(text)
    }
    const look = (text) => {
      if (text.includes('DIE_exit')) process.exit(7)
      if (text.includes('DIE_throw')) throw new Error('thrown by TypeScript')
      if (text.includes('DIE_stack')) (function deep() { deep() })()
      if (text.includes('DIE_late')) setTimeout(() => { throw new Error('thrown later') })
      if (text.includes('DIE_loop')) while (true) {}
      return text
    }
    module.exports = {
      ...real,
      createSourceFile: (name, text, ...rest) => real.createSourceFile(name, look(text), ...rest),
      ScriptSnapshot: { ...real.ScriptSnapshot, fromString: (text) => real.ScriptSnapshot.fromString(check(text)) },
    }`,
  );
}

const knownTypes = async (client: Client): Promise<unknown> => {
  const request = { code: 'let x: Know', cursor_pos: 11 };
  return (await client.request('shell', 'complete_request', request)).content.matches;
};

fault('a language worker that fails fails one request, and neither variables nor types are lost', () =>
  withFragileTypeScript(async (folder) => {
    const kernel = await start({ env: { TSKERNEL_TYPESCRIPT: folder } });
    const client = await kernel.connect();
    await client.execute('const kept = 42; interface Known { value: number }');
    let failures = 0;
    for (let times = 0; times < sizes.languageDeaths; times++) {
      for (const way of isFull ? ['exit', 'throw', 'stack', 'late'] : ['exit']) {
        const code = `DIE_${way}`;
        const requests = [
          () =>
            client.request('shell', 'execute_request', {
              code,
              silent: false,
              allow_stdin: false,
              store_history: false,
            }),
          () =>
            client.request('shell', 'complete_request', { code: `${code}.`, cursor_pos: code.length + 1 }),
          () => client.request('shell', 'inspect_request', { code, cursor_pos: 3, detail_level: 0 }),
          () => client.request('shell', 'is_complete_request', { code: `${code} {` }),
        ];
        for (const [index, request] of requests.entries()) {
          const { header } = await request().catch((error: Error) => {
            throw new Error(`${way}, request ${index}: ${error.message}`);
          });
          expect(header.msg_type).toMatch(/_reply$/);
          failures++;
          await expectWell(client);
        }
        // All at once.
        await Promise.all(requests.map((request) => request()));
        failures += requests.length;
        await expectWell(client);
        expect([way, await knownTypes(client)]).toEqual([way, ['Known']]);
      }
      client.received.length = 0;
    }
    report(
      'failures of the language worker',
      failures,
      'every request answered, the next cell ran with all variables, their types were known',
    );
  }),
);

fault('a cell whose types end the language worker has none, and the others keep theirs', () =>
  withFragileTypeScript(async (folder) => {
    const kernel = await start({ env: { TSKERNEL_TYPESCRIPT: folder, TSKERNEL_TYPES: 'warn' } });
    const client = await kernel.connect();
    await client.execute('const kept = 42; interface Known { value: number }');
    expect(await knownTypes(client)).toEqual(['Known']);
    expect((await client.execute('const name = "DIE_check"; name')).result).toBe("'DIE_check'");
    const deaths = () => kernel.written.stderr.split('language worker ended').length - 1;
    while (deaths() < 1) await setTimeout(20);
    await expectWell(client);
    expect(await knownTypes(client)).toEqual(['Known']);
    expect(deaths()).toBe(1);
  }),
);

fault('after very many cells, a new language worker still knows what they may refer to', () =>
  withFragileTypeScript(async (folder) => {
    const kernel = await start({ env: { TSKERNEL_TYPESCRIPT: folder, TSKERNEL_TYPES: 'off' } });
    const client = await kernel.connect();
    await client.execute('const kept = 42; interface Known { value: number }');
    for (let index = 0; index < 600; index++) await client.execute(`const x = ${index}`);
    expect((await client.execute('DIE_exit')).reply.content.status).toBe('error');
    await expectWell(client);
    expect(await knownTypes(client)).toEqual(['Known']);
  }),
);

fault('a cell that TypeScript never comes back from can be interrupted', () =>
  withFragileTypeScript(async (folder) => {
    const kernel = await start({ env: { TSKERNEL_TYPESCRIPT: folder } });
    const client = await kernel.connect();
    await client.execute('const kept = 42');
    const id = client.startExecution('DIE_loop');
    await client.next(
      ({ header, parent_header }) => header.msg_type === 'execute_input' && parent_header.msg_id === id,
    );
    await client.interrupt();
    expect((await client.finish(id)).reply.content.ename).toBe('KeyboardInterrupt');
    await expectWell(client);
    report('a compilation that never ends, interrupted', 1, 'the next cell ran with all variables');
  }),
);

fault(
  'native code that the kernel has too, in another file, does not end the process with the thread of the cells',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tskernel-addon-'));
    try {
      const kernel = await start({ env: { TSKERNEL_MEMORY: '60' } });
      const client = await kernel.connect();
      const copy = JSON.stringify(join(folder, 'copy.node'));
      await client.execute(
        `const { sharedObjects } = process.report.getReport() as any;
      const own = sharedObjects.find((file: string) => /zeromq.*\\.node$/.test(file));
      require('node:fs').copyFileSync(own, ${copy}); const addon = require(${copy}); const held = new addon.Context()`,
      );
      const { reply } = await client.execute(`if (!held) throw 1; ${hogs[0]}; hog()`);
      expect(reply.content.ename).toBe('OutOfMemory');
      await client.execute('const kept = 42');
      await expectWell(client);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
