// No place to keep the history: it is a comfort, and no cell may notice.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import { expectNoInnerError, expectWell, fault, start } from './patient';
import { report } from './report';

const cells = 50;

/** Mounts a file system of 64 KB, where this process may. */
function mountTiny(folder: string, mode: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=64k,${mode}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function unmount(folder: string): void {
  try {
    execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  } catch {
    // Nothing was mounted there.
  }
}

/** Each makes a place for the kernel's data of which something is wrong; undefined where that cannot be done. */
const places: { readonly [name: string]: (folder: string) => string | undefined } = {
  'a disk that fills up': (folder) => (mountTiny(folder, 'mode=700') ? folder : undefined),
  'a disk that can only be read': (folder) => (mountTiny(folder, 'ro') ? folder : undefined),
  'a file where a directory should be': (folder) => {
    writeFileSync(join(folder, 'data'), '');
    return join(folder, 'data');
  },
  'a file where the history should be': (folder) => {
    writeFileSync(join(folder, 'history'), '');
    return folder;
  },
  'a history that is garbage': (folder) => {
    mkdirSync(join(folder, 'history'));
    writeFileSync(
      join(folder, 'history', '1.jsonl'),
      '\0\0{"line":1}\nnull\n{"line":"x","input":7}\n[]\n{"line":2,"output":3}',
    );
    mkdirSync(join(folder, 'history', '2.jsonl'));
    return folder;
  },
  'a directory that is taken away': (folder) => {
    mkdirSync(join(folder, 'data'));
    return join(folder, 'data');
  },
};

fault('cells run, and the history of this session is there, wherever the disk fails', async () => {
  let tried = 0;
  const untried: string[] = [];
  for (const [name, prepare] of Object.entries(places)) {
    const folder = mkdtempSync(join(tmpdir(), 'tskernel-disk-'));
    try {
      const data = prepare(folder);
      if (data === undefined) {
        untried.push(name);
        continue;
      }
      const kernel = await start({ env: { TSKERNEL_DATA: data } });
      const client = await kernel.connect();
      await client.execute('const kept = 42');
      for (let cell = 0; cell < cells; cell++) {
        if (cell === cells / 2 && name.includes('taken away')) rmSync(data, { recursive: true });
        const { result } = await client.execute(`/*${'x'.repeat(4000)}*/ ${cell}`);
        expect([name, result]).toEqual([name, String(cell)]);
      }
      await expectWell(client);
      const { content } = await client.request('shell', 'history_request', {
        hist_access_type: 'tail',
        n: cells + 2,
        output: true,
        raw: true,
      });
      expect([name, content.status, content.history.length]).toEqual([name, 'ok', cells + 2]);
      const search = { hist_access_type: 'search', pattern: '*kept*', n: 1_000_000, unique: true };
      expect((await client.request('shell', 'history_request', search)).content.status).toBe('ok');
      await client.shutdown();
      expect([name, await kernel.ended]).toEqual([name, 0]);
      expectNoInnerError(kernel);
      const complaints = kernel.written.stderr.match(/the history cannot be written/g) ?? [];
      expect([name, complaints.length]).toEqual([name, name.includes('garbage') ? 0 : 1]);
      tried++;
    } finally {
      unmount(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const left = untried.length > 0 ? `; not tried, for want of the right to mount: ${untried.join(', ')}` : '';
  report(
    'places where the history cannot be kept',
    tried,
    `${tried * cells} cells ran, history kept in memory, one line in the log${left}`,
  );
});

fault('the home directory is not the kernel’s to make', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tskernel-home-'));
  try {
    const home = join(folder, 'nobody');
    // Set to nothing, these are below the home directory.
    const env = { HOME: home, TSKERNEL_DATA: '', XDG_DATA_HOME: '', XDG_CACHE_HOME: '' };
    const kernel = await start({ env });
    const client = await kernel.connect();
    await client.execute('const kept = 42');
    // Longer than it takes to leave pipes for the next kernel.
    await client.execute('await new Promise((done) => setTimeout(done, 2500))');
    await expectWell(client);
    await client.shutdown();
    expect(await kernel.ended).toBe(0);
    expect(existsSync(home)).toBe(false);
    expect(kernel.written.stderr).toContain(`there is no home directory ${home}`);
    report(
      'a user without a home directory',
      1,
      'cells ran, the history was kept in memory, and no home was made',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

fault('a process that may open too few files says so and ends', async () => {
  if (process.platform !== 'linux') return;
  let tried = 0;
  for (const files of [30, 40, 50, 63]) {
    const folder = mkdtempSync(join(tmpdir(), 'tskernel-files-'));
    const connection = join(folder, 'connection.json');
    const ports = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
    writeFileSync(connection, JSON.stringify({ transport: 'tcp', ip: '127.0.0.1', key: 'k', ...ports }));
    const script = resolve(__dirname, '../../dist/kernel.cjs');
    const command = `ulimit -n ${files}; exec "${process.execPath}" "${script}" "${connection}"`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { timeout: 60_000, encoding: 'utf8' });
    expect([files, status, stderr]).toEqual([files, 1, expect.stringContaining('ulimit -n 1024')]);
    rmSync(folder, { recursive: true, force: true });
    tried++;
  }
  report('processes that may open too few files', tried, 'each ended and said what to do');
});
