// JupyterLab's completer with what the language server offers, in the place of what the kernel does.
// Rule: where the server is not there, or is late, the kernel's provider answers as it does without us. A name that is not imported
// yet brings its import along.

import type { SourceChange } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import {
  type Completer,
  CompleterModel,
  type CompletionHandler,
  type ICompletionContext,
  type ICompletionProvider,
  type ICompletionProviderManager,
} from '@jupyterlab/completer';
import { Text } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { CompletionItem } from 'vscode-languageserver-protocol';
import type { NotebookServer, NotebookServers } from '../notebook-server';
import { orderedFromEnd } from '../text-edits';
import { type Change, laterChanges, type Offer, offersOf, type Resolved } from './completion-items';
import { type Accepted, AcceptingModel } from './completion-model';
import { OfferRenderer } from './completion-renderer';
import { markdownOfText } from './markdown';
import { obstacleOf } from './obstacles';
import { invoked, requests, triggered } from './protocol';

type Item = CompletionHandler.ICompletionItem & Partial<Offer>;
type Reply = CompletionHandler.ICompletionItemsReply<Item>;

/** The cell that a completer is about. */
interface Subject {
  readonly server: NotebookServer;
  readonly cell: Cell;
  readonly uri: string;
  readonly editor: CodeMirrorEditor;
}

/** JupyterLab drops an answer that takes a second; in milliseconds. */
const patience = {
  /** Before the kernel is asked. */
  server: 600,
  /** Before there is no answer. */
  both: 950,
  /** After an edit, before what the first list takes is made ready. */
  warming: 250,
};

const after = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));

/** How often an import is asked for that an edit made void. */
const mostTries = 5;

const kernelProvider = 'CompletionProvider:kernel';

/** Those whose offers the server's take the place of. */
const replaced = [kernelProvider, 'CompletionProvider:context'];

export class CompletionProvider implements ICompletionProvider<Item> {
  readonly identifier = 'CompletionProvider:tskernel';
  /** The first one's list and renderer are used; those of the debugger have 1000. */
  readonly rank = 1100;
  readonly renderer: OfferRenderer;
  readonly #servers: NotebookServers;
  readonly #manager: ICompletionProviderManager;
  /** Those in which this provider answers. */
  readonly #claimed = new WeakSet<ICompletionContext>();
  readonly #muted = new WeakSet<ICompletionProvider>();
  readonly #resolved = new WeakMap<CompletionItem, Resolved>();
  #isIncomplete = false;

  constructor(
    servers: NotebookServers,
    manager: ICompletionProviderManager,
    rendermime: IRenderMimeRegistry,
  ) {
    this.#servers = servers;
    this.#manager = manager;
    this.renderer = new OfferRenderer(rendermime, () => this.#next('renderer')?.renderer);
  }

  async isApplicable(context: ICompletionContext): Promise<boolean> {
    this.#mute();
    const isOurs = this.#subjectOf(context) !== undefined;
    if (isOurs) this.#claimed.add(context);
    else this.#claimed.delete(context);
    return isOurs;
  }

  /**
   * Makes what the first list of a notebook takes ready when a person begins to type in it: what could be imported is looked for,
   * which takes a second.
   */
  warm(server: NotebookServer): IDisposable {
    const { content } = server.panel;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const cell = content.activeCell;
      const editor = cell?.editor;
      if (!editor || cell.model.type !== 'code' || !server.capabilities) return;
      const { line, column: character } = editor.getCursorPosition();
      // Where a name is being typed the list is short.
      if (!/[\p{ID_Continue}$]$/u.test(editor.getLine(line)?.slice(0, character) ?? '')) return;
      const textDocument = { uri: server.uriOf(cell) };
      const found = await server.request(requests.completion, {
        textDocument,
        position: { line, character },
      });
      if (found) end();
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask().catch(() => {}), patience.warming);
    };
    const begin = () => void content.modelContentChanged.connect(wait);
    const end = () => {
      clearTimeout(timer);
      content.modelContentChanged.disconnect(wait);
    };
    // A kernel that was restarted has forgotten it.
    server.connected.connect(begin);
    begin();
    return new DisposableDelegate(() => {
      server.connected.disconnect(begin);
      end();
    });
  }

  /** In notebooks of other kernels the list is what it would be without this provider. */
  async modelFactory(context: ICompletionContext): Promise<Completer.IModel> {
    const isOurs = context.widget instanceof NotebookPanel && this.#servers.of(context.widget) !== undefined;
    const next = isOurs ? undefined : this.#next('modelFactory');
    if (next?.modelFactory) return next.modelFactory(context);
    return isOurs
      ? new AcceptingModel((accepted) => void this.#accept(context, accepted))
      : new CompleterModel();
  }

  async fetch(
    request: CompletionHandler.IRequest,
    context: ICompletionContext,
    trigger?: number,
  ): Promise<Reply> {
    const subject = this.#subjectOf(context);
    const kernel = this.#provider(kernelProvider);
    const empty: Reply = { start: request.offset, end: request.offset, items: [] };
    if (!subject) return (await kernel?.fetch(request, context, trigger)) ?? empty;
    // Without types the kernel knows some things at once: what comes first holds, as far as it is something.
    const answer = this.#ask(subject, request.text, trigger).then((reply) => reply ?? empty);
    const known = after(patience.server).then(() => kernel?.fetch(request, context, trigger));
    const something = known.then((reply) => (reply?.items.length ? reply : answer));
    return Promise.race([answer, something.catch(() => answer), after(patience.both).then(() => empty)]);
  }

  async resolve(item: Item, context: ICompletionContext, patch?: null): Promise<Item> {
    const subject = this.#subjectOf(context);
    if (!item.item) return (await this.#provider(kernelProvider)?.resolve?.(item, context, patch)) ?? item;
    const found = subject && (await this.#resolve(subject, item.item));
    if (!found) return item;
    const documentation = [
      found.detail && `\`\`\`ts\n${found.detail}\n\`\`\``,
      markdownOfText(found.documentation),
    ].filter(Boolean);
    return { ...item, documentation: documentation.join('\n\n') };
  }

  /** As the kernel's provider does, and again while a list is not whole. */
  shouldShowContinuousHint(isVisible: boolean, { sourceChange }: SourceChange): boolean {
    if (!sourceChange) return true;
    if (sourceChange.some((delta) => delta.delete !== undefined)) return false;
    const inserted = sourceChange.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('');
    return inserted === '.' || (inserted.trim() !== '' && (!isVisible || this.#isIncomplete));
  }

  async #ask(subject: Subject, source: string, trigger?: number): Promise<Reply | undefined> {
    const { server, uri, editor } = subject;
    const { line, column } = editor.getCursorPosition();
    const cursor = editor.getOffsetAt({ line, column });
    const before = source[cursor - 1] ?? '';
    const isByTyping = trigger === triggered;
    const isTrigger = server.capabilities?.completionProvider?.triggerCharacters?.includes(before) ?? false;
    // While somebody types, a list of all that there is would only be in the way.
    if (isByTyping && !isTrigger && !/[\p{ID_Continue}$]/u.test(before)) return undefined;
    const found = await server.request(requests.completion, {
      textDocument: { uri },
      position: { line, character: column },
      context:
        isByTyping && isTrigger
          ? { triggerKind: triggered, triggerCharacter: before }
          : { triggerKind: invoked },
    });
    if (!found) return undefined;
    this.#isIncomplete = !Array.isArray(found) && found.isIncomplete;
    const offers = offersOf(source, cursor, Array.isArray(found) ? found : found.items);
    return {
      start: Text.jsIndexToCharIndex(offers.start, source),
      end: Text.jsIndexToCharIndex(offers.end, source),
      items: [...offers.items],
    };
  }

  async #resolve({ server, cell }: Subject, item: CompletionItem): Promise<CompletionItem | undefined> {
    const source = cell.model.sharedModel.getSource();
    const found = await server.request(requests.completionResolve, item);
    if (found) this.#resolved.set(item, { source, edits: found.additionalTextEdits ?? [] });
    return found;
  }

  /** An item was put into its cell: what it brings along follows. */
  async #accept(context: ICompletionContext, { offer, source, put }: Accepted): Promise<void> {
    const subject = this.#subjectOf(context);
    if (!subject) return;
    const { sharedModel } = subject.cell.model;
    const known = this.#resolved.get(offer.item);
    const later = known && laterChanges(known, source, put);
    const changes = [...offer.before, ...(later ?? [])];
    this.#change(subject, changes);
    for (let tries = 0; !later && tries < mostTries; tries++) {
      const before = sharedModel.getSource();
      const found = await this.#resolve(subject, offer.item);
      const { edits = [] } = (found && this.#resolved.get(offer.item)) ?? {};
      if (!found || sharedModel.getSource() !== before) continue;
      return this.#change(subject, orderedFromEnd(before, edits));
    }
  }

  #change({ cell: { model } }: Subject, changes: readonly Change[]): void {
    if (changes.length === 0 || obstacleOf(model)) return;
    const ordered = [...changes].sort((a, b) => b.from - a.from);
    model.sharedModel.transact(() => {
      for (const { from, to, text } of ordered) model.sharedModel.updateSource(from, to, text);
    });
  }

  #subjectOf({ widget, editor }: ICompletionContext): Subject | undefined {
    if (!(widget instanceof NotebookPanel) || !editor) return undefined;
    const server = this.#servers.of(widget);
    const cell = server?.capabilities && widget.content.widgets.find((one) => one.editor === editor);
    if (!server || !cell || cell.model.type !== 'code') return undefined;
    return { server, cell, uri: server.uriOf(cell), editor: editor as CodeMirrorEditor };
  }

  #provider(identifier: string): ICompletionProvider | undefined {
    return providersOf(this.#manager)?.get(identifier);
  }

  /** The provider whose part would be used if this one were not there. */
  #next(part: 'renderer' | 'modelFactory'): ICompletionProvider | undefined {
    return [...(providersOf(this.#manager)?.values() ?? [])]
      .filter((provider) => provider !== (this as ICompletionProvider))
      .sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0))
      .find((provider) => provider[part]);
  }

  /** Providers that this one takes the place of do not answer where it does. */
  #mute(): void {
    for (const identifier of replaced) {
      const provider = this.#provider(identifier);
      if (!provider || this.#muted.has(provider)) continue;
      this.#muted.add(provider);
      const { isApplicable } = provider;
      provider.isApplicable = (context) =>
        this.#claimed.has(context) ? Promise.resolve(false) : isApplicable.call(provider, context);
    }
  }
}

/** JupyterLab's own manager has them, its interface does not say so. */
const providersOf = (manager: ICompletionProviderManager): Map<string, ICompletionProvider> | undefined =>
  (manager as { getProviders?(): Map<string, ICompletionProvider> }).getProviders?.();
