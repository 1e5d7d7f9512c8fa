// %bg: the cells that run beside the one that asks; `%%bg` sends a cell there.
// Rule: a cell is named by the number beside it. What has ended is told of once.
import { type MagicCall, MagicError, type MagicHost, type OtherCell, splitWords } from './host';
import { formatTime } from './timing';

/** The longest begin of a cell in the list, in UTF-16 units. */
const longestLine = 60;

export function background({ arguments: rest, host }: MagicCall): void {
  const [verb, ...words] = splitWords(rest);
  if (verb === undefined) return list(host);
  if (verb !== 'stop')
    throw new MagicError(`%bg lists, and %bg stop 3 stops cell 3; it does not know '${verb}'`);
  const running = host.listOthers();
  if (words.length === 0)
    throw new MagicError(
      `%bg stop takes numbers of cells, or all${running.length > 0 ? `: ${labelsOf(running)}` : ''}`,
    );
  const found = words.flatMap((word) => (word === 'all' ? running : [find(word, running)]));
  for (const { cell } of found) host.stopCell(cell);
}

function list(host: MagicHost): void {
  const cells = [...host.listOthers(), ...host.takeEnded()];
  if (cells.length === 0) return host.write('stdout', 'No cell runs in the background.\n');
  const rows = cells.map((cell) => [labelOf(cell), cell.state, formatTime(cell.time), beginOf(cell)]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  host.write('stdout', `${lines.join('\n')}\n`);
}

function find(word: string, running: readonly OtherCell[]): OtherCell {
  const number = /^\[?(\d+)\]?$/.exec(word)?.[1];
  if (number === undefined) throw new MagicError(`%bg stop takes numbers of cells, or all, not '${word}'`);
  const found = running.find((cell) => cell.number === Number(number));
  if (found) return found;
  const others = running.length > 0 ? `; what runs is ${labelsOf(running)}` : ', nor does any other';
  throw new MagicError(`[${number}] does not run in the background${others}`);
}

const labelOf = ({ number }: OtherCell): string => `[${number ?? '*'}]`;

const labelsOf = (cells: readonly OtherCell[]): string => cells.map(labelOf).join(', ');

/** The first line of a cell that says what it does. */
function beginOf({ source }: OtherCell): string {
  const lines = source.split(/\r\n|[\n\r]/).map((line) => line.trim());
  const line = lines.find((text) => text !== '' && !/^(?:%%|\/\/|\/?\*)/.test(text)) ?? lines[0] ?? '';
  return line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line;
}
