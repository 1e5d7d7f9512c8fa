// Positions in text: code points on the wire, UTF-16 code units in JavaScript (messaging spec:
// cursor_pos and unicode offsets).

const surrogate = /[\ud800-\udfff]/;

/** @param position in code points, clamped to the text; absent: the end. */
export function toUtf16(text: string, position: number | undefined): number {
  if (position === undefined || !(position < text.length)) return text.length;
  if (position <= 0) return 0;
  if (!surrogate.test(text)) return Math.trunc(position);
  let offset = 0;
  for (let left = Math.trunc(position); left > 0 && offset < text.length; left--) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}

/** @param offset in UTF-16 code units, from 0 to the length of the text. */
export function toCodePoints(text: string, offset: number): number {
  const before = text.slice(0, offset);
  if (!surrogate.test(before)) return before.length;
  let position = 0;
  for (const _ of before) position++;
  return position;
}
