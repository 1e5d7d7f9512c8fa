// Cells that spoil the realm which the kernel shares with them. tests/conformance/test_namespace.py has what people
// overwrite by accident, and asks for the right answer; here everything is overwritten, one by one.
import { expect } from '@jest/globals';
import type { Client } from '../wire/client';
import { expectWell, fault, start } from './patient';
import { report } from './report';
import { isFull, sizes } from './sizes';

/** Code that spoils something for good. */
const spoilings: readonly string[] = [
  'process.stdout.write = (() => { throw new Error("no") }) as never',
  'process.stdout.write = null as never; process.stderr.write = null as never',
  'Object.defineProperty(process, "stdout", { value: null }); Object.defineProperty(process, "stderr", { value: null })',
  'Error.prepareStackTrace = () => { throw new Error("no") }',
  'Error.prepareStackTrace = null as never',
  'Error.prepareStackTrace = () => 42',
  'Error.stackTraceLimit = 0',
  'Error.stackTraceLimit = "many" as never',
  'Object.freeze(Object.prototype)',
  'Object.freeze(Array.prototype); Object.freeze(Function.prototype); Object.freeze(Promise.prototype)',
  'Object.freeze(Error); Object.freeze(Error.prototype)',
  'Object.freeze(globalThis.console)',
  'Object.preventExtensions(globalThis)',
  '(Object.prototype as any).polluted = "everywhere"',
  '(Object.prototype as any).kind = "polluted"; (Object.prototype as any).value = 1; (Object.prototype as any).get = 2',
  '(Object.prototype as any).then = function (done: Function) { done(1) }',
  'Object.defineProperty(Object.prototype, "id", { set() { throw new Error("no") }, get() { throw new Error("no") }, configurable: true })',
  'Object.defineProperty(Array.prototype, "0", { set() {}, configurable: true })',
  '(globalThis as any).globalThis = undefined',
  'Object.setPrototypeOf(globalThis, null)',
  'Object.setPrototypeOf(process, null)',
  'Object.setPrototypeOf(Array.prototype, null); Object.setPrototypeOf(Function.prototype, null)',
  '(globalThis as any).Error = class {}; (globalThis as any).Promise = class {}; (globalThis as any).JSON = 1; (globalThis as any).console = 2',
  'Promise.prototype.then = (() => { throw new Error("no") }) as never',
  'Function.prototype.call = Function.prototype.apply = Function.prototype.bind = null as never',
  'delete (Array.prototype as any)[Symbol.iterator]',
  '(Array.prototype as any)[Symbol.iterator] = function* () { yield* [] as never }',
  'Array.prototype.push = () => 0; Array.prototype.join = () => ""',
  'globalThis.setTimeout = globalThis.setImmediate = globalThis.queueMicrotask = process.nextTick = (() => {}) as never',
  'process.on("uncaughtException", () => { throw new Error("no") })',
  'process.removeAllListeners(); process.on("exit", () => { throw new Error("no") })',
  'process.exit = process.kill = process.emit = process.on = null as never',
  'globalThis.AbortController = globalThis.Buffer = globalThis.SharedArrayBuffer = globalThis.Atomics = null as never',
  'require("node:util").inspect = null; require("node:vm").Script = null; require("node:worker_threads").parentPort = null',
  'require("node:module")._load = null; require("node:module").prototype.require = null',
  'require("node:async_hooks").AsyncLocalStorage.prototype.getStore = () => { throw new Error("no") }',
  'require("node:worker_threads").MessagePort.prototype.postMessage = null; require("node:events").prototype.emit = null',
  'for (const name of Object.getOwnPropertyNames(globalThis)) try { delete (globalThis as any)[name] } catch {}',
  'for (const name of Object.getOwnPropertyNames(Array.prototype)) try { delete (Array.prototype as any)[name] } catch {}',
  'for (const name of Object.getOwnPropertyNames(Object.prototype)) try { delete (Object.prototype as any)[name] } catch {}',
];

/** Every kind of cell; what they give may be wrong, but each has its reply and its idle, and the thread lives on. */
const probes = [
  '1 + 1',
  'console.log("printed", [1], { a: 2 })',
  'await 2',
  'throw new Error("thrown")',
  '({ a: [1, 2] })',
  'nowhere',
];

async function expectAnswers(client: Client, spoiling: string): Promise<number> {
  let right = 0;
  for (const [index, probe] of probes.entries()) {
    const execution = await client.execute(probe, { stop_on_error: false }).catch((error: Error) => {
      throw new Error(`${probe} after ${spoiling}: ${error.message}`);
    });
    const { reply, result, stdout } = execution;
    expect([spoiling, probe, reply.content.ename]).not.toEqual([
      spoiling,
      probe,
      expect.stringMatching(/WorkerLost|OutOfMemory|KernelError/),
    ]);
    const expected = [
      result === '2',
      stdout === 'printed [ 1 ] { a: 2 }\n',
      result === '2',
      reply.content.ename === 'Error' && reply.content.evalue === 'thrown',
      result === '{ a: [ 1, 2 ] }',
      reply.content.ename === 'ReferenceError',
    ];
    if (expected[index]) right++;
  }
  return right;
}

fault('a realm that was spoilt is no reason not to answer', async () => {
  let [cells, right] = [0, 0];
  for (const [index, spoiling] of spoilings.entries()) {
    if (!isFull && index % 5) continue;
    const kernel = await start();
    const client = await kernel.connect();
    await client.execute(`${spoiling}; undefined`);
    right += await expectAnswers(client, spoiling);
    cells += probes.length;
    for (const channel of ['shell', 'control'] as const) {
      expect([spoiling, (await client.request(channel, 'kernel_info_request')).content.status]).toEqual([
        spoiling,
        'ok',
      ]);
    }
    const id = client.startExecution('while (true) {}');
    await client.next(
      ({ header, parent_header }) => header.msg_type === 'execute_input' && parent_header.msg_id === id,
    );
    await client.interrupt();
    const { reply } = await client.finish(id).catch((error: Error) => {
      throw new Error(`interrupted after ${spoiling}: ${error.message}`);
    });
    expect([spoiling, reply.content.evalue]).toEqual([
      spoiling,
      expect.stringMatching(/variables are kept|before it ran/),
    ]);
    await client.shutdown();
    await kernel.dispose();
  }
  report(
    'cells after something in the realm was spoilt',
    cells,
    `all answered, ${right} of them as if nothing had been`,
  );
});

fault('a builtin that was overwritten is no reason not to answer, whichever it is', async () => {
  const kernel = await start();
  const client = await kernel.connect();
  await client.execute('const kept = 42');
  // Names of globals, and of what their objects and prototypes have, that can be overwritten.
  const listing = await client.execute(`
    const owners = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name))
      .flatMap((name) => [name, name + '.prototype'])
      .concat('globalThis', 'process', 'console', 'process.stdout', 'Object.getPrototypeOf(process.stdout)', 'Object.getPrototypeOf([][Symbol.iterator]())',
        'Object.getPrototypeOf(Uint8Array)', 'Object.getPrototypeOf(Uint8Array.prototype)', 'Object.getPrototypeOf(async function () {})')
    const spoilable = owners.flatMap((owner) => {
      let object: any
      try { object = (0, eval)(owner) } catch {}
      if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return []
      return Reflect.ownKeys(object).filter((key) => {
        const found = Object.getOwnPropertyDescriptor(object, key)!
        return found.configurable && typeof found.value === 'function' && !(owner === 'globalThis' && /^__|kept/.test(String(key)))
      }).map((key) => [owner, typeof key === 'symbol' ? key.description! : JSON.stringify(key)])
    })
    process.stdout.write(JSON.stringify(spoilable))`);
  const spoilable: [string, string][] = JSON.parse(listing.stdout);
  expect(spoilable.length).toBeGreaterThan(500);
  let [overwritten, cells, right] = [0, 0, 0];
  for (let index = 0; index < spoilable.length; index += sizes.builtinStride) {
    const [owner, key] = spoilable[index]!;
    const spoiling = `${owner}[${key}]`;
    const step = (code: string) =>
      client.execute(code).catch((error: Error) => {
        throw new Error(`${spoiling}: ${error.message}`);
      });
    await step(`{ const o: any = ${owner}; const k = ${key}; var spared = [o, k, Object.getOwnPropertyDescriptor(o, k), Object.defineProperty];
      Object.defineProperty(o, k, { value() { throw new Error('overwritten') }, configurable: true, writable: true }) }; undefined`);
    right += await expectAnswers(client, spoiling);
    cells += probes.length;
    overwritten++;
    const { reply } = await step('{ const s: any = spared; s[3](s[0], s[1], s[2]) }; undefined');
    expect([spoiling, reply.content.status]).toEqual([spoiling, 'ok']);
    client.received.length = 0;
  }
  await expectWell(client);
  report(
    'builtins overwritten, one by one',
    overwritten,
    `${cells} cells answered, ${right} of them as if nothing had been`,
  );
});
