// Started as a program (`node dist/prepare.cjs DIRECTORY`): serves a kernel and is its client for a few cells, so that V8's caches,
// which go to that directory, hold what a start and a notebook really run. Kernels would write them for the user, ten seconds after
// their first start.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import { loadOwnScript, readSettings } from '../src/ahead';
import { endpoint, readConnection } from './connection';
import type * as Service from './service';
import { createCodec, noParent } from './wire';

/** A client that has one request under way at a time. */
function connectClient(path: string): (type: string, content: object) => Promise<void> {
  const connection = readConnection(path);
  const codec = createCodec(connection.key, connection.hash);
  const iopub = new Subscriber({ linger: 0 });
  iopub.connect(endpoint(connection, 'iopub'));
  iopub.subscribe();
  const shell = new Dealer({ linger: 0 });
  shell.connect(endpoint(connection, 'shell'));
  return async (type, content) => {
    const asked = { type, parent: noParent, metadata: '{}', content: JSON.stringify(content) };
    await shell.send(codec.encode(asked).frames);
    await shell.receive();
  };
}

async function prepare(scratch: string): Promise<void> {
  const { settings } = readSettings();
  const cache = resolve(process.argv[2] ?? settings.cache);
  const path = join(scratch, 'connection.json');
  const ports = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
  writeFileSync(path, JSON.stringify({ ip: '127.0.0.1', key: 'prepare', ...ports }));
  const script = loadOwnScript('service.cjs', cache);
  const { serve } = script.exports as typeof Service;
  const options = { directory: __dirname, settings: { ...settings, cache, data: scratch } };
  const { saveCaches } = await serve(path, options, { script, logDescriptor: 2 });

  const ask = connectClient(path);
  const run = (code: string) => ask('execute_request', { code, store_history: true, allow_stdin: true });
  await ask('kernel_info_request', {});
  await run('const greeting: string = await Promise.resolve("hello"); greeting.length');
  await run('console.log(greeting, [1, 2], { a: new Map() })');
  await run('throw new Error(greeting)');
  await run('enum Colour { red }');
  // The value of a call takes types.
  for (const code of ['greeting.to', 'greeting.trim().to'])
    await ask('complete_request', { code, cursor_pos: code.length });
  await ask('inspect_request', { code: 'greeting.to', cursor_pos: 11, detail_level: 1 });
  await ask('is_complete_request', { code: 'if (greeting) {' });
  await saveCaches();
}

const scratch = mkdtempSync(join(tmpdir(), 'tskernel-prepare-'));
prepare(scratch)
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => {
    rmSync(scratch, { recursive: true, force: true });
    // The kernel would serve for ever.
    process.exit();
  });
