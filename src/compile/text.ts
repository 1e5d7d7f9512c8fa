// Edits of a cell's text that never add or remove a line. Blanks and overwrites keep the columns too; insertions
// shift the rest of their line, and the position map says by how much.
import { blankOf } from '../text/lines';
import type { Segments } from './types';

interface Overwrite {
  readonly start: number;
  readonly text: string;
}

interface Insertion {
  readonly offset: number;
  readonly text: string;
  readonly order: Order;
}

/**
 * What comes first of insertions at one place: what closes there, what opens for a statement or a declaration, what opens
 * for an expression in it, what belongs to the token that follows.
 */
enum Order {
  Closer,
  Opener,
  ExpressionOpener,
  Prefix,
}

export interface Assembly {
  readonly text: string;
  readonly segments: Segments;
}

export class CellText {
  readonly #overwrites: Overwrite[] = [];
  readonly #insertions: Insertion[] = [];

  /**
   * @param text what is edited: the source, or the source with its types blanked
   * @param source same length as `text`
   * @param lineStarts offsets of the lines
   */
  constructor(
    readonly text: string,
    readonly source: string,
    private readonly lineStarts: readonly number[],
  ) {}

  /** Writes over the text at `start`. */
  overwrite(start: number, text: string): void {
    this.#overwrites.push({ start, text });
  }

  /** Blanks a range; `first` takes the place of its first characters. */
  blank(start: number, end: number, first = ''): void {
    if (end - start < first.length) throw new RangeError('no room in the blanked range');
    this.overwrite(start, first + blankOf(this.text.slice(start + first.length, end)));
  }

  /** Inserts text that opens what follows. Where several open at one place, add the outermost first. */
  open(offset: number, text: string): void {
    this.#insertions.push({ offset, text, order: Order.Opener });
  }

  /** The same for an expression: it comes after what opens there for a statement, whichever was added first. */
  openExpression(offset: number, text: string): void {
    this.#insertions.push({ offset, text, order: Order.ExpressionOpener });
  }

  /** Makes text the beginning of the token at `offset`: nothing comes between them. */
  prefix(offset: number, text: string): void {
    this.#insertions.push({ offset, text, order: Order.Prefix });
  }

  /** What was made the beginning of the token at `offset`. */
  prefixAt(offset: number): string {
    const found = this.#insertions.filter((one) => one.offset === offset && one.order === Order.Prefix);
    return found.map((one) => one.text).join('');
  }

  /** Inserts text that closes what ends at `offset`, before erased types. Where several close at one place, add the innermost first. */
  close(offset: number, text: string): void {
    this.#insertions.push({ offset: this.endOf(offset), text, order: Order.Closer });
  }

  /** Ends the statement that ends at `offset` with a semicolon, unless it has one. */
  terminate(offset: number): void {
    if (this.source[offset - 1] === ';') return;
    const end = this.endOf(offset);
    if (this.text[end] !== ';' || end === offset) this.close(offset, ';');
  }

  /** Steps back over what type erasure blanked before `offset` (it may have left a semicolon there). */
  endOf(offset: number): number {
    let end = offset;
    while (end > 0) {
      const character = this.text[end - 1]!;
      if (character === ';' ? this.source[end - 1] === ';' : character.trim() !== '') break;
      end--;
    }
    return end;
  }

  /** The edited text, and the segments for the lines whose columns moved. */
  assemble(): Assembly {
    const base = this.#applyOverwrites();
    if (this.#insertions.length === 0) return { text: base, segments: [] };
    const insertions = this.#insertions.toSorted((a, b) => a.offset - b.offset || a.order - b.order);
    const segments: number[] = [];
    let text = '';
    let copied = 0;
    let line = 0;
    let shift = 0;
    let touched = -1;
    for (const { offset, text: inserted } of insertions) {
      text += base.slice(copied, offset) + inserted;
      copied = offset;
      line = this.#lineOf(offset);
      if (touched !== line) {
        touched = line;
        shift = 0;
        segments.push(line, 0, line, 0);
      }
      // What is inserted stands at the place of what follows: a position never passes that of the next segment.
      const column = offset - this.lineStarts[line]!;
      shift += inserted.length;
      segments.push(line, column + shift, line, column);
    }
    return { text: text + base.slice(copied), segments };
  }

  /** Where an offset's line and column stand after the insertions; `line` is unchanged. */
  columnShifts(): (line: number, column: number) => number {
    const shifts = new Map<number, { column: number; length: number }[]>();
    for (const { offset, text } of this.#insertions) {
      const line = this.#lineOf(offset);
      const entry = { column: offset - this.lineStarts[line]!, length: text.length };
      const list = shifts.get(line);
      if (list === undefined) shifts.set(line, [entry]);
      else list.push(entry);
    }
    return (line, column) => {
      let moved = column;
      for (const shift of shifts.get(line) ?? []) if (shift.column <= column) moved += shift.length;
      return moved;
    };
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  #applyOverwrites(): string {
    if (this.#overwrites.length === 0) return this.text;
    const overwrites = [...this.#overwrites].sort((a, b) => a.start - b.start);
    let base = '';
    let copied = 0;
    for (const { start, text } of overwrites) {
      base += this.text.slice(copied, start) + text;
      copied = start + text.length;
    }
    return base + this.text.slice(copied);
  }
}
