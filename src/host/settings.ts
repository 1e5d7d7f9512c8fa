// Every setting of the kernel: what it is called, what it may be, what it is when nobody says. Also where the platform keeps
// a user's data and caches. Rule: the environment is read here and nowhere else; a value that a setting cannot have is told of
// in one line and the default holds, so that a kernel starts whatever its environment says.
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { settingValues } from '../magics/catalog';
import { type MemoryFigures, readMemory } from '../system/memory';
import { type ColourSetting, colourSettings } from '../threads/execution-protocol';

/** What settings are read from. */
export interface Surroundings {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly platform: NodeJS.Platform;
  /** The user's home directory. */
  readonly home: string;
  /** The options of Node with which this process was started. */
  readonly nodeOptions?: readonly string[];
  /** What this process may take; asked of the system when absent. */
  readonly memory?: Pick<MemoryFigures, 'total' | 'isGroup'>;
}

interface Setting<Value> {
  /** The environment variable. */
  readonly variable: string;
  readonly meaning: string;
  /** What it may be. */
  readonly takes: string;
  /** Nothing for what it cannot be. */
  read(text: string): Value | undefined;
  fallback(surroundings: Surroundings): Value;
}

const settingTable = {
  dispatch: choice('TSKERNEL_DISPATCH', 'how cells run', settingValues.dispatch, 'auto'),
  types: choice('TSKERNEL_TYPES', 'what types that do not fit do', settingValues.types, 'warn'),
  observes: toggle('TSKERNEL_VALUE_TYPES', 'values without a type get one from what they are', true),
  colours: choice<ColourSetting>(
    'TSKERNEL_COLORS',
    'whether values are shown in colours',
    colourSettings,
    'auto',
  ),
  memory: setting<number>({
    variable: 'TSKERNEL_MEMORY',
    meaning: 'limit of the heap of the cells, in MB',
    takes: 'a number of megabytes',
    read: megabytesOf,
    fallback: (surroundings) =>
      givenHeap(surroundings) ?? Math.min(4096, Math.floor(memoryOf(surroundings).total / 2 ** 21)),
  }),
  autoreload: toggle('TSKERNEL_AUTORELOAD', 'imports load again what changed on disk', true),
  installsPackages: toggle('TSKERNEL_NPM_AUTO', '`npm:` specifiers install what they name', false),
  dotenv: setting<string | false>({
    variable: 'TSKERNEL_DOTENV',
    meaning: 'a file of variables to read at the start',
    takes: 'on, off, or the name of a file',
    read: (text) => (isOn(text) === undefined ? text : isOn(text) && '.env'),
    fallback: () => false,
  }),
  linger: setting<number>({
    variable: 'TSKERNEL_LINGER',
    meaning: 'how long a cell waits at its end for what it has set going, where nobody can answer, in ms',
    takes: 'a number of milliseconds',
    read: (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
    fallback: () => 250,
  }),
  rest: setting<number | false>({
    variable: 'TSKERNEL_REST',
    meaning: 'after which time without use the types give their memory back, in seconds',
    takes: 'a number of seconds, or off',
    read: (text) =>
      isOn(text) === false ? false : /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : undefined,
    fallback: () => 300,
  }),
  typescript: setting<string | undefined>({
    variable: 'TSKERNEL_TYPESCRIPT',
    meaning: 'the TypeScript that cells are read with',
    takes: '`project`, or the path of a typescript package',
    read: (text) => text,
    fallback: () => undefined,
  }),
  data: setting<string>({
    variable: 'TSKERNEL_DATA',
    meaning: 'where history and packages are kept',
    takes: 'a directory',
    read: (text) => resolve(text),
    fallback: userDataDirectory,
  }),
};

type SettingName = keyof typeof settingTable;

export type Settings = {
  readonly [Name in SettingName]: ReturnType<(typeof settingTable)[Name]['fallback']>;
} & {
  /** Node was told a size for all heaps of the process. */
  readonly isHeapGiven: boolean;
  /** The limit of the control group that the process is in, in MB: the system kills who takes more. */
  readonly groupMemory: number | undefined;
  /** Where the user's caches are, ours in a directory of its own. */
  readonly cache: string;
};

/** One setting as it is. */
export interface SettingReport {
  readonly variable: string;
  readonly meaning: string;
  /** As the user would write it. */
  readonly value: string;
  readonly isDefault: boolean;
  /** What is wrong with what the environment says. */
  readonly problem?: string;
}

export function thisSurroundings(): Surroundings {
  return {
    environment: process.env,
    platform: process.platform,
    home: findHome(),
    nodeOptions: process.execArgv,
  };
}

/** The user's home directory, also where HOME is set to nothing or is no path from the root. */
export function findHome(home: string = homedir()): string {
  if (isAbsolute(home)) return home;
  try {
    return resolve(userInfo().homedir);
  } catch {
    // The user is in no list, as those that containers make up.
    return resolve(home);
  }
}

/** @returns the settings, and a report of each, in the order of the documentation */
export function readSettings(given: Surroundings = thisSurroundings()): {
  settings: Settings;
  reports: readonly SettingReport[];
} {
  const memory = memoryOf(given);
  const { isGroup, total } = memory;
  const surroundings = { ...given, memory };
  const values: { [name: string]: unknown } = {
    groupMemory: isGroup ? total / 2 ** 20 : undefined,
    isHeapGiven: givenHeap(surroundings) !== undefined,
    cache: join(userCacheDirectory(surroundings), 'tskernel'),
  };
  const reports = Object.entries<Setting<unknown>>(settingTable).map(([name, setting]) => {
    const { variable, meaning, takes } = setting;
    // Set to nothing is not set.
    const text = surroundings.environment[variable] || undefined;
    const read = text === undefined ? undefined : setting.read(text);
    const value = read ?? setting.fallback(surroundings);
    values[name] = value;
    const report = { variable, meaning, value: inWords(value), isDefault: read === undefined };
    if (text === undefined || read !== undefined) return report;
    return {
      ...report,
      problem: `${variable}=${text} is not understood: it takes ${takes}; ${report.value} is used`,
    };
  });
  return { settings: values as unknown as Settings, reports };
}

function setting<Value>(one: Setting<Value>): Setting<Value> {
  return one;
}

function choice<Value extends string>(
  variable: string,
  meaning: string,
  choices: readonly Value[],
  fallback: Value,
): Setting<Value> {
  return {
    variable,
    meaning,
    takes: choices.join(', ').replace(/, (?=[^,]*$)/, ' or '),
    read: (text) => choices.find((one) => one === text),
    fallback: () => fallback,
  };
}

function toggle(variable: string, meaning: string, fallback: boolean): Setting<boolean> {
  return { variable, meaning, takes: 'on or off', read: isOn, fallback: () => fallback };
}

function isOn(text: string): boolean | undefined {
  if (/^(?:on|1|true|yes)$/i.test(text)) return true;
  if (/^(?:off|0|false|no)$/i.test(text)) return false;
  return undefined;
}

function inWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === undefined ? "the kernel's own" : String(value);
}

const memoryOf = ({ memory = readMemory() }: Surroundings) => memory;

function megabytesOf(text: string): number | undefined {
  const size = Number(text);
  return size > 0 && Number.isFinite(size) ? size : undefined;
}

/** Node's own option says it of the main thread only, and whoever gives it means the cells. In MB. */
function givenHeap({ environment, nodeOptions = [] }: Surroundings): number | undefined {
  const heapOption = /--max[-_]old[-_]space[-_]size=(\d+)/;
  const given = heapOption.exec(`${environment.NODE_OPTIONS ?? ''} ${nodeOptions.join(' ')}`)?.[1];
  return given === undefined ? undefined : megabytesOf(given);
}

function userDataDirectory({ environment, platform, home }: Surroundings): string {
  if (platform === 'win32')
    return join(
      environment.LOCALAPPDATA || environment.APPDATA || join(home, 'AppData', 'Local'),
      'tskernel',
    );
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'tskernel');
  return join(absolute(environment.XDG_DATA_HOME) ?? join(home, '.local', 'share'), 'tskernel');
}

function userCacheDirectory({ environment, platform, home }: Surroundings): string {
  if (platform === 'win32') return environment.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  return absolute(environment.XDG_CACHE_HOME) ?? join(home, '.cache');
}

/** The XDG specification has relative paths ignored. */
const absolute = (path = '') => (isAbsolute(path) ? path : undefined);
