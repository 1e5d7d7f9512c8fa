import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { describeExposure } from '../../kernel/exposure';
import { checkConnectionFiles } from '../../kernelspec/doctor';
import { type KernelProcess, startKernel } from './launch';

// Who can reach a kernel: nobody but the owner of its connection file, by its five sockets. Built kernel, real engine.

const windows = process.platform === 'win32';
const linux = process.platform === 'linux';
if (!linux) console.warn('skipped: what listens is looked up in /proc, which only Linux has');
if (windows) console.warn('skipped: modes of files say nothing on Windows');

let kernel: KernelProcess | undefined;
afterEach(async () => {
  await kernel?.dispose();
  kernel = undefined;
});

/** A process and its descendants, threads' sockets included. */
function familyOf(root: number): number[] {
  const family = [root];
  for (const parent of family) {
    for (const thread of readdirSync(`/proc/${parent}/task`)) {
      const children = readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8').trim();
      if (children !== '') family.push(...children.split(' ').map(Number));
    }
  }
  return family;
}

function socketsOf(family: readonly number[]): Set<string> {
  const inodes = new Set<string>();
  for (const member of family) {
    for (const descriptor of readdirSync(`/proc/${member}/fd`)) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${member}/fd/${descriptor}`))?.[1];
        if (inode) inodes.add(inode);
      } catch {
        // Closed while we looked.
      }
    }
  }
  return inodes;
}

/** The ports on which a process and its descendants can be reached, and the paths of its Unix sockets. */
function listening(root: number): (number | string)[] {
  const family = familyOf(root);
  const own = socketsOf(family);
  const rows = (table: string) =>
    readFileSync(`/proc/${root}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/));
  const ports = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    rows(table)
      // 0A: listening. A UDP socket needs no more than its port.
      .filter(([, , , state, ...rest]) => own.has(rest[5]!) && (state === '0A' || table.startsWith('udp')))
      .map(([, address]) => Number.parseInt(address!.split(':')[1]!, 16)),
  );
  const paths = rows('unix')
    .filter(([, , , flags, , , inode]) => own.has(inode!) && (Number.parseInt(flags!, 16) & 0x10000) !== 0)
    .map((row) => row[7] ?? 'an unnamed socket');
  return [...ports, ...paths].sort();
}

describe('what listens', () => {
  (linux ? test : test.skip)(
    'are the five sockets and nothing else, whatever the kernel has done',
    async () => {
      kernel = await startKernel();
      const client = await kernel.connect();
      const { shell_port, iopub_port, stdin_port, control_port, hb_port } = kernel.connection;
      const five = [shell_port, iopub_port, stdin_port, control_port, hb_port].sort();
      const now = () => listening(kernel!.process.pid!);
      expect(now()).toEqual(five);

      await client.execute('import { join } from "node:path"; console.log(join("a", "b")); [1, 2]');
      await client.execute('await new Promise((done) => setTimeout(done, 1)); enum Color { red }; Color.red');
      expect((await client.execute('input("? ")', { answers: ['yes'] })).result).toBe("'yes'");
      expect(now()).toEqual(five);

      await client.request('shell', 'complete_request', { code: '"".toUp', cursor_pos: 7 });
      await client.request('shell', 'inspect_request', { code: 'Math.max', cursor_pos: 8, detail_level: 0 });
      expect(now()).toEqual(five);

      const id = client.startExecution('console.log("on"); while (true) {}');
      await client.next(
        ({ header, parent_header }) => header.msg_type === 'stream' && parent_header.msg_id === id,
      );
      await client.request('control', 'interrupt_request');
      expect((await client.finish(id)).reply.content.ename).toBe('KeyboardInterrupt');
      expect(now()).toEqual(five);

      const child = await client.execute('require("node:child_process").execSync("echo from a child") + ""');
      expect(child.result).toBe("'from a child\\n'");
      expect(now()).toEqual(five);
    },
  );

  (linux ? test : test.skip)(
    'are this machine’s own addresses when the connection file says so',
    async () => {
      kernel = await startKernel();
      await kernel.connect();
      const own = socketsOf([kernel.process.pid!]);
      const addresses = readFileSync(`/proc/${kernel.process.pid}/net/tcp`, 'utf8')
        .split('\n')
        .map((row) => row.trim().split(/\s+/))
        .filter((row) => row[3] === '0A' && own.has(row[9]!))
        .map((row) => row[1]!.split(':')[0]);
      expect(new Set(addresses)).toEqual(new Set(['0100007F']));
    },
  );
});

describe('a connection file', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tskernel-exposure-'));
  const file = join(scratch, 'kernel-1.json');
  const cleanUp = () => rmSync(scratch, { recursive: true, force: true });
  const place = (mode: number, directoryMode: number): string => {
    mkdirSync(scratch, { recursive: true });
    writeFileSync(file, '{}');
    chmodSync(file, mode);
    chmodSync(scratch, directoryMode);
    return file;
  };
  afterEach(cleanUp);

  (windows ? test.skip : test)('that others can read is told of, with what to do', () => {
    expect(describeExposure(place(0o644, 0o755))).toBe(
      `The connection file ${file} is open to others (mode 644): whoever reads it can run code as you. Close it with: chmod 600 ${file}`,
    );
    expect(describeExposure(place(0o660, 0o750))).toMatch(/mode 660/);
  });

  (windows ? test.skip : test)('that is closed, or lies behind a closed door, is not', () => {
    expect(describeExposure(place(0o600, 0o755))).toBeUndefined();
    expect(describeExposure(place(0o644, 0o700))).toBeUndefined();
    expect(describeExposure(place(0o644, 0o755), 'win32')).toBeUndefined();
  });

  (windows ? test.skip : test)('that others can read is found by the doctor', () => {
    const machine = { platform: process.platform, home: '/', environment: { JUPYTER_RUNTIME_DIR: scratch } };
    place(0o600, 0o755);
    expect([...checkConnectionFiles(machine)]).toMatchObject([{ verdict: 'ok' }]);
    place(0o604, 0o755);
    expect([...checkConnectionFiles(machine)]).toMatchObject([
      { verdict: 'problem', text: expect.stringContaining(`chmod 600 ${file}`) },
    ]);
  });

  (windows ? test.skip : test)(
    'that others can read does not keep the kernel from running, with one line on stderr',
    async () => {
      kernel = await startKernel({ mode: 0o644, folderMode: 0o755 });
      const client = await kernel.connect();
      expect((await client.execute('1 + 1')).result).toBe('2');
      await client.shutdown();
      await kernel.ended;
      expect(kernel.written.stdout).toBe('');
      expect(kernel.written.stderr.trim().split('\n')).toEqual([
        expect.stringMatching(/^\[tskernel\] The connection file .* is open to others \(mode 644\)/),
      ]);
    },
  );
});

test('a built kernel that cannot be confined is not installed as if it were', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(__dirname, '../../dist/tskernel.cjs'), 'install', '--allow-fs-read=/data'],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([
    1,
    'tskernel: --allow-fs-read needs --permission; without it everything is allowed\n',
  ]);
});
