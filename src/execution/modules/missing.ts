// The error for a missing module or export: where Node looked, similar names, and the line to type.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { gigabytes, hasRoomForNode, readAddressSpace } from '../../system/address-space';
import { packageDirectories } from '../../system/lookup';
import { isThere } from '../../system/permissions';
import { isBare, packageOf, parseNpm } from '../../text/specifiers';
import { isNear, misspelled, nearest } from '../../text/spelling';
import { explainAddress, explainScheme, hintsOfMap, unknownScheme } from './elsewhere';
import type { Explanation } from './explanation';

export interface Places {
  readonly directory: string;
  readonly project: string | undefined;
}

/** Explains an error of Node's loaders or of the hooks. @returns undefined for an error that speaks for itself */
export function explainMissing(
  { code, message, input }: { readonly code: unknown; readonly message: string; readonly input?: unknown },
  places: Places,
): Explanation | undefined {
  if (code === 'ERR_UNKNOWN_BUILTIN_MODULE') {
    const specifier = /: (.+)/.exec(message)?.[1];
    return specifier === undefined ? undefined : missingBuiltin(specifier);
  }
  if (code === notInstalled) return missingWanted(message);
  if (code === unknownScheme) return explainScheme(message);
  if (code === 'ERR_DLOPEN_FAILED') return explainAddon(message);
  if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return notExported(message, places);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && !hasRoomForNode()) return unloaded(message);
  if (message === 'URI malformed') return malformed(input);
  if (code === undefined) return explainUnbuilt(message);
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return withoutNotebook(message, places);
  const what = /^Cannot find (?:module|package) '([^'\n]+)'/.exec(message)?.[1];
  if (what === undefined) return undefined;
  if (what.startsWith('npm:')) return missingPackage(parseNpm(what).wanted, places);
  const importer = importerIn(message, places.directory);
  if (!isBare(what)) return explainAddress(what) ?? missingFile(what, importer, places);
  return missingPackage(what, places, importer);
}

/** The importing file, unless a cell imports. */
function importerIn(message: string, directory: string): string | undefined {
  const importer = /(?: imported from |\nRequire stack:\n- )(\S.*?)(?:\n|$)/.exec(message)?.[1];
  return importer !== undefined && dirname(importer) !== directory ? importer : undefined;
}

/** What makes a package whole that lacks a file which its install script would have made. */
function hintsOfScripts(importer: string | undefined): string[] {
  const match =
    importer === undefined ? null : /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(importer);
  if (!match) return [];
  const [directory, name = ''] = match;
  try {
    const { scripts = {}, gypfile } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
      readonly scripts?: { readonly [name: string]: string };
      readonly gypfile?: boolean;
    };
    const hasScript = ['preinstall', 'install', 'postinstall'].some((script) => script in scripts);
    if (!hasScript && !gypfile && !isThere(join(directory, 'binding.gyp'))) return [];
    const wanted = name.replace('\\', '/');
    return [
      `${wanted} makes it with its install script, which has not run: %npm install --scripts ${wanted}`,
    ];
  } catch {
    return [];
  }
}

/** What the packages say by which others look for their native code, `bindings` and `node-gyp-build`: they have looked everywhere. */
function explainUnbuilt(message: string): Explanation | undefined {
  if (!/^(?:Could not locate the bindings file|No native build was found)/.test(message)) return undefined;
  const place = /(?:\u2192 |loaded from: )(.*)/.exec(message)?.[1];
  const hints = hintsOfScripts(place === undefined ? undefined : join(place, 'package.json'));
  return hints.length > 0 ? { message, hints } : undefined;
}

/** Native code that does not load. Such as knows only one environment cannot be loaded again by a thread that took another's place. */
function explainAddon(message: string): Explanation | undefined {
  if (/did not self-register/.test(message)) {
    return {
      message,
      hints: [
        'Native code that knows only one thread loads once in a process: restart the kernel to load it again.',
      ],
    };
  }
  if (/NODE_MODULE_VERSION|different Node\.js version/.test(message))
    return { message, hints: ['To build it for this Node, run: %npm rebuild'] };
  return undefined;
}

/** The code of an error about an `npm:` specifier whose package may not be installed without being asked for. */
export const notInstalled = 'PACKAGE_NOT_INSTALLED';

function missingWanted(message: string): Explanation | undefined {
  const wanted = /'npm:(.*)'$/.exec(message)?.[1];
  if (wanted === undefined) return undefined;
  return {
    message: `The package ${wanted} is not installed`,
    hints: [
      `To install it, run: %npm install ${wanted}`,
      'To install what npm: names from now on: %npm auto on',
    ],
  };
}

/** A local file in TypeScript, where the thread that would load it does not fit. */
function unloaded(message: string): Explanation {
  const limit = gigabytes(readAddressSpace()!.limit);
  const hint = `Loading it takes a thread of Node's, and this process may reserve ${limit} of addresses only (ulimit -v): raise the limit where Jupyter is started.`;
  return { message, hints: [hint] };
}

/** To Node, a cell imports as a file beside the notebook that nobody has. */
function withoutNotebook(message: string, { directory }: Places): Explanation | undefined {
  const importer = / imported from (\S.*)$/.exec(message);
  return importer && dirname(importer[1]!) === directory && basename(importer[1]!) === 'notebook.mts'
    ? { message: message.slice(0, importer.index), hints: [] }
    : undefined;
}

function notExported(message: string, { directory }: Places): Explanation | undefined {
  const match = /^(.+ in (.+[\\/]package\.json))(?: imported from (.+))?$/.exec(message);
  if (match === null) return undefined;
  const [, problem = '', file = '', importer] = match;
  const from = importer !== undefined && dirname(importer) !== directory ? `, imported from ${importer}` : '';
  const paths = exportedPaths(file);
  return {
    message: problem + from,
    hints: paths.length > 0 ? [`It exports ${paths.slice(0, 10).join(', ')}`] : [],
  };
}

/** What can be imported of a package, as it is written in an import. */
function exportedPaths(packageFile: string): string[] {
  try {
    const { name, exports } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
      readonly name?: string;
      readonly exports?: object | string;
    };
    if (name === undefined || typeof exports !== 'object') return [];
    return Object.entries(exports).flatMap(([path, target]) =>
      path.startsWith('.') && target !== null ? [name + path.slice(1)] : [],
    );
  } catch {
    return [];
  }
}

function missingBuiltin(specifier: string): Explanation {
  return {
    message: `There is no built-in module '${specifier}'`,
    hints: didYouMean(
      misspelled(specifier.replace(/^node:/, ''), builtinNames()).map((name) => `node:${name}`),
    ),
  };
}

function missingPackage(
  specifier: string,
  { directory, project }: Places,
  importer: string | undefined = undefined,
): Explanation {
  const scripts = hintsOfScripts(importer);
  // No name of a package: what a tool makes and keeps in node_modules.
  if (specifier.startsWith('.'))
    return { message: `Cannot find module '${specifier}'${from(importer)}`, hints: scripts };
  const name = packageOf(specifier);
  const looked = packageDirectories(directory).filter(isThere);
  const own = project !== undefined && isThere(project) ? packageDirectories(project).slice(0, 1) : [];
  const all = [...looked, ...own];
  const where =
    all.length > 0
      ? `looked in ${all.join(', ')}`
      : `there is no node_modules directory in ${directory} or above it`;
  const near = misspelled(specifier, builtinNames()).map((found) => `node:${found}`);
  const mapped = importer === undefined ? hintsOfMap(specifier, directory) : [];
  const isName = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i.test(name);
  const install = isName && mapped.length === 0 ? [`To install it, run: %npm install ${name}`] : [];
  return {
    message: `Cannot find package '${name}' (${where})${from(importer)}`,
    hints: [...didYouMean(near), ...mapped, ...install],
  };
}

const from = (importer: string | undefined) => (importer === undefined ? '' : `, imported from ${importer}`);

function missingFile(
  path: string,
  importer: string | undefined,
  { directory }: Places,
): Explanation | undefined {
  const file = resolve(importer === undefined ? directory : dirname(importer), path);
  const folder = dirname(file);
  const problem = `Cannot find module '${file}'${from(importer)}`;
  const scripts = hintsOfScripts(importer);
  if (scripts.length > 0) return { message: problem, hints: scripts };
  if (!isThere(folder)) return { message: `${problem}: there is no directory ${folder}`, hints: [] };
  const wanted = basename(file);
  const entries = readdirSync(folder);
  const escaped = entries.filter((name) => name.startsWith(`${wanted}?`) || name.startsWith(`${wanted}#`));
  if (escaped.length > 0) return { message: problem, hints: [escapeHint(escaped)] };
  const near = entries.filter((name) => name !== wanted && isNear(stem(name), stem(wanted)));
  const names = near
    .slice(0, 3)
    .map((name) => relative(directory, resolve(folder, name)).split(sep).join('/'))
    .map((name) => (name.startsWith('..') ? name : `./${name}`));
  return { message: problem, hints: didYouMean(names) };
}

/** What an import names is a part of an address: there a file's own signs are written otherwise. */
function escapeHint(names: readonly string[]): string {
  const written = names.slice(0, 3).map((name) => `./${name.replace(/[%?#]/g, encodeURIComponent)}`);
  return `In an import, %, ? and # of a file's name are written %25, %3F and %23: import … from '${written.join("' or '")}'`;
}

/** A name with a % that is no escape. */
function malformed(input: unknown): Explanation | undefined {
  if (typeof input !== 'string') return undefined;
  const name = input.slice(input.lastIndexOf('/') + 1);
  return { message: `The address '${name}' is malformed`, hints: [escapeHint([name])] };
}

/** What to say about an export that is not there. */
export function missingExport(specifier: string, name: string, exported: readonly string[]): string {
  const problem = `The requested module '${specifier}' does not provide an export named '${name}'`;
  if (name === 'default')
    return `${problem}. It exports ${exported.slice(0, 10).join(', ') || 'nothing'}; write import * as x, or { … }`;
  const near = nearest(name, exported);
  return [`${problem}.`, ...didYouMean(near), 'If it is a type, write import type.'].join(' ');
}

function didYouMean(names: readonly string[]): string[] {
  return names.length > 0 ? [`Did you mean ${names.join(', ')}?`] : [];
}

const builtinNames = () => builtinModules.filter((name) => !name.startsWith('_'));
const stem = (name: string) => name.replace(/\.[^.]*$/, '');
