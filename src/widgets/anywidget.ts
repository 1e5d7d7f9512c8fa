// Widgets whose code in the page is the user's own: anywidget modules.
// Rule: the state is the user's, field by field under the names that the module reads.
import { readFileSync } from 'node:fs';
import type { tskernel } from '../globals/widgets';
import { Layout, visibleFields } from './controls';
import type { WidgetHost } from './host';
import { defineFields, Widget, type WidgetKind } from './widget';

const module = { module: 'anywidget', version: '*' };
let count = 0;

export function createAnyWidget<State extends object>(
  host: WidgetHost,
  { esm, css, state, layout }: tskernel.AnyWidgetOptions<State>,
): tskernel.AnyWidget<State> {
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
  return widget as unknown as tskernel.AnyWidget<State>;
}

function moduleText(esm: string | URL | tskernel.PageModule<never>): string {
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
