// Carries out the magics of cells. What the magics are is in the catalog; what they do is here, one function each.
// Rule: a magic fails with an error that says what to do, at its own line of the cell.

import type { MimeBundle } from '../../api';
import type { CalledMagic } from '../../compile/types';
import type { LineOrCellName } from '../../magics/catalog';
import { background } from './background';
import { runBatch, runScript, runShellLine } from './commands';
import { loadExtension } from './custom';
import { changeDirectory, environment, readDotenv, workingDirectory } from './environment';
import { loadFile, writeFile } from './files';
import { ask, help, listMagics } from './help';
import { showHistory } from './history';
import { type MagicCall, MagicError, type MagicHost } from './host';
import { inspectThread } from './inspect';
import { listNames, listValues, resetNames } from './names';
import { runNpm } from './npm';
import { autoreload, reload } from './reload';
import { showType } from './type-of';

type Handler = (call: MagicCall) => unknown;

const show =
  (mime: string): Handler =>
  ({ body = '', host }) => {
    const data: MimeBundle = { 'text/plain': body, [mime]: body };
    host.display(data);
  };

/** `%time`, `%%time` and `%timeit` are part of the code, see timing. */
const handlers: { readonly [Name in LineOrCellName]: Handler } = {
  '!': runShellLine,
  '?': ask,
  autoreload,
  bash: runScript,
  bg: background,
  cd: changeDirectory,
  cmd: runBatch,
  custom: ({ arguments: line, host }) => host.custom.run('%', line),
  customCell: ({ arguments: line, body, host }) => host.custom.run('%%', line, body),
  dotenv: readDotenv,
  echo: ({ arguments: text, host }) => host.write('stdout', `${text}\n`),
  env: environment,
  help,
  history: showHistory,
  html: show('text/html'),
  inspect: inspectThread,
  javascript: show('application/javascript'),
  latex: show('text/latex'),
  load: loadFile,
  load_ext: loadExtension,
  lsmagic: listMagics,
  markdown: show('text/markdown'),
  npm: runNpm,
  pwd: workingDirectory,
  reload,
  reset: resetNames,
  sh: runScript,
  svg: show('image/svg+xml'),
  typeof: showType,
  who: listNames,
  whos: listValues,
  writefile: writeFile,
};

/** @returns what the magic gives, or a promise of it */
export function carryOut(magic: CalledMagic<LineOrCellName>, host: MagicHost, signal: AbortSignal): unknown {
  // A failure that comes later has lost the cell's frames by then.
  const here = new MagicError('');
  const value = handlers[magic.name]({ ...magic, host, signal });
  if (!(value instanceof Promise)) return value;
  return value.catch((error: unknown) => {
    if (error instanceof MagicError) error.stack = here.stack;
    throw error;
  });
}
