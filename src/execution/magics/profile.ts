// %prof: V8's profile of a line or a cell, as a flame chart and as a table.
// Rule: frames of the kernel are left out, and what they took is their caller's; places are those of the cells.
import { writeFileSync } from 'node:fs';
import type { Profiler, Session } from 'node:inspector';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutMarks } from '../../compile/keys';
import { isConfined } from '../../system/permissions';
import { drawFlames, type Flame, flamesOf } from './flames';
import { MagicError, type MagicHost, reasonOf, splitWords } from './host';
import { formatTime } from './timing';

/** How often V8 looks what runs, in microseconds. */
const interval = 200;
const mostRows = 20;

export interface Profile {
  /** Stops it and shows what it found. */
  report(): void;
}

/** @param options `-o file` writes what DevTools and other tools open */
export function startProfile(options: string, host: MagicHost): Profile {
  const file = readOptions(options);
  if (isConfined)
    throw new MagicError(
      'A kernel that is confined by --permission has no profiles: they need the inspector',
    );
  // Loaded only here: most notebooks measure nothing.
  const inspector = require('node:inspector') as { Session: new () => Session };
  const session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval });
  session.post('Profiler.start');
  return {
    report() {
      let profile: Profiler.Profile | undefined;
      session.post('Profiler.stop', (_error, result) => {
        profile = result?.profile;
      });
      session.disconnect();
      if (profile) show(profile, file, host);
    },
  };
}

function readOptions(options: string): string | undefined {
  const [option, file, ...more] = splitWords(options);
  if (option === undefined) return undefined;
  if (option !== '-o' || file === undefined || more.length > 0)
    throw new MagicError(`%prof knows -o file.cpuprofile, not ${options}`);
  return file;
}

function show(profile: Profiler.Profile, file: string | undefined, host: MagicHost): void {
  const flames = flamesOf(profile, ({ functionName, url, lineNumber, columnNumber }) => {
    if (url === '')
      return /^\((?:root|program)\)$/.test(functionName) ? undefined : { name: functionName, place: '' };
    if (url === 'node:inspector') return 'hidden';
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (host.isKernelFile(url) || host.isKernelFile(path)) return undefined;
    const cell = host.findPlace(path, lineNumber + 1, columnNumber + 1);
    const name = withoutMarks(functionName) || '(anonymous)';
    if (cell) return { name: cell.isTop ? cell.label : name, place: cell.isTop ? '' : cell.place };
    const where = url.startsWith('node:') ? url : relative(host.directory, path) || path;
    return { name, place: `${where}:${lineNumber + 1}` };
  });
  const total = flames.end;
  const table = tableOf(flames.all, total);
  const count = profile.samples?.length ?? 0;
  const head = `${formatTime(total / 1000)}, ${count} ${count === 1 ? 'sample' : 'samples'}`;
  const text = `${head}\n${table}`;
  host.display({ 'text/plain': text, 'text/html': drawFlames(flames.all, total, text) });
  if (file === undefined) return;
  try {
    writeFileSync(resolve(file), JSON.stringify(profile));
  } catch (error) {
    throw new MagicError(`%prof cannot write ${resolve(file)}: ${reasonOf(error)}`, { cause: error });
  }
  host.write('stdout', `Wrote ${file}\n`);
}

interface Row {
  readonly name: string;
  readonly place: string;
  self: number;
  total: number;
}

/** The functions that took most themselves. */
function tableOf(flames: readonly Flame[], total: number): string {
  const rows = new Map<string, Row>();
  const open: Flame[] = [];
  for (const flame of flames) {
    open.length = flame.depth;
    const key = `${flame.name}\n${flame.place}`;
    const row = rows.get(key) ?? { name: flame.name, place: flame.place, self: 0, total: 0 };
    row.self += flame.self;
    // A function that calls itself has its time once.
    if (!open.some(({ name, place }) => `${name}\n${place}` === key)) row.total += flame.end - flame.start;
    rows.set(key, row);
    open.push(flame);
  }
  const time = (microseconds: number) => formatTime(microseconds / 1000);
  const share = (microseconds: number) => `${Math.round((microseconds / Math.max(total, 1)) * 100)} %`;
  const shown = [...rows.values()]
    .filter((row) => row.total > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, mostRows);
  const lines = [
    ['self', '', 'total', 'function', 'where'],
    ...shown.map(({ name, place, self, total }) => [time(self), share(self), time(total), name, place]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map(([self, part, all, name, place]) =>
      `${self!.padStart(widths[0]!)}  ${part!.padStart(widths[1]!)}  ${all!.padStart(widths[2]!)}  ${name!.padEnd(widths[3]!)}  ${place}`.trimEnd(),
    )
    .join('\n');
}
