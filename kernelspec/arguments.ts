// The command line as a typed value. Rule: no I/O; what cannot be understood is a Complaint that names the nearest right word.
import { Complaint, type Location } from './locations';
import { type Exceptions, wholesale } from './permission';

export type Command =
  | { readonly verb: 'help' | 'version' | 'list' | 'doctor' | 'lsp' }
  | {
      readonly verb: 'install';
      readonly location: Location;
      readonly name: string;
      readonly displayName: string;
      readonly environment: { readonly [name: string]: string };
      /** Confine the cells, but for these. */
      readonly permission: Exceptions | undefined;
      /** Whether JupyterLab gets its extension. */
      readonly lab: boolean;
    }
  | { readonly verb: 'uninstall'; readonly location: Location; readonly name: string };

const verbs = ['install', 'uninstall', 'list', 'doctor', 'lsp'] as const;
type Verb = (typeof verbs)[number];

const fileFlags = ['--allow-fs-read', '--allow-fs-write'];
const locationFlags = ['--user', '--sys-prefix', '--prefix'];
const flagsOf: { readonly [verb in Verb]: readonly string[] } = {
  install: [
    ...locationFlags,
    '--name',
    '--display-name',
    '--env',
    '--no-lab',
    '--permission',
    ...fileFlags,
    ...wholesale,
  ],
  uninstall: [...locationFlags, '--name'],
  list: [],
  doctor: [],
  // There is no other way yet; editors say it all the same.
  lsp: ['--stdio'],
};
const flagsWithValue = new Set(['--prefix', '--name', '--display-name', '--env', ...fileFlags]);

/** @throws Complaint when the words make no command */
export function parseArguments(words: readonly string[]): Command {
  const [first, ...rest] = words;
  if (first === undefined || words.includes('--help') || words.includes('-h') || first === 'help') {
    return { verb: 'help' };
  }
  if (first === '--version' || first === '-v') return { verb: 'version' };
  const verb = verbs.find((known) => known === first);
  if (verb === undefined) {
    throw new Complaint(`there is no command "${first}"${suggestion(first, verbs)}; see tskernel --help`);
  }
  const flags = readFlags(verb, rest);
  switch (verb) {
    case 'list':
    case 'doctor':
    case 'lsp':
      return { verb };
    case 'uninstall':
      return { verb, location: locationOf(flags), name: nameOf(flags) };
    case 'install':
      return {
        verb,
        location: locationOf(flags),
        name: nameOf(flags),
        displayName: flags.get('--display-name')?.at(-1) ?? 'TypeScript',
        environment: environmentOf(flags),
        permission: permissionOf(flags),
        lab: !flags.has('--no-lab'),
      };
  }
}

type Flags = ReadonlyMap<string, readonly string[]>;

function readFlags(verb: Verb, words: readonly string[]): Flags {
  const known = flagsOf[verb];
  const flags = new Map<string, string[]>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (!word.startsWith('-')) throw new Complaint(`${verb} does not know what to do with "${word}"`);
    const equals = word.indexOf('=');
    const flag = equals < 0 ? word : word.slice(0, equals);
    if (!known.includes(flag)) {
      throw new Complaint(`${verb} has no option ${flag}${suggestion(flag, known)}`);
    }
    let value = '';
    if (flagsWithValue.has(flag)) {
      const given = equals < 0 ? words[++index] : word.slice(equals + 1);
      if (given === undefined || given === '') throw new Complaint(`${flag} needs a value`);
      value = given;
    } else if (equals >= 0) {
      throw new Complaint(`${flag} takes no value`);
    }
    flags.set(flag, [...(flags.get(flag) ?? []), value]);
  }
  return flags;
}

function locationOf(flags: Flags): Location {
  const given = locationFlags.filter((flag) => flags.has(flag));
  if (given.length > 1) throw new Complaint(`${given.join(' and ')} exclude each other`);
  const directory = flags.get('--prefix')?.at(-1);
  if (directory !== undefined) return { kind: 'prefix', directory };
  return { kind: flags.has('--sys-prefix') ? 'sys-prefix' : 'user' };
}

function nameOf(flags: Flags): string {
  const name = flags.get('--name')?.at(-1) ?? 'tskernel';
  if (!/^[a-z0-9._-]+$/.test(name) || /^\.+$/.test(name)) {
    throw new Complaint(`"${name}" cannot name a kernel: use lower-case letters, digits, ".", "_" and "-"`);
  }
  return name;
}

function environmentOf(flags: Flags): { [name: string]: string } {
  const pairs = (flags.get('--env') ?? []).map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new Complaint(`--env wants NAME=VALUE, not "${pair}"`);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

function permissionOf(flags: Flags): Exceptions | undefined {
  const [first] = [...fileFlags, ...wholesale].filter((flag) => flags.has(flag));
  if (!flags.has('--permission')) {
    if (first === undefined) return undefined;
    throw new Complaint(`${first} needs --permission; without it everything is allowed`);
  }
  return {
    read: flags.get('--allow-fs-read') ?? [],
    write: flags.get('--allow-fs-write') ?? [],
    wholesale: wholesale.filter((flag) => flags.has(flag)),
  };
}

/** `; did you mean …?` for the nearest candidate, or nothing when all are far. */
function suggestion(word: string, candidates: readonly string[]): string {
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? '' : `; did you mean ${nearest.candidate}?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
