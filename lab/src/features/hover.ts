// What is known of a name, at the mouse, or at the cursor by a command.

import type { Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { Bubble } from './bubble';
import { markdownOf, renderMarkdown } from './markdown';
import { type Place, type Places, paramsOf } from './places';
import { spanOf } from './positions';
import { requests } from './protocol';

export interface HoverOptions {
  readonly places: Places;
  readonly rendermime: IRenderMimeRegistry;
  /** Whether the mouse asks. */
  isWanted(): boolean;
}

export class Hovers {
  readonly extension: Extension;
  readonly #options: HoverOptions;
  readonly #bubble = new Bubble();

  constructor(options: HoverOptions) {
    this.#options = options;
    this.extension = [
      this.#bubble.extension,
      hoverTooltip(
        (view, offset) => this.#ask(options.isWanted() ? options.places.in(view, offset) : undefined),
        {
          hideOnChange: true,
        },
      ),
    ];
  }

  /** Shows what is known of the name at the cursor. */
  async show(place: Place): Promise<void> {
    const tooltip = await this.#ask(place);
    if (tooltip && place.view.hasFocus) this.#bubble.show(place.view, tooltip);
  }

  hide(view: EditorView): boolean {
    return this.#bubble.hide(view);
  }

  async #ask(place: Place | undefined): Promise<Tooltip | null> {
    if (!place) return null;
    const { view, server, offset } = place;
    const { doc } = view.state;
    const found = await server.request(requests.hover, paramsOf(place));
    const text = found ? markdownOf(found.contents) : '';
    if (!text) return null;
    const { dom, dispose } = await renderMarkdown(this.#options.rendermime, text);
    if (view.state.doc !== doc) return null;
    const { from, to } = found?.range ? spanOf(doc, found.range) : { from: offset, to: offset };
    return {
      pos: from,
      end: to,
      above: true,
      create: () => {
        const box = document.createElement('div');
        box.className = 'tsk-Hover';
        box.append(dom);
        return { dom: box, destroy: dispose };
      },
    };
  }
}
