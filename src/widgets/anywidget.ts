// Widgets whose code in the page is the user's own: anywidget modules.
// Rule: the state is the user's, field by field under the names that the module reads.
import { readFileSync } from 'node:fs';
import { Layout, visibleFields } from './controls';
import type { WidgetHost } from './host';
import { defineFields, Widget, type WidgetKind } from './widget';

/** The module's side of the state, as anywidget gives it. */
export interface PageModel<State> {
  get<Name extends keyof State & string>(name: Name): State[Name];
  set<Name extends keyof State & string>(name: Name, value: State[Name]): void;
  save_changes(): void;
  on(event: string, listener: (...rest: unknown[]) => void): void;
  off(event: string | null, listener?: (...rest: unknown[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: readonly (ArrayBuffer | ArrayBufferView)[]): void;
}

// biome-ignore lint/suspicious/noExplicitAny: an element of the page, whose types are not here.
type PageElement = any;

/** Functions that run in the page. They see nothing of the notebook: only their arguments and what they import. */
export interface PageModule<State> {
  initialize?(context: { model: PageModel<State> }): unknown;
  render?(context: { model: PageModel<State>; el: PageElement }): unknown;
}

export interface AnyWidgetOptions<State extends object> {
  /** The module: its text, its address, a path to it, or its functions. */
  readonly esm: string | URL | PageModule<State>;
  /** Style sheet: its text, its address or a path to it. */
  readonly css?: string | URL;
  /** What both sides share: JSON and bytes. */
  readonly state?: State;
  readonly layout?: Partial<Record<keyof (typeof Layout)['defaults'], string | null>>;
}

/** A widget with the fields of its state as properties. */
export type AnyWidget<State extends object> = Widget<State> & Omit<State, keyof Widget<State>>;

const module = { module: 'anywidget', version: '*' };
let count = 0;

export function createAnyWidget<State extends object>(
  host: WidgetHost,
  { esm, css, state, layout }: AnyWidgetOptions<State>,
): AnyWidget<State> {
  const fields = {
    ...visibleFields,
    _esm: moduleText(esm),
    _css: css === undefined ? '' : sourceText(css),
    // A new widget has no state but the one that it is given.
    ...Object.fromEntries(Object.keys(state ?? {}).map((name) => [name, undefined])),
  };
  count += 1;
  const kind: WidgetKind = {
    name: 'AnyWidget',
    model: { ...module, name: 'AnyModel' },
    view: { ...module, name: 'AnyView' },
    // The id by which the page knows which style sheet to replace.
    defaults: { ...fields, _anywidget_id: `tskernel.${count}` },
    parts: { layout: Layout as WidgetKind },
    verbatim: true,
  };
  const widget = new Widget<State>(host, kind, { layout, ...state });
  defineFields(widget, Object.keys(state ?? {}));
  return widget as AnyWidget<State>;
}

function moduleText(esm: string | URL | PageModule<never>): string {
  if (typeof esm === 'string' || esm instanceof URL) return sourceText(esm);
  const members = Object.entries(esm as { readonly [name: string]: unknown }).map(([name, member]) => {
    if (typeof member !== 'function') throw new TypeError(`"${name}" of a module must be a function`);
    const text = String(member);
    return new RegExp(`^(async\\s+)?${name}\\s*\\(`).test(text) ? text : `${name}: (${text})`;
  });
  return `export default {\n${members.join(',\n')}\n}`;
}

/** Text and addresses are for the page to read; a path is read here. */
function sourceText(source: string | URL): string {
  if (source instanceof URL) return source.protocol === 'file:' ? readFileSync(source, 'utf8') : source.href;
  if (/^https?:\/\//.test(source) || /[\n{};]/.test(source)) return source;
  return /\.(m?js|css)$/.test(source) ? readFileSync(source, 'utf8') : source;
}
