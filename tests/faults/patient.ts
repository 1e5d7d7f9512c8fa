// The kernel that a fault is done to, and how it shows that it is well.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Client } from '../wire/client';
import { type KernelProcess, startKernel } from '../wire/launch';
import { patience } from './sizes';

type StartOptions = NonNullable<Parameters<typeof startKernel>[0]>;

let kernels: KernelProcess[] = [];
afterEach(async () => {
  for (const kernel of kernels) await kernel.dispose();
  kernels = [];
});

/** A test of one fault, with as much time as it needs. @param name what a person sees */
export function fault(name: string, run: () => Promise<void>): void {
  test(name, run, patience);
}

/** Starts the built kernel; it is gone when the test is over. Types are not checked unless `env` says so. */
export async function start(options: StartOptions = {}): Promise<KernelProcess> {
  const kernel = await startKernel({ ...options, env: { TSKERNEL_TYPES: 'off', ...options.env } });
  kernels.push(kernel);
  return kernel;
}

/** The kernel answers on every channel, and knows what it knew: `kept` is 42. */
export async function expectWell(client: Client): Promise<void> {
  const [shell, control, echo] = await Promise.all([
    client.request('shell', 'kernel_info_request'),
    client.request('control', 'kernel_info_request'),
    client.heartbeat('ping'),
  ]);
  expect([shell.content.status, control.content.status, echo]).toEqual(['ok', 'ok', 'ping']);
  const { result, reply } = await client.execute('kept');
  expect([reply.content.status, result]).toEqual(['ok', '42']);
}

/** Its process never said that something inside went wrong. */
export function expectNoInnerError(kernel: KernelProcess): void {
  expect(
    kernel.written.stderr.split('\n').filter((line) => /internal error|TypeError|RangeError/.test(line)),
  ).toEqual([]);
}

/** Resident memory of the process in MB; where it cannot be read, 0. */
export function memoryOf({ process: { pid } }: KernelProcess): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Arguments of Node for a kernel that `aliveIn` can ask. */
export const countingHeaps = ['--require', join(__dirname, 'heaps.cjs')];

/** What its threads hold once they have collected their garbage, in MB; where there are no such signals, 0. */
export async function aliveIn({ process: child }: KernelProcess): Promise<number> {
  if (process.platform === 'win32') return 0;
  const file = join(tmpdir(), `tskernel-heaps-${child.pid}`);
  child.kill('SIGUSR2');
  const deadline = performance.now() + patience / 4;
  while (!existsSync(file)) {
    if (performance.now() > deadline) throw new Error('the kernel did not say what is alive');
    await new Promise((done) => setTimeout(done, 20));
  }
  const heaps = JSON.parse(readFileSync(file, 'utf8')) as number[];
  rmSync(file);
  return heaps.reduce((sum, bytes) => sum + bytes, 0) / 2 ** 20;
}

export const megabytes = (value: number): string => `${Math.round(value)} MB`;
