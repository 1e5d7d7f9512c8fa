// The magics that there are. Data only, for every thread: the language worker finds them in a cell, the execution worker
// runs them, and %help lists them.

export interface MagicEntry {
  readonly name: string;
  /**
   * `line`: what follows on its line are arguments. `code`: what follows is TypeScript. `setting`: changes how cells are
   * compiled, at the top of a cell. `cell`: the first line of a cell, whose rest is its text. `codeCell`: the same, but the
   * rest is TypeScript.
   */
  readonly kind: 'line' | 'code' | 'setting' | 'cell' | 'codeCell';
  /** The cell waits for it, so it becomes a task. */
  readonly waits?: boolean;
  /** What may follow the name; empty: nothing. */
  readonly usage: string;
  /** What the first argument may be: every value of a setting, what is most wanted of a line. */
  readonly choices?: readonly string[];
  /**
   * What completion offers for its arguments. Files are those of the running code; `settings` and `modules` are files as
   * seen from the notebook.
   */
  readonly takes?: 'command' | 'directory' | 'file' | 'magic' | 'modules' | 'settings' | 'variable';
  readonly summary: string;
}

/** How cells run: by what they need, never with await, always with it. */
export const dispatches = ['auto', 'blocking', 'task'] as const;
/** What becomes of type errors: shown beside the cell, stopping it before it runs, or not looked for. */
export const typeCheckings = ['warn', 'error', 'off'] as const;

/** `!command`, which has no name. */
export const shell: MagicEntry = {
  name: '!',
  kind: 'line',
  waits: true,
  usage: 'command',
  takes: 'command',
  summary: 'run a command in the shell',
};

const all: readonly MagicEntry[] = [
  {
    name: 'help',
    kind: 'line',
    usage: '[magic]',
    takes: 'magic',
    summary: 'list the magics, or describe one',
  },
  {
    name: 'npm',
    kind: 'line',
    waits: true,
    usage: 'install name …, npm uninstall name …, npm ls, npm auto on|off',
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
  { name: 'pwd', kind: 'line', usage: '', summary: 'the working directory' },
  {
    name: 'env',
    kind: 'line',
    usage: '[NAME[=value]]',
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
    summary: 'how long a line takes, measured many times',
  },
  { name: 'who', kind: 'line', usage: '', summary: 'the names that cells have made' },
  { name: 'whos', kind: 'line', usage: '', summary: 'the names that cells have made, with types and values' },
  { name: 'reset', kind: 'line', usage: '', summary: 'forget all names that cells have made' },
  { name: 'load', kind: 'line', usage: 'file', takes: 'file', summary: 'put a file into the cell' },
  {
    name: 'dispatch',
    kind: 'setting',
    usage: dispatches.join('|'),
    choices: dispatches,
    summary: 'how cells run: by what they need, without await, or always with it',
  },
  {
    name: 'types',
    kind: 'setting',
    usage: typeCheckings.join('|'),
    choices: typeCheckings,
    summary: 'whether type errors are shown, stop the cell, or are not looked for',
  },
  { name: 'time', kind: 'codeCell', usage: '', summary: 'how long the cell takes' },
  { name: 'bash', kind: 'cell', waits: true, usage: '[argument …]', summary: 'run the cell in bash' },
  { name: 'sh', kind: 'cell', waits: true, usage: '[argument …]', summary: 'run the cell in sh' },
  {
    name: 'writefile',
    kind: 'cell',
    usage: '[-a] file',
    takes: 'file',
    summary: 'write the cell to a file; -a appends',
  },
  { name: 'html', kind: 'cell', usage: '', summary: 'show the cell as HTML' },
  { name: 'markdown', kind: 'cell', usage: '', summary: 'show the cell as Markdown' },
  { name: 'svg', kind: 'cell', usage: '', summary: 'show the cell as SVG' },
  { name: 'latex', kind: 'cell', usage: '', summary: 'show the cell as LaTeX' },
  { name: 'javascript', kind: 'cell', usage: '', summary: 'run the cell in the browser' },
];

const isCellEntry = ({ kind }: MagicEntry) => kind === 'cell' || kind === 'codeCell';

/** As it is written: `%cd [directory]`, `%%bash [argument …]`, `!command`. */
export function usageOf(entry: MagicEntry): string {
  if (entry === shell) return `${entry.name}${entry.usage}`;
  return `${signOf(entry)}${entry.name} ${entry.usage}`.trimEnd();
}

export const signOf = (entry: MagicEntry): '%' | '%%' => (isCellEntry(entry) ? '%%' : '%');

/** By name, those of one line. */
export const lineMagics: ReadonlyMap<string, MagicEntry> = new Map(
  all.filter((entry) => !isCellEntry(entry)).map((entry) => [entry.name, entry]),
);

/** By name, those of a whole cell. */
export const cellMagics: ReadonlyMap<string, MagicEntry> = new Map(
  all.filter(isCellEntry).map((entry) => [entry.name, entry]),
);
