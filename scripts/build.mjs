// Builds dist/: the kernel, its two workers, the command line and the launcher for gateways, each one file. Run by `npm run build`.
import { execFileSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { build } from 'esbuild';

await build({
  entryPoints: {
    kernel: 'kernel/main.ts',
    execution: 'src/execution/worker.ts',
    hooks: 'src/execution/modules/thread.ts',
    language: 'src/language/worker.ts',
    tskernel: 'kernelspec/main.ts',
    gateway: 'kernelspec/gateway.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['tsx', 'typescript', 'zeromq'],
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
});
await cp('kernelspec/logos', 'dist/logos', { recursive: true });
// V8's cache of TypeScript, for this version of Node; others make their own when they first run.
execFileSync(process.execPath, ['dist/language.cjs'], { stdio: 'inherit' });
