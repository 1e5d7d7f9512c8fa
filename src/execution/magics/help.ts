// %help, %lsmagic and name?: what there is without an import, and what is known of a name.
// Rule: of magics the catalogue tells, of functions their declarations; of other names TypeScript, which the main thread asks.
import { type Described, describeGlobals, summaryOf } from '../../globals/reference';
import {
  type CustomMagic,
  cellMagics,
  lineMagics,
  type MagicEntry,
  question,
  shell,
  usageOf,
} from '../../magics/catalog';
import { didYouMean, nearest } from '../../text/spelling';
import { type MagicCall, MagicError } from './host';

export function help({ arguments: rest, host }: MagicCall): void {
  host.write('stdout', rest === '' ? listAll(host.custom.all) : describe(rest, host.custom.all));
}

function listAll(custom: readonly CustomMagic[]): string {
  const functions = describeGlobals().filter(({ name }) => !name.includes('.') && !name.startsWith('_'));
  return [
    tableOf([...lineMagics.values(), shell, question].map(rowOf)),
    tableOf([...cellMagics.values()].map(rowOf)),
    ...(custom.length > 0 ? [tableOf(custom.map(rowOfCustom))] : []),
    tableOf(functions.map((found) => [found.name, summaryOf(found)])),
    '%help name describes one. A line that TypeScript could mean is TypeScript: end the statement before it with a semicolon.\n',
  ].join('\n');
}

/** @param written `types`, `%types`, `%%bash`, `display.table`; `time` alone means both magics. */
function describe(written: string, custom: readonly CustomMagic[]): string {
  const entries = entriesOf(written);
  const functions = describeGlobals();
  const found = functions.find(({ name }) => name === written.replace(/\(.*\)?$/, ''));
  const texts = [
    ...(entries.length > 0 ? [tableOf(entries.map(rowOf))] : []),
    ...entries.flatMap(({ example }) => (example === undefined ? [] : [exampleText(example)])),
    ...custom
      .filter(({ sign, name }) => written === name || written === sign + name)
      .map((magic) => tableOf([rowOfCustom(magic)])),
    ...(found ? [descriptionOf(found, functions)] : []),
  ];
  if (texts.length > 0) return texts.join('');
  const names = [...lineMagics.keys(), ...cellMagics.keys(), ...functions.map(({ name }) => name)];
  const meant = didYouMean(nearest(written.replace(/^%+/, ''), names, 3));
  throw new MagicError(
    `there is no magic and no function of the kernel's called ${written}.${meant} %help alone lists all of them; what is known of any other name, ${written}? tells`,
  );
}

function entriesOf(written: string): MagicEntry[] {
  if (written.startsWith('!')) return [shell];
  if (written.startsWith('?')) return [question];
  const [, sign = '', name = ''] = /^(%?%?)(.*)$/.exec(written) ?? [];
  const catalogs = { '': [lineMagics, cellMagics], '%': [lineMagics], '%%': [cellMagics] }[sign] ?? [];
  return catalogs.flatMap((magics) => magics.get(name) ?? []);
}

function descriptionOf(
  { name, signatures, about, example }: Described,
  functions: readonly Described[],
): string {
  const members = functions.filter((other) => other.name.startsWith(`${name}.`));
  const others =
    members.length > 0 ? `\n${tableOf(members.map((member) => [member.name, summaryOf(member)]))}` : '';
  const shown = signatures.map((signature) => `${signature}\n`).join('');
  return `${shown}\n${about}\n${example === undefined ? '' : exampleText(example)}${others}`;
}

const exampleText = (example: string) => `\n${example.replace(/^/gm, '    ')}\n`;

const rowOf = (entry: MagicEntry): Row => [usageOf(entry), entry.summary];

const rowOfCustom = ({ sign, name, usage, summary }: CustomMagic): Row => [
  `${sign}${name} ${usage}`.trimEnd(),
  summary,
];

type Row = readonly [name: string, summary: string];

function tableOf(rows: readonly Row[]): string {
  const width = Math.max(0, ...rows.map(([usage]) => usage.length).filter((length) => length < 40));
  const lines = rows.map(([usage, summary]) =>
    usage.length > width
      ? `${usage}\n${' '.repeat(width)}  ${summary}\n`
      : `${usage.padEnd(width)}  ${summary}\n`,
  );
  return lines.join('');
}

/** `%lsmagic` */
export function listMagics({ host }: MagicCall): void {
  const names = (sign: string, magics: ReadonlyMap<string, unknown>) => {
    const custom = host.custom.all.filter((magic) => magic.sign === sign).map(({ name }) => name);
    return [...magics.keys(), ...custom].map((name) => sign + name).join('  ');
  };
  host.write(
    'stdout',
    `Of a line:\n${names('%', lineMagics)}  !command  name?\n\nOf a cell:\n${names('%%', cellMagics)}\n`,
  );
}

/** `name?`, `?name`, `name??` */
export function ask({ arguments: written, host }: MagicCall): void {
  const subject = written.replace(/^[?\s]+|[?\s]+$/g, '');
  host.addPayload({ kind: 'question', subject, detail: written.includes('??') ? 1 : 0 });
}
