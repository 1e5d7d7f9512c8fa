// Nodes of a server-side document (jsdom, linkedom, happy-dom) and canvases.
// Rule: recognised by the names of their members, without running one; then used by their API.
import { dataProperty } from '../realm/builtins';
import type { RawBundle } from './bundle';
import { imageDraft } from './image';
import { markupBundle, svgBundle } from './markup';

/** @returns a draft, a promise of one, or undefined when the value is no document node or canvas. Not for proxies. */
export function documentDraft(value: object): RawBundle | undefined | Promise<RawBundle | undefined> {
  const isElement = 'outerHTML' in value && 'nodeType' in value;
  if ('getContext' in value || 'convertToBlob' in value) {
    const picture = canvasDraft(value as Canvas, isElement);
    if (picture) return picture;
  }
  if (isElement) return elementDraft(value as unknown as Element);
  if ('nodeType' in value && 'childNodes' in value) return nodeDraft(value as unknown as Element);
  return undefined;
}

interface Element {
  readonly nodeType: number;
  readonly outerHTML: string;
  readonly localName?: string;
  readonly documentElement?: Element;
  readonly childNodes: Iterable<Element>;
  readonly textContent?: string;
}

function elementDraft(element: Element): RawBundle | undefined {
  const markup = element.outerHTML;
  if (typeof markup !== 'string') return undefined;
  if (element.localName?.toLowerCase() !== 'svg') return { data: markupBundle('text/html', markup) };
  return { data: svgBundle(markup, `<image/svg+xml, ${markup.length} characters>`) };
}

/** Documents and fragments. */
function nodeDraft(node: Element): RawBundle | undefined {
  if (node.nodeType === 9 && node.documentElement) return elementDraft(node.documentElement);
  if (node.nodeType !== 11) return undefined;
  let markup = '';
  for (const child of node.childNodes) markup += child.outerHTML ?? child.textContent ?? '';
  return { data: markupBundle('text/html', markup) };
}

interface Canvas {
  toBuffer(type: string): unknown;
  toDataURL(type: string): unknown;
  convertToBlob(options: { type: string }): Promise<Blob>;
}

function canvasDraft(
  canvas: Canvas,
  isElement: boolean,
): RawBundle | undefined | Promise<RawBundle | undefined> {
  const has = (name: keyof Canvas) => typeof dataProperty(canvas, name) === 'function';
  if (has('toBuffer')) return whenBytes(canvas.toBuffer('image/png'));
  if (has('toDataURL')) {
    const address = canvas.toDataURL('image/png');
    if (typeof address === 'string') return dataUrlDraft(address);
    if (!isElement) return whenBytes(address);
    return undefined;
  }
  if (has('convertToBlob')) {
    return canvas
      .convertToBlob({ type: 'image/png' })
      .then(async (blob) => imageDraft(await blob.arrayBuffer()));
  }
  return undefined;
}

function whenBytes(value: unknown): RawBundle | undefined | Promise<RawBundle | undefined> {
  if (typeof value !== 'object' || value === null || !('then' in value)) return imageDraft(value);
  return (async () => {
    const arrived = await value;
    return typeof arrived === 'string' ? dataUrlDraft(arrived) : imageDraft(arrived);
  })();
}

/** A picture given as a `data:` URL. */
export function dataUrlDraft(address: string): RawBundle | undefined {
  const match = /^data:([\w.+-]+\/[\w.+-]+)?[^,]*?(;base64)?,/i.exec(address);
  if (!match) return undefined;
  const body = address.slice(match[0].length);
  const bytes = Buffer.from(match[2] ? body : decodeURIComponent(body), match[2] ? 'base64' : 'utf8');
  return imageDraft(bytes) ?? { data: { [match[1] ?? 'text/plain']: bytes } };
}
