// Front ends that show what the types of the cells say while these are typed: each talks to a language server of its own, in the
// language worker. Rule: this thread passes messages on and counts them, so that a cancellation is seen while the worker computes;
// it answers what a server asks about live values; when the worker is gone, its servers are gone, and the front ends are told so: at
// once when it died, with the next message or cell when it left since nobody used it.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { EditorConnection, EditorEvents, JsonObject } from '../api';
import { announce, sharedCounts } from '../threads/arrivals';
import type { LanguageNotice, LiveQuestion } from '../threads/language-protocol';
import { type LiveAnswers, liveMethods } from '../threads/live-values';

/** What answers a server's questions about live values. */
export type LiveValues = {
  readonly [Kind in keyof LiveAnswers]: (question: LiveQuestion) => Promise<LiveAnswers[Kind]>;
};

export interface EditorsParts {
  /** Hands a client over to the language worker. @returns whether there is one */
  attach(client: Extract<LanguageNotice, { kind: 'attach' }>): boolean;
  /** Tells the worker what there is to know of the cells. */
  tell(): void;
  /** Notes that the worker is at work for somebody. */
  used(): void;
  readonly values: LiveValues;
}

const kinds = new Map<unknown, keyof LiveAnswers>([
  [liveMethods.value, 'value'],
  [liveMethods.members, 'members'],
]);

/** A text that ends the worker would do so each time that its front end comes back: nobody is let in after this many deaths. */
const fewDeaths = { count: 3, within: 300_000 };

export class Editors {
  readonly #parts: EditorsParts;
  /** When the worker died while somebody was attached; milliseconds. */
  #deaths: number[] = [];
  readonly #ports = new Map<MessagePort, EditorEvents>();
  /** Those whose servers have left, and who do not know it yet. */
  readonly #resting = new Map<MessagePort, EditorEvents>();

  constructor(parts: EditorsParts) {
    this.#parts = parts;
  }

  attach(version: string, events: EditorEvents): EditorConnection {
    const { port1: port, port2 } = new MessageChannel();
    const arrived = sharedCounts();
    const pass = (message: object) => {
      announce(arrived, message);
      port.postMessage(message);
    };
    this.#ports.set(port, events);
    port.on('message', (message: JsonObject) => {
      this.#parts.used();
      const kind = kinds.get(message.method);
      if (kind) void this.#answer(kind, message).then(pass);
      else events.send(message);
    });
    port.on('close', () => {
      if (this.#ports.delete(port)) events.closed();
    });
    port.unref();
    this.#deaths = this.#deaths.filter((time) => performance.now() - time < fewDeaths.within);
    const isClosed = this.#deaths.length >= fewDeaths.count;
    if (isClosed || !this.#parts.attach({ kind: 'attach', port: port2, arrived, version })) port.close();
    return {
      receive: (message) => {
        if (this.#resting.has(port)) return this.wake();
        this.#parts.tell();
        pass(message);
      },
      close: () => {
        this.#resting.delete(port);
        this.#ports.delete(port);
        port.close();
      },
    };
  }

  /** The language worker leaves since nobody uses it. Who is attached would come back at once if it knew. */
  rest(): void {
    for (const [port, events] of this.#ports) {
      this.#resting.set(port, events);
      this.#ports.delete(port);
      port.close();
    }
  }

  /** Somebody uses it again: those that were attached open their documents anew. */
  wake(): void {
    const resting = [...this.#resting.values()];
    this.#resting.clear();
    for (const events of resting) events.closed();
  }

  /** The language worker is gone. */
  drop(): void {
    if (this.#ports.size > 0) this.#deaths.push(performance.now());
    for (const port of this.#ports.keys()) port.close();
  }

  async #answer(kind: keyof LiveAnswers, { id, params }: JsonObject): Promise<object> {
    const result = await this.#parts.values[kind](params as unknown as LiveQuestion);
    return { jsonrpc: '2.0', id, result };
  }
}
