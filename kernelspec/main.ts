#!/usr/bin/env node
// The command `tskernel`: puts the kernel where Jupyter finds it, takes it away again, says what is wrong. Needs no Python.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { findHome, readSettings } from '../src/host/settings';
import { type Command, parseArguments } from './arguments';
import { examine } from './doctor';
import { installExtension, removeExtension } from './lab';
import {
  Complaint,
  kernelsDirectory,
  type Location,
  type Machine,
  runtimeDirectory,
  searchedDirectories,
} from './locations';
import { isInWheel, versionOf } from './package';
import { confine, type InstallPlaces, packageTrees } from './permission';
import { probe } from './probe';
import { findSpecs, installSpec, removeSpec } from './spec';
import { inspectZeromq, loadZeromq } from './zeromq';

const usage = `tskernel: a TypeScript kernel for Jupyter

  tskernel install    [--user | --sys-prefix | --prefix DIR] [--name N] [--display-name S] [--env K=V ...]
                      [--no-lab] [--permission [--allow-… ...]]
  tskernel uninstall  [--user | --sys-prefix | --prefix DIR] [--name N]
  tskernel list       every installed kernelspec of this kernel
  tskernel doctor     checks that a kernel starts, and says how to mend what does not
  tskernel lsp        --stdio: a language server for notebooks, for editors; needs no kernel
  tskernel --version

  --user              for you alone (the default)
  --sys-prefix        into the active virtualenv or conda environment
  --prefix DIR        below DIR/share/jupyter, for example /usr/local
  --name N            directory and name of the kernel (tskernel)
  --display-name S    what the launcher shows (TypeScript)
  --env K=V           environment of the kernel; may be repeated
  --no-lab            without the extension for JupyterLab and Notebook 7, which is put beside the kernel otherwise
  --permission        cells may read and write below the notebook's directory and the temporary one, and no more
                      (Node's permission model; see docs/security.md); exceptions, which may be repeated:
    --allow-fs-read=PATH, --allow-fs-write=PATH
    --allow-child-process, --allow-worker, --allow-addons, --allow-wasi, --allow-net`;

const dist = __dirname;

// Whoever reads our words has heard enough (`tskernel doctor | head`): a program of the system would be ended by SIGPIPE here.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Complaint)) throw error;
  console.error(`tskernel: ${error.message}`);
  process.exitCode = 1;
});

async function main(words: readonly string[]): Promise<void> {
  if (words[0] === 'probe') {
    console.log(words[1] === undefined ? JSON.stringify(await loadZeromq()) : await probe(words[1]));
    return;
  }
  const machine: Machine = { platform: process.platform, home: findHome(), environment: process.env };
  const command = parseArguments(words);
  switch (command.verb) {
    case 'help':
      console.log(usage);
      return;
    case 'version':
      console.log(versionOf(dist));
      return;
    case 'install':
      install(command, machine);
      return;
    case 'uninstall':
      uninstall(command, machine);
      return;
    case 'list':
      list(machine);
      return;
    case 'doctor':
      await diagnose(machine);
      return;
    case 'lsp':
      serveEditor();
      return;
  }
}

type Install = Extract<Command, { verb: 'install' }>;

function install(command: Install, machine: Machine): void {
  const kernel = join(dist, 'kernel.cjs');
  if (!existsSync(kernel)) throw new Complaint(`${kernel} is missing; run "npm run build" first`);
  const confinement = command.permission && confine(command.permission, surroundings(command, machine));
  const directory = installSpec({
    kernels: placeOf(command.location, machine),
    name: command.name,
    displayName: command.displayName,
    environment: command.environment,
    node: lastingNode(process.execPath),
    kernel,
    logos: join(dist, 'logos'),
    version: versionOf(dist),
    encrypts: encrypts(),
    ...(confinement && { confinement }),
  });
  prepareCaches();
  console.log(`Installed "${command.displayName}" as ${command.name} in ${directory}`);
  for (const note of confinement?.notes ?? []) console.log(`  ${note}`);
  const kernels = dirname(directory);
  if (command.lab)
    console.log(`Its extension for JupyterLab is in ${installExtension(kernels, join(dist, 'lab'))}`);
  else {
    const removed = removeExtension(kernels);
    if (removed !== undefined) console.log(`Removed ${removed}`);
  }
  if (kernel.includes(`${sep}_npx${sep}`)) {
    console.log(
      'It runs from npx\'s cache, which npm may clear; "npm install -g tskernel" gives it a lasting home.',
    );
  }
}

/** The extension goes with the last kernelspec of its place. */
function uninstall({ location, name }: Extract<Command, { verb: 'uninstall' }>, machine: Machine): void {
  const kernels = placeOf(location, machine);
  console.log(`Removed ${removeSpec(kernels, name)}`);
  if (findSpecs(kernels).length > 0) return;
  const extension = removeExtension(kernels);
  if (extension !== undefined) console.log(`Removed ${extension}`);
}

/**
 * So that the first notebook starts as fast as the others. Without caches a kernel is slower, nothing else. They go beside
 * the build where that is ours to write, else to the user's.
 */
function prepareCaches(): void {
  const beside = isInWheel(dist) || !canWrite(dist) ? [] : [dist];
  spawnSync(process.execPath, [join(dist, 'prepare.cjs'), ...beside], { stdio: 'ignore', timeout: 30_000 });
}

/** Whether the kernel can encrypt. One whose addon does not load cannot start: the doctor says how to mend that. */
function encrypts(): boolean {
  try {
    return inspectZeromq(__filename).keys !== undefined;
  } catch {
    return false;
  }
}

function canWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a confined kernel finds around itself; makes the directories that it may not make itself. */
function surroundings({ environment, location, name }: Install, machine: Machine): InstallPlaces {
  const { settings } = readSettings({ ...machine, environment: { ...machine.environment, ...environment } });
  const { data } = settings;
  for (const part of ['history', 'projects']) mkdirSync(join(data, part), { recursive: true, mode: 0o700 });
  return {
    nodeVersion: process.version,
    hasOption: (option) => process.allowedNodeEnvironmentFlags.has(option),
    stripsTypes: Boolean(process.features.typescript),
    directory: process.cwd(),
    launcher: join(placeOf(location, machine), name, 'launch.cjs'),
    dist,
    packages: packageTrees(dist),
    data,
    runtime: runtimeDirectory(machine),
    temporary: environment.TMPDIR ?? tmpdir(),
    realPath: (path) => (existsSync(path) ? realpathSync(path) : path),
  };
}

/** The language server is a part of its own, which nothing else loads. */
function serveEditor(): void {
  const { serveStdio } = createRequire(__filename)('./lsp.cjs') as { serveStdio(version: string): void };
  serveStdio(versionOf(dist));
}

function list(machine: Machine): void {
  const found = searchedDirectories(machine).flatMap(findSpecs);
  if (found.length === 0) console.log('Not installed where Jupyter looks; run "tskernel install".');
  const presence = (file: string): string => (existsSync(file) ? file : `${file} (missing)`);
  for (const spec of found) {
    console.log(`${spec.name}  "${spec.displayName}"  ${spec.version}`);
    console.log(`  spec    ${spec.directory}`);
    if (spec.program === undefined) console.log('  kernel  of the Python package beside it');
    else {
      console.log(`  node    ${presence(spec.program.node)}`);
      console.log(`  kernel  ${presence(spec.program.kernel)}`);
    }
    if (spec.permission.length > 0) console.log(`  confined by ${spec.permission.join(' ')}`);
  }
}

async function diagnose(machine: Machine): Promise<void> {
  const patient = { machine, nodeVersion: process.versions.node, dist, command: __filename };
  for await (const { verdict, text } of examine(patient)) {
    console.log(`${verdict.padEnd(7)}  ${text}`);
    if (verdict === 'problem') process.exitCode = 1;
  }
}

function placeOf(location: Location, machine: Machine): string {
  return resolve(kernelsDirectory(location, machine));
}

/** Homebrew's versioned node goes away with its next upgrade; its `opt` link stays. */
function lastingNode(node: string): string {
  const lasting = node.replace(/\/Cellar\/([^/]+)\/[^/]+\//, '/opt/$1/');
  return existsSync(lasting) ? lasting : node;
}
