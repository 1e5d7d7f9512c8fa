// The magics that there are. Data only, for every thread: the language worker finds them in a cell, the execution worker
// runs them, and %help lists them.
// Rule: names and kinds are types. A magic that lacks its handler, or a handler that lacks its magic, does not compile.

/**
 * `line`: what follows on its line are arguments. `code`: what follows is TypeScript. `setting`: changes how cells are
 * compiled, at the top of a cell. `cell`: the first line of a cell, whose rest is its text. `codeCell`: the same, but the
 * rest is TypeScript. `file`: stands alone, and a file takes the place of the cell before it is compiled.
 */
export type MagicKind = 'line' | 'code' | 'setting' | 'cell' | 'codeCell' | 'file';

/**
 * What completion offers for the arguments of a magic. Files are those of the running code; `settings` and `modules` are
 * files as seen from the notebook.
 */
export type MagicArgument = 'command' | 'directory' | 'file' | 'magic' | 'modules' | 'settings' | 'variable';

interface Row {
  readonly name: string;
  readonly kind: MagicKind;
  /** The cell waits for it, so it becomes a task. */
  readonly waits?: boolean;
  /** What may follow the name; empty: nothing. */
  readonly usage: string;
  /** What the first argument may be: every value of a setting, what is most wanted of a line. */
  readonly choices?: readonly string[];
  readonly takes?: MagicArgument;
  readonly summary: string;
  /** Lines that show its use, where the usage alone does not. */
  readonly example?: string;
}

/** The values of each setting of how cells are compiled: what its magic and its environment variable take. */
export const settingValues = {
  /** How cells run: by what they need, without top-level await, always with it. */
  dispatch: ['auto', 'blocking', 'task'],
  /** What becomes of type errors: shown below the cell, shown before the cell ends, stopping it, or not looked for. */
  types: ['warn', 'wait', 'error', 'off'],
} as const;

/** `!command`, which has no name. */
export const shell = {
  name: '!',
  kind: 'line',
  waits: true,
  usage: 'command',
  takes: 'command',
  summary: 'run a command in the shell',
} as const satisfies Row;

/** `name?`, `?name` and `name??`: what is known of a name, in the pager of the front end. */
export const question = {
  name: '?',
  kind: 'line',
  usage: 'name',
  summary: 'what is known of a name, as name? or ?name; name?? has its source too',
} as const satisfies Row;

/** A magic that cells or packages have added, of a line or of a whole cell. */
export interface CustomMagic {
  readonly sign: '%' | '%%';
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
}

/** Stand for all of those in a cell: their names are the first word of the arguments. */
export const customLine = {
  name: 'custom',
  kind: 'line',
  waits: true,
  usage: 'name …',
  summary: 'a magic that a cell or a package has added',
} as const satisfies Row;
export const customCell = { ...customLine, name: 'customCell', kind: 'cell' } as const satisfies Row;

const rows = [
  {
    name: 'help',
    kind: 'line',
    usage: '[name]',
    takes: 'magic',
    summary: 'list the magics and functions of the kernel, or describe one',
  },
  { name: 'lsmagic', kind: 'line', usage: '', summary: 'the names of all magics' },
  {
    name: 'history',
    kind: 'line',
    usage: '[-n] [-o] [-u] [-l [count]] [-g pattern] [-f file] [range …]',
    summary: 'earlier cells',
    example:
      '%history -n 3-5         cells 3 to 5, numbered\n%history ~1/1-4         cells 1 to 4 of the session before\n%history -n -l 10       the last ten, also of earlier sessions\n%history -o 7           cell 7 and its result\n%history -u -g *fetch*  those of all sessions that say fetch, each once\n%history -f all.ts      this session, into a file',
  },
  {
    name: 'npm',
    kind: 'line',
    waits: true,
    usage: 'install name …, npm uninstall name …, npm ls, npm auto on|off',
    example: '%npm install lodash-es @types/lodash-es',
    choices: ['install', 'uninstall', 'update', 'ls', 'outdated', 'explain', 'view', 'search', 'run', 'auto'],
    summary: 'run npm in the project of the notebook; install scripts only run with --scripts',
  },
  {
    name: 'reload',
    kind: 'line',
    usage: '[./module.ts …]',
    takes: 'modules',
    summary: 'load local modules again at their next import',
  },
  {
    name: 'autoreload',
    kind: 'line',
    usage: '[on|off]',
    choices: ['on', 'off'],
    summary: 'whether local modules that changed on disk are loaded again by an import',
  },
  {
    name: 'cd',
    kind: 'line',
    usage: '[directory]',
    takes: 'directory',
    summary: 'change the working directory; - goes back',
  },
  { name: 'echo', kind: 'line', usage: '[text]', summary: 'print a text, as %echo of ijavascript' },
  { name: 'pwd', kind: 'line', usage: '', summary: 'the working directory' },
  {
    name: 'env',
    kind: 'line',
    usage: '[NAME[=value]]',
    example: '%env TZ=Europe/Vienna',
    takes: 'variable',
    summary: 'show or set environment variables',
  },
  {
    name: 'dotenv',
    kind: 'line',
    usage: '[file]',
    takes: 'settings',
    summary: 'read .env beside the notebook into process.env',
  },
  { name: 'time', kind: 'code', usage: 'code', summary: 'how long a line takes' },
  {
    name: 'timeit',
    kind: 'code',
    usage: '[-n loops] [-r runs] code',
    example: '%timeit -n 1000 rows.map(({ price }) => price)',
    summary: 'how long a line takes, measured many times',
  },
  {
    name: 'prof',
    kind: 'code',
    usage: '[-o file] code',
    summary: 'where the time of a line goes: a flame chart and a table',
    example: '%prof -o work.cpuprofile work()    also as a file that DevTools opens',
  },
  {
    name: 'bg',
    kind: 'line',
    usage: '[stop number …|stop all]',
    example: '%bg           what runs in the background, and what has ended since\n%bg stop 3    ends cell 3',
    choices: ['stop'],
    summary: 'the cells that run in the background: list them, stop one',
  },
  {
    name: 'inspect',
    kind: 'line',
    usage: '[port|off]',
    choices: ['off'],
    summary: "let VS Code's or Chrome's debugger attach to the notebook; again, or off: no longer",
    example: '%inspect        at a free port of this machine\n%inspect 9229   at this one',
  },
  { name: 'who', kind: 'line', usage: '', summary: 'the names that cells have made' },
  { name: 'whos', kind: 'line', usage: '', summary: 'the names that cells have made, with types and values' },
  {
    name: 'typeof',
    kind: 'line',
    usage: 'name [Type]',
    example: '%typeof users User',
    summary: 'the type of a value, as an interface to paste; Type is what to call it',
  },
  {
    name: 'reset',
    kind: 'line',
    usage: '',
    summary: 'forget all names that cells have made, and all results',
  },
  {
    name: 'load_ext',
    kind: 'line',
    waits: true,
    usage: 'package',
    takes: 'modules',
    summary: 'load a package or a module that adds magics',
  },
  { name: 'load', kind: 'line', usage: 'file', takes: 'file', summary: 'put a file into the cell' },
  {
    name: 'run',
    kind: 'file',
    usage: 'file',
    example: '%run ./prepare.ts',
    takes: 'file',
    summary: 'run a file as if its text were the cell',
  },
  {
    name: 'dispatch',
    kind: 'setting',
    usage: settingValues.dispatch.join('|'),
    choices: settingValues.dispatch,
    summary: 'how cells run: by what they need, without await, or always with it',
  },
  {
    name: 'types',
    kind: 'setting',
    usage: settingValues.types.join('|'),
    choices: settingValues.types,
    summary: 'whether type errors are shown, are waited for and shown, stop the cell, or are not looked for',
  },
  { name: 'time', kind: 'codeCell', usage: '', summary: 'how long the cell takes' },
  {
    name: 'prof',
    kind: 'codeCell',
    usage: '[-o file]',
    summary: 'where the time of the cell goes: a flame chart and a table',
  },
  {
    name: 'bg',
    kind: 'codeCell',
    usage: '',
    example:
      '%%bg\nfor (;;) {\n  await refresh();\n  await sleep(60_000);\n}\n\nawait Out[3]    waits in a later cell for the end of cell 3',
    summary: 'run the cell in the background, where it awaits: later cells do not wait for it',
  },
  { name: 'bash', kind: 'cell', waits: true, usage: '[argument …]', summary: 'run the cell in bash' },
  { name: 'sh', kind: 'cell', waits: true, usage: '[argument …]', summary: 'run the cell in sh' },
  { name: 'cmd', kind: 'cell', waits: true, usage: '', summary: 'run the cell as a batch file of Windows' },
  {
    name: 'writefile',
    kind: 'cell',
    usage: '[-a] file',
    example: '%%writefile lib.ts\nexport const answer = 42;',
    takes: 'file',
    summary: 'write the cell to a file; -a appends',
  },
  { name: 'html', kind: 'cell', usage: '', summary: 'show the cell as HTML' },
  { name: 'markdown', kind: 'cell', usage: '', summary: 'show the cell as Markdown' },
  { name: 'svg', kind: 'cell', usage: '', summary: 'show the cell as SVG' },
  { name: 'latex', kind: 'cell', usage: '', summary: 'show the cell as LaTeX' },
  { name: 'javascript', kind: 'cell', usage: '', summary: 'run the cell in the browser' },
] as const satisfies readonly Row[];

type NameOf<Kind extends MagicKind> = Extract<
  (typeof rows)[number] | typeof shell | typeof question | typeof customLine | typeof customCell,
  { kind: Kind }
>['name'];

/** A magic of the catalogue. Its kind tells which names it may have. */
export type MagicEntry = {
  [Kind in MagicKind]: Row & { readonly kind: Kind; readonly name: NameOf<Kind> };
}[MagicKind];

/** Those that the execution worker carries out, each by a handler of that name. */
export type LineOrCellName = NameOf<'line' | 'cell'>;
/** Those whose code stands in the cell. */
export type CodeName = NameOf<'code'>;
export type CodeCellName = NameOf<'codeCell'>;
/** Those that change how cells are compiled. */
export type SettingName = NameOf<'setting'>;

/** How cells are compiled and checked. */
export type CellSettings = { readonly [Name in SettingName]: (typeof settingValues)[Name][number] };
export type Dispatch = CellSettings['dispatch'];
export type TypeChecking = CellSettings['types'];

const signs = {
  line: '%',
  code: '%',
  setting: '%',
  cell: '%%',
  codeCell: '%%',
  file: '%',
} as const satisfies {
  [Kind in MagicKind]: string;
};

type KindOf<Sign> = { [Kind in MagicKind]: (typeof signs)[Kind] extends Sign ? Kind : never }[MagicKind];
type SignedEntry<Sign> = Extract<MagicEntry, { kind: KindOf<Sign> }>;

export const signOf = (entry: MagicEntry): '%' | '%%' => signs[entry.kind];

/** As it is written: `%cd [directory]`, `%%bash [argument …]`, `!command`. */
export function usageOf(entry: MagicEntry): string {
  if (entry === question) return `${entry.usage}${entry.name}`;
  if (entry === shell) return `${entry.name}${entry.usage}`;
  return `${signOf(entry)}${entry.name} ${entry.usage}`.trimEnd();
}

/** By name, those of one line. */
export const lineMagics = signedWith('%');

/** By name, those of a whole cell. */
export const cellMagics = signedWith('%%');

function signedWith<Sign extends '%' | '%%'>(sign: Sign): ReadonlyMap<string, SignedEntry<Sign>> {
  const all: readonly MagicEntry[] = rows;
  const signed = all.filter((entry): entry is SignedEntry<Sign> => signOf(entry) === sign);
  return new Map(signed.map((entry) => [entry.name, entry]));
}
