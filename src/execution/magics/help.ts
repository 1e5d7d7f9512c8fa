// %help: every magic in one line.
import { cellMagics, lineMagics, type MagicEntry, shell, usageOf } from '../../magics/catalog';
import { nearest } from '../../text/spelling';
import { type MagicCall, MagicError } from './host';

export function help({ arguments: rest, host }: MagicCall): void {
  if (rest === '') {
    host.write(
      'stdout',
      `${tableOf([...lineMagics.values(), shell, ...cellMagics.values()])}\nA line that TypeScript could mean is TypeScript: end the statement before it with a semicolon.\n`,
    );
  } else host.write('stdout', tableOf(entriesOf(rest)));
}

/** @param written `types`, `%types`, `%%bash`; `time` alone means both. */
function entriesOf(written: string): MagicEntry[] {
  if (written.startsWith('!')) return [shell];
  const [, sign = '', name = ''] = /^(%?%?)(.*)$/.exec(written) ?? [];
  const catalogs = { '': [lineMagics, cellMagics], '%': [lineMagics], '%%': [cellMagics] }[sign] ?? [];
  const found = catalogs.flatMap((magics) => magics.get(name) ?? []);
  if (found.length > 0) return found;
  const near = nearest(name, [...lineMagics.keys(), ...cellMagics.keys()], 3);
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new MagicError(`there is no magic ${written}.${meant} %help alone lists all of them`);
}

function tableOf(entries: readonly MagicEntry[]): string {
  const rows = entries.map((entry) => [usageOf(entry), entry.summary] as const);
  const width = Math.max(0, ...rows.map(([usage]) => usage.length).filter((length) => length < 40));
  const lines = rows.map(([usage, summary]) =>
    usage.length > width
      ? `${usage}\n${' '.repeat(width)}  ${summary}\n`
      : `${usage.padEnd(width)}  ${summary}\n`,
  );
  return lines.join('');
}
