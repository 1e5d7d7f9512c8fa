// The display functions of the user's cells.
// Rule: knows no threads and no cells; everything goes to the sink.
import type { Rendering } from '../api';
import type { Globals } from '../globals';
import type { tskernel } from '../globals/cells';
import { hasOwn, isPlainObject, isProxy, keys } from '../realm/builtins';
import { type RawBundle, textRendering, toRendering } from './bundle';
import { type Frame, frameOf, frameTable } from './frames';
import { DisplayHandle } from './handle';
import { html, markupBundle, md, svg } from './markup';
import { renderImage } from './picture';
import { toShownText, toText } from './plain';
import { createProgress } from './progress';
import { registerRenderer } from './registry';
import { render } from './render';
import { type DisplaySink, newDisplayId, Sequence } from './sink';
import { displaySymbol } from './symbols';
import { recordsFrame, type TableBounds, tabulate } from './table';
import { tableDraft } from './table-drawing';

export { isSilent } from './symbols';
export type { DisplaySink };

type DisplayGlobals = Pick<
  Globals,
  'display' | 'clearOutput' | 'html' | 'md' | 'svg' | 'progress' | 'page' | 'nextCell'
>;

type Render<Input> = (value: Input) => Rendering | Promise<Rendering>;

/**
 * @param makeGrid makes a widget that shows a frame on a page that has widgets
 * @returns the names that the user's cells get
 */
export function createDisplay(sink: DisplaySink, makeGrid?: (frame: Frame) => object): DisplayGlobals {
  const sequence = new Sequence(sink);

  const show = <Input>(
    value: Input,
    how: Render<Input>,
    options: tskernel.DisplayOptions = {},
  ): DisplayHandle<Input> => new DisplayHandle(options.id ?? newDisplayId(), sequence, how, how(value));

  /** A kind of display whose input is one text. */
  const ofText =
    (toBundle: (text: string) => RawBundle['data']) =>
    (value: unknown, options?: tskernel.DisplayOptions): DisplayHandle =>
      show(value, (input) => toRendering({ data: toBundle(String(input)) }, () => String(input)), options);

  const showValue = (value: unknown, options: tskernel.ValueOptions = {}): DisplayHandle => {
    const { mime, raw, display_id: id = options.id, update } = options;
    const named = id === undefined ? {} : { id };
    if (update && id !== undefined)
      return new DisplayHandle(id, sequence, render, render(raw ? bundled(value) : value), 'update');
    if (raw) return show(value, (input) => render(bundled(input)), named);
    if (mime === undefined) return show(value, render, named);
    return show(value, (input) => toRendering({ data: { [mime]: input } }, () => textOf(input)), named);
  };

  const markdown = ofText((text) => markupBundle('text/markdown', text));

  const display = ((...values: unknown[]) => {
    const [value, options] = values;
    if (values.length < 2 || (values.length === 2 && (options === undefined || isOptions(options))))
      return showValue(value, options as tskernel.ValueOptions | undefined);
    for (const each of values) showValue(each);
    return undefined;
  }) as {
    <T>(value: T, options?: tskernel.ValueOptions): DisplayHandle;
    (...values: unknown[]): void;
  };
  /** Without a call of its own: all members, and no others. */
  const members: Omit<tskernel.Display, never> = {
    html: ofText((text) => markupBundle('text/html', text)),
    markdown,
    md: markdown,
    svg: ofText((text) => markupBundle('image/svg+xml', text)),
    latex: ofText((text) => ({ 'text/latex': delimited(text), 'text/plain': text })),
    javascript: ofText((text) => ({ 'application/javascript': text, 'text/plain': '<script>' })),
    text: ofText((text) => ({ 'text/plain': text })),
    json: (value, options = {}) =>
      show(value, (input) => renderJson(input, options.expanded ?? false), options),
    image: (source, options = {}) => show(source, (input) => renderImage(input, options), options),
    table: (data, options = {}) => show(data, (input) => renderTable(input, options, makeGrid), options),
    mime: (bundle, metadata, options) =>
      show(bundle, (data) => toRendering({ data, metadata }, () => Object.keys(data).join(', ')), options),
    update(id, value) {
      void sequence.send(render(value), (sent) => ({ kind: 'update', displayId: id, ...sent }));
    },
    register: registerRenderer,
  };

  return {
    display: Object.assign(display, members),
    clearOutput(options = {}) {
      const { wait = false } = typeof options === 'boolean' ? { wait: options } : options;
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

const optionTypes: { readonly [name: string]: string } = {
  id: 'string',
  mime: 'string',
  display_id: 'string',
  raw: 'boolean',
  update: 'boolean',
};

const bundled = (data: unknown) => ({ [displaySymbol]: () => data });

/** Whether the second of two values says how to show the first: it has such options, and nothing else. */
function isOptions(value: unknown): value is tskernel.ValueOptions {
  if (!isPlainObject(value)) return false;
  const names = keys(value);
  return (
    names.length > 0 &&
    names.every((name) => hasOwn(optionTypes, name) && typeof value[name] === optionTypes[name])
  );
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
    () => toShownText(value),
  );
}

function renderTable(
  data: unknown,
  { columns, maxRows, maxColumns, interactive }: tskernel.TableOptions,
  makeGrid: ((frame: Frame) => object) | undefined,
): Rendering | Promise<Rendering> {
  const bounds: TableBounds = { rows: maxRows, columns: maxColumns };
  const isFrame = columns === undefined && typeof data === 'object' && data !== null && !isProxy(data);
  const table = (isFrame ? frameTable(data, bounds) : undefined) ?? tabulate(data, columns, bounds);
  if (table === undefined)
    throw new TypeError('display.table takes an array, a Map, a Set, an object of rows, or a data frame');
  const draft = tableDraft(table);
  if (!interactive || !makeGrid) return toRendering(draft, () => '');
  const frame = (isFrame ? frameOf(data) : undefined) ?? recordsFrame(data, columns);
  // Beside it, for a page that has no widgets.
  const { data: view } = render(makeGrid(frame)) as Rendering;
  return toRendering({ data: { ...view, ...draft.data } }, () => '');
}
