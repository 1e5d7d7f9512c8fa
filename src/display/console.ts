// The console of the user's cells: Node's own, with a short way for plain texts and tables that are tables.
// Rule: what it writes is what Node would write, in colours where these are shown: of what values contain. Texts are as they are.
import nodeConsole, { Console } from 'node:console';
import { formatWithOptions } from 'node:util';
import type { CellId, Rendering, StreamName } from '../api';
import { withIntrinsics } from '../realm/intrinsics';
import { toRendering } from './bundle';
import { areColoursShown, withReadableColours } from './colours';
import { tabulate } from './table';
import { drawBox, isCut, tableBox, tableHtml } from './table-drawing';

/** Of what Node's own console prints: the colours are given with each call, whatever FORCE_COLOR says of programs. */
const colorMode = false;

type Method = (...values: unknown[]) => void;

/**
 * @param write receives each text with its newline
 * @param showTable receives what console.table shows; without it tables are text
 * @param currentCell whose groups are open: what a cell has begun indents no other one
 */
export function createConsole(
  write: (stream: StreamName, text: string) => void,
  showTable?: (rendering: Rendering) => void,
  currentCell: () => CellId = () => 0,
): Console {
  const toStream = (stream: StreamName) => ({
    write(text: string) {
      write(stream, text);
      return true;
    },
  });
  const console = new Console({
    stdout: toStream('stdout') as never,
    stderr: toStream('stderr') as never,
    colorMode,
    ignoreErrors: false,
  });
  const groups = keepGroups(console, currentCell);

  const shorten = (name: 'log' | 'info' | 'debug' | 'warn' | 'error', stream: StreamName): void => {
    const shortWay: Method = (...values) => {
      // Node formats with what the realm has by now.
      const text = join(values) ?? withIntrinsics(() => format(values, stream));
      const indent = groups.areOpen ? groups.indent : '';
      if (indent === '') write(stream, `${text}\n`);
      else write(stream, `${indent}${text.replace(/\n/g, `\n${indent}`)}\n`);
    };
    console[name] = Object.defineProperty(shortWay, 'name', { value: name });
  };
  for (const name of ['log', 'info', 'debug'] as const) shorten(name, 'stdout');
  for (const name of ['warn', 'error'] as const) shorten(name, 'stderr');

  const { dir } = console;
  console.dir = (value, options) =>
    withReadableColours(() => dir(value, { colors: areColoursShown(), ...options }));

  if (showTable) {
    const { table } = console;
    console.table = (data, columns) => {
      const rendering = renderTable(data, columns);
      if (rendering) showTable(rendering);
      else table(data, columns);
    };
  }
  // The other one, of `node:console`, prints as this one does.
  const modeKey = Object.getOwnPropertySymbols(nodeConsole).find(
    ({ description }) => description === 'kColorMode',
  );
  if (modeKey) Reflect.set(nodeConsole, modeKey, colorMode);
  return withTheRest(console);
}

/** Node keeps how far a console is indented in a property of its own: each cell has one there. */
function keepGroups(
  console: Console,
  currentCell: () => CellId,
): { readonly areOpen: boolean; readonly indent: string } {
  const indents = new Map<CellId, string>();
  const groups = {
    get areOpen() {
      return indents.size > 0;
    },
    get indent() {
      return indents.get(currentCell()) ?? '';
    },
    set indent(indent: string) {
      if (indent === '') indents.delete(currentCell());
      else indents.set(currentCell(), indent);
    },
  };
  // Called kGroupIndent, and kGroupIndentationString since Node 24.
  const key = Object.getOwnPropertySymbols(console).find(({ description }) =>
    /^kGroupIndent(?:ationString)?$/.test(description ?? ''),
  );
  if (key)
    Object.defineProperty(console, key, {
      get: () => groups.indent,
      set: (indent: string) => {
        groups.indent = indent;
      },
    });
  return groups;
}

/** What Node makes of values; what stands by itself in no colour, nor what goes to stderr, for pages show that on red. */
function format(values: readonly unknown[], stream: StreamName): string {
  if (!areColoursShown() || stream === 'stderr') return formatWithOptions(plain, ...values);
  return withReadableColours(() => {
    if (typeof values[0] === 'string' && values[0].includes('%'))
      return formatWithOptions(coloured, ...values);
    let text = '';
    for (let index = 0; index < values.length; index++) {
      if (index > 0) text += ' ';
      const value = values[index];
      const isWhole = typeof value !== 'object' || value === null;
      text += formatWithOptions(isWhole ? plain : coloured, value);
    }
    return text;
  });
}
const plain = { colors: false };
const coloured = { colors: true };

/** The text of values that need no formatting; undefined when Node should see to it. */
function join(values: readonly unknown[]): string | undefined {
  const first = values[0];
  if (values.length === 1 && typeof first === 'string') return first;
  if (values.length === 0 || (typeof first === 'string' && first.includes('%'))) return undefined;
  let text = '';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (index > 0) text += ' ';
    if (typeof value === 'string') text += value;
    else if (typeof value === 'number') text += Object.is(value, -0) ? '-0' : `${value}`;
    else if (typeof value === 'boolean' || value === null || value === undefined) text += `${value}`;
    else return undefined;
  }
  return text;
}

function renderTable(data: unknown, columns: string[] | undefined): Rendering | undefined {
  const table = tabulate(data, columns);
  if (table === undefined || table.rows.length === 0) return undefined;
  const text = isCut(table) ? tableBox(table) : drawBox(data, columns);
  return toRendering({ data: { 'text/html': tableHtml(table), 'text/plain': text } }, () => '');
}

/** Members that only the global console has: Console itself, and what V8's inspector adds. */
function withTheRest(console: Console): Console {
  for (const name of Object.getOwnPropertyNames(nodeConsole)) {
    if (name in console || name.startsWith('_')) continue;
    Object.defineProperty(console, name, Object.getOwnPropertyDescriptor(nodeConsole, name)!);
  }
  return console;
}
