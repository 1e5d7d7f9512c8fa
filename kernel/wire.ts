// The codec of Jupyter messages: frames to message and back. Pure: no sockets, no logging, no clock but the header's date.
// Rule: nothing is parsed before its signature was checked on the bytes as they came.
import { timingSafeEqual } from 'node:crypto';
import { v4 as uuid } from 'uuid';
import { createSigner } from './signature';

export const protocolVersion = '5.5';

/** What goes into one frame. */
export type Frame = Uint8Array | string;

/** The part of a header that a kernel looks at; the rest goes back verbatim as the parent of what the message causes. */
export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly msg_type: string;
  readonly subshell_id?: unknown;
}

export type Fields = { readonly [name: string]: unknown };

/** A message whose signature is right and was not seen before. */
export interface Received {
  /** The routing frames, to be copied in front of the reply. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  /** The JSON of the header as received: the parent header of every answer. */
  readonly headerText: string;
  /** `msg_id` of the parent, if there is one. */
  readonly parentId: string | undefined;
  readonly metadata: Fields;
  readonly content: Fields;
  readonly buffers: readonly Uint8Array[];
}

export type Decoded = { readonly message: Received } | { readonly problem: string };

/** A message to be sent. The texts are JSON objects. */
export interface Outgoing {
  readonly type: string;
  /** Header of the request that caused it, as JSON text; `{}` when nothing did. */
  readonly parent: string;
  readonly metadata: string;
  /** As bytes: in UTF-8, and well-formed. */
  readonly content: string | Uint8Array;
  readonly buffers?: readonly Uint8Array[];
}

export interface Encoded {
  readonly id: string;
  /** Everything from the delimiter on; put routing frames or a topic before it. */
  readonly frames: Frame[];
}

export interface Codec {
  /** The same in every header of this process (messaging spec: Message Header). */
  readonly session: string;
  decode(frames: readonly Uint8Array[]): Decoded;
  encode(message: Outgoing): Encoded;
}

export const noParent = '{}';

const delimiter = '<IDS|MSG>';
const delimiterBytes = Buffer.from(delimiter);
const rememberedSignatures = 65_536;
/** From this length on, text is encoded once, for the signature and the frame alike. */
const longText = 4096;

/**
 * @param key bytes of the string are the key; empty: nothing is signed, everything is believed.
 * @param hash a name that node:crypto knows, `sha256` by default in connection files.
 */
export function createCodec(key: string, hash: string, session: string = uuid()): Codec {
  const sign = key === '' ? undefined : createSigner(Buffer.from(key), hash);
  const guard = new ReplayGuard(rememberedSignatures);
  const idPrefix = `{"msg_id":"${session}_${process.pid}_`;
  const afterDate = `","username":"kernel","session":"${session}","version":"${protocolVersion}","msg_type":"`;
  let sent = 0;

  function decode(frames: readonly Uint8Array[]): Decoded {
    const start = frames.findIndex(isDelimiter);
    if (start < 0) return { problem: 'no <IDS|MSG> delimiter' };
    const [signature, header, parent, metadata, content] = frames.slice(start + 1, start + 6);
    if (!signature || !header || !parent || !metadata || !content) {
      return { problem: `${frames.length - start - 1} frames after the delimiter, at least 5 are needed` };
    }
    if (sign) {
      if (signature.length === 0) return { problem: 'not signed' };
      const expected = Buffer.from(sign([header, parent, metadata, content]), 'latin1');
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        return { problem: 'wrong signature' };
      }
      if (!guard.admit(toText(signature))) return { problem: 'duplicate signature' };
    }
    const headerText = toText(header);
    const headerFields = parseObject(headerText);
    const parentFields = parseObject(toText(parent));
    const metadataFields = parseObject(toText(metadata));
    const contentFields = parseObject(toText(content));
    if (!headerFields || !parentFields || !metadataFields || !contentFields) {
      return { problem: 'a frame that is not a JSON object' };
    }
    if (!isHeader(headerFields)) return { problem: 'a header without msg_id, msg_type or session' };
    const parentId = parentFields.msg_id;
    return {
      message: {
        identities: frames.slice(0, start),
        header: headerFields,
        headerText,
        parentId: typeof parentId === 'string' ? parentId : undefined,
        metadata: metadataFields,
        content: contentFields,
        buffers: frames.slice(start + 6),
      },
    };
  }

  function encode(message: Outgoing): Encoded {
    sent += 1;
    const header = `${idPrefix}${sent}","date":"${new Date().toISOString()}${afterDate}${message.type}"}`;
    const metadata = wellFormed(message.metadata);
    const content = typeof message.content === 'string' ? toFrame(message.content) : message.content;
    const signature = sign ? sign([header, message.parent, metadata, content]) : '';
    const frames: Frame[] = [delimiter, signature, header, message.parent, metadata, content];
    if (message.buffers) frames.push(...message.buffers);
    return { id: `${session}_${process.pid}_${sent}`, frames };
  }

  return { session, decode, encode };
}

function toFrame(json: string): Frame {
  const text = wellFormed(json);
  return text.length < longText ? text : Buffer.from(text);
}

/** Remembers the latest signatures, so that a message that was recorded on its way cannot be sent again. */
class ReplayGuard {
  readonly #seen = new Set<string>();
  readonly #inOrder: string[] = [];
  #oldest = 0;

  constructor(readonly capacity: number) {}

  /** Whether the signature is new. */
  admit(signature: string): boolean {
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#inOrder.length < this.capacity) {
      this.#inOrder.push(signature);
    } else {
      this.#seen.delete(this.#inOrder[this.#oldest]!);
      this.#inOrder[this.#oldest] = signature;
      this.#oldest = (this.#oldest + 1) % this.capacity;
    }
    return true;
  }
}

/**
 * JSON text in which lone surrogates are replaced. JSON.stringify writes them as `\udXXX`, and Python clients fail when
 * they encode such text. Pairs of backslashes are stepped over: `\\ud800` is text about an escape.
 */
export function wellFormed(json: string): string {
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\(?:\\|ud[89a-f][0-9a-f]{2})/g, (found) => (found === '\\\\' ? found : '\ufffd'));
}

function isDelimiter(frame: Uint8Array): boolean {
  return frame.length === delimiterBytes.length && delimiterBytes.equals(frame);
}

function isHeader(fields: Fields): fields is Fields & Header {
  return (
    typeof fields.msg_id === 'string' &&
    typeof fields.msg_type === 'string' &&
    typeof fields.session === 'string'
  );
}

function parseObject(text: string): Fields | undefined {
  if (text === '{}') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
