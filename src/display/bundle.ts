// From what a renderer gives to a bundle that can be sent: checked names, text well-formed, bytes in base64, JSON plain.
// Rule: every bundle has text/plain, and none is larger than `sizeLimit`.
import { Buffer } from 'node:buffer';
import { types } from 'node:util';
import type { Json, JsonObject, Rendering } from '../api';
import {
  isArray,
  isPlainObject,
  keys,
  messageOf,
  parseJson,
  toJsonText,
  toWellFormed,
} from '../realm/builtins';

/** Characters of all representations of a value together; a page freezes long before it has shown more. */
export const sizeLimit = 50_000_000;

/** A value's representations as a renderer gives them: values may be text, bytes or anything that JSON can tell. */
export interface RawBundle {
  readonly data: { readonly [mime: string]: unknown };
  readonly metadata?: { readonly [key: string]: unknown };
}

const mimeName = /^[\w\-+.]+\/[\w\-+.]+$/;
const jsonKind = /^application\/(.*\+)?json$/;
const textKind = /^text\/|^application\/(javascript|xml)$|\+xml$/;
const { from: bufferFrom } = Buffer;

/**
 * Makes a draft sendable.
 * @param text what text/plain says when the draft has none
 */
export function toRendering(draft: RawBundle, text: () => string): Rendering {
  const data: Record<string, Json> = {};
  let size = 0;
  const names = keys(draft.data);
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const mime = name.split(';', 1)[0]!.trim().toLowerCase();
    const value = draft.data[name];
    if (!mimeName.test(mime) || value === undefined || value === null) continue;
    const part = toPart(mime, value);
    size += part.size;
    if (size > sizeLimit) return renderTooLarge(size, mime);
    data[mime] = part.value;
  }
  if (typeof data['text/plain'] !== 'string') data['text/plain'] = toWellFormed(text());
  return { data, metadata: toMetadata(draft.metadata) };
}

/** A rendering that is one text. */
export function textRendering(text: string): Rendering {
  return { data: { 'text/plain': toWellFormed(text) }, metadata: {} };
}

/** What stands in place of a bundle that is too large. */
export function renderTooLarge(size: number, mime: string): Rendering {
  const megabytes = (size / 1e6).toFixed(1);
  return textRendering(
    `[Not shown: with ${mime} it is ${megabytes} MB, more than the ${sizeLimit / 1e6} MB that a page can take. ` +
      'Show a part of it, or write it to a file.]',
  );
}

export function isJsonKind(mime: string): boolean {
  return jsonKind.test(mime);
}

function toPart(mime: string, value: unknown): { value: Json; size: number } {
  if (jsonKind.test(mime)) return toJsonPart(mime, value);
  let text: string;
  if (typeof value === 'string') text = value;
  else if (isArray(value) && value.every((line) => typeof line === 'string')) text = value.join('');
  else {
    const bytes = toBytes(value);
    if (bytes === undefined) text = String(value);
    else if (bytes.length > sizeLimit) return { value: '', size: bytes.length };
    else text = bytes.toString(textKind.test(mime) ? 'utf8' : 'base64');
  }
  return { value: toWellFormed(text), size: text.length };
}

function toJsonPart(mime: string, value: unknown): { value: Json; size: number } {
  // A specification that is already JSON text; for application/json a string is a value like another.
  if (typeof value === 'string' && mime !== 'application/json' && /^\s*[[{]/.test(value)) {
    if (value.length > sizeLimit) return { value: null, size: value.length };
    return { value: parseJson(mendJson(value)) as Json, size: value.length };
  }
  const text: string | undefined = toJsonText(value, bigintToNumber);
  if (text === undefined) throw new TypeError(`${mime} must be something that JSON can tell`);
  if (text.length > sizeLimit) return { value: null, size: text.length };
  return { value: parseJson(mendJson(text)) as Json, size: text.length };
}

/**
 * A copy that is plain JSON: no methods, no lone surrogates, bigints as numbers.
 * @throws TypeError when JSON cannot tell it, for example for a circle
 */
export function toPlainJson(value: unknown): Json {
  const text: string | undefined = toJsonText(value, bigintToNumber);
  if (text === undefined) throw new TypeError(`a ${typeof value} cannot be sent to the page`);
  return parseJson(mendJson(text)) as Json;
}

function bigintToNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** JSON text writes a lone surrogate as an escape, and nothing else in the range of surrogates. */
function mendJson(text: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return toWellFormed(text);
  // A pair may be written as two escapes: parse each run of escapes as a whole.
  const mended = text.replace(/(?:\\u[dD][89a-fA-F][\da-fA-F]{2})+|\\[\s\S]/g, (escaped) =>
    /^\\u[dD][89a-fA-F]/.test(escaped) ? toWellFormed(parseJson(`"${escaped}"`) as string) : escaped,
  );
  return toWellFormed(mended);
}

/** The bytes of a buffer of any kind, without copying; undefined for anything else. */
export function toBytes(value: unknown): Buffer | undefined {
  if (types.isUint8Array(value) || types.isUint8ClampedArray(value)) {
    return bufferFrom(value.buffer, value.byteOffset, value.byteLength);
  }
  if (types.isAnyArrayBuffer(value)) return bufferFrom(value);
  return undefined;
}

function toMetadata(metadata: unknown): JsonObject {
  if (!isPlainObject(metadata)) return {};
  try {
    return parseJson(mendJson(toJsonText(metadata))) as JsonObject;
  } catch (error) {
    return { unreadable: messageOf(error) };
  }
}
