// Gives the editors of cells an extension of CodeMirror, as long as the kernel of their notebook is ours.
import { Compartment, type Extension } from '@codemirror/state';
import { type EditorView, ViewPlugin } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { Servers } from './servers';
import type { Session } from './session';

export class Editors {
  readonly #servers: Servers;
  readonly #extension: Extension;
  readonly #part = new Compartment();
  readonly #views = new Map<EditorView, ICellModel>();
  readonly #followed = new WeakSet<Session>();

  constructor(servers: Servers, extension: Extension) {
    this.#servers = servers;
    this.#extension = extension;
    servers.sessionStarted.connect((_, session) => this.#follow(session));
  }

  /** What the editor of a cell begins with. */
  extensionFor(model: ICellModel): Extension {
    const plugin = ViewPlugin.define((view) => {
      this.#views.set(view, model);
      // Not while the editor is being made.
      queueMicrotask(() => {
        const session = this.#servers.sessionWith(model);
        if (!session || !this.#views.has(view)) return;
        this.#follow(session);
        this.#update(view, session.isOurs);
      });
      return { destroy: () => this.#views.delete(view) };
    });
    return [this.#part.of([]), plugin];
  }

  #follow(session: Session): void {
    if (this.#followed.has(session)) return;
    this.#followed.add(session);
    session.oursChanged.connect((_, isOurs) => {
      for (const [view, model] of this.#views) if (session.cells.has(model)) this.#update(view, isOurs);
    });
  }

  #update(view: EditorView, isOurs: boolean): void {
    const content = isOurs ? this.#extension : [];
    if (this.#part.get(view.state) !== content) view.dispatch({ effects: this.#part.reconfigure(content) });
  }
}
