// The kernel for one platform, on any machine: the build, and of the packages that it needs what a kernel loads.
// Usage: node bundle.mjs SOURCE linux-x64 TARGET, where SOURCE is the checkout, with its build in dist/.
// Rule: packages come in the versions of the lock file, checked against its hashes; none of their scripts run.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [source, platform, target] = process.argv.slice(2);
const [os, cpu] = platform.split('-');
const libc = { linux: 'glibc', darwin: 'libc', win32: 'msvc' }[os];

/** What of a package is taken, besides its package.json and its licences. */
const parts = {
  '@esbuild/*': /^(?:bin\/)?esbuild(?:\.exe)?$/,
  '@types/node': /\.d\.[cm]?ts$/,
  'undici-types': /\.d\.ts$/,
  esbuild: /^lib\/main\.js$/,
  tsx: /^dist\/.*\.[cm]js$/,
  // Only for watching files.
  fsevents: undefined,
};
const always = /^(?:package\.json|(?:licen[cs]e|notice|thirdpartynotice)[^/]*)$/i;

const packages = installPackages();
copyBuild();
for (const name of listPackages(packages)) copyPackage(name);
rmSync(dirname(packages), { recursive: true });

/** @returns the node_modules directory with what the kernel depends on, for the platform */
function installPackages() {
  const staging = mkdtempSync(join(tmpdir(), 'tskernel-bundle-'));
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(staging, file));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', '--omit=dev', `--os=${os}`, `--cpu=${cpu}`, ...quietly], {
    cwd: staging,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(staging, 'node_modules');
}

function copyBuild() {
  const { files, ...manifest } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const { name, version, description, license, dependencies } = manifest;
  mkdirSync(join(target, 'dist'), { recursive: true });
  writeFileSync(
    join(target, 'package.json'),
    JSON.stringify({ name, version, description, license, dependencies }, null, 2),
  );
  for (const file of listFiles(join(source, 'dist')))
    if (!/\.(?:map|v8cache)$/.test(file) && !isAddonForAnother(file))
      cpSync(join(source, 'dist', file), join(target, 'dist', file));
}

function isAddonForAnother(file) {
  return file.endsWith('.node') && !file.includes(`${os}-${cpu}-${libc}`);
}

function copyPackage(name) {
  const pattern = parts[name.startsWith('@esbuild/') ? '@esbuild/*' : name];
  if (pattern === undefined) {
    if (name in parts) return;
    throw new Error(`the kernel needs ${name} now: say in bundle.mjs what of it goes into a wheel`);
  }
  for (const file of listFiles(join(packages, name)))
    if (always.test(file) || pattern.test(file))
      cpSync(join(packages, name, file), join(target, 'node_modules', name, file));
}

function listPackages(folder) {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
    );
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
}
