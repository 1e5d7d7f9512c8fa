// Completions and help for magics: their names and arguments.
// Rule: in a magic's line TypeScript offers nothing, except in the code of %time and %timeit.

import type { CompletionKind, Completions, MimeBundle } from '../api';
import { findMagics, type IsKnown } from '../compile/magics/find';
import { describeGlobals } from '../globals/reference';
import {
  type CustomMagic,
  cellMagics,
  lineMagics,
  type MagicEntry,
  shell,
  signOf,
  usageOf,
} from '../magics/catalog';
import { lineStart } from '../text/lines';
import { listPaths, startOfName } from './paths';

/** The magic whose line the cursor is in; its name may be unknown. */
interface Head {
  readonly entry: MagicEntry | undefined;
  /** Offsets of the sign, and of what follows the name. */
  readonly start: number;
  readonly nameEnd: number;
}

/**
 * Lists completions in a magic's line.
 * @param offset UTF-16 offset of the cursor
 * @param directory where the notebook lives
 * @returns undefined where TypeScript stands
 */
export function completeMagic(
  source: string,
  offset: number,
  directory: string,
  isKnown: IsKnown,
  custom: readonly CustomMagic[] = [],
): Completions | undefined {
  const named = completeName(source, offset, custom);
  if (named) return named;
  const nothing = { start: offset, end: offset, items: [] };
  if (isInText(source, offset, isKnown)) return nothing;
  const head = headAt(source, offset, isKnown);
  if (!head || offset < head.nameEnd) return undefined;
  const { entry } = head;
  if (entry === undefined) return nothing;
  if (entry.kind === 'code') return undefined;
  return completeArgument(entry, source.slice(head.nameEnd, offset), offset, directory);
}

/** `%help`'s text for the magic that the cursor is in. */
export function inspectMagic(source: string, offset: number, isKnown: IsKnown): MimeBundle | undefined {
  const head = headAt(source, offset, isKnown);
  if (!head?.entry) return undefined;
  const { entry, nameEnd } = head;
  const hasOtherCode = entry.kind === 'code' || entry === shell;
  if (hasOtherCode && offset > nameEnd) return undefined;
  const usage = usageOf(entry);
  return {
    'text/plain': `${usage}\n\n${entry.summary}`,
    'text/markdown': `\`\`\`\n${usage}\n\`\`\`\n\n${entry.summary}`,
  };
}

/** `%` or `%%` and the start of a name. */
function completeName(
  source: string,
  offset: number,
  custom: readonly CustomMagic[],
): Completions | undefined {
  const before = /(?:^|[\n\r])[ \t]*(%%?)(\w*)$/.exec(source.slice(0, offset));
  if (!before) return undefined;
  const [, sign = '', start = ''] = before;
  const isAtTop = source.slice(0, offset - start.length - sign.length).trim() === '';
  const entries: MagicEntry[] = [];
  if (sign === '%') entries.push(...lineMagics.values());
  if (isAtTop) entries.push(...cellMagics.values());
  const magics: Omit<CustomMagic, 'usage'>[] = [
    ...entries.map((entry) => ({ sign: signOf(entry), name: entry.name, summary: entry.summary })),
    ...custom.filter((magic) => (magic.sign === '%' ? sign === '%' : isAtTop)),
  ];
  return {
    start: offset - start.length - sign.length,
    end: offset,
    items: magics
      .filter(({ name }) => name.startsWith(start))
      .map((magic) => ({ text: magic.sign + magic.name, kind: 'magic', signature: magic.summary })),
  };
}

/** Whether the cursor is below the first line of a cell in another language. */
function isInText(source: string, offset: number, isKnown: IsKnown): boolean {
  if (!source.trimStart().startsWith('%%')) return false;
  const [first] = findMagics(source, isKnown).magics;
  return first?.entry.kind === 'cell' && /[\n\r]/.test(source.slice(first.start, offset));
}

function headAt(source: string, offset: number, isKnown: IsKnown): Head | undefined {
  const lineAt = lineStart(source, offset);
  const line = /^([ \t]*)(?:(%%?)([A-Za-z]\w*)|!)/.exec(source.slice(lineAt));
  if (!line) return undefined;
  const [written, indent = '', sign, name = ''] = line;
  const start = lineAt + indent.length;
  const nameEnd = lineAt + written.length;
  if (offset < start) return undefined;
  const { magics, problems } = findMagics(source, isKnown);
  const isMagic = magics.some((magic) => magic.start === start) || problems.some((p) => p.offset === start);
  if (!isMagic) return undefined;
  const entry = sign === undefined ? shell : (sign === '%' ? lineMagics : cellMagics).get(name);
  return { entry, start, nameEnd };
}

/** @param before the text between the name and the cursor */
function completeArgument(entry: MagicEntry, before: string, offset: number, directory: string): Completions {
  const words = [...before.matchAll(/(?:[^\s"']|"[^"]*"?|'[^']*'?)+/g)];
  const last = words.at(-1);
  const typed = last && last.index + last[0].length === before.length ? last[0] : '';
  const isFirst = words.length === (typed === '' ? 0 : 1);
  const answer = (texts: readonly string[], kind: CompletionKind, start = offset - typed.length) => ({
    start,
    end: offset,
    items: texts.map((text) => ({ text, kind })),
  });
  const paths = (texts: readonly string[]) => answer(texts, 'path', offset - lastPart(typed).length);
  // %cd changes the directory of the process, for all threads.
  const here = process.cwd();
  if (entry.choices) {
    const fitting = isFirst ? entry.choices.filter((choice) => choice.startsWith(typed)) : [];
    return answer(fitting, 'keyword');
  }
  switch (entry.takes) {
    case 'command':
      return paths(isFirst && startOfName(typed) === 0 ? [] : quotedPaths(here, typed));
    case 'file':
      return paths(quotedPaths(here, typed));
    case 'directory':
      return paths(quotedPaths(here, typed, () => false));
    case 'settings':
      return paths(quotedPaths(directory, typed));
    case 'modules':
      return /^\.?$/.test(typed)
        ? answer(
            quotedPaths(directory, '', isModule).map((path) => `./${path}`),
            'path',
          )
        : paths(startOfName(typed) > 0 ? quotedPaths(directory, typed, isModule) : []);
    case 'magic': {
      const functions = describeGlobals().map(({ name }) => name);
      const names = new Set([...lineMagics.keys(), ...cellMagics.keys(), ...functions]);
      return answer(isFirst ? [...names].filter((name) => name.startsWith(typed)) : [], 'magic');
    }
    case 'variable': {
      // The threads share the environment.
      const names = Object.keys(process.env).filter((name) => name.startsWith(typed));
      return answer(isFirst ? names : [], 'property');
    }
    case undefined:
      return answer([], 'path');
    default:
      return entry.takes satisfies never;
  }
}

const isModule = (name: string) => /\.(?:[cm]?[jt]sx?|json)$/.test(name);

/** The part of a typed word that a path's name replaces. */
const lastPart = (typed: string) => typed.slice(startOfName(typed)).replace(/^["']/, '');

/** A name with spaces comes in quotes, unless the word has one already. */
function quotedPaths(directory: string, typed: string, isWanted?: (name: string) => boolean): string[] {
  const quote = /^["']/.exec(typed)?.[0] ?? '';
  const path = typed.slice(quote.length);
  if (/["']/.test(path)) return [];
  const names = listPaths(directory, path, isWanted).filter((name) => !/["']/.test(name));
  return quote ? names : names.map((name) => (/\s/.test(name) ? `"${name}"` : name));
}
