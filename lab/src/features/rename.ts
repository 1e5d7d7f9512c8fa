// Another name for a name, in all cells that mean the same: an input at its place, Enter does it.
import type { EditorView } from '@codemirror/view';
import type { Range } from 'vscode-languageserver-protocol';
import { Bubble } from './bubble';
import type { Edits } from './edits';
import { messageOf, type Notices, said } from './notices';
import { type Place, paramsOf } from './places';
import { spanOf, wordAt } from './positions';
import { requests } from './protocol';

export interface RenamesOptions {
  readonly notices: Notices;
  readonly edits: Edits;
}

export class Renames {
  readonly #options: RenamesOptions;
  readonly #bubble = new Bubble({ stays: true });
  readonly extension = this.#bubble.extension;

  constructor(options: RenamesOptions) {
    this.#options = options;
  }

  /** Asks for a name where the server says that it can be another one. */
  async begin(place: Place): Promise<void> {
    const { server, view, offset } = place;
    const { notices } = this.#options;
    const { doc } = view.state;
    const found = await said(place, notices, server.request(requests.prepareRename, paramsOf(place)));
    if (found === undefined || view.state.doc !== doc) return;
    if (found === null) return notices.show(view, offset, 'There is no name here to change.');
    const range = 'range' in found ? found.range : 'start' in found ? (found as Range) : undefined;
    const { from, to } = range ? spanOf(doc, range) : wordAt(doc, offset);
    const name = 'placeholder' in found ? found.placeholder : doc.sliceString(from, to);
    this.#ask(view, from, name, (newName) => void this.#rename(place, newName));
  }

  hide(view: EditorView): boolean {
    return this.#bubble.hide(view);
  }

  async #rename(place: Place, newName: string): Promise<void> {
    const { notices, edits } = this.#options;
    try {
      const edit = await place.server.request(requests.rename, { ...paramsOf(place), newName });
      if (edit) await edits.apply(place, edit);
      else notices.show(place.view, place.offset, 'Not renamed: the text has changed since.');
    } catch (error) {
      notices.show(place.view, place.offset, messageOf(error));
    }
  }

  #ask(view: EditorView, pos: number, name: string, take: (name: string) => void): void {
    const input = document.createElement('input');
    input.className = 'tsk-Rename-input jp-mod-styled';
    input.value = name;
    input.size = Math.max(16, name.length + 8);
    input.spellcheck = false;
    input.setAttribute('aria-label', `A new name for ${name}`);
    let isOver = false;
    const end = (newName?: string) => {
      if (isOver) return;
      isOver = true;
      this.#bubble.hide(view);
      if (newName === undefined) return;
      view.focus();
      if (newName !== name && newName !== '') take(newName);
    };
    input.addEventListener('keydown', (event) => {
      // Keys are for the input; no shortcut of JupyterLab's is meant.
      event.stopPropagation();
      if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
      event.preventDefault();
      end(event.key === 'Enter' ? input.value.trim() : name);
    });
    input.addEventListener('blur', () => end());
    this.#bubble.show(view, {
      pos,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'tsk-Rename';
        dom.append(input);
        return {
          dom,
          mount: () => {
            input.focus();
            input.select();
          },
        };
      },
    });
  }
}
