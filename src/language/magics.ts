// Completions of magics: their names, where a line begins with their sign.
import type { Completions } from '../engine';
import { cellMagics, lineMagics, type MagicEntry } from '../magics/catalog';

/**
 * Lists magics for a cursor behind `%` or `%%` and the start of a name.
 * @param offset UTF-16 offset of the cursor
 * @returns undefined anywhere else
 */
export function completeMagic(source: string, offset: number): Completions | undefined {
  const before = /(?:^|[\n\r])[ \t]*(%%?)(\w*)$/.exec(source.slice(0, offset));
  if (!before) return undefined;
  const [, sign = '', start = ''] = before;
  const isAtTop = source.slice(0, offset - start.length - sign.length).trim() === '';
  const entries: (readonly [string, MagicEntry])[] = [];
  if (sign === '%') for (const entry of lineMagics.values()) entries.push(['%', entry]);
  if (isAtTop) for (const entry of cellMagics.values()) entries.push(['%%', entry]);
  return {
    start: offset - start.length - sign.length,
    end: offset,
    items: entries
      .filter(([, { name }]) => name.startsWith(start))
      .map(([itsSign, { name, summary }]) => ({ text: itsSign + name, kind: 'magic', signature: summary })),
  };
}
