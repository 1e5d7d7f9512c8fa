// Builds dist/: the kernel, its compiler, its two workers, the command line and the launcher for gateways, each one file,
// and the extension for JupyterLab.
// Run by `npm run build`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { build } from 'esbuild';
import { buildLab } from '../lab/build.mjs';
import { asText } from './as-text.mjs';
import { copyLibraries, minification, ownTypeScript } from './own-typescript.mjs';
import { copyAddons, ownZeromq } from './own-zeromq.mjs';
import { parserOnly } from './parser-only.mjs';
import { describeThirdParties } from './third-party.mjs';

/** A hash of everything that goes into the build. */
function hashSources() {
  const hash = createHash('sha256');
  for (const folder of ['kernel', 'kernelspec', 'scripts', 'src'])
    for (const name of readdirSync(folder, { recursive: true }).sort())
      if (/\.m?ts$|\.mjs$/.test(name)) hash.update(name).update(readFileSync(`${folder}/${name}`));
  return hash.update(readFileSync('package-lock.json')).digest('hex').slice(0, 12);
}

const settings = {
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  define: { buildId: JSON.stringify(hashSources()) },
  // Node 20 forgets how to import() in code that comes from V8's cache.
  supported: { 'dynamic-import': false },
  // Half the text to read, and without comments nothing in it but ASCII, which V8 takes as it is.
  minifyWhitespace: true,
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const metafiles = [];
async function bundle(options) {
  const { metafile } = await build({ ...options, metafile: true });
  metafiles.push(metafile);
}
// ZeroMQ's few lines of JavaScript come along.
await bundle({
  ...settings,
  entryPoints: {
    kernel: 'kernel/main.ts',
    service: 'kernel/service.ts',
    prepare: 'kernel/prepare.ts',
    tskernel: 'kernelspec/main.ts',
  },
  plugins: [ownZeromq],
  external: ['zeromq/package.json'],
});
await bundle({
  ...settings,
  entryPoints: {
    execution: 'src/execution/worker.ts',
    hooks: 'src/execution/modules/thread.ts',
    loader: 'src/execution/modules/loader.ts',
    decorated: 'src/compile/decorated.ts',
    language: 'src/language/worker.ts',
    start: 'src/threads/start.ts',
    debugger: 'src/debugging/index.ts',
    gateway: 'kernelspec/gateway.ts',
  },
  plugins: [asText, ownTypeScript],
  external: ['tsx'],
});
// The language server: the program for editors, and what a kernel loads when a front end is attached.
await bundle({
  ...settings,
  entryPoints: {
    lsp: 'src/lsp/stdio.ts',
    'lsp-worker': 'src/lsp/worker.ts',
    'lsp-server': 'src/lsp/attached.ts',
  },
  plugins: [asText, ownTypeScript],
  minifySyntax: true,
  sourcemap: false,
});
await bundle({
  ...settings,
  entryPoints: { compiler: 'src/completion/parser.ts' },
  plugins: [parserOnly, asText],
  minifySyntax: true,
  sourcemap: false,
  legalComments: 'inline',
  // A name that TypeScript does not have, or no longer has there.
  logOverride: { 'import-is-undefined': 'error' },
});
// A file that uses TypeScript other than by `ts.name` (`const { SyntaxKind } = ts`) would bring in all of it.
if (statSync('dist/compiler.cjs').size > 1_500_000)
  throw new Error(
    'dist/compiler.cjs has much more of TypeScript than its parser: which file of src/compile uses it whole?',
  );
await bundle(minification);
copyLibraries();
copyAddons();
metafiles.push(await buildLab());
writeFileSync('dist/THIRD-PARTY.txt', describeThirdParties(metafiles));
await cp('kernelspec/logos', 'dist/logos', { recursive: true });
// Caches of earlier builds.
for (const name of readdirSync('dist')) if (/-.*\.v8cache$/.test(name)) rmSync(`dist/${name}`);
// V8's caches, for this version of Node; others make their own when they first run.
execFileSync(process.execPath, ['dist/prepare.cjs', 'dist'], { stdio: 'inherit' });
