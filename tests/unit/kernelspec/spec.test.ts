import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { protocolVersion } from '../../../kernel/wire';
import {
  checkBuild,
  checkConnectionFiles,
  checkEncryption,
  checkNode,
  checkProcesses,
  checkSpecs,
  checkZeromq,
} from '../../../kernelspec/doctor';
import { findSpecs, type Installation, installSpec, removeSpec } from '../../../kernelspec/spec';
import type { ZeromqBuild } from '../../../kernelspec/zeromq';

let scratch: string;
let kernels: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tskernel-spec-'));
  kernels = join(scratch, 'share', 'jupyter', 'kernels');
});
afterEach(() => rmSync(scratch, { recursive: true }));

const installation = (more: Partial<Installation> = {}): Installation => ({
  kernels,
  name: 'tskernel',
  displayName: 'TypeScript',
  environment: {},
  node: process.execPath,
  kernel: join(scratch, 'package', 'dist', 'kernel.cjs'),
  logos: resolve(__dirname, '../../../kernelspec/logos'),
  version: '1.2.3',
  encrypts: true,
  ...more,
});

const buildKernel = (source: string) => {
  mkdirSync(join(scratch, 'package', 'dist'), { recursive: true });
  writeFileSync(installation().kernel, source);
};

describe('an installed kernelspec', () => {
  test('is what Jupyter wants to read', () => {
    const directory = installSpec(
      installation({ displayName: 'TS', environment: { TSKERNEL_DISPATCH: 'task' } }),
    );
    expect(directory).toBe(join(kernels, 'tskernel'));
    expect(JSON.parse(readFileSync(join(directory, 'kernel.json'), 'utf8'))).toEqual({
      argv: [process.execPath, join(directory, 'launch.cjs'), '{connection_file}'],
      display_name: 'TS',
      language: 'typescript',
      interrupt_mode: 'message',
      kernel_protocol_version: protocolVersion,
      env: {
        MALLOC_ARENA_MAX: '6',
        MALLOC_TRIM_THRESHOLD_: '131072',
        MALLOC_MMAP_THRESHOLD_: '32768',
        TSKERNEL_DISPATCH: 'task',
      },
      metadata: {
        debugger: true,
        supported_encryption: ['curve'],
        tskernel: { version: '1.2.3', kernel: installation().kernel },
      },
    });
    expect(readdirSync(directory).sort()).toEqual([
      'kernel.json',
      'launch.cjs',
      'logo-32x32.png',
      'logo-64x64.png',
      'logo-svg.svg',
    ]);
  });

  test('promises encryption only where ZeroMQ has it', () => {
    const directory = installSpec(installation({ encrypts: false }));
    const { metadata } = JSON.parse(readFileSync(join(directory, 'kernel.json'), 'utf8'));
    expect(Object.keys(metadata)).toEqual(['debugger', 'tskernel']);
    expect(findSpecs(kernels)).toMatchObject([{ encrypts: false }]);
  });

  test('promises a debugger only where cells may use the inspector', () => {
    const promised = (...cells: string[]) => {
      const confinement = { cells, process: cells, asked: [], notes: [] };
      const directory = installSpec(installation({ confinement }));
      return JSON.parse(readFileSync(join(directory, 'kernel.json'), 'utf8')).metadata.debugger;
    };
    expect(promised('--permission', '--allow-inspector')).toBe(true);
    expect(promised('--permission')).toBe(false);
  });

  test('leaves nothing else beside it and can be read by everybody', () => {
    const directory = installSpec(installation());
    expect(readdirSync(kernels)).toEqual(['tskernel']);
    expect(statSync(directory).mode & 0o055).toBe(0o055 & ~process.umask());
  });

  test('replaces an older one', () => {
    installSpec(installation({ version: '1.0.0' }));
    installSpec(installation());
    expect(findSpecs(kernels)).toMatchObject([
      { name: 'tskernel', version: '1.2.3', program: { node: process.execPath } },
    ]);
  });

  test('never replaces or removes another kernel', () => {
    mkdirSync(join(kernels, 'python3'), { recursive: true });
    writeFileSync(join(kernels, 'python3', 'kernel.json'), '{"argv":["python"],"display_name":"Python"}');
    expect(() => installSpec(installation({ name: 'python3' }))).toThrow('holds another kernel');
    expect(() => removeSpec(kernels, 'python3')).toThrow('holds another kernel');
    expect(findSpecs(kernels)).toEqual([]);
    expect(readdirSync(kernels)).toEqual(['python3']);
  });

  test('goes away again, and says so when it is not there', () => {
    installSpec(installation());
    expect(removeSpec(kernels, 'tskernel')).toBe(join(kernels, 'tskernel'));
    expect(readdirSync(kernels)).toEqual([]);
    expect(() => removeSpec(kernels, 'tskernel')).toThrow(
      `no kernel "tskernel" in ${kernels}; see tskernel list`,
    );
  });

  test('of the Python package is seen, and left to pip', () => {
    const target = join(kernels, 'tskernel');
    mkdirSync(target, { recursive: true });
    writeFileSync(
      join(target, 'kernel.json'),
      '{"argv":["/bin/sh","{resource_dir}/start.sh","{connection_file}"],"display_name":"TypeScript","metadata":{"tskernel":{"version":"1.2.3"}}}',
    );
    expect(findSpecs(kernels)).toMatchObject([{ name: 'tskernel', version: '1.2.3', program: undefined }]);
    expect(() => installSpec(installation())).toThrow('Jupyter knows the kernel already');
    expect(() => removeSpec(kernels, 'tskernel')).toThrow('run "pip uninstall tskernel"');
    expect(installSpec(installation({ name: 'tskernel-task' }))).toBe(join(kernels, 'tskernel-task'));
    expect(readdirSync(target)).toEqual(['kernel.json']);
  });

  test('that cannot be written is one sentence', () => {
    writeFileSync(join(scratch, 'share'), 'a file in the way');
    expect(() => installSpec(installation())).toThrow(/^cannot write .*tskernel: /);
  });
});

describe('starting from the kernelspec', () => {
  const start = () =>
    spawnSync(process.execPath, [join(installSpec(installation()), 'launch.cjs'), 'connection.json'], {
      encoding: 'utf8',
    });

  test('runs the kernel with the connection file', () => {
    buildKernel('console.log(process.argv[2])');
    expect(start()).toMatchObject({ status: 0, stdout: 'connection.json\n', stderr: '' });
  });

  test('without a build says in one line what to run', () => {
    const { kernel } = installation();
    expect(start()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `tskernel: ${kernel} is missing. Run "npm run build" in ${join(scratch, 'package')}, or install tskernel again and run "npx tskernel install".\n`,
    });
  });
});

describe('the doctor', () => {
  const machine = () => ({
    platform: 'linux' as const,
    home: join(scratch, 'home'),
    environment: { JUPYTER_DATA_DIR: join(scratch, 'share', 'jupyter') },
  });

  test('wants Node 20.12', () => {
    expect(checkNode('20.12.0').verdict).toBe('ok');
    expect(checkNode('26.1.0').verdict).toBe('ok');
    expect(checkNode('20.11.1')).toEqual({
      verdict: 'problem',
      text: 'node 20.11.1 is too old; install Node 20.12 or newer and run tskernel install again with it',
    });
  });

  test('names the files that the build did not make', () => {
    buildKernel('');
    const { text } = checkBuild(join(scratch, 'package', 'dist'));
    expect(text).toMatch(
      /^service\.cjs, start\.cjs, execution\.cjs, compiler\.cjs, language\.cjs, debugger\.cjs, logos\/logo-svg\.svg, lab\/package\.json missing in .*; run "npm run build"/,
    );
  });

  test('says when nothing is installed', () => {
    expect([...checkSpecs(machine())].map(({ text }) => text)).toContain(
      'no kernelspec where Jupyter looks; run "tskernel install"',
    );
  });

  test('says when programs cannot be found, and what would help', async () => {
    expect(await checkProcesses(machine())).toMatchObject({ verdict: 'ok' });
    const nothing = async () => [];
    expect(await checkProcesses(machine(), nothing)).toEqual({
      verdict: 'note',
      text:
        'programs that cells start cannot be found: an interrupt of one takes all variables along, and a shutdown ' +
        'leaves them running; mount /proc, or let the kernel read it',
    });
    expect((await checkProcesses({ platform: 'darwin' }, nothing)).text).toMatch(/; put ps on the PATH$/);
  });

  test('says that connection files are closed to others only where it can know', () => {
    const directory = join(scratch, 'runtime');
    mkdirSync(directory);
    writeFileSync(join(directory, 'kernel-1.json'), '{}', { mode: 0o600 });
    const environment = { JUPYTER_RUNTIME_DIR: directory };
    expect([...checkConnectionFiles({ ...machine(), environment })]).toEqual([
      { verdict: 'ok', text: `connection files in ${directory} are closed to others` },
    ]);
    expect([...checkConnectionFiles({ ...machine(), environment, platform: 'win32' })]).toEqual([]);
  });

  test('says what holds of encryption: of the addon, and of the kernelspecs that start it', () => {
    const keys = { publicKey: 'p'.repeat(40), secretKey: 's'.repeat(40) };
    const able = { version: '4.3.5', keys };
    const unable = { version: '4.3.5' };
    const dist = join(scratch, 'package', 'dist');
    expect(checkZeromq(able, dist)).toEqual({
      verdict: 'ok',
      text: 'ZeroMQ 4.3.5 with encryption (CurveZMQ)',
    });
    expect(checkZeromq(unable, dist).text).toMatch(/^ZeroMQ 4.3.5 has no encryption: .*"required"/);
    expect(checkZeromq('Error: no such file', dist)).toMatchObject({
      verdict: 'problem',
      text: expect.stringContaining('does not load (Error: no such file)'),
    });

    installSpec(installation({ name: 'fine' }));
    installSpec(installation({ name: 'elsewhere', kernel: '/other/dist/kernel.cjs', encrypts: false }));
    const check = (zeromq: ZeromqBuild) => [...checkEncryption({ machine: machine(), dist }, zeromq)];
    expect(check(able)).toEqual([]);
    expect(check(unable)).toMatchObject([
      { verdict: 'problem', text: expect.stringMatching(/fine promises encryption, which this build/) },
    ]);
    installSpec(installation({ name: 'fine', encrypts: false }));
    expect(check(unable)).toEqual([]);
    expect(check(able)).toMatchObject([
      { verdict: 'note', text: expect.stringMatching(/fine does not say .* install the kernel again$/) },
    ]);
  });

  test('says when a kernelspec points to a node that is gone', () => {
    buildKernel('');
    installSpec(installation({ name: 'fine' }));
    installSpec(installation({ name: 'stale', node: '/gone/node' }));
    const findings = [...checkSpecs(machine())].filter(({ text }) => text.includes(scratch));
    expect(findings).toMatchObject([
      { verdict: 'ok', text: `kernelspec ${join(kernels, 'fine')}` },
      { verdict: 'problem', text: expect.stringContaining('points to /gone/node, which is missing') },
    ]);
  });
});
