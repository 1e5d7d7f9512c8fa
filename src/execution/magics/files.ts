// Cells and files: %load and %%writefile. Paths are those of the running code, as for fs.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type MagicCall, MagicError, onlyWord, reasonOf } from './host';

export function loadFile({ arguments: rest, host }: MagicCall): void {
  const file = onlyWord('%load', rest);
  if (file === undefined) throw new MagicError('%load needs a file: %load ./lib.ts');
  let source: string;
  try {
    source = readFileSync(resolve(file), 'utf8');
  } catch (error) {
    throw new MagicError(`%load cannot read ${resolve(file)}: ${reasonOf(error)}`, { cause: error });
  }
  host.addPayload({ kind: 'nextCell', source: `// %load ${rest}\n${source}`, replace: true });
}

export function writeFile({ arguments: rest, body = '', host }: MagicCall): void {
  const option = /(?:^|\s)(?:-a|--append)(?=\s|$)/;
  const isAppend = option.test(rest);
  const file = onlyWord('%%writefile', rest.replace(option, ' '));
  if (file === undefined) throw new MagicError('%%writefile needs a file: %%writefile notes.txt');
  const path = resolve(file);
  const was = existsSync(path);
  const text = body.endsWith('\n') || body === '' ? body : `${body}\n`;
  try {
    if (isAppend) appendFileSync(path, text);
    else writeFileSync(path, text);
  } catch (error) {
    const isLost = !existsSync(dirname(path));
    const reason = isLost ? `there is no directory ${dirname(path)}` : reasonOf(error);
    throw new MagicError(`%%writefile cannot write ${path}: ${reason}`, { cause: error });
  }
  host.write('stdout', `${isAppend && was ? 'Appended to' : was ? 'Overwrote' : 'Wrote'} ${file}\n`);
}
