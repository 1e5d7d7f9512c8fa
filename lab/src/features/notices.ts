// A sentence at a place of an editor: what cannot be done, and why.
import type { EditorView } from '@codemirror/view';
import { Bubble } from './bubble';
import type { Place } from './places';

/** How long it stays, in milliseconds. */
const patience = 6000;

export class Notices {
  readonly #bubble = new Bubble();
  readonly extension = this.#bubble.extension;
  #count = 0;

  show(view: EditorView, offset: number, text: string): void {
    const number = ++this.#count;
    this.#bubble.show(view, {
      pos: Math.min(offset, view.state.doc.length),
      above: true,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'tsk-Notice';
        dom.setAttribute('role', 'status');
        dom.textContent = text;
        return { dom };
      },
    });
    setTimeout(() => number === this.#count && this.hide(view), patience);
  }

  hide(view: EditorView): boolean {
    return this.#bubble.hide(view);
  }
}

/** What an error says, for a person. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** An answer; what is refused is said at the place. */
export async function said<T>(place: Place, notices: Notices, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    notices.show(place.view, place.offset, messageOf(error));
    return undefined;
  }
}
