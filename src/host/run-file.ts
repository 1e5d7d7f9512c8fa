// `%run file`: the text of the file takes the place of the cell, under the name of the file.
// Rule: only where nothing but comments stands beside it; wherever else the line is, the compiler refuses it.
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, resolve } from 'node:path';
import type { CellError } from '../api';
import { systemReason } from '../system/reason';
import { errorHead } from '../text/colours';
import { cellError } from '../text/errors';
import { showPlace } from '../text/frame';
import { positionOf } from '../text/lines';
import { didYouMean, nearest } from '../text/spelling';

/** What runs instead of the cell: a text, and what errors call it. */
export interface RunFile {
  readonly source: string;
  readonly label: string;
  readonly path: string;
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
    return { source: readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), label: basename(path), path };
  } catch (error) {
    return refuse(
      `%run cannot read ${path}: ${systemReason(error) ?? (error as Error).message}${meantFor(path)}`,
    );
  }
}

function refuseFile(message: string, source: string, label: string): CellError {
  const at = source.search(/%run(?!\w)/);
  const [line = ''] = /^.*/.exec(source.slice(at)) ?? [];
  const place = { source, ...positionOf(source, at), length: line.trimEnd().length };
  return cellError('MagicError', message, [errorHead('MagicError', message), ...showPlace(label, place)]);
}

/** The files beside it that may have been meant. */
function meantFor(path: string): string {
  try {
    const files = readdirSync(dirname(path)).filter((name) => endings.includes(extname(name)));
    const meant = didYouMean(nearest(basename(path), files, 3));
    return meant && `.${meant}`;
  } catch {
    return '';
  }
}
