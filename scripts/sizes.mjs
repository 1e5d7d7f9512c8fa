// What an installation weighs, part by part: the npm package, what npm installs with it, and the wheel of this platform where one was
// built (make wheel). Usage: node scripts/sizes.mjs, or make sizes.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Below this a part is told with the rest, in bytes. */
const smallPart = 100_000;
const counted = new Set();

const [packed] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'));
print(
  `npm package: ${megabytes(packed.size)} packed`,
  packed.files.map(({ path, size }) => [path.replace(/^(docs|dist\/lab|dist\/logos)\/.*/, '$1/'), size]),
);

const dependencies = Object.entries(
  JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages,
)
  .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
  .map(([path]) => path)
  .filter((path) => existsSync(join(root, path)));
print(
  'what npm installs with it',
  dependencies.flatMap((path) =>
    filesOf(join(root, path))
      .filter((file) => isFirst(join(root, path, file)))
      .map((file) => [partOf(path, file), sizeOf(path, file)]),
  ),
);

const wheels = join(root, 'artifacts/packages');
for (const name of existsSync(wheels) ? readdirSync(wheels).filter((file) => file.endsWith('.whl')) : []) {
  const list =
    'import sys, zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(i.compress_size, i.filename)';
  const files = run('python3', '-c', list, join(wheels, name)).trim().split('\n');
  const parts = files.map((line) => {
    const [size, ...rest] = line.split(' ');
    const path = rest.join(' ').replace(/^[^/]*\/(?:data\/)?share\/jupyter\//, '');
    return [
      (/^.*?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? /^.*\//.exec(path) ?? [path])[0],
      Number(size),
    ];
  });
  print(`${name}, compressed`, parts);
}

function run(command, ...given) {
  return execFileSync(command, given, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26,
  });
}

/** Of a package that is binaries for many platforms, each of these is a part. */
function partOf(path, file) {
  const platform = path.endsWith('/zeromq') ? /^build\/[^/]+\/[^/]+/.exec(file)?.[0] : undefined;
  return platform ? `${path}/${platform}` : path;
}

function filesOf(folder) {
  // Not what is installed inside of it: that is listed by itself.
  return readdirSync(folder, { recursive: true }).filter(
    (file) => !/(^|\/)node_modules\//.test(file) && lstatSync(join(folder, file)).isFile(),
  );
}

/** Whether it was not there yet by another name: esbuild's binary is one file in two packages. */
function isFirst(path) {
  const { dev, ino } = lstatSync(path);
  const id = `${dev}:${ino}`;
  const isNew = !counted.has(id);
  counted.add(id);
  return isNew;
}

function sizeOf(path, file) {
  return lstatSync(join(root, path, file)).size;
}

function print(title, files) {
  const parts = new Map();
  for (const [part, size] of files) parts.set(part, (parts.get(part) ?? 0) + size);
  const total = files.reduce((sum, [, size]) => sum + size, 0);
  const large = [...parts].filter(([, size]) => size >= smallPart).sort(([, a], [, b]) => b - a);
  const rest = total - large.reduce((sum, [, size]) => sum + size, 0);
  console.log(`${title}: ${megabytes(total)}`);
  for (const [part, size] of [...large, ['the rest', rest]])
    console.log(`${megabytes(size).padStart(10)}  ${part}`);
  console.log();
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
