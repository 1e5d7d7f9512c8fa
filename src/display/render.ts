// From a value to its representations, in this order: a renderer that the user registered, the value's own display method,
// then the kind of value. text/plain is always there.
// Rule: never throws, answers at once unless the value itself takes time, and runs no getters to find out what a value is.
import { Blob as NodeBlob } from 'node:buffer';
import { types } from 'node:util';
import type { Rendering } from '../api';
import {
  dataProperty,
  getPrototypeOf,
  hasOwn,
  isArray,
  isPlainObject,
  keys,
  messageOf,
} from '../realm/builtins';
import { escapeHtml } from '../text/html';
import { type RawBundle, sizeLimit, textRendering, toRendering } from './bundle';
import { documentDraft } from './documents';
import { frameTable } from './frames';
import { imageDraft } from './image';
import { stripTags } from './markup';
import { toShownText } from './plain';
import { findRenderer } from './registry';
import { resourceLine } from './resources';
import { specificationDraft, vegaDraft } from './specifications';
import { displaySymbol } from './symbols';
import { recordsTable } from './table';
import { isCut, tableBox, tableDraft, tableHtml } from './table-drawing';

export { registerRenderer } from './registry';
export { displaySymbol, isSilent } from './symbols';

const { isArrayBufferView, isDate, isMap, isNativeError, isPromise, isProxy, isRegExp, isSet } = types;

type MaybeDraft = RawBundle | undefined | Promise<RawBundle | undefined>;

/** The representations of a value. A promise only when the value's own way of showing itself is asynchronous. */
export function render(value: unknown): Rendering | Promise<Rendering> {
  const taught = findRenderer(value);
  if (taught === undefined && typeof value !== 'function' && (typeof value !== 'object' || value === null)) {
    return textRendering(toShownText(value));
  }
  try {
    const draft = taught ? toDraft(taught(value)) : draftOf(value as object);
    return isThenable(draft) ? renderLater(value, draft) : finish(value, draft);
  } catch (error) {
    return fail(value, error);
  }
}

async function renderLater(value: unknown, draft: Promise<RawBundle | undefined>): Promise<Rendering> {
  try {
    return finish(value, await draft);
  } catch (error) {
    return fail(value, error);
  }
}

function finish(value: unknown, draft: RawBundle | undefined): Rendering {
  if (draft === undefined) return textRendering(toShownText(value));
  return toRendering(draft, () => plainTextFor(value, draft.data));
}

function fail(value: unknown, error: unknown): Rendering {
  return textRendering(`${toShownText(value)}\n(showing it otherwise failed: ${messageOf(error)})`);
}

/** Text for a bundle that came without. A wrapper that is nothing but its display method says what the bundle says. */
function plainTextFor(value: unknown, data: RawBundle['data']): string {
  const isWrapper = isPlainObject(value) && keys(value).length === 0 && hasOwn(value, displaySymbol);
  if (!isWrapper) return toShownText(value);
  for (const mime of ['text/markdown', 'text/latex', 'text/html']) {
    const text = data[mime];
    if (typeof text === 'string') return mime === 'text/html' ? stripTags(text) : text;
  }
  return `<${keys(data).join(', ')}>`;
}

function draftOf(value: object): MaybeDraft {
  const shown = showItself(value);
  if (shown !== undefined) return shown;
  if (typeof value === 'function' || isProxy(value)) return undefined;
  if (isArray(value)) return recordsDraft(value);
  if (isArrayBufferView(value) || types.isAnyArrayBuffer(value)) return imageDraft(value);
  if (isMap(value)) return recordsDraft(value);
  if (isSet(value) || isDate(value) || isNativeError(value) || isPromise(value) || isRegExp(value))
    return undefined;
  if (isPlainObject(value)) return specificationDraft(value) ?? frameDraft(value);
  return instanceDraft(value);
}

/** Values whose class we know by its shape. */
function instanceDraft(value: object): MaybeDraft {
  const name = dataProperty(value, Symbol.toStringTag);
  if (typeof name === 'string') {
    if (name.startsWith('Temporal.')) return { data: { 'text/plain': `${name} <${String(value)}>` } };
    if (name === 'Blob' || name === 'File') return isBlob(value) ? blobDraft(value) : undefined;
    if (name === 'URL') return urlDraft(value as URL);
  }
  const line = resourceLine(value);
  if (line !== undefined) return textRendering(line);
  const frame = frameDraft(value);
  if (frame) return frame;
  if ('toSpec' in value && 'toObject' in value) return chartDraft(value as VegaChart);
  return documentDraft(value);
}

/** Asks the value's own display method. A proxy is asked as well: data frames hide behind one. */
function showItself(value: object): MaybeDraft {
  let method: unknown;
  if (isProxy(value)) {
    try {
      method = (value as { [displaySymbol]?: unknown })[displaySymbol];
    } catch {
      return undefined;
    }
  } else if (displaySymbol in value) {
    method = dataProperty(value, displaySymbol);
  }
  if (typeof method !== 'function') return undefined;
  return toDraft(Reflect.apply(method, value, []));
}

/** The result of a display method or a registered renderer, as a raw bundle. Undefined when it cannot be shown. */
function toDraft(given: unknown): MaybeDraft {
  if (typeof given === 'string') return { data: { 'text/plain': given } };
  if (typeof given !== 'object' || given === null) return undefined;
  if (isThenable(given)) return (async () => toDraft(await given))();
  if (!isProxy(given) && displaySymbol in given) return showItself(given);
  if (isPlainObject(given)) {
    if (isPlainObject(given.data) && isBundle(given.data)) return given as unknown as RawBundle;
    if (isBundle(given)) return { data: given };
  }
  return draftOf(given);
}

function isBundle(data: object): boolean {
  const names = keys(data);
  for (const name of names) if (!/^[\w\-+.]+\/[\w\-+.]+(;|$)/.test(name)) return false;
  return names.length > 0;
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isProxy(value) &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

function recordsDraft(value: unknown): RawBundle | undefined {
  const table = recordsTable(value);
  if (table === undefined) return undefined;
  const html = tableHtml(table);
  // As text it reads like any other value, unless that would have no end.
  return {
    data: isCut(table) ? { 'text/html': html, 'text/plain': tableBox(table) } : { 'text/html': html },
  };
}

function frameDraft(value: object): RawBundle | undefined {
  const table = frameTable(value);
  return table && tableDraft(table);
}

function isBlob(value: object): value is NodeBlob {
  return getPrototypeOf(value) !== null && value instanceof NodeBlob;
}

/** The contents of a Blob that is a picture or a text; other data cannot be shown and is not read. */
function blobDraft(blob: NodeBlob): MaybeDraft {
  const mime = blob.type.split(';', 1)[0]!.trim().toLowerCase();
  const isText = mime.startsWith('text/') || mime === 'application/json';
  if (blob.size > sizeLimit || !(isText || mime.startsWith('image/') || mime === 'application/pdf'))
    return undefined;
  return readBlob(blob, mime, isText);
}

async function readBlob(blob: NodeBlob, mime: string, isText: boolean): Promise<RawBundle> {
  if (!isText) {
    const bytes = await blob.arrayBuffer();
    return imageDraft(bytes) ?? { data: { [mime]: bytes } };
  }
  const text = await blob.text();
  if (mime === 'application/json')
    return { data: { [mime]: JSON.parse(text) as unknown, 'text/plain': text } };
  return { data: { [mime]: text, 'text/plain': mime === 'text/html' ? stripTags(text) : text } };
}

function urlDraft(url: URL): RawBundle | undefined {
  const address = String(url);
  if (!/^https?:/.test(address)) return undefined;
  const escaped = escapeHtml(address);
  return { data: { 'text/html': `<a href="${escaped}" target="_blank" rel="noopener">${escaped}</a>` } };
}

interface VegaChart {
  toSpec(): unknown;
}

const vegaLite = 'https://vega.github.io/schema/vega-lite/v5.json';

/** A chart built with the fluent API of Vega-Lite. */
function chartDraft(chart: VegaChart): RawBundle | undefined {
  if (typeof dataProperty(chart, 'toSpec') !== 'function') return undefined;
  const specification = chart.toSpec();
  if (!isPlainObject(specification)) return undefined;
  const schema = specification.$schema;
  const draft = vegaDraft(specification, typeof schema === 'string' ? schema : vegaLite);
  return draft && { data: { ...draft.data, 'text/plain': toShownText(specification) } };
}
