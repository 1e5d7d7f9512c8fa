// `%run file`: the text of the file takes the place of the cell, under the name of the file.
// Rule: only where nothing but comments stands beside it; wherever else the line is, the compiler refuses it.
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import type { CellError } from '../api';
import { errorHead } from '../text/colours';
import { cellError } from '../text/errors';
import { showPlace } from '../text/frame';
import { positionOf } from '../text/lines';
import { nearest } from '../text/spelling';

/** What runs instead of the cell: a text, and what errors call it. */
export interface RunFile {
  readonly source: string;
  readonly label: string;
}

const comments = String.raw`(?:\s|\/\/[^\r\n]*(?:[\r\n]|$)|\/\*(?:(?!\*\/)[\s\S])*\*\/)*`;
const alone = new RegExp(String.raw`^${comments}%run(?!\w)([^\r\n]*)(?:[\r\n]${comments})?$`);

const endings = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The file that a cell asks to run, from the working directory of the cells.
 * @returns undefined for any other cell; an error when the file cannot be had
 */
export function readRunFile(source: string, label: string): RunFile | CellError | undefined {
  const rest = source.includes('%run')
    ? alone
        .exec(source)?.[1]
        ?.replace(/;?\s*$/, '')
        .trim()
    : undefined;
  // `%run?` asks what it is.
  if (rest === undefined || /^\?\??$/.test(rest)) return undefined;
  const refuse = (message: string) => refuseFile(message, source, label);
  const written = /^(?:"([^"]*)"|'([^']*)'|(\S+))$/.exec(rest);
  const file = written?.[1] ?? written?.[2] ?? written?.[3];
  if (rest === '') return refuse('%run needs a file: %run ./prepare.ts');
  if (!file) return refuse(`%run takes one file, not '${rest}': put a name with spaces in quotes`);
  const path = resolve(file.replace(/^~(?=[\\/])/, homedir()));
  if (!endings.includes(extname(path)))
    return refuse(`%run takes TypeScript or JavaScript (${endings.join(', ')}), not '${file}'`);
  try {
    return { source: readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), label: basename(path) };
  } catch (error) {
    return refuse(`%run cannot read ${path}: ${reasonOf(error)}${meantFor(path)}`);
  }
}

function refuseFile(message: string, source: string, label: string): CellError {
  const at = source.search(/%run(?!\w)/);
  const [line = ''] = /^.*/.exec(source.slice(at)) ?? [];
  const place = { source, ...positionOf(source, at), length: line.trimEnd().length };
  return cellError('MagicError', message, [errorHead('MagicError', message), ...showPlace(label, place)]);
}

function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}

/** The files beside it that may have been meant. */
function meantFor(path: string): string {
  try {
    const files = readdirSync(dirname(path)).filter((name) => endings.includes(extname(name)));
    const near = nearest(basename(path), files, 3);
    return near.length > 0 ? `. Did you mean ${near.join(' or ')}?` : '';
  } catch {
    return '';
  }
}
