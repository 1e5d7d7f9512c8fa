// The completer's list where offers of the language server are in it: in their order, and it tells which one was accepted.
// Rule: lists of other providers are as JupyterLab's own model has them.
import { type Completer, CompleterModel, type CompletionHandler } from '@jupyterlab/completer';
import { type Change, type Offer, rank } from './completion-items';

export interface Accepted {
  readonly offer: Offer;
  /** The text before the item was put there. */
  readonly source: string;
  readonly put: Change;
}

type Item = CompletionHandler.ICompletionItem;

export class AcceptingModel extends CompleterModel {
  readonly #accepted: (accepted: Accepted) => void;
  #sorted: readonly Item[] = [];
  #unsorted: readonly Item[] | undefined;
  /** What the person looks at. */
  #looked: Item | undefined;
  #isResolving = false;

  constructor(accepted: (accepted: Accepted) => void) {
    super();
    this.#accepted = accepted;
  }

  override completionItems(): ReturnType<CompleterModel['completionItems']> {
    const items: readonly Item[] = super.completionItems();
    if (!this.query || !items.every(isOffer)) return items as Item[];
    if (this.#unsorted !== items) {
      this.#unsorted = items;
      this.#sorted = rank(items, this.query);
    }
    return this.#sorted as Item[];
  }

  override resolveItem(item: Item | number): ReturnType<CompleterModel['resolveItem']> {
    this.#looked = typeof item === 'number' ? this.completionItems()[item] : item;
    this.#isResolving = true;
    try {
      return super.resolveItem(item);
    } finally {
      this.#isResolving = false;
    }
  }

  /** It is asked for by who puts an item into the text, except while an item is resolved and for what all items begin with. */
  override createPatch(text: string): Completer.IPatch | undefined {
    const patch = super.createPatch(text);
    const source = this.current?.text;
    if (!patch || source === undefined || this.#isResolving || this.subsetMatch) return patch;
    const offer = this.#offerOf(text);
    if (!offer) return patch;
    const { start: from, end: to, value } = patch;
    // The completer puts it there in this turn.
    queueMicrotask(() => this.#accepted({ offer, source, put: { from, to, text: value } }));
    return patch;
  }

  #offerOf(text: string): Offer | undefined {
    const fits = (item: Item | undefined): item is Item & Offer =>
      item !== undefined && isOffer(item) && item.insertText === text;
    const clicked = this.completionItems()[clickedIndex];
    return [clicked, this.#looked, ...this.completionItems()].find(fits);
  }
}

const isOffer = (item: Item): item is Item & Offer => 'item' in item && 'before' in item;

/** Which item of a completer the mouse has chosen; two may have the same text. */
let clickedIndex = -1;
document.addEventListener(
  'pointerdown',
  ({ target }) => {
    const item = (target as Element).closest?.('.jp-Completer-item');
    clickedIndex = item ? [...item.parentElement!.children].indexOf(item) : -1;
  },
  true,
);
