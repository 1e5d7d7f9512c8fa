// Cells and files: %load and %%writefile. Paths are those of the running code, as for fs.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type MagicCall, MagicError, splitWords } from './host';

export function loadFile({ arguments: rest, host }: MagicCall): void {
  const [file] = splitWords(rest);
  if (file === undefined) throw new MagicError('%load needs a file: %load ./lib.ts');
  let source: string;
  try {
    source = readFileSync(resolve(file), 'utf8');
  } catch (error) {
    throw new MagicError(`%load cannot read ${resolve(file)}: ${(error as Error).message}`);
  }
  host.addAfterthought({ kind: 'nextCell', source: `// %load ${rest}\n${source}`, replace: true });
}

export function writeFile({ arguments: rest, body = '', host }: MagicCall): void {
  const words = splitWords(rest);
  const isAppend = words.includes('-a') || words.includes('--append');
  const [file] = words.filter((word) => word !== '-a' && word !== '--append');
  if (file === undefined) throw new MagicError('%%writefile needs a file: %%writefile notes.txt');
  const path = resolve(file);
  const was = existsSync(path);
  const text = body.endsWith('\n') || body === '' ? body : `${body}\n`;
  if (isAppend) appendFileSync(path, text);
  else writeFileSync(path, text);
  host.write('stdout', `${isAppend && was ? 'Appended to' : was ? 'Overwrote' : 'Wrote'} ${file}\n`);
}
