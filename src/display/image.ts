// Bytes that are a picture: recognised by their first bytes, with the size that their header tells.
// Rule: reads headers only, and believes none of them further than the bytes go.
import type { Buffer } from 'node:buffer';
import { type RawBundle, renderTooLarge, sizeLimit, toBytes } from './bundle';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @returns the picture as a draft, or undefined when the bytes are of no kind that a page shows. */
export function imageDraft(value: unknown): RawBundle | undefined {
  const bytes = toBytes(value);
  if (bytes === undefined) return undefined;
  const mime = imageKind(bytes);
  if (mime === undefined) return undefined;
  // Base64 is a third longer; no need to build it to know that it is too long.
  if (bytes.length * (4 / 3) > sizeLimit) return renderTooLarge(bytes.length * (4 / 3), mime);
  const size = imageSize(bytes, mime);
  return {
    data: { [mime]: bytes, 'text/plain': describeImage(mime, bytes.length, size) },
    metadata: size ? { [mime]: { width: size.width, height: size.height } } : {},
  };
}

/** The MIME type of PNG, JPEG, GIF, WebP, SVG and PDF data. */
export function imageKind(bytes: Buffer): string | undefined {
  switch (bytes[0]) {
    case 0x89:
      return bytes.length >= 24 &&
        bytes.readUInt32BE(0) === 0x89504e47 &&
        bytes.readUInt32BE(4) === 0x0d0a1a0a
        ? 'image/png'
        : undefined;
    case 0xff:
      return bytes[1] === 0xd8 && bytes[2] === 0xff ? 'image/jpeg' : undefined;
    case 0x47:
      return /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)) ? 'image/gif' : undefined;
    case 0x52:
      return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
        ? 'image/webp'
        : undefined;
    case 0x25:
      return bytes.toString('latin1', 0, 5) === '%PDF-' ? 'application/pdf' : undefined;
    case 0x3c: // <
    case 0xef: // a byte order mark
    case 0x0a:
    case 0x20:
      return isSvg(bytes.toString('utf8', 0, Math.min(bytes.length, 1000))) ? 'image/svg+xml' : undefined;
    default:
      return undefined;
  }
}

/** Whether a text begins as an SVG document does. */
export function isSvg(text: string): boolean {
  return /^\uFEFF?\s*(<\?xml[^>]*\?>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i.test(text);
}

function describeImage(mime: string, length: number, size: Size | undefined): string {
  const extent = size ? ` ${size.width}×${size.height}` : '';
  return `<${mime}${extent}, ${length} bytes>`;
}

/** Width and height in pixels, where the header tells them. */
export function imageSize(bytes: Buffer, mime: string): Size | undefined {
  try {
    switch (mime) {
      case 'image/png':
        return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
      case 'image/gif':
        return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
      case 'image/jpeg':
        return jpegSize(bytes);
      case 'image/webp':
        return webpSize(bytes);
      default:
        return undefined;
    }
  } catch {
    // The data ends within its header.
    return undefined;
  }
}

/** Walks the segments to the frame header (SOF0 to SOF15, without the tables that share the range). */
function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function webpSize(bytes: Buffer): Size | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
