// The parameters of the call that is being typed.
// Rule: `(`, `,` and `<` begin it; while it is shown or on its way each edit and each step of the cursor asks again, and what is
// answered last holds. It goes when the call is left, by Escape, and with the focus.
import type { Extension } from '@codemirror/state';
import { EditorView, type PluginValue, type Tooltip, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { SignatureHelp, SignatureInformation } from 'vscode-languageserver-protocol';
import { Bubble } from './bubble';
import { markdownOfText, renderMarkdown } from './markdown';
import { type Places, paramsOf } from './places';
import { changed, invoked, requests, triggered } from './protocol';

export interface SignatureHelpOptions {
  readonly places: Places;
  readonly rendermime: IRenderMimeRegistry;
  /** Whether typing asks. */
  isWanted(): boolean;
}

/** After an edit or a step of the cursor, before it is asked again; in milliseconds. */
const pause = 60;

const triggers = new Set(['(', ',', '<']);

export class SignatureHelps {
  readonly extension: Extension;
  readonly #bubble = new Bubble({ stays: true });
  readonly #plugin;

  constructor(options: SignatureHelpOptions) {
    const bubble = this.#bubble;
    this.#plugin = ViewPlugin.define((view) => new Asker(view, bubble, options));
    this.extension = [
      bubble.extension,
      this.#plugin,
      EditorView.domEventHandlers({
        blur: (_event, view) => {
          // A click into the help itself takes the focus for a moment.
          setTimeout(() => view.hasFocus || this.hide(view), 100);
        },
      }),
    ];
  }

  /** Shows it although nothing is being typed. */
  show(view: EditorView): void {
    void view.plugin(this.#plugin)?.ask();
  }

  hide(view: EditorView): boolean {
    view.plugin(this.#plugin)?.stop();
    return this.#bubble.hide(view);
  }
}

class Asker implements PluginValue {
  readonly #view: EditorView;
  readonly #bubble: Bubble;
  readonly #options: SignatureHelpOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the latest question. */
  #question: AbortController | undefined;
  /** Where the help that is shown was first asked for. */
  #start = 0;

  constructor(view: EditorView, bubble: Bubble, options: SignatureHelpOptions) {
    this.#view = view;
    this.#bubble = bubble;
    this.#options = options;
  }

  update({ docChanged, selectionSet, transactions, state, changes }: ViewUpdate): void {
    if (!docChanged && !selectionSet) return;
    this.#start = changes.mapPos(this.#start);
    const { head } = state.selection.main;
    const before = state.doc.sliceString(head - 1, head);
    const isTyped = docChanged && transactions.some((transaction) => transaction.isUserEvent('input.type'));
    if (isTyped && triggers.has(before) && this.#options.isWanted()) this.#askLater(0, before);
    else if (this.#question || this.#bubble.isShown(this.#view)) this.#askLater(pause);
  }

  destroy(): void {
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#question?.abort();
    this.#question = undefined;
  }

  #askLater(delay: number, character?: string): void {
    this.stop();
    this.#question = new AbortController();
    this.#timer = setTimeout(() => this.ask(character), delay);
  }

  async ask(character?: string): Promise<void> {
    this.stop();
    const view = this.#view;
    const place = this.#options.places.in(view);
    if (!place) return;
    const question = new AbortController();
    this.#question = question;
    const isRetrigger = this.#bubble.isShown(view);
    const triggerKind = character ? triggered : isRetrigger ? changed : invoked;
    const help = await place.server.request(
      requests.signatureHelp,
      {
        ...paramsOf(place),
        context: { triggerKind, isRetrigger, ...(character && { triggerCharacter: character }) },
      },
      question.signal,
    );
    const tooltip = help?.signatures.length ? await this.#tooltipOf(help) : undefined;
    if (this.#question !== question) return;
    this.#question = undefined;
    if (!tooltip || !view.hasFocus) {
      this.#bubble.hide(view);
      return;
    }
    if (!isRetrigger) this.#start = place.offset;
    const line = view.state.doc.lineAt(place.offset);
    // It stays where it was while the line is the same.
    const pos = this.#start >= line.from && this.#start <= line.to ? this.#start : place.offset;
    this.#bubble.show(view, { ...tooltip, pos });
  }

  async #tooltipOf(help: SignatureHelp): Promise<Omit<Tooltip, 'pos'>> {
    const chosen = help.activeSignature ?? 0;
    const shown = help.signatures[chosen] ?? help.signatures[0]!;
    const active = shown.activeParameter ?? help.activeParameter ?? 0;
    const about = [
      markdownOfText(shown.parameters?.[active]?.documentation),
      markdownOfText(shown.documentation),
    ];
    const texts = about.filter(Boolean);
    const rendered = await Promise.all(texts.map((text) => renderMarkdown(this.#options.rendermime, text)));
    return {
      above: true,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'tsk-SignatureHelp';
        dom.append(lineOf(shown, active, help.signatures.length, chosen), ...rendered.map((one) => one.dom));
        const destroy = () => {
          for (const one of rendered) one.dispose();
        };
        return { dom, destroy };
      },
    };
  }
}

/** A signature, in it the parameter that is being typed. */
function lineOf(
  { label, parameters }: SignatureInformation,
  active: number,
  count: number,
  chosen: number,
): HTMLElement {
  const line = document.createElement('div');
  line.className = 'tsk-SignatureHelp-signature';
  if (count > 1) {
    const number = document.createElement('span');
    number.className = 'tsk-SignatureHelp-number';
    number.textContent = `${chosen + 1}/${count} `;
    line.append(number);
  }
  const place = parameters?.[active]?.label;
  const start = typeof place === 'string' ? label.indexOf(place) : (place?.[0] ?? -1);
  const end = typeof place === 'string' ? start + place.length : (place?.[1] ?? -1);
  if (start < 0) line.append(label);
  else {
    const parameter = document.createElement('b');
    parameter.textContent = label.slice(start, end);
    line.append(label.slice(0, start), parameter, label.slice(end));
  }
  return line;
}
