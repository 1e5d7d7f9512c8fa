// How the completer shows an offer of the language server: from where it would be imported, and its documentation as markdown.
// Rule: items of other providers look as they do without us.
import { Completer, type CompletionHandler } from '@jupyterlab/completer';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Offer } from './completion-items';
import { renderMarkdown } from './markdown';

type Item = CompletionHandler.ICompletionItem & Partial<Offer>;

export class OfferRenderer extends Completer.Renderer {
  readonly #rendermime: IRenderMimeRegistry;
  readonly #other: () => Completer.IRenderer | null | undefined;

  /** @param other who draws items of other providers, if JupyterLab does not */
  constructor(rendermime: IRenderMimeRegistry, other: () => Completer.IRenderer | null | undefined) {
    super({ sanitizer: rendermime.sanitizer });
    this.#rendermime = rendermime;
    this.#other = other;
  }

  override createCompletionItemNode(item: Item, orderedTypes: string[]): HTMLLIElement {
    const other = item.item ? undefined : this.#other();
    if (other) return other.createCompletionItemNode(item, orderedTypes);
    const node = super.createCompletionItemNode(item, orderedTypes);
    const home = homeOf(item);
    const type = home && node.querySelector('.jp-Completer-typeExtended');
    if (type) {
      type.textContent = home;
      type.classList.add('tsk-Completion-home');
    }
    return node;
  }

  override createDocumentationNode(item: Item): HTMLElement {
    if (!item.item)
      return this.#other()?.createDocumentationNode?.(item) ?? super.createDocumentationNode(item);
    const host = document.createElement('div');
    void renderMarkdown(this.#rendermime, item.documentation ?? '').then(({ dom }) => host.append(dom));
    return host;
  }

  override itemWidthHeuristic(item: Item): number {
    const other = item.item ? undefined : this.#other();
    if (other?.itemWidthHeuristic) return other.itemWidthHeuristic(item);
    const home = homeOf(item) ?? '';
    return super.itemWidthHeuristic(item) + Math.max(0, home.length - (item.type?.length ?? 0));
  }
}

/** The module or the cell that it comes from. */
const homeOf = ({ item }: Item): string | undefined => item?.labelDetails?.description || undefined;
