// Commands of the shell: their output goes to the cell while they run, an interrupt ends them and what they started.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { runInThisContext } from 'node:vm';
import type { StreamName } from '../../api';
import { hasValue, keyOf } from '../../compile/keys';
import { inColour } from '../../system/colours';
import { CommandError, type MagicCall } from './host';

export interface ShellCommand {
  /** A line for the shell when `parameters` is absent, otherwise a program. */
  readonly file: string;
  readonly parameters?: readonly string[];
  readonly directory?: string;
  /** What the error calls it. */
  readonly title: string;
  readonly signal: AbortSignal;
  write(stream: StreamName, text: string): void;
  /** Ends a program that was interrupted, and what it has started. */
  end(id: number): void;
}

/**
 * Runs a command to its end. Its standard input is empty.
 * @throws CommandError when it cannot be started, ends with a code other than 0, or by a signal
 */
export function runCommand(command: ShellCommand): Promise<void> {
  const { file, parameters, directory, title, signal, write, end } = command;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const { code, message } = error;
      // Of a line for the shell, what is missing is the shell.
      const program = parameters === undefined ? 'shell' : file;
      const reason = code === 'ENOENT' ? `there is no ${program} here` : message;
      reject(new CommandError(`${title} could not be started: ${reason}`, { cause: error }));
    };
    let child: ChildProcess;
    try {
      child = spawn(parameters === undefined ? inUtf8(file) : file, parameters ?? [], {
        shell: parameters === undefined,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: inColour(),
        windowsHide: true,
        ...(directory !== undefined && { cwd: directory }),
      });
    } catch (error) {
      // The permission model's refusal has an explanation of its own.
      if ((error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED') throw error;
      // Node refuses some programs before it tries: a .cmd file without a shell, a name with a null character.
      return fail(error as NodeJS.ErrnoException);
    }
    const follow = (stream: StreamName) => {
      const decoder = new StringDecoder('utf8');
      child[stream]?.on('data', (chunk: Buffer) => write(stream, decoder.write(chunk)));
      child[stream]?.on('end', () => write(stream, decoder.end()));
    };
    follow('stdout');
    follow('stderr');
    const stop = () => {
      if (child.pid !== undefined) end(child.pid);
    };
    signal.addEventListener('abort', stop);
    const settle = () => signal.removeEventListener('abort', stop);
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      fail(error);
    });
    child.on('close', (code, endedBy) => {
      settle();
      if (code === 0) resolve();
      else reject(new CommandError(`${title} ended ${endedBy ? `by ${endedBy}` : `with exit code ${code}`}`));
    });
  });
}

/** Programs of Windows write in the code page of their console, which is the kernel's own and hidden. */
function inUtf8(line: string): string {
  return process.platform === 'win32' ? `chcp 65001>nul & ${line}` : line;
}

/** `!command` */
export function runShellLine({ arguments: line, doubtful, host, signal }: MagicCall): unknown {
  // Nothing known to the compiler has these names, but now something does: then it was an expression.
  if (doubtful.length > 0 && doubtful.every((name) => hasValue(name) || name in globalThis)) {
    const words = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
    return runInThisContext(
      `!${line.replace(words, (name) => (hasValue(name) ? keyOf(name) : name))}`,
    ) as unknown;
  }
  return runCommand({ file: line, title: `\`${line}\``, signal, write: host.write, end: host.endProgram });
}

/** `%%cmd`: the cell as a batch file, since Windows' shell takes one line only. */
export async function runBatch({ body = '', host, signal }: MagicCall): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-'));
  try {
    const file = join(folder, 'cell.cmd');
    writeFileSync(file, `@echo off\r\nchcp 65001>nul\r\n${body.replace(/\r?\n/g, '\r\n')}`);
    await runCommand({
      file: 'cmd',
      parameters: ['/d', '/c', file],
      title: '%%cmd',
      signal,
      write: host.write,
      end: host.endProgram,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `%%bash`, `%%sh` */
export function runScript({ name, arguments: rest, body = '', host, signal }: MagicCall): Promise<void> {
  const parameters = ['-c', body, name, ...rest.split(/\s+/).filter(Boolean)];
  return runCommand({
    file: name,
    parameters,
    title: `%%${name}`,
    signal,
    write: host.write,
    end: host.endProgram,
  });
}
