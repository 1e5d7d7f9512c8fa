// Something small that is shown at a place of a cell's editor, one of its kind at a time: a help, a notice, an input.
// Rule: it is gone when the text changes, when the cursor moves away, and by Escape, unless it says that it stays.
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { EditorView, showTooltip, type Tooltip } from '@codemirror/view';

export interface BubbleOptions {
  /** It moves along with edits and the cursor; who made it takes it away. */
  readonly stays?: boolean;
}

/** While one is shown, its editor has this class, so that Escape can mean it. */
export const bubbleClass = 'tsk-mod-bubble';

export class Bubble {
  readonly extension: Extension;
  readonly #set = StateEffect.define<Tooltip | null>();
  readonly #field: StateField<Tooltip | null>;

  constructor({ stays = false }: BubbleOptions = {}) {
    this.#field = StateField.define<Tooltip | null>({
      create: () => null,
      update: (shown, { effects, changes, docChanged, selection }) => {
        for (const effect of effects) if (effect.is(this.#set)) return effect.value;
        if (!shown || (!docChanged && !selection)) return shown;
        return stays ? { ...shown, pos: changes.mapPos(shown.pos) } : null;
      },
      provide: (field) => showTooltip.from(field),
    });
    this.extension = [
      this.#field,
      EditorView.editorAttributes.compute(
        [this.#field],
        (state): Record<string, string> => (state.field(this.#field) ? { class: bubbleClass } : {}),
      ),
    ];
  }

  isShown(view: EditorView): boolean {
    return Boolean(view.state.field(this.#field, false));
  }

  show(view: EditorView, tooltip: Tooltip): void {
    view.dispatch({ effects: this.#set.of(tooltip) });
  }

  /** @returns whether there was one */
  hide(view: EditorView): boolean {
    if (!this.isShown(view)) return false;
    view.dispatch({ effects: this.#set.of(null) });
    return true;
  }
}
