// Jupyter messages as frames, for every test that plays a client.
// Rule: it shares no code with the kernel, so that a mistake there cannot hide behind the same mistake here.
import { createHmac } from 'node:crypto';

export const delimiter = '<IDS|MSG>';

export type Content = Record<string, unknown>;

/** What is sent. Anything may stand in the place of a part: tests send nonsense too. */
export interface Parts {
  readonly header: unknown;
  readonly parent?: unknown;
  readonly metadata?: unknown;
  readonly content?: unknown;
}

/** What has come. */
export interface Decoded<Header> {
  /** Before the delimiter: routing frames, or a topic. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: Content;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into contents of every kind
  readonly content: any;
  readonly buffers: readonly Buffer[];
}

/** The signature over the frames of a message; empty without a key. */
export function sign(key: string, frames: readonly (string | Uint8Array)[], hash = 'sha256'): string {
  if (key === '') return '';
  const hmac = createHmac(hash, key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest('hex');
}

/** Frames from the delimiter on, as they would be signed with that key. */
export function signed(key: string, frames: readonly (string | Buffer)[]): Buffer[] {
  return [delimiter, sign(key, frames), ...frames].map((frame) => Buffer.from(frame));
}

/** A message from the delimiter on; what is left out is an empty object. */
export function encode(
  key: string,
  { header, parent = {}, metadata = {}, content = {} }: Parts,
  buffers: readonly (string | Buffer)[] = [],
): Buffer[] {
  const frames = [header, parent, metadata, content].map((part) => JSON.stringify(part));
  return [...signed(key, frames), ...buffers.map((buffer) => Buffer.from(buffer))];
}

/** @throws Error when the kernel has signed it wrongly */
export function decode<Header>(key: string, frames: readonly (string | Uint8Array)[]): Decoded<Header> {
  const all = frames.map(bytesOf);
  const start = all.findIndex((frame) => frame.toString('latin1') === delimiter);
  const [signature, ...parts] = all.slice(start + 1, start + 6);
  if (signature?.toString() !== sign(key, parts))
    throw new Error('the kernel sent a message with a wrong signature');
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
  return {
    identities: all.slice(0, start),
    header,
    parent,
    metadata,
    content,
    buffers: all.slice(start + 6),
  };
}

/** Without copying what may be megabytes. */
function bytesOf(frame: string | Uint8Array): Buffer {
  return typeof frame === 'string'
    ? Buffer.from(frame)
    : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}
