// The main thread's side of the cells' thread, with a worker that does what the code says.
import './no-signals';

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Output } from '../../../src';
import type { CompiledCell } from '../../../src/compile/types';
import { survivesAnywhere } from '../../../src/control/allowances';
import { ExecutionClient } from '../../../src/host/execution-client';
import { settings, startFile } from './workers';

const opened: ExecutionClient[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

interface Opening {
  file?: string;
  nodeOptions?: string[];
  /** What a debugger has runs wait for. */
  gate?: () => Promise<void> | undefined;
}

function open({ file = startFile, nodeOptions, gate = () => undefined }: Opening = {}) {
  const outputs: [number, Output][] = [];
  const heard: string[] = [];
  const client = new ExecutionClient({
    directory: dirname(startFile),
    settings,
    startFile: file,
    nodeOptions,
    foreign: undefined,
    debugging: {
      attach() {},
      begin: gate,
      end() {},
      isLoaded: false,
      isPaused: false,
      stopsOnFailure: false,
      release() {},
      hold() {},
    },
    events: {
      output: (cell, output) => outputs.push([cell, output]),
      ask: (cell, { prompt }) => heard.push(`${cell} asks ${prompt}`),
      takeRead: async () => 0,
      history: () => Promise.resolve([]),
      magics: () => undefined,
      typeOf: () => Promise.resolve(undefined),
      replaced: () => heard.push('replaced'),
      forgotten: () => heard.push('forgotten'),
      packages: () => heard.push('packages'),
      log: (message) => heard.push(`log: ${message}`),
    },
  });
  opened.push(client);
  const run = async (cell: number, code: string) => {
    const compiled = { code } as CompiledCell;
    const label = `Cell [${cell}]`;
    const { outcome } = await client.run({
      cell,
      name: '',
      label,
      number: cell,
      source: code,
      compiled,
      wantsResult: true,
      allowInput: true,
    });
    return outcome.status === 'ok' ? 'ok' : `${outcome.error.name}: ${outcome.error.message}`;
  };
  const printed = () => outputs.map(([cell, output]) => [cell, output.kind === 'text' && output.text]);
  return { client, outputs, heard, run, printed };
}

describe('the thread of the cells', () => {
  test('that cannot start says so in every cell, after three tries', async () => {
    const file = join(dirname(startFile), 'broken.cjs');
    writeFileSync(file, 'throw new Error("a module is missing")');
    const { run, heard } = open({ file });
    for (let tries = 0; tries < 200 && heard.length < 3; tries++) await delay(10);
    const sentence =
      'WorkerLost: the execution worker cannot start: a module is missing (see the server log); tskernel doctor says what is wrong';
    expect([await run(1, 'print a'), await run(2, 'print b')]).toEqual([sentence, sentence]);
    expect(heard.slice(0, 2)).toEqual(['replaced', 'replaced']);
    expect(heard.join('\n')).toContain('log: execution worker: Error: a module is missing');
  });

  test('is started without the options of Node that only processes have', async () => {
    const { run } = open({ nodeOptions: ['--max-http-header-size=20000', '--expose-gc', '--no-warnings'] });
    expect(await run(1, 'print a')).toBe('ok');
  });

  test('that dies while no cell runs says so under the last one', async () => {
    const { run, heard, printed } = open();
    expect(await run(1, 'exit 4')).toContain('ended with code 4');
    expect(await run(2, 'print alive')).toBe('ok');
    expect(heard).toEqual(['replaced']);
    expect(printed()).toEqual([[2, 'alive']]);
  });

  test('that computes for ever shows what it printed all the same', async () => {
    const { client, run, printed } = open();
    const running = run(1, 'print first\nprint second\nloop');
    for (let tries = 0; tries < 200 && printed().length === 0; tries++) await delay(10);
    await delay(60);
    expect(
      printed()
        .map(([, text]) => text)
        .join(''),
    ).toBe('firstsecond');
    await client.close();
    // The loop is stopped first; where its thread would not survive that, it is ended.
    const end = survivesAnywhere ? 'KeyboardInterrupt: ' : 'WorkerLost: the kernel is shutting down';
    expect(await running).toBe(end);
  });

  test('is interrupted although no cell runs, and the next one is not hit', async () => {
    const { client, run } = open();
    expect(await run(1, 'print a')).toBe('ok');
    client.interrupt();
    expect(await run(2, 'print b')).toBe('ok');
  });

  test('is interrupted again while it answers, and the cell that waits for that does not run', async () => {
    const { client, run, printed } = open();
    expect(await run(1, 'print a')).toBe('ok');
    client.interrupt();
    const waiting = run(2, 'print b');
    client.interrupt();
    expect(await waiting).toBe('KeyboardInterrupt: the cell was interrupted before it ran');
    expect(await run(3, 'print c')).toBe('ok');
    expect(printed()).toEqual([
      [1, 'a'],
      [3, 'c'],
    ]);
  });

  test('is interrupted while a debugger sets its breakpoints, and does not run', async () => {
    const gates: (() => void)[] = [];
    const gate = () => new Promise<void>((resolve) => gates.push(resolve));
    const { client, run, printed } = open({ gate });
    const first = run(1, 'print a');
    await delay(20);
    client.interrupt();
    expect(await first).toBe('KeyboardInterrupt: the cell was interrupted before it ran');
    const second = run(2, 'print b');
    while (gates.length < 2) await delay(5);
    for (const open of gates) open();
    expect(await second).toBe('ok');
    expect(printed()).toEqual([[2, 'b']]);
  });

  test('that is closed answers at once', async () => {
    const { client, run } = open();
    await client.close();
    expect(await run(1, 'print a')).toBe('WorkerLost: the kernel is shutting down');
    expect(await client.members(['a'], '')).toEqual([]);
    expect(await client.preview(['a'])).toBeUndefined();
    await client.saveCache();
  });
});
