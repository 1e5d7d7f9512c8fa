// Large outputs on their way to the main thread: as bytes that change hands, not as values that are copied and read there.
// Rule: the main thread answers whoever asks, so what takes time in proportion to an output is done here.
import { Buffer } from 'node:buffer';
import type { Json, Output, Rendering, StreamName } from '../api';
import { keys, toJsonText, toWellFormed } from '../realm/builtins';
import { endOfPiece } from '../threads/ring';

/** From this length on a text is long, in UTF-16 units. */
const longText = 100_000;
/** Printed text from this length on goes past the ring, in UTF-16 units; and in pieces of so many, of which a few are under way. */
export const longPrint = 2 ** 20;
const printPiece = 2 ** 21;
/** Bytes in front of what is encoded and behind it, for the rest of the message: the main thread would have to copy it otherwise. */
const room = { before: 1024, behind: 1 };
const { allocUnsafeSlow: allocate, byteLength } = Buffer;

/** The rendering with its data as bytes, if it is large. */
export function encodeLarge<T extends Rendering>(rendering: T): T {
  const { data } = rendering;
  let isLarge = false;
  for (const mime of keys(data)) isLarge ||= mayBeLong(data[mime]);
  if (!isLarge) return rendering;
  const parts: Part[] = [];
  let length = 0;
  for (const mime of keys(data)) {
    const name = toPart(mime, parts.length === 0 ? '{' : ',', ':');
    const value = toPart(data[mime]);
    parts[parts.length] = name;
    parts[parts.length] = value;
    length += name.length + value.length;
  }
  if (length <= longText) return rendering;
  parts[parts.length] = { text: '}', isQuoted: false, length: 1 };
  const text = data['text/plain'];
  return {
    ...rendering,
    data: text === undefined || mayBeLong(text) ? {} : { 'text/plain': text },
    encoded: write(parts, length + 1),
  };
}

/** Hands on a long text that is printed, in pieces. */
export function encodePrinted(stream: StreamName, text: string, put: (output: Output) => void): void {
  for (let start = 0; start < text.length; ) {
    const end = endOfPiece(text, start, printPiece);
    const part = toPart(text.slice(start, end));
    put({ kind: 'text', stream, text: '', encoded: write([part], part.length) });
    start = end;
  }
}

/** A piece of JSON, of so many bytes. */
interface Part {
  readonly text: string;
  /** The text stands for itself, in quotes. */
  readonly isQuoted: boolean;
  readonly length: number;
}

function toPart(value: Json | undefined, before = '', behind = ''): Part {
  // JSON.stringify would take three times as long for what needs no escapes, as pictures do not.
  if (typeof value === 'string' && value.length > longText && !/[^ !#-[\]-~]/.test(value))
    return { text: value, isQuoted: true, length: value.length + 2 };
  const text = before + toJsonText(typeof value === 'string' ? toWellFormed(value) : value) + behind;
  return { text, isQuoted: false, length: byteLength(text) };
}

function write(parts: readonly Part[], length: number): Uint8Array {
  const bytes = allocate(room.before + length + room.behind);
  let end = room.before;
  for (const { text, isQuoted, length } of parts) {
    if (isQuoted) {
      bytes[end] = 0x22;
      bytes.write(text, end + 1, 'latin1');
      bytes[end + length - 1] = 0x22;
    } else bytes.write(text, end, 'utf8');
    end += length;
  }
  return bytes.subarray(room.before, end);
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
