// Programs that draw on a terminal (progress bars, spinners, lists of tasks) draw on the page: front ends know that a carriage
// return begins the line again, and nothing of how a cursor moves otherwise.
// Rule: what only clears its line and begins it again stays text. What hides the cursor or moves it to other lines becomes a
// display that changes, from there until the cursor is shown again.

import type { CellId, Output, StreamName } from '../../api';
import { now } from '../../realm/clock';
import { Screen } from './screen';

const { nextTick } = process;

/** Lines that the cursor can reach, as in a usual terminal. */
export const windowSize = { columns: 80, rows: 24 };
/** From one picture of a program that does not let the event loop turn to the next, in milliseconds. */
const pause = 50;

/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: what a terminal is told begins with one. */
/** Anything that is told to a terminal besides colours. */
const control = /\x1b(?:[78]|\[[\d;:?]*[@-ln-~])/;
const hides = /\x1b\[\?25l/;
const shows = /\x1b\[\?25h/;
/** A synchronised update: the beginning of a picture. */
const synchronises = /\x1b\[\?2026h/;
/** The beginning of the line, its end erased or all of it. */
const inLine = /\x1b\[(?:[01]?G|[02]?K)/g;
/** Of no interest for a page. */
const modes = /\x1b\[\?\d+[hl]/g;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: up to here */

interface Drawing {
  readonly screen: Screen;
  displayId: string;
  /** What was sent, if anything was. */
  sent?: string;
  sentAt: number;
  /** The cursor is shown again: what is drawn at once belongs to it, and what is printed if nothing is left of the picture. */
  isEnding?: boolean;
}

/** What a cell has drawn, and where its cursor is. */
class Terminal {
  readonly #active = new Map<StreamName, Drawing>();
  /** Of the line that was begun: how long it is on the page, and where the next text goes, in UTF-16 units. */
  readonly #line = { stdout: { length: 0, column: 0 }, stderr: { length: 0, column: 0 } };
  #isCursorHidden = false;
  #isScheduled = false;

  constructor(
    readonly emit: (output: Output) => void,
    readonly newDisplayId: () => string,
  ) {}

  pass(stream: StreamName, text: string): string {
    const drawing = this.#active.size > 0 ? this.#active.get(stream) : undefined;
    if (drawing && !this.#isOver(stream, drawing, text)) return this.#draw(drawing, text);
    if (!text.includes('\u001b') || !control.test(text)) {
      this.#noteLine(stream, text);
      return text;
    }
    const begins = this.#isCursorHidden || hides.test(text) || synchronises.test(text);
    this.#noteCursor(text);
    const rest = text.replace(modes, '');
    if (begins || control.test(rest.replace(inLine, ''))) return this.#draw(this.#begin(stream), text);
    return this.#rewriteLine(stream, rest);
  }

  flush(): void {
    for (const drawing of this.#active.values()) this.#send(drawing);
  }

  /** The cell has come to its end. @returns whether it goes on drawing: it has hidden the cursor */
  end(): boolean {
    this.flush();
    if (!this.#isCursorHidden) this.#active.clear();
    this.#isCursorHidden = this.#active.size > 0;
    return this.#isCursorHidden;
  }

  #begin(stream: StreamName): Drawing {
    this.flush();
    const drawing: Drawing = { screen: new Screen(), displayId: this.newDisplayId(), sentAt: now() };
    this.#active.set(stream, drawing);
    return drawing;
  }

  #draw(drawing: Drawing, text: string): string {
    // Before a program begins its next picture, the one before is whole.
    if (now() - drawing.sentAt >= pause) this.#send(drawing);
    drawing.screen.write(text);
    this.#noteCursor(text);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      nextTick(() => {
        this.#isScheduled = false;
        this.flush();
        for (const [name, { isEnding }] of this.#active) if (isEnding) this.#active.delete(name);
      });
    }
    return '';
  }

  #noteCursor(text: string): void {
    if (hides.test(text)) {
      this.#isCursorHidden = true;
      for (const drawing of this.#active.values()) drawing.isEnding = false;
    }
    if (!shows.test(text)) return;
    this.#isCursorHidden = false;
    for (const drawing of this.#active.values()) drawing.isEnding = true;
  }

  /** Whether a program that has shown the cursor again has drawn all that it draws. */
  #isOver(stream: StreamName, drawing: Drawing, text: string): boolean {
    if (!drawing.isEnding || control.test(text) || drawing.screen.toString() === '') return false;
    this.#send(drawing);
    this.#active.delete(stream);
    return true;
  }

  #send(drawing: Drawing): void {
    drawing.sentAt = now();
    const { screen } = drawing;
    // What has left the window stays as it is.
    if (screen.height > 2 * windowSize.rows) {
      this.#show(drawing, screen.shed(screen.height - windowSize.rows));
      drawing.displayId = this.newDisplayId();
      delete drawing.sent;
    }
    this.#show(drawing, screen.toString());
  }

  #show(drawing: Drawing, text: string): void {
    const { displayId, sent = '' } = drawing;
    if (text === sent) return;
    const kind = drawing.sent === undefined ? 'display' : 'update';
    drawing.sent = text;
    this.emit({ kind, displayId, data: { 'text/plain': text }, metadata: {} });
  }

  /** To erase is to write blanks and take them back: a front end counts colours as characters of the line. */
  #rewriteLine(stream: StreamName, text: string): string {
    const line = this.#line[stream];
    let printed = '';
    let end = 0;
    const put = (piece: string) => {
      printed += piece;
      this.#noteLine(stream, piece);
    };
    for (const { 0: told, index } of text.matchAll(inLine)) {
      put(text.slice(end, index));
      end = index + told.length;
      if (!told.endsWith('K')) put('\r');
      else {
        if (told.endsWith('2K')) put('\r');
        const rest = line.length - line.column;
        printed += ' '.repeat(rest) + '\b'.repeat(rest);
        line.length = line.column;
      }
    }
    put(text.slice(end));
    return printed;
  }

  #noteLine(stream: StreamName, text: string): void {
    const line = this.#line[stream];
    const begin = text.lastIndexOf('\n') + 1;
    if (begin > 0) line.length = line.column = 0;
    if (begin === text.length) return;
    const last = text.lastIndexOf('\r') + 1;
    if (last > begin) line.length = Math.max(line.length, line.column + last - 1 - begin);
    if (last > begin) line.column = 0;
    line.column += text.length - Math.max(begin, last);
    line.length = Math.max(line.length, line.column);
  }
}

/** Each cell has a terminal of its own: cells that run beside each other draw beside each other. */
export class Drawings {
  /** Of cells that draw, have begun a line or are under way. */
  readonly #terminals = new Map<CellId, Terminal>();

  /**
   * @param emit puts out what a cell displays
   * @param newDisplayId names a place on the page
   */
  constructor(
    readonly emit: (output: Output, cell: CellId) => void,
    readonly newDisplayId: () => string,
  ) {}

  /** What is to be printed of a text that a cell writes: all of it, unless it draws. */
  pass(stream: StreamName, text: string, cell: CellId): string {
    let terminal = this.#terminals.get(cell);
    if (!terminal) {
      if (text.endsWith('\n') && !text.includes('\u001b')) return text;
      terminal = new Terminal((output) => this.emit(output, cell), this.newDisplayId);
      this.#terminals.set(cell, terminal);
    }
    return terminal.pass(stream, text);
  }

  /** Sends what has changed: something else comes after it. */
  flush(): void {
    for (const terminal of this.#terminals.values()) terminal.flush();
  }

  /** A cell has come to its end: what did not hide the cursor draws no more. */
  endCell(cell: CellId): void {
    if (this.#terminals.get(cell)?.end() === false) this.#terminals.delete(cell);
  }
}
