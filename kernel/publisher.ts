// Publishes on iopub, for every client that listens.
// Rule: each message names its parent, the request that caused it; nothing here knows "the current one".
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
  /** The content's `data` as JSON in UTF-8, where it is large. */
  readonly data?: Uint8Array | undefined;
}

const busyState = JSON.stringify({ execution_state: 'busy' });
const idleState = JSON.stringify({ execution_state: 'idle' });

/** A content as JSON, with the `data` that is JSON already in place of its own. */
function withData(content: object, data: Uint8Array): Uint8Array {
  const rest = wellFormed(JSON.stringify({ ...content, data: undefined })).slice(1);
  return Buffer.concat([Buffer.from('{"data":'), data, Buffer.from(rest === '}' ? rest : `,${rest}`)]);
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

  /** What is held leaves now. @returns resolves when it has left; nothing when there is nothing to leave */
  release(): Promise<void> | undefined {
    return this.#outlet.release();
  }

  #message<T extends IopubType>(
    type: T,
    content: IopubTable[T],
    parent: string,
    { topic = `${this.#topic}${type}`, metadata, buffers, data }: PublishOptions = {},
  ): LazyFrames {
    return () => [
      topic,
      ...this.#codec.encode({
        type,
        parent,
        metadata: metadata ? JSON.stringify(metadata) : '{}',
        content: data ? withData(content, data) : JSON.stringify(content),
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
