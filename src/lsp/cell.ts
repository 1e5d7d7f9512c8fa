// A cell of a document that is being edited, as a module of its own: its source at offset 0, what closes it, and its tail.
// Rule: what can be said from the source alone is read once per text; what depends on other cells is made anew when they change.
import type { Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { blank, type FoundMagic, findMagics, type IsKnown } from '../compile/magics/find';
import { closersFor } from '../language/notebook/closers';
import { type CellModule, cellPrefix, type Meanings } from '../language/notebook/module';
import { type Outline, outlineOf } from '../language/notebook/outline';
import { narrowedBy, probing, tailOf } from '../language/notebook/tail';
import { blankOf } from '../text/lines';

/** Where a cell stands: in a document of its own, or in a text of which it is a part. */
export interface CellPlace {
  readonly document: TextDocument;
  /** Where it begins in the document; UTF-16 units. */
  readonly start: number;
}

/** A cell as the document has it. */
export interface CellText extends CellPlace {
  /** Tells it from the other cells of its notebook, and stays while it is edited and moved. */
  readonly key: string;
  readonly source: string;
  /** It is TypeScript, with magics. */
  readonly isCode: boolean;
  /** It would be, but for its length. */
  readonly isTooLong?: boolean;
}

/** Reads a file that `%run` puts in the place of a cell; nothing when it is not there. */
export type ReadFile = (path: string) => string | undefined;

let count = 0;

export class DocumentCell implements CellModule {
  /** A name that no module of a cell that ran has. */
  readonly name = `${cellPrefix}d${++count}`;
  readonly seen = new Map<string, string>();
  readonly brought = [];
  /** Its place among the cells, from 0. */
  index = 0;
  place: CellPlace;
  source = '';
  /** The source as TypeScript is to see it, with the same positions. */
  code = '';
  isCode = false;
  isTooLong = false;
  magics: readonly FoundMagic[] = [];
  outline: Outline = outlineOf('');
  text = '';
  shift = 0;
  narrowed: readonly string[] = [];
  frozen?: string;
  /** The cells that its tail refers to, and those whose tails refer to it. */
  dependencies: ReadonlySet<DocumentCell> = new Set();
  readonly dependents = new Set<DocumentCell>();
  /** A name that it mentions may mean something else by now. */
  isStale = true;
  /** Counts changes of what other cells see of it, which is `seenAs`. */
  outcome = 0;
  seenAs = '';
  /** The state in which its declarations were taken, and the one in which it was checked. */
  settledIn = '';
  checkedIn = '';
  #closers = '';
  #textVersion = 0;

  constructor(
    readonly key: string,
    place: CellPlace,
  ) {
    this.place = place;
  }

  get label(): string {
    return `Cell ${this.index + 1}`;
  }

  get version(): string {
    return `${this.#textVersion}.${this.outcome}`;
  }

  /** Its text and all that its types rest on, as far as it is known; compare it with an earlier one. */
  get state(): string {
    let state = `${this.#textVersion}`;
    for (const cell of this.dependencies) state += ` ${cell.name}:${cell.outcome}`;
    return state;
  }

  /** Takes a new text, of which nothing is known yet. */
  read({ source, isCode, isTooLong = false }: CellText, isKnown: IsKnown, readFile: ReadFile): void {
    this.source = source;
    this.isCode = isCode;
    this.isTooLong = isTooLong;
    const { magics, problems } = isCode ? findMagics(source, isKnown) : { magics: [], problems: [] };
    this.magics = magics;
    this.code = isCode ? blank(source, magics) : blankOf(source);
    // What is meant for a magic and is none tells TypeScript nothing.
    for (const { offset, length } of problems) this.code = blanked(this.code, offset, offset + length);
    const file = magics.find(({ entry }) => entry.kind === 'file');
    const included = file && readFile(unquoted(file.arguments));
    this.outline = outlineOf(included ?? this.code);
    this.shift = this.outline.isObject && included === undefined ? 1 : 0;
    this.#closers = included === undefined ? closersFor(this.code) : `\n;\n${included}`;
    this.isStale = true;
  }

  /** Counts changes of what it rests on outside of the notebook. */
  touched = 0;

  touch(): this {
    this.touched++;
    this.#textVersion++;
    return this;
  }

  /** The notebook's name for it, which is the last part of its address. */
  get documentId(): string | undefined {
    const { hash } = URL.canParse(this.key) ? new URL(this.key) : { hash: '' };
    try {
      return hash === '' ? undefined : decodeURIComponent(hash.slice(1));
    } catch {
      return undefined;
    }
  }

  /** Whether it has the text that a cell had which ran, and may be that cell. */
  isTextOf({ source, documentId: id }: CellModule): boolean {
    return this.source === source && (id === undefined || (this.documentId ?? id) === id);
  }

  /**
   * Makes its tail anew. @param names what they mean here
   * @returns whether the module is another one by that
   */
  bring(names: Meanings, isUntyped: (name: string) => boolean): boolean {
    this.isStale = false;
    this.narrowed = narrowedBy(this.outline, names);
    const tail = tailOf(this.outline, names, isUntyped, { checked: this.narrowed });
    const code = this.shift > 0 ? `(${this.code}\n)` : `${this.code}${this.#closers}`;
    const text = `${code}${tail}${probing}`;
    if (text === this.text) return false;
    this.text = text;
    this.#textVersion++;
    return true;
  }

  /** A piece of the source as the editor counts. Offsets are those of the source. */
  rangeOf(start: number, end: number): Range {
    const { document, start: base } = this.place;
    return { start: document.positionAt(base + start), end: document.positionAt(base + end) };
  }

  /** The same for a span of the module; nothing for what is not the user's text. */
  rangeOfSpan({ start, length }: { readonly start: number; readonly length: number }): Range | undefined {
    const at = start - this.shift;
    return at < 0 || at + length > this.source.length ? undefined : this.rangeOf(at, at + length);
  }
}

const blanked = (text: string, start: number, end: number): string =>
  text.slice(0, start) + blankOf(text.slice(start, end)) + text.slice(end);

const unquoted = (path: string): string => path.trim().replace(/^(["'])(.*)\1$/, '$2');
