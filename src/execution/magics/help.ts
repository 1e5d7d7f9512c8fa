// %help: every magic in one line.
import { cellMagics, lineMagics, type MagicEntry, shell } from '../../magics/catalog';
import type { MagicCall } from './host';

export function listMagics({ host }: MagicCall): void {
  const rows = [
    ...[...lineMagics.values()].map((entry) => row('%', entry)),
    row('', shell),
    ...[...cellMagics.values()].map((entry) => row('%%', entry)),
  ];
  const width = Math.max(...rows.map(([name]) => name.length).filter((length) => length < 40));
  const lines = rows.map(([name, summary]) =>
    name.length > width ? `${name}\n${' '.repeat(width)}  ${summary}` : `${name.padEnd(width)}  ${summary}`,
  );
  host.write(
    'stdout',
    `${lines.join('\n')}\n\nA line that TypeScript could mean is TypeScript: end the statement before it with a semicolon.\n`,
  );
}

function row(sign: string, { name, usage, summary }: MagicEntry): [string, string] {
  return [`${sign}${name}${sign === '' ? '' : ' '}${usage}`.trimEnd(), summary];
}
