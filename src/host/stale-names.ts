// The names that are left over from a text that the document no longer has: they work now, and not in a run from the top.
// Rule: as far as is known from what was executed. A front end that does not name its cells is told nothing.
import type { Cell, Diagnostic, MimeBundle } from '../api';
import { mentionsIn } from '../compile/keys';
import { mapPosition } from '../compile/position';
import type { CompiledCell, Declaration } from '../compile/types';
import { lineOf, linesOf } from '../text/lines';
import { renderWarnings, type Warning } from '../text/warnings';

/** What is told of the names that a cell uses. */
export interface Notice {
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings?: MimeBundle;
}

/** What the latest run of a cell of the document declared. */
interface DeclaringCell {
  readonly label: string;
  readonly names: ReadonlySet<string>;
}

export class StaleNames {
  /** By what the document calls the cell. */
  readonly #cells = new Map<string, DeclaringCell>();
  /** What was declared by cells of no document, such as a console's. */
  readonly #elsewhere = new Set<string>();
  /** Every name that has a value. */
  readonly #values = new Set<string>();
  /** By the name that no cell declares: where it was declared, and what that run was called. */
  readonly #stale = new Map<string, { readonly place: string; readonly label: string }>();

  /** Cells are gone from the document. */
  remove(places: readonly string[]): void {
    for (const place of places) {
      const cell = this.#cells.get(place);
      this.#cells.delete(place);
      if (cell) this.#leave(place, cell);
    }
  }

  /** A cell begins to run. */
  begin({ place, label }: Cell, declarations: readonly Declaration[]): void {
    const names = new Set(declarations.map(({ name }) => name));
    for (const name of names) {
      this.#stale.delete(name);
      if (place === undefined) this.#elsewhere.add(name);
      else this.#elsewhere.delete(name);
    }
    if (place === undefined) return;
    const before = this.#cells.get(place);
    this.#cells.set(place, { label, names });
    if (before) this.#leave(place, before);
  }

  /** It ended. @param names those of its declarations that have a value */
  settle(names: readonly string[]): void {
    for (const name of names) this.#values.add(name);
  }

  /** What there is to tell of a cell that began: each name once, until it is declared again. */
  tell({ place, label, source }: Cell, { code, map }: CompiledCell): Notice | undefined {
    if (place === undefined || this.#stale.size === 0) return undefined;
    const diagnostics: Diagnostic[] = [];
    const warnings: Warning[] = [];
    for (const [name, offset] of mentionsIn(code)) {
      const text = this.#take(name);
      if (text === undefined) continue;
      const before = linesOf(code.slice(0, offset));
      // One line precedes the body.
      const { line, column } = mapPosition(map, before.length - 2, before.at(-1)!.length);
      const { start, length } = placeIn(source, name, line, column);
      const end = { line: start.line, character: start.character + length };
      diagnostics.push({ severity: 'warning', message: text, range: { start, end }, related: [] });
      const marks = length > 0 ? [{ line: start.line + 1, column: start.character + 1, length }] : [];
      warnings.push({ messages: [{ text, count: 1 }], label, source, marks, related: [] });
    }
    const shown = renderWarnings(warnings);
    return shown && { diagnostics, warnings: shown };
  }

  /** The names of all cells are gone. */
  forget(): void {
    for (const each of [this.#cells, this.#elsewhere, this.#values, this.#stale]) each.clear();
  }

  /** What a run declared holds no longer. */
  #leave(place: string, { label, names }: DeclaringCell): void {
    const cells = [...this.#cells.values()];
    for (const name of names) {
      const isDeclared = this.#elsewhere.has(name) || cells.some((cell) => cell.names.has(name));
      if (!isDeclared && this.#values.has(name)) this.#stale.set(name, { place, label });
    }
  }

  #take(name: string): string | undefined {
    const stale = this.#stale.get(name);
    if (!stale) return undefined;
    this.#stale.delete(name);
    const { place, label } = stale;
    const now = this.#cells.get(place)?.label;
    const why =
      now === undefined
        ? `${label}, which declared it, was deleted`
        : `${label} declared it before it was edited (now ${now})`;
    return `${name} is no longer declared in this notebook: ${why}. Its old value is still here.`;
  }
}

/**
 * Where a name stands, at or beside the place that was found for it: of `{ a }` code says `a` once more, behind it, and what the
 * emitter wrote may stand for more. The begin of the source, and no length, for code that is not in it.
 */
function placeIn(source: string, name: string, line: number, column: number) {
  const text = lineOf(source, line + 1);
  const found = text?.indexOf(name, column - name.length) ?? -1;
  if (found < 0) return { start: { line: 0, character: 0 }, length: 0 };
  return { start: { line, character: found }, length: name.length };
}
