// What display.image takes: bytes, Blobs, files, addresses and SVG text.
import { Buffer, Blob as NodeBlob } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, URL as NodeURL } from 'node:url';
import type { Rendering } from '../api';
import type { tskernel } from '../globals/cells';
import { escapeHtml } from '../text/html';
import { type RawBundle, toBytes, toRendering } from './bundle';
import { dataUrlDraft } from './documents';
import { imageDraft, isSvg } from './image';
import { markupBundle } from './markup';

/**
 * @param source a file's path or `file:` URL, an `http(s):` or `data:` address, SVG text, base64, bytes, or a Blob
 * @throws TypeError when the data is no picture that a page shows
 * @throws Error of the file system when a file cannot be read
 */
export function renderImage(
  source: Parameters<tskernel.Display['image']>[0],
  options: tskernel.ImageOptions = {},
): Rendering | Promise<Rendering> {
  if (typeof source === 'string' || source instanceof NodeURL)
    return finish(addressDraft(String(source), options), options);
  if (source instanceof NodeBlob)
    return source.arrayBuffer().then((bytes) => finish(bytesDraft(bytes, options), options));
  return finish(bytesDraft(source, options), options);
}

function addressDraft(address: string, options: tskernel.ImageOptions): RawBundle {
  if (isSvg(address)) return { data: markupBundle('image/svg+xml', address) };
  if (/^https?:/i.test(address)) return { data: remoteBundle(address, options) };
  if (/^data:/i.test(address)) {
    const draft = dataUrlDraft(address);
    if (draft) return draft;
  }
  const path = /^file:/i.test(address) ? fileURLToPath(address) : address;
  const bytes = existsSync(path) ? undefined : base64Bytes(path);
  return (bytes && imageDraft(bytes)) ?? bytesDraft(readFileSync(path), options);
}

/** The bytes of a text that is base64 from its beginning to its end. */
function base64Bytes(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_\-\s]{16,}={0,2}\s*$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The page fetches it. */
function remoteBundle(address: string, { width, height, alt }: tskernel.ImageOptions): RawBundle['data'] {
  let attributes = ` src="${escapeHtml(address)}" alt="${escapeHtml(alt ?? '')}"`;
  if (width !== undefined) attributes += ` width="${Number(width)}"`;
  if (height !== undefined) attributes += ` height="${Number(height)}"`;
  return { 'text/html': `<img${attributes}>`, 'text/plain': alt ?? address };
}

function bytesDraft(source: ArrayBuffer | Uint8Array, { mime }: tskernel.ImageOptions): RawBundle {
  const draft = imageDraft(source);
  if (draft) return draft;
  const bytes = toBytes(source);
  if (bytes && mime) return { data: { [mime]: bytes, 'text/plain': `<${mime}, ${bytes.length} bytes>` } };
  if (bytes === undefined) throw new TypeError('display.image takes a path, an address, bytes or a Blob');
  throw new TypeError('the data is no PNG, JPEG, GIF, WebP, SVG or PDF');
}

function finish(draft: RawBundle, { width, height, alt }: tskernel.ImageOptions): Rendering {
  const metadata: Record<string, unknown> = { ...draft.metadata };
  const mime = Object.keys(draft.data)[0]!;
  if (width !== undefined || height !== undefined) {
    const size: Record<string, number> = {};
    if (width !== undefined) size.width = width;
    if (height !== undefined) size.height = height;
    metadata[mime] = size;
  }
  if (alt !== undefined) metadata[mime] = { ...(metadata[mime] as object | undefined), alt };
  const data = alt === undefined ? draft.data : { ...draft.data, 'text/plain': alt };
  return toRendering({ data, metadata }, () => alt ?? 'image');
}
