// What a terminal would show of a text that moves the cursor: lines that programs draw and draw again (progress bars, spinners,
// lists of tasks). Rule: knows what such programs use of ECMA-48; the rest leaves no trace. A character is a column wide.

/** Of a character: codes of SGR by what they are about. */
type Style = readonly (string | undefined)[];

interface Cell {
  readonly character: string;
  readonly style: Style;
}

const plain: Style = [];
const blank: Cell = { character: ' ', style: plain };

const part = /\x1b\[([\d;:?]*)([@-~])|\x1b([78])|[\r\n\b]|\x1b/g;

const { max, min } = Math;

export class Screen {
  readonly #lines: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #saved = { row: 0, column: 0 };
  #style: Style = plain;

  /** How many lines there are. */
  get height(): number {
    return this.#lines.length;
  }

  write(text: string): void {
    let end = 0;
    for (const found of text.matchAll(part)) {
      this.#put(text.slice(end, found.index));
      end = found.index + found[0].length;
      const [all, parameters, letter, saving] = found;
      if (letter !== undefined) this.#obey(letter, parameters!);
      else if (saving === '7') this.#saved = { row: this.#row, column: this.#column };
      else if (saving === '8') this.#moveTo(this.#saved.row, this.#saved.column);
      else if (all === '\r') this.#column = 0;
      else if (all === '\b') this.#column = max(0, this.#column - 1);
      else if (all === '\n') this.#moveTo(this.#row + 1, 0);
    }
    this.#put(text.slice(end));
  }

  /** Takes the first lines away, which no cursor reaches any more. @returns their text */
  shed(count: number): string {
    const text = textOf(this.#lines.splice(0, count));
    this.#row = max(0, this.#row - count);
    return text;
  }

  /** All that is there, with its colours, as a text. */
  toString(): string {
    return textOf(this.#lines);
  }

  #put(text: string): void {
    if (text === '') return;
    const line = this.#lines[this.#row]!;
    while (line.length < this.#column) line.push(blank);
    for (const character of text) line[this.#column++] = { character, style: this.#style };
  }

  #moveTo(row: number, column: number): void {
    this.#row = max(0, row);
    this.#column = max(0, column);
    while (this.#lines.length <= this.#row) this.#lines.push([]);
  }

  #obey(letter: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(';').map((each) => Number(each) || 0);
    const count = first || 1;
    const row = this.#row;
    switch (letter) {
      case 'm':
        this.#style = styled(this.#style, parameters);
        return;
      case 'A':
        return this.#moveTo(row - count, this.#column);
      case 'B':
        return this.#moveTo(min(row + count, max(row, this.height - 1)), this.#column);
      case 'C':
        return this.#moveTo(row, this.#column + count);
      case 'D':
        return this.#moveTo(row, this.#column - count);
      case 'E':
        return this.#moveTo(row + count, 0);
      case 'F':
        return this.#moveTo(row - count, 0);
      case 'G':
        return this.#moveTo(row, count - 1);
      case 'H':
      case 'f':
        return this.#moveTo(count - 1, (second || 1) - 1);
      case 'J':
        return this.#eraseLines(first);
      case 'K':
        return this.#eraseInLine(first);
      case 's':
        this.#saved = { row, column: this.#column };
        return;
      case 'u':
        return this.#moveTo(this.#saved.row, this.#saved.column);
      default:
    }
  }

  /** @param part 0: from the cursor on, 1: up to it, 2 and 3: all */
  #eraseLines(part: number): void {
    const first = part === 0 ? this.#row + 1 : 0;
    const end = part === 1 ? this.#row : this.height;
    for (let row = first; row < end; row++) this.#lines[row] = [];
    if (part < 2) this.#eraseInLine(part);
    // What is empty below the cursor is no line.
    while (this.height > this.#row + 1 && this.#lines.at(-1)!.length === 0) this.#lines.pop();
  }

  #eraseInLine(part: number): void {
    const line = this.#lines[this.#row]!;
    if (part === 0) line.length = min(line.length, this.#column);
    else if (part === 1) line.fill(blank, 0, this.#column + 1);
    else line.length = 0;
  }
}

function textOf(lines: readonly (readonly Cell[])[]): string {
  const texts = lines.map((line) => {
    let text = '';
    let style = '';
    for (const cell of line) {
      const next = cell.style.filter(Boolean).join(';');
      if (next !== style) text += `${style && '\u001b[0m'}${next && `\u001b[${next}m`}`;
      style = next;
      text += cell.character;
    }
    return `${text.trimEnd()}${style && '\u001b[0m'}`;
  });
  return texts.join('\n').trimEnd();
}

/** A style with what an SGR sequence adds to it or takes from it. */
function styled(before: Style, parameters: string): Style {
  const style = [...before];
  const codes = parameters.split(';');
  for (let index = 0; index < codes.length; index++) {
    const code = Number(codes[index]) || 0;
    if (code === 0) style.length = 0;
    else if (code === 38 || code === 48) {
      const length = codes[index + 1] === '2' ? 5 : 3;
      style[code === 38 ? 0 : 1] = codes.slice(index, index + length).join(';');
      index += length - 1;
    } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) style[0] = String(code);
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) style[1] = String(code);
    else if (code === 39 || code === 49) style[code === 39 ? 0 : 1] = undefined;
    else if (code === 22) style[2] = style[3] = undefined;
    else if (code < 10) style[code + 1] = String(code);
    else if (code > 22 && code < 30) style[code - 20 + 1] = undefined;
  }
  return style;
}
