// Puts the hooks into Node's loaders, over tsx, which finds and translates local TypeScript.
// Rule: loaded when a cell first imports something that may need it; a notebook without local modules never pays for it.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { hasRoomForNode } from '../../system/address-space';
import { findUpwards, isPackaged } from '../../system/lookup';
import { isAllowed, isConfined } from '../../system/permissions';
import { isBare, withoutNpm } from '../../text/specifiers';
import { DecoratedFiles } from './decorated';
import { loadFrugally } from './frugal';
import { createHooks, type HookOptions, type HookOrder, notTranslated } from './hooks';
import { createImport, type DynamicImport } from './importer';
import { translating } from './translator';

export interface Loader {
  order(order: HookOrder): void;
}

/** What is in already, so that an installation after one that was cut off does nothing twice: code would be translated twice. */
const installed: { tsx: boolean; loader?: Loader } = { tsx: false };

const { registerHooks } = nodeModule as {
  /** Since Node 22.15. */
  registerHooks?(hooks: object): void;
};

/**
 * @param project where packages are looked for last
 * @param load how to import the parts of tsx
 * @returns undefined where Node's permission model, or a limit of addresses, leaves only Node's own loaders
 */
export async function installLoader(
  directory: string,
  project: string | undefined,
  load: DynamicImport = createImport(__filename),
): Promise<Loader | undefined> {
  if (!registerHooks && !isAllowed('worker')) return undefined;
  // tsx has a program do the work and looks everywhere: in a confined kernel Node's own stripping of types has to do.
  if (!putsHooksHere && !hasRoomForNode()) return undefined;
  if (!isConfined) await loadFrugally(!putsHooksHere, () => installTsx(directory, load));
  if (installed.loader) return installed.loader;
  const { port1, port2 } = new MessageChannel();
  installHooks({ directory, project, port: port2 });
  port1.unref();
  installed.loader = { order: (order) => port1.postMessage(order) };
  return installed.loader;
}

async function installTsx(directory: string, load: DynamicImport): Promise<void> {
  const tsconfig = findUpwards(directory, 'tsconfig.json');
  const { register } = (await load('tsx/esm/api')) as unknown as typeof import('tsx/esm/api');
  const { register: registerRequire } = (await load(
    'tsx/cjs/api',
  )) as unknown as typeof import('tsx/cjs/api');
  if (installed.tsx) return;
  register({ tsconfig: tsconfig ?? false });
  registerRequire();
  installed.tsx = true;
}

function installHooks(options: HookOptions & { port: MessagePort }): void {
  hookRequire(options.project);
  requireLiterally();
  requireDecorated(options.directory);
  if (putsHooksHere) registerHooks!(createHooks(options));
  else {
    nodeModule.register(pathToFileURL(join(__dirname, 'hooks.cjs')), {
      data: options,
      transferList: [options.port],
    });
  }
}

/**
 * Whether tsx puts its hooks into the user's thread: from these versions on Node's own are free of the bugs that matter to
 * it. Hooks in both places would not see each other's answers, so ours go where it goes.
 */
export function hasSoundHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  const since = ({ 22: [22, 3], 24: [11, 1], 25: [1, 0] } as { [major: number]: [number, number] })[major];
  if (!since) return major >= 26;
  return minor > since[0] || (minor === since[0] && patch >= since[1]);
}

/** Otherwise they go into a thread that Node starts for them. */
const putsHooksHere = registerHooks !== undefined && (isConfined || hasSoundHooks(process.versions.node));

interface CommonJsLoader {
  _resolveFilename(
    request: string,
    parent: { readonly filename?: string | null } | undefined,
    ...rest: unknown[]
  ): string;
}

/** Node's own, before tsx changes them, which takes what follows a question mark for no part of a file's name. */
const { _resolveFilename: resolveLiterally } = nodeModule.Module as unknown as CommonJsLoader;
const { '.js': loadLiterally } = createRequire(__filename).extensions;

/**
 * Tells require() of `npm:`, of files with a question mark in their names, and of the kernel's project: it looks from the file
 * that calls it, whatever a hook says.
 */
function hookRequire(project: string | undefined): void {
  const loader = nodeModule.Module as unknown as CommonJsLoader;
  const resolve = loader._resolveFilename;
  const fallback = project === undefined ? undefined : createRequire(join(project, 'notebook.mts'));
  loader._resolveFilename = function (asked, parent, ...rest) {
    const request = withoutNpm(asked);
    if (request.includes('?')) {
      try {
        return Reflect.apply(resolveLiterally, this, [request, parent, ...rest]);
      } catch {
        // With a query of tsx's, as in `./part.ts?namespace=1`.
      }
    }
    try {
      return Reflect.apply(resolve, this, [request, parent, ...rest]);
    } catch (error) {
      const isOwn = !parent?.filename || !isPackaged(parent.filename);
      if (!fallback || !isOwn || !isBare(request) || parent?.filename?.startsWith(project!)) throw error;
      try {
        return fallback.resolve(request);
      } catch {
        throw error;
      }
    }
  };
}

/** Loads JavaScript from a file with a question mark in its path. TypeScript there is refused. */
function requireLiterally(): void {
  const { extensions } = createRequire(__filename);
  const isLiteral = (file: string) => file.includes('?') && existsSync(file);
  // Not one more than there are: require() tries each of them.
  for (const extension of ['.js', '.cjs', '.ts', '.cts', '.mts', '.tsx']) {
    const load = extensions[extension];
    if (load === undefined) continue;
    extensions[extension] = (module, file) => {
      if (!isLiteral(file)) return load(module, file);
      if (/\.[cm]?tsx?$/.test(file)) throw notTranslated(file);
      loadLiterally!(module, file);
    };
  }
}

/** Has require() translate the files whose decorators want to know types. */
function requireDecorated(directory: string): void {
  const decorated = new DecoratedFiles(directory);
  const { extensions } = createRequire(__filename);
  for (const extension of ['.ts', '.cts', '.tsx']) {
    const load = extensions[extension];
    if (load === undefined) continue;
    extensions[extension] = (module, file) => {
      const text = isPackaged(file) ? undefined : decorated.translate(file, 'commonjs');
      if (text === undefined) translating(() => load(module, file));
      else (module as CompilingModule)._compile(text, file);
    };
  }
}

interface CompilingModule extends NodeModule {
  _compile(text: string, file: string): void;
}

/** Whether code belongs to the loader that the kernel brought along: its frames are of no interest. */
export function isLoaderFile(file: string): boolean {
  return /[\\/]node_modules[\\/]tsx[\\/]dist[\\/]/.test(file);
}
