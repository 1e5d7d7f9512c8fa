// Tagged templates for HTML, Markdown and SVG: what is interpolated is escaped, unless it is markup itself.
// Rule: only text that the author of the cell wrote reaches the page as markup.
import type { tskernel } from '../globals/cells';
import { isArray } from '../realm/builtins';
import { escapeHtml } from '../text/html';
import type { RawBundle } from './bundle';
import { displaySymbol } from './symbols';

type MarkupKind = tskernel.Markup['kind'];

export class Markup implements tskernel.Markup {
  readonly kind: MarkupKind;
  readonly text: string;

  constructor(kind: MarkupKind, text: string) {
    this.kind = kind;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  [displaySymbol](): RawBundle['data'] {
    return markupBundle(this.kind, this.text);
  }
}

/** A markup text with its plain-text fallback. */
export function markupBundle(kind: MarkupKind, text: string): RawBundle['data'] {
  switch (kind) {
    case 'text/html':
      return { 'text/html': text, 'text/plain': stripTags(text) || '<text/html>' };
    case 'text/markdown':
      return { 'text/markdown': text, 'text/plain': text };
    case 'image/svg+xml':
      return svgBundle(text, '<image/svg+xml>');
  }
}

/** @param plain what is said to people who see text only */
export function svgBundle(markup: string, plain: string): RawBundle['data'] {
  const bundle = { 'image/svg+xml': withNamespace(markup), 'text/plain': plain };
  // As an image it cannot take the page's text colour, which would be black on black in a dark theme.
  return /currentColor/i.test(markup) ? { 'text/html': bundle['image/svg+xml'], ...bundle } : bundle;
}

/** HTML: values are escaped, other markup is taken as it is, arrays are joined, null, undefined and false vanish. */
export const html = tag('text/html', escapeHtml);
/** Markdown: values are escaped so that they read as plain text. */
export const md = tag('text/markdown', escapeMarkdown);
/** SVG: values are escaped as in HTML; the namespace is added when it is missing. */
export const svg = tag('image/svg+xml', escapeHtml);

function tag(kind: MarkupKind, toSafe: (text: string) => string): tskernel.MarkupTag {
  const insert = (value: unknown): string => {
    if (value instanceof Markup) return value.text;
    if (value === null || value === undefined || value === false) return '';
    if (!isArray(value)) return toSafe(String(value));
    let joined = '';
    for (const item of value) joined += insert(item);
    return joined;
  };
  return (strings: TemplateStringsArray | string, ...values: readonly unknown[]) => {
    if (typeof strings === 'string') return new Markup(kind, strings);
    let text = strings[0]!;
    for (let index = 0; index < values.length; index++) text += insert(values[index]) + strings[index + 1]!;
    return new Markup(kind, text);
  };
}

function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~$&!]/g, '\\$&')
    .replace(/^(\s*)([-+=]+)(?=\s|$)/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/gm, '$1\\$2');
}

/** What HTML says, roughly: no tags, scripts, styles or drawings, a line for each block. */
export function stripTags(markup: string): string {
  return markup
    .replace(/<!--[\s\S]*?-->|<(script|style|head|svg)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<(br|\/p|\/div|\/li|\/tr|\/h[1-6]|\/pre|\/caption|\/table|\/ul|\/ol|\/dt|\/dd)\b[^>]*>/gi, '\n')
    .replace(/<\/(td|th)\s*>/gi, '\t')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .trim();
}

/** An SVG text that stands by itself: HTML serialisers leave out the namespaces and write entities that XML lacks. */
function withNamespace(text: string): string {
  let whole = text.replace(/&nbsp;/g, '&#160;');
  const opening = /<svg\b[^>]*/i.exec(whole)?.[0];
  if (opening === undefined) return whole;
  let missing = '';
  if (!/\sxmlns\s*=/.test(opening)) missing += ' xmlns="http://www.w3.org/2000/svg"';
  if (/\sxlink:/.test(whole) && !/\sxmlns:xlink\s*=/.test(opening)) {
    missing += ' xmlns:xlink="http://www.w3.org/1999/xlink"';
  }
  if (missing !== '') whole = whole.replace(/<svg\b/i, `<svg${missing}`);
  return whole;
}
