// What to say when Node's permission model refuses something: what it was, and how to allow it.
// Rule: Node's own message names an option of Node, but the user starts no Node: they install a kernel.
import { resolve } from 'node:path';
import { isConfined } from '../../system/permissions';

/** The option of `tskernel install` for each of Node's names, and what it lets a cell do. */
const options: { readonly [permission: string]: readonly [option: string, deed: string] } = {
  FileSystemRead: ['--allow-fs-read', 'Reading'],
  FileSystemWrite: ['--allow-fs-write', 'Writing'],
  ChildProcess: ['--allow-child-process', 'Starting programs'],
  WorkerThreads: ['--allow-worker', 'Starting threads'],
  Net: ['--allow-net', 'Using the network'],
  WASI: ['--allow-wasi', 'Using WASI'],
};
const addons = ['--allow-addons', 'Loading native addons'] as const;
/** Of Node's own loaders, about TypeScript. */
const untranslated = new Set<unknown>(['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX']);

export interface Denial {
  readonly code: unknown;
  readonly message: string;
  /** Node's name of the permission. */
  readonly permission: unknown;
  /** What it was wanted for, where Node says so. */
  readonly resource: unknown;
}

/** @returns undefined for an error that is no refusal, or one that nothing allows */
export function explainDenial({ code, message, permission, resource }: Denial) {
  if (untranslated.has(code) && /\.[mc]?tsx?\b|typescript/i.test(message) && isConfined) {
    return {
      message,
      hints: [
        'A kernel that is confined by --permission leaves modules to Node, which knows less of TypeScript than cells do: from Node 24 on, what can be erased.',
      ],
    };
  }
  const known =
    code === 'ERR_DLOPEN_DISABLED'
      ? addons
      : code === 'ERR_ACCESS_DENIED' && options[nameOf(permission, message)];
  if (!known) return undefined;
  const [option, deed] = known;
  const isFile = option.startsWith('--allow-fs');
  const path =
    isFile && typeof resource === 'string' && resource !== '' ? resolve(withoutPrefix(resource)) : undefined;
  const value = isFile ? `=${path ?? 'PATH'}` : '';
  return {
    message: `${deed}${path === undefined ? '' : ` ${path}`} is not allowed to this kernel`,
    hints: [howToAllow(`${option}${value}`)],
  };
}

/** Node's message names a Windows path in its long form, `\\\\?\\C:\\…`, which no option takes. */
const withoutPrefix = (path: string) => path.replace(/^\\\\\?\\(?=[a-z]:)/i, '');

/** A refused connection carries its name only in what caused it. */
const nameOf = (permission: unknown, message: string) =>
  typeof permission === 'string' ? permission : message.includes('--allow-net') ? 'Net' : '';

const howToAllow = (option: string) =>
  `To allow it, install the kernel again, adding ${option} to what tskernel list shows, and restart it.`;
