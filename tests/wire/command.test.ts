// The command `tskernel`, read by somebody who has heard enough.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const command = resolve(__dirname, '../../dist/tskernel.cjs');

/** @returns what the process says on stderr by its end; its stdout is closed at the far end from the start */
async function runUnheard(words: readonly string[], input = ''): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-command-'));
  try {
    const child: ChildProcess = spawn(process.execPath, [command, ...words], {
      env: { ...process.env, HOME: folder, JUPYTER_DATA_DIR: folder, XDG_CACHE_HOME: folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdout!.destroy();
    child.stdin!.on('error', () => undefined);
    // It stays open: who has only stopped to listen is gone too.
    child.stdin!.write(input);
    let said = '';
    child.stderr!.on('data', (chunk) => {
      said += chunk;
    });
    await new Promise((ended) => child.on('close', ended));
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { processId: null, rootUri: null, capabilities: {} },
});

test.each([
  ['doctor', ''],
  ['list', ''],
  ['install', ''],
  ['--version', ''],
  ['--help', ''],
  ['lsp', `Content-Length: ${initialize.length}\r\n\r\n${initialize}`],
])(
  '%s into a closed pipe ends, and complains to nobody',
  async (word, input) => {
    expect(await runUnheard(word === 'lsp' ? [word, '--stdio'] : [word], input)).toBe('');
  },
  60_000,
);
