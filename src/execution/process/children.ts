// Child processes that inherit stdout or stderr: their output goes to the cell, since the kernel's own stdout is not shown.
// Rule: an asynchronous child is piped and its text written by the cell; a child that blocks the worker writes to files
// that the main thread follows, so that its output shows while it runs and stands before what comes after.
import childProcess, { type ChildProcess } from 'node:child_process';
import { openSync, unlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { v4 as uuid } from 'uuid';
import { inColour } from '../../system/colours';
import { Activity, type SharedState } from '../../threads/shared';
import type { WriteText } from './streams';

export interface Follower {
  /** From now on, what appears in these files belongs to the calling cell. */
  follow(stdout: number, stderr: number): void;
  /** Shows the rest and closes the files. */
  unfollow(): void;
  /** Throws when the cell was interrupted while a child blocked it. */
  checkInterrupt(): void;
}

const uptime = process.uptime.bind(process);

type Options = { stdio?: unknown; env?: NodeJS.ProcessEnv; [name: string]: unknown };
type StdioEntry = unknown;

const inheritsOutput = (entry: StdioEntry): 1 | 2 | undefined => {
  if (entry === 1 || entry === process.stdout) return 1;
  if (entry === 2 || entry === process.stderr) return 2;
  return undefined;
};

/** The three entries, with inherited output named by its descriptor (1, 2). */
function standardEntries(stdio: unknown, fallback: readonly StdioEntry[]): StdioEntry[] {
  const entries = Array.isArray(stdio)
    ? [...stdio]
    : stdio === undefined || stdio === null
      ? [...fallback]
      : [stdio, stdio, stdio];
  for (let index = 0; index < 3; index++) {
    entries[index] ??= fallback[index] ?? 'pipe';
    if (entries[index] === 'inherit' && index > 0) entries[index] = index;
    else if (index === 0 && (entries[0] === 'inherit' || entries[0] === 0 || entries[0] === process.stdin))
      entries[0] = 'ignore';
  }
  return entries;
}

/** Routes the inherited output of children to the cell. */
export function installChildren(shared: SharedState, write: WriteText, follower: Follower): void {
  const { spawn, fork, spawnSync, execSync, execFileSync } = childProcess;

  function forward(child: ChildProcess, entries: readonly StdioEntry[]): ChildProcess {
    for (const [index, name] of [
      [1, 'stdout'],
      [2, 'stderr'],
    ] as const) {
      const target = inheritsOutput(entries[index]);
      const readable = target && child[name];
      if (!target || !readable) continue;
      const decoder = new StringDecoder('utf8');
      readable.on('data', (chunk: Buffer) => write(target === 1 ? 'stdout' : 'stderr', decoder.write(chunk)));
      // As with real inheritance, the parent has no stream.
      child[name] = null;
    }
    return child;
  }
  const piped = (options: Options, entries: readonly StdioEntry[]) =>
    ({
      ...options,
      ...(entries.some(inheritsOutput) && { env: inColour(options.env) }),
      stdio: entries.map((entry) => (inheritsOutput(entry) ? 'pipe' : entry)),
    }) as never;

  /** Splits the optional parts of `(file, args?, options?)`. */
  function parse(rest: readonly unknown[]): { args: unknown[]; options: Options } {
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const options = (Array.isArray(rest[0]) ? rest[1] : (rest[0] ?? rest[1])) as Options | undefined;
    return { args, options: { ...options } };
  }

  childProcess.spawn = ((file: string, ...rest: unknown[]) => {
    const { args, options } = parse(rest);
    const entries = standardEntries(options.stdio, ['pipe', 'pipe', 'pipe']);
    return forward(spawn(file, args as string[], piped(options, entries)), entries);
  }) as typeof spawn;

  childProcess.fork = ((file: string, ...rest: unknown[]) => {
    const { args, options } = parse(rest);
    const entries = standardEntries(options.stdio ?? (options.silent ? 'pipe' : 'inherit'), [
      'pipe',
      'pipe',
      'pipe',
    ]);
    if (!entries.includes('ipc')) entries.push('ipc');
    return forward(fork(file, args as string[], piped(options, entries)), entries);
  }) as typeof fork;

  /** Runs `work` with inherited output going to files that the main thread follows. */
  function blocking<T>(options: Options, work: (options: Options) => T): T {
    // Without the option nothing is inherited: what execSync lets through of stderr, it writes to process.stderr itself.
    const entries =
      options.stdio === undefined ? undefined : standardEntries(options.stdio, ['pipe', 'pipe', 'pipe']);
    const outer = shared.activity;
    let files: { 1: number; 2: number } | undefined;
    if (entries?.some((entry, index) => index > 0 && inheritsOutput(entry))) {
      files = { 1: openTemporary(), 2: openTemporary() };
      follower.follow(files[1], files[2]);
    }
    shared.waitingSince = uptime() * 1000;
    shared.activity = Activity.child;
    try {
      const stdio = entries?.map((entry) => {
        const target = inheritsOutput(entry);
        return target && files ? files[target] : entry;
      });
      return work({ ...options, ...(stdio && { stdio }), ...(files && { env: inColour(options.env) }) });
    } finally {
      shared.activity = outer;
      if (files) follower.unfollow();
      // The child was signalled: that is the interrupt's doing, not the child's failure.
      follower.checkInterrupt();
    }
  }

  childProcess.spawnSync = ((file: string, ...rest: unknown[]) => {
    const { args, options } = parse(rest);
    return blocking(options, (inner) => spawnSync(file, args as string[], inner as never));
  }) as typeof spawnSync;
  childProcess.execSync = ((command: string, options: Options = {}) =>
    blocking(options, (inner) => execSync(command, inner as never))) as typeof execSync;
  childProcess.execFileSync = ((file: string, ...rest: unknown[]) => {
    const { args, options } = parse(rest);
    return blocking(options, (inner) => execFileSync(file, args as string[], inner as never));
  }) as typeof execFileSync;
  syncBuiltinESMExports();
}

/** A file that is gone from its directory already and lives as long as its descriptor. */
function openTemporary(): number {
  const path = join(tmpdir(), `tskernel-${uuid()}`);
  const descriptor = openSync(path, 'ax+', 0o600);
  unlinkSync(path);
  return descriptor;
}
