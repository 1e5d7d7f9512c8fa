// The display functions of the user's cells.
// Rule: knows no threads and no cells; everything goes to the sink.
import type { Rendering } from '../api';
import { type RawBundle, textRendering, toRendering } from './bundle';
import { DisplayHandle } from './handle';
import { html, type MarkupTag, markupBundle, md, svg } from './markup';
import { type ImageOptions, type ImageSource, renderImage } from './picture';
import { toText } from './plain';
import { createProgress, type Progress } from './progress';
import { type Class, type Predicate, type Renderer, registerRenderer } from './registry';
import { render } from './render';
import { type DisplaySink, newDisplayId, Sequence } from './sink';
import { type TableBounds, tableDraft, tabulate } from './table';

export { isSilent } from './symbols';
export type { DisplayHandle, DisplaySink };

export interface DisplayOptions {
  /** A name for the place: displays of the same id are changed together. */
  readonly id?: string;
}

export interface Display {
  /**
   * Shows a value.
   * @param options.mime the value is a text, bytes or JSON of this MIME type, and shown as that
   */
  <T>(value: T, options?: DisplayOptions & { readonly mime?: string }): DisplayHandle<T>;
  html(markup: string | { toString(): string }, options?: DisplayOptions): DisplayHandle<unknown>;
  markdown(text: string | { toString(): string }, options?: DisplayOptions): DisplayHandle<unknown>;
  md(text: string | { toString(): string }, options?: DisplayOptions): DisplayHandle<unknown>;
  svg(markup: string | { toString(): string }, options?: DisplayOptions): DisplayHandle<unknown>;
  /** A formula: put between `$$` unless it brings its own delimiters. */
  latex(formula: string, options?: DisplayOptions): DisplayHandle<string>;
  /** A value as a tree that can be unfolded. */
  json(value: unknown, options?: DisplayOptions & { readonly expanded?: boolean }): DisplayHandle<unknown>;
  image(source: ImageSource, options?: DisplayOptions & ImageOptions): DisplayHandle<ImageSource>;
  /** A script that runs in the page. */
  javascript(code: string, options?: DisplayOptions): DisplayHandle<string>;
  /** A text as it is, without quotes. */
  text(text: string, options?: DisplayOptions): DisplayHandle<unknown>;
  /** An array, Map, Set or object of rows. Shows 50 rows and 20 columns unless told. */
  table(data: unknown, options?: DisplayOptions & TableOptions): DisplayHandle<unknown>;
  /** Several representations of one thing; the page takes the richest that it can show. */
  mime(
    bundle: RawBundle['data'],
    metadata?: RawBundle['metadata'],
    options?: DisplayOptions,
  ): DisplayHandle<RawBundle['data']>;
  /** Shows another value in each place of this id. */
  update(id: string, value: unknown): void;
  /** Teaches how to show values of a class, or those that a test picks. */
  register<T>(subject: Class<T> | Predicate<T>, render: Renderer<T>): void;
}

export interface TableOptions {
  /** The columns to show, in this order. */
  readonly columns?: readonly string[];
  readonly maxRows?: number;
  readonly maxColumns?: number;
}

/** The names that the user's cells get. */
export interface DisplayGlobals {
  readonly display: Display;
  /** Empties the cell's output; with `wait` not before something new is shown. */
  readonly clearOutput: (options?: { readonly wait?: boolean }) => void;
  readonly html: MarkupTag;
  readonly md: MarkupTag;
  readonly svg: MarkupTag;
  readonly progress: Progress;
  /** Opens a text in the page's pager when the cell has ended. */
  readonly page: (content: unknown) => void;
  /** Proposes the text of the next cell, or of this one. */
  readonly nextCell: (source: string, options?: { readonly replace?: boolean }) => void;
}

type Render<Input> = (value: Input) => Rendering | Promise<Rendering>;

export function createDisplay(sink: DisplaySink): DisplayGlobals {
  const sequence = new Sequence(sink);

  const show = <Input>(
    value: Input,
    how: Render<Input>,
    options: DisplayOptions = {},
  ): DisplayHandle<Input> => new DisplayHandle(options.id ?? newDisplayId(), sequence, how, how(value));

  /** A kind of display whose input is one text. */
  const ofText =
    (toBundle: (text: string) => RawBundle['data']) =>
    (value: unknown, options?: DisplayOptions): DisplayHandle<unknown> =>
      show(value, (input) => toRendering({ data: toBundle(String(input)) }, () => String(input)), options);

  const markdown = ofText((text) => markupBundle('text/markdown', text));

  const display = Object.assign(
    <T>(value: T, options: DisplayOptions & { readonly mime?: string } = {}): DisplayHandle<T> => {
      const { mime } = options;
      if (mime === undefined) return show<T>(value, render, options);
      return show<T>(
        value,
        (input) => toRendering({ data: { [mime]: input } }, () => textOf(input)),
        options,
      );
    },
    {
      html: ofText((text) => markupBundle('text/html', text)),
      markdown,
      md: markdown,
      svg: ofText((text) => markupBundle('image/svg+xml', text)),
      latex: ofText((text) => ({ 'text/latex': delimited(text), 'text/plain': text })),
      javascript: ofText((text) => ({ 'application/javascript': text, 'text/plain': '<script>' })),
      text: ofText((text) => ({ 'text/plain': text })),
      json: (value: unknown, options: DisplayOptions & { readonly expanded?: boolean } = {}) =>
        show(value, (input) => renderJson(input, options.expanded ?? false), options),
      image: (source: ImageSource, options: DisplayOptions & ImageOptions = {}) =>
        show(source, (input) => renderImage(input, options), options),
      table: (data: unknown, options: DisplayOptions & TableOptions = {}) =>
        show(data, (input) => renderTable(input, options), options),
      mime: (bundle: RawBundle['data'], metadata?: RawBundle['metadata'], options?: DisplayOptions) =>
        show(bundle, (data) => toRendering({ data, metadata }, () => Object.keys(data).join(', ')), options),
      update(id: string, value: unknown): void {
        void sequence.send(render(value), (sent) => ({ kind: 'update', displayId: id, ...sent }));
      },
      register: registerRenderer,
    },
  );

  return {
    display,
    clearOutput({ wait = false } = {}) {
      sink.emit({ kind: 'clear', wait });
    },
    html,
    md,
    svg,
    progress: createProgress(sink),
    page(content) {
      const rendering = typeof content === 'string' ? textRendering(content) : render(content);
      if (!('then' in rendering)) sink.addPayload({ kind: 'page', data: (rendering as Rendering).data });
      else sink.track((async () => sink.addPayload({ kind: 'page', data: (await rendering).data }))());
    },
    nextCell(source, { replace = false } = {}) {
      sink.addPayload({ kind: 'nextCell', source: String(source), replace });
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : toText(value);
}

function delimited(formula: string): string {
  return /\$|\\\(|\\\[|\\begin\{/.test(formula) ? formula : `$$${formula}$$`;
}

function renderJson(value: unknown, expanded: boolean): Rendering {
  return toRendering(
    { data: { 'application/json': value }, metadata: { 'application/json': { expanded } } },
    () => toText(value),
  );
}

function renderTable(data: unknown, { columns, maxRows, maxColumns }: TableOptions): Rendering {
  const bounds: TableBounds = { rows: maxRows, columns: maxColumns };
  const table = tabulate(data, columns, bounds);
  if (table === undefined)
    throw new TypeError('display.table takes an array, a Map, a Set or an object of rows');
  return toRendering(tableDraft(table), () => '');
}
