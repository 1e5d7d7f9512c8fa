// Publishes on iopub, for every client that listens.
// Rule: each message names its parent, the request that caused it; nothing here knows "the current one".
import type { EncodedJson } from '../src';
import type { Broadcaster, Frames, LazyFrames } from './channels';
import type { IopubTable, IopubType } from './messages';
import { type Codec, noParent, wellFormed } from './wire';

/** What topics begin with. Tools may filter by topics; clients subscribe to everything. */
export const topicStarts = ['kernel.', 'stream.', 'comm-'] as const;

export type Topic = `${(typeof topicStarts)[number]}${string}`;

export interface PublishOptions {
  readonly topic?: Topic;
  readonly metadata?: object;
  readonly buffers?: readonly Uint8Array[];
  /** A member of the content that is JSON already, where it is large. */
  readonly encoded?: EncodedMember | undefined;
}

export interface EncodedMember {
  readonly name: 'data' | 'text';
  readonly json: EncodedJson;
}

/** @returns nothing where there is no JSON */
export const asMember = (
  name: EncodedMember['name'],
  json: EncodedJson | undefined,
): EncodedMember | undefined => json && { name, json };

const busyState = JSON.stringify({ execution_state: 'busy' });
const idleState = JSON.stringify({ execution_state: 'idle' });

/** A content as JSON, with a member that is JSON already in place of its own. Takes no copy where there is room around that. */
function withMember(content: object, { name, json }: EncodedMember): Uint8Array {
  const rest = wellFormed(JSON.stringify({ ...content, [name]: undefined })).slice(0, -1);
  const head = Buffer.from(`${rest}${rest === '{' ? '' : ','}"${name}":`);
  const start = json.byteOffset - head.length;
  if (start < 0 || json.byteOffset + json.length === json.buffer.byteLength)
    return Buffer.concat([head, json, Buffer.from('}')]);
  const whole = Buffer.from(json.buffer, start, head.length + json.length + 1);
  whole.set(head);
  whole[whole.length - 1] = 0x7d;
  return whole;
}

export class Publisher {
  readonly #codec: Codec;
  readonly #outlet: Broadcaster;
  readonly #topic: `kernel.${string}.`;
  readonly #statusTopic: Topic;

  constructor(codec: Codec, outlet: Broadcaster) {
    this.#codec = codec;
    this.#outlet = outlet;
    this.#topic = `kernel.${codec.session}.`;
    this.#statusTopic = `${this.#topic}status`;
  }

  /** @param parent header of the causing request as JSON text. */
  publish<T extends IopubType>(
    type: T,
    content: IopubTable[T],
    parent: string,
    options?: PublishOptions,
  ): void {
    this.#outlet.send(this.#message(type, content, parent, options));
  }

  /** The same for what is followed by something else at once, or by `release`. */
  hold<T extends IopubType>(type: T, content: IopubTable[T], parent: string, options?: PublishOptions): void {
    this.#outlet.hold(this.#message(type, content, parent, options));
  }

  /** What is held leaves now. @returns resolves when it has left; nothing when nothing was held */
  release(): Promise<void> | undefined {
    return this.#outlet.release();
  }

  #message<T extends IopubType>(
    type: T,
    content: IopubTable[T],
    parent: string,
    { topic = `${this.#topic}${type}`, metadata, buffers, encoded }: PublishOptions = {},
  ): LazyFrames {
    return () => [
      topic,
      ...this.#codec.encode({
        type,
        parent,
        metadata: metadata ? JSON.stringify(metadata) : '{}',
        content: encoded ? withMember(content, encoded) : JSON.stringify(content),
        buffers,
      }).frames,
    ];
  }

  busy(parent: string): void {
    this.#outlet.send(this.#status(busyState, parent));
  }

  idle(parent: string): void {
    this.#outlet.send(this.#status(idleState, parent));
  }

  /** The welcome message for a new subscriber; undefined for a topic that is not text. */
  welcome(topic: Uint8Array): Frames | undefined {
    let subscription: string;
    try {
      subscription = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(topic);
    } catch {
      return undefined;
    }
    const content = JSON.stringify({ subscription } satisfies IopubTable['iopub_welcome']);
    const { frames } = this.#codec.encode({
      type: 'iopub_welcome',
      parent: noParent,
      metadata: '{}',
      content,
    });
    return [topic, ...frames];
  }

  #status(content: string, parent: string): LazyFrames {
    return () => [
      this.#statusTopic,
      ...this.#codec.encode({ type: 'status', parent, metadata: '{}', content }).frames,
    ];
  }
}
