// Large outputs on their way to the main thread: as bytes that change hands, not as values that are copied and read there.
// Rule: the main thread answers whoever asks, so what takes time in proportion to an output is done here.
import { Buffer } from 'node:buffer';
import type { Json, Output, Rendering } from '../api';
import { keys, toJsonText, toWellFormed } from '../realm/builtins';

/** From this length on a text is long, in UTF-16 units. */
const longText = 100_000;
const { allocUnsafeSlow: allocate, from: bufferFrom } = Buffer;

/** The rendering with its data as bytes, if it is large. */
export function encodeLarge<T extends Rendering>(rendering: T): T {
  const { data } = rendering;
  let isLarge = false;
  for (const mime of keys(data)) isLarge ||= mayBeLong(data[mime]);
  if (!isLarge) return rendering;
  const parts: Part[] = [];
  let length = 0;
  for (const mime of keys(data)) {
    const name = bufferFrom(`${parts.length === 0 ? '{' : ','}${toJsonText(mime)}:`);
    const value = toPart(data[mime]);
    parts[parts.length] = { bytes: name, length: name.length };
    parts[parts.length] = value;
    length += name.length + value.length;
  }
  if (length <= longText) return rendering;
  const encoded = allocate(length + 1);
  let end = 0;
  for (const part of parts) {
    if ('bytes' in part) encoded.set(part.bytes, end);
    else encoded.write(`"${part.text}"`, end, 'latin1');
    end += part.length;
  }
  encoded[end] = 0x7d;
  const text = data['text/plain'];
  return {
    ...rendering,
    data: text === undefined || mayBeLong(text) ? {} : { 'text/plain': text },
    encoded,
  };
}

/** A piece of JSON, of so many bytes; a text stands for itself in quotes. */
type Part = { readonly length: number } & ({ readonly bytes: Buffer } | { readonly text: string });

function toPart(value: Json | undefined): Part {
  // JSON.stringify would take three times as long for what needs no escapes, as pictures do not.
  if (typeof value === 'string' && value.length > longText && !/[^A-Za-z0-9+/=]/.test(value))
    return { text: value, length: value.length + 2 };
  const bytes = bufferFrom(toJsonText(typeof value === 'string' ? toWellFormed(value) : value));
  return { bytes, length: bytes.length };
}

/** Whether a part of a bundle may be large: how much there is of JSON is known when it is written. */
function mayBeLong(value: unknown): boolean {
  return typeof value === 'string' ? value.length > longText : typeof value === 'object' && value !== null;
}

/** The buffers that go along with an output and are nobody's here any more. */
export function bytesOf(output: Output | Rendering): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  if ('encoded' in output) buffers[0] = output.encoded!.buffer as ArrayBuffer;
  if ('message' in output)
    for (const { buffer } of output.message.buffers) buffers[buffers.length] = buffer as ArrayBuffer;
  return buffers;
}
