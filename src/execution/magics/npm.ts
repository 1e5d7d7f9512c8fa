// %npm, and what `npm:` specifiers need: npm runs in the notebook's project, its progress shows in the cell.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lineMagics } from '../../magics/catalog';
import { findNpm } from '../../system/npm';
import { isConfined } from '../../system/permissions';
import { misspelled } from '../../text/spelling';
import { createProject, findProject } from '../modules/packages';
import { runCommand } from './commands';
import { CommandError, type MagicCall, MagicError, type MagicHost, splitWords } from './host';

// npm also takes every beginning of its commands. Here they are written as npm lists them, so that none that installs
// goes unnoticed and runs install scripts.
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Commands that fetch packages, by all their names. */
const installs = wordsOf(
  'install i in ins inst insta instal isnt isnta isntal isntall add ci clean-install ic install-clean isntall-clean install-test it install-ci-test cit clean-install-test sit update u up upgrade udpate',
);
/** Commands that change what is installed. */
const changes = new Set([
  ...installs,
  ...wordsOf('uninstall unlink un r rm remove prune dedupe ddp link ln rebuild rb'),
]);
const others = wordsOf(
  'access adduser add-user approve-scripts audit bugs issues cache config c deny-scripts deprecate diff dist-tag dist-tags docs home doctor edit exec x explain why explore find-dupes fund get help hlep help-search init create innit install-scripts list ls ll la login logout org ogr outdated owner author pack ping pkg prefix profile publish query repo restart root run run-script rum urn sbom search find s se set shrinkwrap stage star stars start stop team test t tst token trust undeprecate unpublish unstar version verison view info show v whoami',
);
const globally = /^(?:-g|--global|--location=global)$/;
/** npm retries for minutes when it cannot reach the registry: too long for a notebook. */
const impatient = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--no-progress'];

export function runNpm(call: MagicCall): Promise<void> | void {
  const { arguments: rest, host, signal } = call;
  const words = splitWords(rest);
  const [command] = words;
  if (command === undefined)
    throw new MagicError('%npm takes what npm takes: %npm install lodash-es @types/lodash-es');
  if (command === 'auto') return setAutomatic(words.slice(1), host);
  if (!command.startsWith('-') && !changes.has(command) && !others.has(command)) throw unknown(command);
  if (words.some((word) => globally.test(word)))
    throw new MagicError('%npm works in the project of the notebook, never globally');
  return inProject(words, host, signal);
}

function unknown(command: string): MagicError {
  const { choices = [] } = lineMagics.get('npm')!;
  const near = [choices, changes, others].map((names) => misspelled(command, names)[0]).find(Boolean);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return new MagicError(
    `%npm knows no command '${command}'.${meant} There are ${choices.join(', ')} and others of npm's`,
  );
}

/** Installs packages, as `%npm install` does. */
export function installPackages(
  packages: readonly string[],
  host: MagicHost,
  signal: AbortSignal,
): Promise<void> {
  return inProject(['install', ...packages], host, signal);
}

function setAutomatic([value]: readonly string[], { modules, write }: MagicHost): void {
  if (value === 'on' || value === 'off') modules.installsPackages = value === 'on';
  else if (value !== undefined) throw new MagicError(`%npm auto takes on or off, not '${value}'`);
  write(
    'stdout',
    modules.installsPackages
      ? 'Packages that npm: specifiers name are installed on first use.\n'
      : 'Packages that npm: specifiers name are not installed unless asked for.\n',
  );
}

async function inProject(words: readonly string[], host: MagicHost, signal: AbortSignal): Promise<void> {
  // npm would be confined as well (from Node 24 on), or would be a way out of the confinement.
  if (isConfined)
    throw new MagicError(
      'A kernel that is confined by --permission installs no packages: run npm in a terminal, in the directory of the notebook',
    );
  const [command = ''] = words;
  const project = findProject(host.directory, host.modules.options.project);
  if (!project)
    throw new MagicError(`%npm needs a project: there is no package.json in ${host.directory} or above it`);
  const { directory, isKept } = project;
  let takeBack = () => {};
  if (isKept) {
    if (!existsSync(join(directory, 'package.json'))) {
      if (!changes.has(command)) throw new MagicError('Nothing is installed for this notebook yet.');
      host.write(
        'stdout',
        `There is no package.json in ${host.directory} or above it: the packages go to\n${directory}\n`,
      );
    }
    takeBack = asPermission(directory, () => createProject(directory, host.directory));
  }
  const npm = findNpm();
  if (npm === undefined) {
    takeBack();
    throw new MagicError(
      `There is no npm beside ${process.execPath}, nor on PATH: install it, or run npm in a terminal in ${directory}`,
    );
  }
  const runsScripts = words.includes('--scripts');
  let complaints = '';
  let isBegun = false;
  if (installs.has(command)) host.write('stdout', `npm ${words.join(' ')} in ${directory}\n`);
  try {
    await runCommand({
      file: npm.file,
      parameters: [
        ...npm.parameters,
        ...words.filter((word) => word !== '--scripts'),
        ...(installs.has(command) && !runsScripts ? ['--ignore-scripts'] : []),
        ...impatient,
        ...quiet,
      ],
      directory,
      title: `npm ${command}`,
      signal,
      end: host.endProgram,
      write(stream, text) {
        if (stream === 'stderr') complaints += text;
        else host.write(stream, isBegun ? text : text.trimStart());
        isBegun = true;
      },
    });
  } catch (error) {
    takeBack();
    throw explain(error, complaints, directory);
  }
  const warnings = complaints.split('\n').filter((line) => line !== '' && !isNoise(line));
  if (warnings.length > 0) host.write('stderr', `${warnings.join('\n')}\n`);
  if (changes.has(command)) host.packagesChanged();
}

function isNoise(line: string): boolean {
  return /^npm (?:notice|warn config|warn install-scripts|warn allow-scripts)|A complete log of this run/.test(
    line,
  );
}

function asPermission<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new MagicError(`npm cannot write to ${directory}: ${(error as Error).message}`, { cause: error });
  }
}

/** The error with npm's code in words. */
function explain(error: unknown, complaints: string, directory: string): unknown {
  if (!(error instanceof CommandError)) return error;
  const lines = complaints
    .split('\n')
    .map((line) => /^npm (?:error|ERR!) ?(.*)$/.exec(line)?.[1] ?? '')
    .filter((line) => line !== '' && !isNoise(line));
  const code = lines.map((line) => /^code (\S+)/.exec(line)?.[1]).find(Boolean);
  const nothing = 'Nothing was installed.';
  const explained = (message: string) => new CommandError(message, { cause: error });
  switch (code) {
    case 'E404': {
      const name = /'((?:@[^\s/@']+\/)?[^\s/@']+)@[^']*' (?:could not|is not)/.exec(complaints)?.[1];
      const what = name ? `a package '${name}'` : 'such a package';
      return explained(`npm does not know ${what}: is the name right? ${nothing}`);
    }
    case 'ETARGET':
      return explained(
        `npm knows the package, but not that version: ${/No matching version.*/.exec(complaints)?.[0] ?? ''} ${nothing}`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case 'ERR_SOCKET_TIMEOUT':
    case 'ENETUNREACH':
    case 'ENOTCACHED':
      return explained(`npm cannot reach the registry (${code}): is there a network? ${nothing}`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return explained(`npm may not write to ${directory} (${code}). ${nothing}`);
    default: {
      const said = lines.filter((line) => !/^(?:code|errno|syscall|path|dest) /.test(line)).join('\n');
      return said === '' ? error : explained(`${error.message}\n${said}`);
    }
  }
}
