// The kernel that a fault is done to, and how it shows that it is well.
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import type { Client } from '../wire/client';
import { type KernelProcess, startKernel } from '../wire/launch';
import { PATIENCE } from './sizes';

type StartOptions = NonNullable<Parameters<typeof startKernel>[0]>;

let kernels: KernelProcess[] = [];
afterEach(async () => {
  for (const kernel of kernels) await kernel.dispose();
  kernels = [];
});

/** A test of one fault, with as much time as it needs. @param name what a person sees */
export function fault(name: string, run: () => Promise<void>): void {
  test(name, run, PATIENCE);
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

export const megabytes = (value: number): string => `${Math.round(value)} MB`;
