// %history: earlier cells, of this session and of others, with IPython's options.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HistoryEntry, HistoryQuery } from '../../api';
import { type MagicCall, MagicError, reasonOf, splitWords } from './host';

interface Options {
  numbers: boolean;
  outputs: boolean;
  unique: boolean;
  file: string | undefined;
  queries: HistoryQuery[];
}

export function showHistory({ arguments: rest, host }: MagicCall): void {
  const { numbers, outputs, unique, file, queries } = readOptions(rest);
  const found = queries.flatMap((query) => host.history(query));
  const entries = unique ? onlyLatest(found) : found;
  const text = entries.map((entry) => `${showEntry(entry, numbers, outputs)}\n`).join('');
  if (file === undefined) return host.write('stdout', text === '' ? 'No such cells.\n' : text);
  try {
    writeFileSync(resolve(file), text);
  } catch (error) {
    throw new MagicError(`%history cannot write ${resolve(file)}: ${reasonOf(error)}`, { cause: error });
  }
  host.write('stdout', `Wrote ${entries.length === 1 ? '1 cell' : `${entries.length} cells`} to ${file}\n`);
}

/** Of cells with the same text the latest. */
function onlyLatest(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const latest = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => latest.get(entry.input) === entry);
}

function showEntry(entry: HistoryEntry, numbers: boolean, outputs: boolean): string {
  const { session, isOwn, number, input, output } = entry;
  const place = isOwn ? `${number}` : `${session}/${number}`;
  const lines = numbers
    ? `${place.padStart(4)}: ${input.replace(/\n/g, `\n${' '.repeat(Math.max(4, place.length) + 2)}`)}`
    : input;
  // As a comment, so that the whole is a program still.
  return outputs && output !== null ? `${lines}\n${output.replace(/^/gm, '// ')}` : lines;
}

function readOptions(rest: string): Options {
  const options: Options = { numbers: false, outputs: false, unique: false, file: undefined, queries: [] };
  const words = splitWords(rest);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-n') options.numbers = true;
    else if (word === '-o') options.outputs = true;
    else if (word === '-u') options.unique = true;
    else if (word === '-f') {
      options.file = words.shift();
      if (options.file === undefined) throw new MagicError('%history -f needs a file: %history -f cells.ts');
    } else if (word === '-l') {
      const count = /^\d+$/.test(words[0] ?? '') ? Number(words.shift()) : 10;
      options.queries.push({ kind: 'latest', count });
    } else if (word === '-g') {
      // What follows is the pattern, also with spaces; it may stand anywhere in a cell.
      const pattern = words.splice(0).join(' ');
      options.queries.push({ kind: 'latest', pattern: `*${pattern}*` });
    } else options.queries.push(readRange(word));
  }
  if (options.queries.length === 0) options.queries.push({ kind: 'range', session: 0, start: 1 });
  return options;
}

/** `4`, `4-6`, `4-`, `~1/4-6`, `~2/`, `17/4` */
function readRange(word: string): HistoryQuery {
  const [whole, back, session, start, dash, end] = /^(?:(~?)(\d+)\/)?(?:(\d+)(-)?(\d+)?)?$/.exec(word) ?? [];
  if (!whole)
    throw new MagicError(
      `%history knows -n, -o, -u, -l count, -g pattern, -f file and ranges such as 4, 4-6 or ~1/4-6, not ${word}`,
    );
  const first = Number(start ?? 1);
  const last = end !== undefined ? Number(end) : dash || start === undefined ? undefined : first;
  return {
    kind: 'range',
    session: session === undefined ? 0 : back ? -Number(session) : Number(session),
    start: first,
    ...(last !== undefined && { end: last }),
  };
}
