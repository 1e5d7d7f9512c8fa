// Says whether a kernel would start here, and how to mend what is wrong. Rule: every check is one line, none throws.
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describeExposure } from '../kernel/exposure';
import { readSettings } from '../src/host/settings';
import { enoughAddresses, gigabytes, readAddressSpace } from '../src/system/address-space';
import { listProcesses } from '../src/system/processes';
import { findExtension } from './lab';
import { type Machine, runtimeDirectory, searchedDirectories } from './locations';
import { isInWheel, repairOf, versionOf } from './package';
import { type FoundSpec, findSpecs } from './spec';
import { inspectZeromq, type ZeromqBuild } from './zeromq';

export interface Checkup {
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly text: string;
}

export interface Patient {
  readonly machine: Machine;
  /** Version of the node that runs, such as `20.12.0`. */
  readonly nodeVersion: string;
  /** Directory of the built files. */
  readonly dist: string;
  /** This command's own file, run again for the probe. */
  readonly command: string;
}

const ok = (text: string): Checkup => ({ verdict: 'ok', text });
const note = (text: string): Checkup => ({ verdict: 'note', text });
const problem = (what: string, mend: string): Checkup => ({ verdict: 'problem', text: `${what}; ${mend}` });

/** All checks, cheap ones first; each finding comes as soon as it is known. */
export async function* examine(patient: Patient): AsyncGenerator<Checkup> {
  yield checkNode(patient.nodeVersion);
  const build = checkBuild(patient.dist);
  yield build;
  yield* checkAddresses();
  const zeromq = askZeromq(patient.command);
  yield checkZeromq(zeromq, patient.dist);
  yield checkTypescript(patient.dist);
  yield* checkSpecs(patient.machine);
  yield checkExtension(patient.machine, versionOf(patient.dist));
  if (typeof zeromq !== 'string') yield* checkEncryption(patient, zeromq);
  yield checkJupyter(patient.machine);
  yield* checkSettings(patient.machine);
  yield checkDataDirectory(patient.machine);
  yield* checkConnectionFiles(patient.machine);
  yield await checkProcesses(patient.machine);
  if (build.verdict !== 'ok') return;
  yield await checkStart(patient);
  if (typeof zeromq !== 'string' && zeromq.keys !== undefined) yield await checkStart(patient, zeromq.keys);
}

export function checkNode(version: string): Checkup {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 12)) return ok(`node ${version}`);
  return problem(
    `node ${version} is too old`,
    'install Node 20.12 or newer and run tskernel install again with it',
  );
}

/** What a shell, a hub or a batch system lets its processes reserve; mostly there is no limit, and nothing to say. */
export function* checkAddresses(space = readAddressSpace()): Generator<Checkup> {
  if (!space) return;
  const needed = enoughAddresses * 2 ** 20;
  const limit = `a process may reserve ${gigabytes(space.limit)} of addresses (ulimit -v)`;
  if (space.limit < needed) {
    yield problem(
      `${limit}, and a kernel needs ${gigabytes(needed)}`,
      'raise that where Jupyter is started, or limit memory by a control group instead',
    );
  } else
    yield note(
      `${limit}: enough for a kernel, but WebAssembly, and with it fetch(), may be refused the 10 GB that it reserves`,
    );
}

export function checkBuild(dist: string): Checkup {
  const missing = [
    'kernel.cjs',
    'service.cjs',
    'start.cjs',
    'execution.cjs',
    'compiler.cjs',
    'language.cjs',
    'debugger.cjs',
    'logos/logo-svg.svg',
    'lab/package.json',
  ].filter((file) => !existsSync(join(dist, file)));
  if (missing.length === 0) return ok(`build complete in ${dist}`);
  return problem(`${missing.join(', ')} missing in ${dist}`, repairOf(dist, 'npm run build'));
}

/** What the addon says of itself, or why it does not load. */
function askZeromq(command: string): ZeromqBuild | string {
  try {
    return inspectZeromq(command);
  } catch (error) {
    return (error as Error).message;
  }
}

export function checkZeromq(zeromq: ZeromqBuild | string, dist: string): Checkup {
  if (typeof zeromq === 'string') {
    return problem(`ZeroMQ does not load (${zeromq})`, repairOf(dist, 'npm install zeromq'));
  }
  const { version, keys } = zeromq;
  if (keys !== undefined) return ok(`ZeroMQ ${version} with encryption (CurveZMQ)`);
  return note(
    `ZeroMQ ${version} has no encryption: a server whose transport_encryption is "required" starts no kernel`,
  );
}

function checkTypescript(dist: string): Checkup {
  try {
    const file = join(dist, 'typescript', 'package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    return ok(`TypeScript ${version}`);
  } catch {
    return problem('TypeScript, a part of the kernel, is missing', repairOf(dist, 'npm install'));
  }
}

export function* checkSpecs(machine: Machine): Generator<Checkup> {
  const found = searchedDirectories(machine).flatMap(findSpecs);
  if (found.length === 0) {
    yield problem('no kernelspec where Jupyter looks', 'run "tskernel install"');
  }
  for (const spec of found) {
    const files = spec.program && [
      spec.program.node,
      spec.program.kernel,
      join(spec.directory, 'launch.cjs'),
    ];
    const lost = (files ?? []).filter((file) => !existsSync(file));
    yield lost.length === 0
      ? ok(`kernelspec ${spec.directory}`)
      : problem(
          `kernelspec ${spec.directory} points to ${lost.join(', ')}, which is missing`,
          'run "tskernel install" again for that place',
        );
  }
}

/** @param version of this kernel */
export function checkExtension(machine: Machine, version: string): Checkup {
  const found = findExtension(searchedDirectories(machine));
  if (!found)
    return note(
      'no extension where JupyterLab looks: notebooks work, without help while typing; "tskernel install" puts it there',
    );
  if (found.version === version) return ok(`JupyterLab extension ${version} in ${found.directory}`);
  const mend = found.isPackaged ? 'update the Python package' : 'run "tskernel install" again for that place';
  return note(
    `the JupyterLab extension in ${found.directory} is of version ${found.version}, this is ${version}; ${mend}`,
  );
}

/** Whether the kernelspecs that start this build say of encryption what holds. */
export function* checkEncryption(
  { machine, dist }: Pick<Patient, 'machine' | 'dist'>,
  { keys }: ZeromqBuild,
): Generator<Checkup> {
  const startsThisBuild = ({ program }: FoundSpec): boolean =>
    program === undefined ? isInWheel(dist) : dirname(program.kernel) === dist;
  for (const { directory, encrypts } of searchedDirectories(machine)
    .flatMap(findSpecs)
    .filter(startsThisBuild)) {
    if (encrypts === (keys !== undefined)) continue;
    const mend = 'install the kernel again';
    yield encrypts
      ? problem(`kernelspec ${directory} promises encryption, which this build of ZeroMQ lacks`, mend)
      : note(
          `kernelspec ${directory} does not say that the kernel can encrypt: with transport_encryption "required" a ` +
            `server refuses it, with "auto" it runs in clear; ${mend}`,
        );
  }
}

function checkJupyter({ environment, platform }: Machine): Checkup {
  const name = platform === 'win32' ? 'jupyter.exe' : 'jupyter';
  const path = (environment.PATH ?? environment.Path ?? '').split(delimiter);
  const directory = path.find((entry) => entry !== '' && existsSync(join(entry, name)));
  return directory === undefined
    ? note(
        'jupyter is not on the PATH: fine for a front end that brings its own, otherwise install JupyterLab',
      )
    : ok(`jupyter in ${directory}`);
}

/** Every setting with its value: that of a kernel which is started from here, and what a kernelspec sets besides. */
export function* checkSettings(machine: Machine): Generator<Checkup> {
  for (const { variable, meaning, value, isDefault, problem } of readSettings(machine).reports)
    yield problem === undefined
      ? ok(`${variable} is ${value}${isDefault ? ' (default)' : ''}: ${meaning}`)
      : note(problem);
  for (const { directory, environment } of searchedDirectories(machine).flatMap(findSpecs))
    for (const { variable, value, problem } of readSettings({ ...machine, environment }).reports)
      if (environment[variable] !== undefined)
        yield problem === undefined
          ? ok(`${variable} is ${value} for kernelspec ${directory}`)
          : note(`${problem} (kernelspec ${directory})`);
}

function checkDataDirectory(machine: Machine): Checkup {
  const { data: directory } = readSettings(machine).settings;
  let existing = directory;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
    return ok(`history is kept in ${directory}`);
  } catch {
    return problem(
      `${existing} cannot be written`,
      'make it writable, or set TSKERNEL_DATA to another directory',
    );
  }
}

/** Files of kernels that run, or ran, and that others could use to run code. */
export function* checkConnectionFiles(machine: Machine): Generator<Checkup> {
  // Modes say nothing there: what has not been looked at is not said to be well.
  if (machine.platform === 'win32') return;
  const directory = runtimeDirectory(machine);
  let files: string[];
  try {
    files = readdirSync(directory).filter((name) => /^kernel-.*\.json$/.test(name));
  } catch {
    // Jupyter has not run here yet.
    return;
  }
  const exposed = files
    .map((name) => describeExposure(join(directory, name), machine.platform))
    .filter((exposure) => exposure !== undefined);
  if (exposed.length === 0) yield ok(`connection files in ${directory} are closed to others`);
  for (const exposure of exposed) yield { verdict: 'problem', text: exposure };
}

/** Whether a kernel would find the programs that cells start. */
export async function checkProcesses(
  { platform }: Pick<Machine, 'platform'>,
  list = listProcesses,
): Promise<Checkup> {
  const all = await list();
  if (all.some(({ id }) => id === process.pid)) return ok('programs that cells start can be interrupted');
  const mends: { readonly [platform: string]: string } = {
    linux: 'mount /proc, or let the kernel read it',
    win32: 'let PowerShell and taskkill run',
  };
  return note(
    'programs that cells start cannot be found: an interrupt of one takes all variables along, and a shutdown leaves ' +
      `them running; ${mends[platform] ?? 'put ps on the PATH'}`,
  );
}

/**
 * Starts the kernel as Jupyter would and lets it answer.
 * @param keys for an encrypted connection
 */
async function checkStart({ dist, command }: Patient, keys?: ZeromqBuild['keys']): Promise<Checkup> {
  const scratch = mkdtempSync(join(tmpdir(), 'tskernel-doctor-'));
  const file = join(scratch, 'connection.json');
  const ports = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
  const connection = {
    transport: 'tcp',
    ip: '127.0.0.1',
    key: 'doctor',
    signature_scheme: 'hmac-sha256',
    ...ports,
    ...(keys && { curve_publickey: keys.publicKey, curve_secretkey: keys.secretKey }),
  };
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const data = join(scratch, 'data');
  mkdirSync(data);
  const kernel = spawn(process.execPath, [join(dist, 'kernel.cjs'), file], {
    cwd: scratch,
    env: { ...process.env, TSKERNEL_DATA: data, JPY_PARENT_PID: undefined },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  kernel.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  try {
    const answer = await ask(command, file);
    return ok(
      keys
        ? 'it encrypts its connection where the server asks for that (transport_encryption "auto" or "required")'
        : `a kernel starts and computes (${answer})`,
    );
  } catch (error) {
    const said = complaints.trim().split('\n').at(-1);
    const reason = said ? `${(error as Error).message}; it said: ${said}` : (error as Error).message;
    return problem(
      `a kernel started here ${keys ? 'with encryption ' : ''}does not work: ${reason}`,
      'mend the problems above first, then report it',
    );
  } finally {
    kernel.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

function ask(command: string, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = spawn(process.execPath, [command, 'probe', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    });
    let answer = '';
    let complaint = '';
    client.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    client.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    client.on('close', (code) => {
      if (code === 0) resolve(answer.trim());
      else reject(new Error(complaint.trim() || 'no answer within 20 seconds'));
    });
  });
}
