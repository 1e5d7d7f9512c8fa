// Whether a client is still there: a page that was closed or loaded anew says nothing. Rule: who has not answered a question, nor said
// anything else, for half a minute is gone; the others are asked when one comes, and when they have been silent for long.
import type { Connection } from 'vscode-languageserver';

/** Clients answer any question: those that do not know this one with an error. */
const question = '$/alive';

/** How long, in milliseconds. */
export const usualPatience = {
  /** Until a silent client is asked. */
  silence: 300_000,
  /** Until one that was asked counts as gone. */
  answer: 30_000,
};

export class Presence {
  readonly #connection: Connection;
  readonly #leave: () => void;
  readonly #patience: typeof usualPatience;
  #timer: NodeJS.Timeout | undefined;
  #isAsked = false;

  /** @param leave called once, when the client is gone */
  constructor(connection: Connection, leave: () => void, patience = usualPatience) {
    this.#connection = connection;
    this.#leave = leave;
    this.#patience = patience;
    this.heard();
  }

  /** The client has said something. */
  heard(): void {
    this.#isAsked = false;
    this.#wait(this.#patience.silence, () => this.ask());
  }

  /** Asks whether it is there. */
  ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#wait(this.#patience.answer, this.#leave);
    // Its answer is heard as any message.
    this.#connection.sendRequest(question).catch(() => undefined);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #wait(milliseconds: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, milliseconds).unref();
  }
}
