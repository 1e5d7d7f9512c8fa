// Interrupts at random moments: before the cell runs, while it does, as it ends, after it has ended.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { createChance, seed } from './chance';
import { expectNoInnerError, expectWell, fault, start } from './patient';
import { report } from './report';
import { sizes } from './sizes';

const windows = process.platform === 'win32';

// No callbacks of timers and handles: on Node before 24, stopping one of those costs the variables.
const endless: readonly string[] = [
  'while (true) {}',
  'while (true) { try { for (;;) {} } catch {} finally {} }',
  'for (let i = 0; ; i++) Math.sqrt(i)',
  'function* forever() { while (true) yield 1 }; for (const x of forever()) x',
  'const list: object[] = []; while (true) { list.push({}); if (list.length > 100_000) list.length = 0 }',
  'while (true) JSON.stringify({ a: [1, 2, { b: "c" }] })',
  'while (true) [3, 1, 2].sort(() => 1)',
  "/^(a+)+$/.test('a'.repeat(60) + 'b')",
  'await null; while (true) {}',
  'await new Promise((r) => setTimeout(r, 5)); while (true) {}',
  'while (true) await null',
  'while (true) await new Promise((r) => setImmediate(r))',
  'while (true) await new Promise((r) => setTimeout(r, 1))',
  'for await (const x of (async function* () { while (true) yield 1 })()) x',
  'await new Promise(() => {})',
  'await new Promise((r) => setTimeout(r, 1e8))',
  'sleep(1e8)',
  'await null; sleep(1e8)',
  'while (true) sleep(1)',
  'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  'while (true) console.log("x".repeat(100))',
  'while (true) { console.error("x"); await null }',
  'while (true) { console.log("x"); sleep(1) }',
  'input("? ")',
  'await null; input("? ")',
  'await input.async("? ")',
  ...(windows ? [] : ["import { execSync } from 'node:child_process'; execSync('sleep 100')"]),
];

/** Cells that end at about the moment of the interrupt, in milliseconds. */
const brief: readonly ((duration: number) => string)[] = [
  (duration) => `for (const start = performance.now(); performance.now() - start < ${duration}; ) {}`,
  (duration) => `sleep(${duration})`,
  (duration) => `await new Promise((r) => setTimeout(r, ${duration}))`,
  (duration) => `for (let i = 0; i < ${duration * 100}; i++) console.log(i)`,
  (duration) => `for (let i = 0; i < ${duration * 1000}; i++) await null`,
  () => '1',
  () => 'throw new Error("anyway")',
  () => '1 +',
];

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

fault('interrupts at random moments end what runs, and keep what is there', async () => {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42; let count = 0');
  const ends: Record<string, number> = {};
  for (let round = 1; round <= sizes.interrupts; round++) {
    const code = chance(4) > 0 ? endless[round % endless.length]! : chance.of(brief)(chance(60));
    const id = client.startExecution(`count = ${round}; ${code}`, { allow_stdin: true });
    // An endless one has to run already, lest the interrupt only find an idle kernel.
    if (endless.includes(code)) {
      await client.next(
        ({ header, parent_header }) => header.msg_type === 'execute_input' && parent_header.msg_id === id,
      );
    }
    await pause(chance(60));
    for (let times = chance(5) === 0 ? 2 : 1; times > 0; times--) {
      if (!windows && chance(2) === 0) kernel.process.kill('SIGINT');
      else await client.interrupt();
    }
    const { reply, outputs } = await client.finish(id).catch((error: Error) => {
      throw new Error(`${code} was not stopped: ${error.message}`);
    });
    const end = reply.content.status === 'ok' ? 'ended before' : reply.content.ename;
    expect([code, end]).toEqual([
      code,
      expect.stringMatching(/^(KeyboardInterrupt|ended before|Error|SyntaxError)$/),
    ]);
    expect(outputs.filter(({ header }) => header.msg_type === 'error')).toHaveLength(
      end === 'ended before' ? 0 : 1,
    );
    ends[end] = (ends[end] ?? 0) + 1;
    // When this is answered, a signal that was sent before has been seen.
    await client.request('control', 'kernel_info_request');
    const { result } = await client.execute('[kept, count]');
    // What was interrupted while it was compiled has not counted.
    expect([code, result]).toEqual([code, expect.stringMatching(`^\\[ 42, (${round}|${round - 1}) \\]$`)]);
    await client.execute(`count = ${round}`);
    client.received.length = 0;
  }
  await expectWell(client);
  expectNoInnerError(kernel);
  const told = Object.entries(ends).map(([end, times]) => `${times} ${end}`);
  report(
    'interrupts at random moments',
    sizes.interrupts,
    `variables kept each time (${told.join(', ')}); seed ${seed}`,
  );
});

/** Takes a moment, which an interrupt may cut anywhere. */
const moment = 'for (const end = performance.now() + 25; performance.now() < end; );';

/** A module of its own for each round, so that nothing of it has been met before. @returns its files, and how to import it */
const interruptedImports: readonly ((name: string) => {
  readonly files: { readonly [path: string]: string };
  readonly code: string;
})[] = [
  (name) => ({
    files: { [`${name}.mjs`]: `${moment} export const part = '${name}'` },
    code: `import { part } from './${name}.mjs'`,
  }),
  (name) => ({
    files: {
      [`${name}.ts`]: `export * from './${name}-inner'; ${moment}`,
      [`${name}-inner.ts`]: `// ${process.pid} ${Date.now()}\n${moment}\nexport const part: string = '${name}'`,
    },
    code: `import { part } from './${name}'`,
  }),
  // Nothing at the start of a line says that the inner one is a module: on Node 20 tsx makes it of CommonJS.
  (name) => ({
    files: {
      [`${name}.ts`]: `export * from './${name}-inner'; ${moment}`,
      [`${name}-inner.ts`]: `// ${process.pid} ${Date.now()}\n${moment} export const part: string = '${name}'`,
    },
    code: `import { part } from './${name}'`,
  }),
  (name) => ({
    files: {
      [`node_modules/${name}/package.json`]: '{ "type": "module", "main": "index.js" }',
      [`node_modules/${name}/index.js`]: `export * from './inner.js'; ${moment}`,
      [`node_modules/${name}/inner.js`]: `${moment} export const part = '${name}'`,
    },
    code: `import { part } from '${name}'`,
  }),
  (name) => ({
    files: {
      [`node_modules/${name}/index.js`]: `exports.part = require('./inner.js'); ${moment}`,
      [`node_modules/${name}/inner.js`]: `${moment} module.exports = '${name}'`,
    },
    code: `import { part } from '${name}'`,
  }),
  (name) => ({
    files: { [`node_modules/${name}/index.js`]: `${moment} exports.part = '${name}'` },
    code: `const { part } = require('${name}')`,
  }),
  (name) => ({
    files: {
      [`${name}.cts`]: `// ${process.pid} ${Date.now()}\n${moment} exports.part = '${name}' as string`,
    },
    code: `const { part } = require('./${name}.cts')`,
  }),
  (name) => ({
    files: { [`${name}.mjs`]: `${moment} export const part = '${name}'; ${moment}` },
    code: `const { part } = await import('./${name}.mjs')`,
  }),
];

/** Interrupts imports at random moments; the next import, of the next cell, has the whole module. */
async function interruptImports(what: string): Promise<void> {
  const chance = createChance();
  const kernel = await start();
  const client = await kernel.connect();
  const folder = dirname(kernel.connectionPath);
  await client.execute('const kept = 42');
  let interrupted = 0;
  for (let round = 0; round < sizes.imports; round++) {
    const name = `m${round}`;
    const { files, code } = interruptedImports[round % interruptedImports.length]!(name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (let times = 1 + chance(2); times > 0; times--) {
      const id = client.startExecution(code);
      await client.next(
        ({ header, parent_header }) => header.msg_type === 'execute_input' && parent_header.msg_id === id,
      );
      await pause(chance(80));
      await client.interrupt();
      const { reply } = await client.finish(id);
      expect([code, reply.content.ename ?? 'ok']).toEqual([
        code,
        expect.stringMatching(/^(KeyboardInterrupt|ok)$/),
      ]);
      if (reply.content.status === 'error') interrupted++;
    }
    const { result, reply } = await client.execute(`${code}; part`);
    expect([code, reply.content.traceback, result]).toEqual([code, undefined, `'${name}'`]);
    client.received.length = 0;
  }
  await expectWell(client);
  expectNoInnerError(kernel);
  report(what, interrupted, `the next import had the whole module; seed ${seed}`);
}

fault('an import that was interrupted has the whole module the next time', () =>
  interruptImports('interrupts of imports at random moments'),
);

fault('also on a machine that has no time, where what the kernel sends comes late', async () => {
  const busy = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'while (true) {}'], { stdio: 'ignore' }),
  );
  try {
    for (const { pid } of busy) setPriority(pid!, 5);
    await interruptImports('interrupts of imports on a busy machine');
  } finally {
    for (const loop of busy) loop.kill('SIGKILL');
  }
});

fault(
  'an interrupt ends a cell whose thread is inside the system, at the price of its variables',
  async () => {
    const kernel = await start();
    const client = await kernel.connect();
    const id = client.startExecution(
      "import { pbkdf2Sync } from 'node:crypto'; console.log('in'); pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512')",
    );
    await client.next(({ header }) => header.msg_type === 'stream');
    await client.interrupt();
    const { reply } = await client.finish(id, 30_000);
    expect([reply.content.ename, reply.content.evalue]).toEqual([
      'KeyboardInterrupt',
      expect.stringContaining('variables'),
    ]);
    await client.execute('const kept = 42');
    await expectWell(client);
    report(
      'an interrupt of a thread that is inside the system',
      1,
      'ended with its variables gone; the next cell ran',
    );
  },
);
