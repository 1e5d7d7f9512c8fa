// Starts the built kernel as a process of its own, for tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Content } from '../messages';
import { Client, type ConnectionFile } from './client';

/** How long a kernel may take to start, in milliseconds. */
const timeLimit = 30_000;

/** A kernel process that was started for a test. */
export interface KernelProcess {
  readonly connection: ConnectionFile;
  readonly connectionPath: string;
  readonly process: ChildProcess;
  /** What the process wrote to its real stdout and stderr. */
  readonly written: { stdout: string; stderr: string };
  /** Resolves with the exit code (or the signal's name) when the process ends. */
  readonly ended: Promise<number | string>;
  /** Connects a client; the first one may have to wait for the kernel to start. */
  connect(session?: string): Promise<Client>;
  /** Closes the clients, ends the process if it has not ended, and removes its files. */
  dispose(): Promise<void>;
}

/**
 * Starts `node dist/kernel.cjs <connection file>` (run `npm run build` first) on ports that the kernel chooses, and waits
 * until they stand in the file.
 */
export async function startKernel(
  options: {
    readonly script?: string;
    readonly nodeArguments?: readonly string[];
    readonly cwd?: string;
    readonly env?: { readonly [name: string]: string };
    readonly connection?: Content;
    /** Of the connection file, and of the directory that it is in. */
    readonly mode?: number;
    readonly folderMode?: number;
    /** The file of a kernel that has ended: this one takes its place, as a manager restarts it. */
    readonly connectionPath?: string;
    /** How many megabytes of addresses the process may reserve, as `ulimit -v` says it; Linux only. */
    readonly addresses?: number;
  } = {},
): Promise<KernelProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-test-'));
  if (options.folderMode !== undefined) chmodSync(folder, options.folderMode);
  const connectionPath = options.connectionPath ?? join(folder, 'connection.json');
  const ports = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
  const wanted = {
    transport: 'tcp',
    ip: '127.0.0.1',
    ...ports,
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
    ...options.connection,
  };
  if (options.connectionPath === undefined)
    writeFileSync(connectionPath, JSON.stringify(wanted), { mode: options.mode ?? 0o600 });
  const script = options.script ?? resolve(__dirname, '../../dist/kernel.cjs');
  const limit = options.addresses === undefined ? '' : `ulimit -v ${options.addresses * 1024};`;
  const command = [process.execPath, ...(options.nodeArguments ?? []), script, connectionPath];
  const [program, ...given] = limit ? ['sh', '-c', `${limit} exec "$@"`, 'sh', ...command] : command;
  const child = spawn(program!, given, {
    cwd: options.cwd ?? folder,
    env: { ...process.env, TSKERNEL_DATA: join(folder, 'data'), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  let alive = true;
  const clients: Client[] = [];
  const ended = new Promise<number | string>((done) => {
    child.on('close', (code, signal) => {
      alive = false;
      done(code ?? signal ?? 'unknown');
    });
  });
  const dispose = async (): Promise<void> => {
    for (const client of clients) client.close();
    if (alive) child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  let connection = readConnectionFile(connectionPath);
  for (let waited = 0; connection.shell_port === 0; waited += 5) {
    if (!alive || waited > timeLimit) {
      await dispose();
      throw new Error(`the kernel did not start: ${written.stderr}`);
    }
    await new Promise((done) => setTimeout(done, 5));
    connection = readConnectionFile(connectionPath);
  }
  return {
    connection,
    connectionPath,
    process: child,
    written,
    ended,
    connect: (session) => {
      const client = new Client(connection, session);
      clients.push(client);
      return client.welcomed();
    },
    dispose,
  };
}

function readConnectionFile(path: string): ConnectionFile {
  return JSON.parse(readFileSync(path, 'utf8'));
}
