// What to say about imports that other runtimes know: addresses, jsr:, parts of Bun, drives of Windows, names of import maps.
// Rule: nothing is loaded from the network here; the hint is what to type instead.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { findUpwards } from '../../system/lookup';
import type { Explanation } from './explanation';

/** The code of Node's error about a scheme that it does not load. */
export const unknownScheme = 'ERR_UNSUPPORTED_ESM_URL_SCHEME';

/** Node names only the scheme: says which import it was. */
export function namingSpecifier(error: unknown, specifier: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== unknownScheme || message.includes(specifier)) return error;
  return Object.assign(error as Error, { message: `${message}, imported as '${specifier}'` });
}

/** Explains an error that has `unknownScheme`. */
export function explainScheme(message: string): Explanation | undefined {
  const specifier = /, imported as '(.*)'$/s.exec(message)?.[1];
  return specifier === undefined ? undefined : explainAddress(specifier);
}

/** @returns undefined for what names nothing of other runtimes */
export function explainAddress(specifier: string): Explanation | undefined {
  const [scheme = '', rest = ''] = specifier.split(/:(.*)/s);
  if (/^https?$/.test(scheme)) return ofNetwork(specifier);
  if (scheme === 'jsr') return ofJsr(specifier, rest);
  if (/^[a-z]$/i.test(scheme)) return ofDrive(specifier);
  if (!/^[a-z][a-z\d+.-]+$/i.test(scheme) || rest === '') return undefined;
  const hint =
    scheme === 'bun'
      ? 'It is a part of Bun; cells run in Node, whose own modules begin with node:'
      : 'Cells import packages by name, files by path, and file:, data:, node: and npm:';
  return { message: `Nothing here loads '${specifier}'`, hints: [hint] };
}

/** Servers of the npm registry's packages, and what stands before the package in their paths. */
const servers: readonly RegExp[] = [
  /^esm\.sh\/(?:v\d+\/|stable\/|\*)?/,
  /^esm\.run\//,
  /^unpkg\.com\//,
  /^cdn\.skypack\.dev\/(?:-\/)?/,
  /^cdn\.jsdelivr\.net\/npm\//,
  /^ga\.jspm\.io\/npm:/,
];

function ofNetwork(address: string): Explanation {
  const message = `Modules are not loaded from the network: '${address}'`;
  const path = address.replace(/^https?:\/\//, '').replace(/[?#].*$/, '');
  const server = servers.find((pattern) => pattern.test(path));
  const wanted = server && /^(?:@[^/@]+\/)?[^/@]+(?:@[^/]+)?/.exec(path.replace(server, ''))?.[0];
  // esm.sh has other registries below names such as jsr/ and gh/.
  if (wanted !== undefined && !/^(?:jsr|gh|pr)$/.test(wanted))
    return {
      message,
      hints: [`It is a package of npm: import 'npm:${wanted}', or run %npm install ${wanted}`],
    };
  const file = basename(path) || 'module.js';
  return { message, hints: [`Download it and import the file: !curl -L -o ${file} '${address}'`] };
}

function ofJsr(specifier: string, rest: string): Explanation {
  const match = /^\/?(@[^/@]+\/[^/@]+)(@[^/]+)?(\/.*)?$/.exec(rest);
  const message = `Packages of JSR are not loaded by '${specifier}'`;
  if (!match) return { message, hints: ['Their names are written jsr:@scope/name'] };
  const [, name = '', version = '', part = ''] = match;
  return {
    message,
    hints: [
      `To install it, run: !npx jsr add ${name}${version}`,
      `Then import '${name}${part}'. (To npm it is @jsr/${name.slice(1).replace('/', '__')}.)`,
    ],
  };
}

function ofDrive(path: string): Explanation {
  const isHere = process.platform === 'win32';
  const url = `file:///${path.replaceAll('\\', '/')}`;
  return {
    message: `'${path}' is a path of Windows, and an import takes a path such as './file' or a URL`,
    hints: isHere ? [`Import '${url}'`] : [],
  };
}

/**
 * What an import map says of a name that was not found. @param directory that of the notebook
 * @returns the lines that tell what to do
 */
export function hintsOfMap(specifier: string, directory: string): string[] {
  for (const name of ['deno.json', 'deno.jsonc', 'import_map.json']) {
    const file = findUpwards(directory, name);
    const target = file === undefined ? undefined : mapped(specifier, file);
    if (target === undefined) continue;
    const said = `${name} says that '${specifier}' is '${target}'`;
    if (/^(?:npm:|\.{0,2}\/)/.test(target)) return [`${said}: import that`];
    return [said, ...(explainAddress(target)?.hints ?? [])];
  }
  return [];
}

function mapped(specifier: string, file: string): string | undefined {
  try {
    const { imports = {} } = JSON.parse(readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '')) as {
      readonly imports?: { readonly [name: string]: string };
    };
    if (typeof imports[specifier] === 'string') return imports[specifier];
    const [prefix, target] =
      Object.entries(imports).find(([name]) => name.endsWith('/') && specifier.startsWith(name)) ?? [];
    return prefix === undefined ? undefined : `${target}${specifier.slice(prefix.length)}`;
  } catch {
    return undefined;
  }
}
