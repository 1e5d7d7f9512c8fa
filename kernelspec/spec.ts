// The kernelspec directory: written, found again, removed. Rule: a directory that is not ours is never touched.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import template from './kernel.json';
import { Complaint } from './locations';
import type { Confinement } from './permission';
import { replaceDirectory } from './replacement';

export interface Installation {
  /** The `kernels` directory, absolute. */
  readonly kernels: string;
  readonly name: string;
  readonly displayName: string;
  readonly environment: { readonly [name: string]: string };
  /** Absolute path of the node that runs the kernel. */
  readonly node: string;
  /** Absolute path of the built kernel. */
  readonly kernel: string;
  /** Directory that holds the logos. */
  readonly logos: string;
  readonly version: string;
  /** Whether the kernel can encrypt its connection (CurveZMQ): servers give keys only to one that says so. */
  readonly encrypts: boolean;
  /** Set where the cells are confined. */
  readonly confinement?: Confinement;
}

/** A kernelspec of ours, as found on disk. */
export interface FoundSpec {
  readonly name: string;
  readonly directory: string;
  readonly displayName: string;
  /** What it starts; nothing in a wheel's, whose launcher looks for both. */
  readonly program: { readonly node: string; readonly kernel: string } | undefined;
  readonly version: string;
  /** Whether it says that the kernel can encrypt its connection. */
  readonly encrypts: boolean;
  /** What it sets besides the environment of whoever starts it. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** The options of `tskernel install` that it is confined by; none: it is not. */
  readonly permission: readonly string[];
}

/**
 * Writes the kernelspec, replacing an older one of ours.
 * @returns the kernelspec's directory
 * @throws Complaint when another kernel has the name, or the place cannot be written
 */
export function installSpec(installation: Installation): string {
  const { kernels, name } = installation;
  const target = join(kernels, name);
  if (existsSync(target)) {
    const found = readSpec(target);
    if (found === undefined) {
      throw new Complaint(`${target} holds another kernel; choose a different --name`);
    }
    if (found.program === undefined) {
      throw new Complaint(
        `${target} belongs to the Python package tskernel: Jupyter knows the kernel already; choose a --name for another`,
      );
    }
  }
  replaceDirectory(target, (draft) => fill(draft, target, installation));
  return target;
}

/**
 * Removes a kernelspec of ours.
 * @returns its directory
 * @throws Complaint when it is not there, or is another kernel's
 */
export function removeSpec(kernels: string, name: string): string {
  const target = join(kernels, name);
  if (!existsSync(target)) throw new Complaint(`no kernel "${name}" in ${kernels}; see tskernel list`);
  const found = readSpec(target);
  if (found === undefined) throw new Complaint(`${target} holds another kernel; left as it is`);
  if (found.program === undefined) {
    throw new Complaint(`${target} belongs to the Python package; run "pip uninstall tskernel"`);
  }
  rmSync(target, { recursive: true });
  return target;
}

/** The kernelspecs of ours in one `kernels` directory, by name. */
export function findSpecs(kernels: string): FoundSpec[] {
  let names: string[];
  try {
    names = readdirSync(kernels).sort();
  } catch {
    return [];
  }
  return names.filter((name) => !name.startsWith('.')).flatMap((name) => readSpec(join(kernels, name)) ?? []);
}

function fill(draft: string, target: string, installation: Installation): void {
  const { node, kernel, version, displayName, environment, encrypts, confinement } = installation;
  const permission = confinement?.asked;
  const words: { [placeholder: string]: string } = {
    '{node}': node,
    '{launcher}': join(target, 'launch.cjs'),
  };
  const spec = {
    ...template,
    argv: template.argv
      .map((word) => words[word] ?? word)
      .flatMap((word, index) => (index === 0 ? [word, ...(confinement?.process ?? [])] : [word]))
      .concat(confinement?.cells ?? []),
    display_name: displayName,
    env: { ...template.env, ...environment },
    metadata: {
      ...template.metadata,
      // Where cells may not use the inspector, neither may who debugs them.
      debugger: confinement === undefined || confinement.cells.includes('--allow-inspector'),
      ...(encrypts && { supported_encryption: ['curve'] }),
      tskernel: { version, kernel, permission },
    },
  };
  cpSync(installation.logos, draft, { recursive: true });
  writeFileSync(join(draft, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
  writeFileSync(join(draft, 'launch.cjs'), launcher(kernel));
}

/** A missing build would be a stack trace out of node's loader; this says it in one line, and costs one look at the disk. */
function launcher(kernel: string): string {
  const complaint = `tskernel: ${kernel} is missing. Run "npm run build" in ${dirname(dirname(kernel))}, or install tskernel again and run "npx tskernel install".`;
  return `// Starts tskernel. Written by "tskernel install".
const { existsSync } = require('node:fs');
const kernel = ${JSON.stringify(kernel)};
if (existsSync(kernel)) require(kernel);
else {
  console.error(${JSON.stringify(complaint)});
  process.exitCode = 1;
}
`;
}

function readSpec(directory: string): FoundSpec | undefined {
  try {
    const spec: unknown = JSON.parse(readFileSync(join(directory, 'kernel.json'), 'utf8'));
    const {
      argv,
      display_name,
      env: environment = {},
      metadata,
    } = spec as {
      argv: readonly string[];
      display_name: string;
      env?: { readonly [name: string]: string };
      metadata: {
        supported_encryption?: readonly string[];
        tskernel: { version: string; kernel?: string; permission?: readonly string[] };
      };
    };
    const { version, kernel, permission = [] } = metadata.tskernel;
    const name = directory.slice(dirname(directory).length + 1);
    return {
      name,
      directory,
      displayName: display_name,
      program: kernel === undefined ? undefined : { node: argv[0] ?? '', kernel },
      version,
      encrypts: metadata.supported_encryption?.includes('curve') === true,
      environment,
      permission,
    };
  } catch {
    // No kernelspec, or not ours.
    return undefined;
  }
}
