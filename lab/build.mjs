// Builds the JupyterLab extension into dist/lab: esbuild makes one module of its sources, JupyterLab's builder wraps that, so
// that it shares JupyterLab's own packages. Rule: what has not changed since the last build is not built again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const output = join(root, 'dist/lab');
/** What the builder sees: a package as an author of extensions has it. */
const draft = join(folder, 'dist');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** @returns what esbuild says of the files that went into it */
export async function buildLab() {
  // One product, one name and one version.
  const { name, version } = readJson(join(root, 'package.json'));
  const stamp = join(draft, 'stamp.json');
  const hash = hashSources(version);
  if (existsSync(stamp) && existsSync(join(output, 'package.json'))) {
    const built = readJson(stamp);
    if (built.hash === hash) return built.metafile;
  }
  installBuilder();
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  const { devDependencies, description, license, keywords, jupyterlab, style } = readJson(
    join(folder, 'package.json'),
  );
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['lab/src/index.ts'],
    outfile: join(draft, 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: Object.keys(devDependencies),
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  for (const part of ['schema', 'style'])
    if (existsSync(join(folder, part))) cpSync(join(folder, part), join(draft, part), { recursive: true });
  // Any JupyterLab from the one on that these sources are compiled against.
  const sharedPackages = Object.fromEntries(
    Object.entries(devDependencies).map(([name, range]) => [
      name,
      { requiredVersion: range.replace('~', '^'), bundled: false, singleton: true },
    ]),
  );
  const manifest = { name, version, description, license, keywords };
  writeJson(join(draft, 'package.json'), {
    ...manifest,
    main: 'index.js',
    style,
    dependencies: {},
    jupyterlab: { ...jupyterlab, outputDir: relative(draft, output), sharedPackages },
  });
  mkdirSync(join(draft, 'core'));
  cpSync(
    join(folder, 'node_modules/@jupyterlab/core-meta/core.package.json'),
    join(draft, 'core/package.json'),
  );
  const builder = join(folder, 'node_modules/@jupyterlab/builder/lib/build-labextension.js');
  try {
    execFileSync(process.execPath, [builder, '--core-path', join(draft, 'core'), draft], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`JupyterLab's builder failed:\n${error.stdout}${error.stderr}`);
  }
  // What a Jupyter Server reads; the rest is the builder's.
  const { _build } = readJson(join(output, 'package.json')).jupyterlab;
  writeJson(join(output, 'package.json'), { ...manifest, jupyterlab: { ...jupyterlab, _build } });
  writeJson(stamp, { hash, metafile });
  return metafile;
}

/** Of everything that goes into it. */
function hashSources(version) {
  const hash = createHash('sha256').update(version);
  const files = ['build.mjs', 'package.json', 'package-lock.json'];
  for (const part of ['schema', 'src', 'style'])
    if (existsSync(join(folder, part)))
      files.push(...readdirSync(join(folder, part), { recursive: true }).map((name) => join(part, name)));
  for (const name of files.sort()) {
    const path = join(folder, name);
    if (statSync(path).isFile()) hash.update(name).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** The builder and what is bundled; not the types, which only the compiler needs (`make check`). */
function installBuilder() {
  const installed = join(folder, 'node_modules/.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const hasTypes = existsSync(join(folder, 'node_modules/@jupyterlab/notebook'));
  execFileSync(
    'npm',
    [
      'ci',
      ...(hasTypes ? [] : ['--omit=dev']),
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    { cwd: folder, shell: process.platform === 'win32', stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
