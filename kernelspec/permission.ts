// A kernel confined by Node's permission model (docs/security.md): the options of its process and of its cells.
// Rule: the thread that runs cells may do less than the process: what only the kernel needs (addons, threads, history,
// connection files) is not given to it.
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Complaint } from './locations';

/** Exceptions that name no path. */
export const wholesale = [
  '--allow-child-process',
  '--allow-worker',
  '--allow-addons',
  '--allow-wasi',
  '--allow-net',
] as const;

/** What the user lets the cells do besides. */
export interface Exceptions {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly wholesale: readonly (typeof wholesale)[number][];
}

export interface InstallPlaces {
  /** Such as `v24.1.0`. */
  readonly nodeVersion: string;
  /** Whether this Node has an option. */
  hasOption(option: string): boolean;
  /** Whether this Node loads TypeScript by itself. */
  readonly stripsTypes: boolean;
  /** What the paths of exceptions are relative to. */
  readonly directory: string;
  /** What Jupyter starts. */
  readonly launcher: string;
  /** Directory of the built files. */
  readonly dist: string;
  /** Directories of the packages that the kernel needs. */
  readonly packages: readonly string[];
  /** Where the kernel keeps history and packages. */
  readonly data: string;
  /** Where Jupyter puts connection files. */
  readonly runtime: string;
  /** The directory for temporary files. */
  readonly temporary: string;
  /** A path without symbolic links; unchanged when nothing is there. */
  realPath(path: string): string;
}

export interface Confinement {
  /** Options of Node for the process. */
  readonly process: readonly string[];
  /** Options of Node for the thread of the cells. */
  readonly cells: readonly string[];
  /** What was asked for, as options of `tskernel install`. */
  readonly asked: readonly string[];
  /** What the user should know, a line each. */
  readonly notes: readonly string[];
}

/** @throws Complaint when this Node has no permission model */
export function confine(exceptions: Exceptions, surroundings: InstallPlaces): Confinement {
  const { nodeVersion, hasOption, directory, launcher, dist, data, runtime, temporary, realPath } =
    surroundings;
  const model = ['--permission', '--experimental-permission'].find(hasOption);
  if (model === undefined) {
    throw new Complaint(
      `this Node, ${nodeVersion}, has no permission model; run tskernel install with Node 24 or newer, or confine the kernel in a container`,
    );
  }
  const given = (path: string) => (path === '*' ? path : resolve(directory, path));
  const [read, write] = [exceptions.read.map(given), exceptions.write.map(given)];
  // `.` is the notebook's directory: the kernel is started there.
  const everyday = ['.', temporary, realPath(temporary)];
  const packages = [...surroundings.packages, join(data, 'projects')];
  const kept = [join(data, 'history'), runtime];
  const cells = [
    model,
    // Each of these options would be warned of at every start.
    ...['SecurityWarning', 'ExperimentalWarning'].map((name) => `--disable-warning=${name}`),
    // An interrupt ends what runs through the inspector. The signal would open it to everybody on the machine.
    ...['--allow-inspector', '--disable-sigusr1'].filter(hasOption),
    ...options('--allow-fs-read', [
      dist,
      join(dirname(dist), 'package.json'),
      ...packages,
      ...everyday,
      ...read,
    ]),
    ...options('--allow-fs-write', [...everyday, ...write]),
    ...exceptions.wholesale.filter(hasOption),
  ];
  const kernel = [
    '--allow-worker',
    '--allow-addons',
    // To Node 26 the pipes in which programs print are the network's too.
    ...['--allow-net'].filter(hasOption),
    // ZeroMQ's loader looks at the last one for the kind of Linux.
    ...options('--allow-fs-read', [launcher, ...kept, '/etc/alpine-release']),
    ...options('--allow-fs-write', kept),
  ];
  return {
    cells,
    process: [...new Set([...cells, ...kernel])],
    asked: [
      '--permission',
      ...options('--allow-fs-read', read),
      ...options('--allow-fs-write', write),
      ...exceptions.wholesale,
    ],
    notes: [...notesOn(exceptions, surroundings)],
  };
}

function* notesOn(exceptions: Exceptions, surroundings: InstallPlaces): Generator<string> {
  const { nodeVersion, hasOption, stripsTypes, temporary } = surroundings;
  yield `Cells may read and write below the notebook's directory and ${temporary}, and what --allow-fs-read and --allow-fs-write name.`;
  yield exceptions.wholesale.includes('--allow-child-process')
    ? 'Programs that cells start are not confined, except those that run on Node 24 or newer.'
    : 'Cells may start no programs: no ! commands.';
  yield 'Packages are not installed from cells: run npm in a terminal.';
  yield stripsTypes
    ? 'Node itself loads modules of your own: of TypeScript what can be erased, by file names in full.'
    : `Node itself loads modules of your own, and ${nodeVersion} knows no TypeScript.`;
  if (!hasOption('--allow-net')) yield `The network is open to cells: ${nodeVersion} cannot close it.`;
  if (!hasOption('--allow-inspector')) {
    yield `An interrupt of a loop loses all variables: confined, ${nodeVersion} can only end the thread. A newer Node keeps them.`;
  }
}

const options = (option: string, paths: readonly string[]) => [
  ...new Set(paths.map((path) => `${option}=${path}`)),
];

/** The outermost node_modules directories that hold what the kernel needs at run time. */
export function packageTrees(dist: string): string[] {
  const { resolve: find } = createRequire(join(dist, 'kernel.cjs'));
  const trees = ['tsx', '@types/node'].map((name) => {
    const file = realpathSync(find(`${name}/package.json`));
    return /^.*?[\\/]node_modules(?=[\\/])/.exec(file)?.[0] ?? dirname(file);
  });
  return [...new Set(trees)];
}
