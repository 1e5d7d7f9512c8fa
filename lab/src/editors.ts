// The editors of cells, with an extension of CodeMirror as long as the kernel of their notebook is ours.
// Rule: an editor of a cell that is none of ours is left as it is. A notebook has hundreds of them, so what all of them need
// is done in slices, between which a person types.
import { Compartment, type Extension } from '@codemirror/state';
import { type EditorView, ViewPlugin } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import { EditorExtensionRegistry, type IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { Servers } from './servers';
import type { Session } from './session';

/** How long editors may be changed in one go, in milliseconds. */
const slice = 8;

export class Editors {
  readonly #servers: Servers;
  readonly #extension: Extension;
  readonly #begun: (view: EditorView, model: ICellModel, session: Session) => void;
  /** Empty in editors that are none of ours. */
  readonly #part = new Compartment();
  /** Several of one cell, where a notebook has several views. */
  readonly #views = new Map<ICellModel, Set<EditorView>>();
  readonly #followed = new WeakSet<Session>();
  /** What is to be done, in that order; of each editor what was asked for last. */
  readonly #due = new Map<EditorView, () => void>();
  #isWorking = false;

  /** @param begun an editor has the extension */
  constructor(
    servers: Servers,
    extension: Extension,
    begun: (view: EditorView, model: ICellModel, session: Session) => void = () => undefined,
  ) {
    this.#servers = servers;
    this.#extension = extension;
    this.#begun = begun;
    servers.sessionStarted.connect((_, session) => this.#follow(session));
  }

  /** @param name of the extension, that nobody else has */
  register(registry: IEditorExtensionRegistry, name: string): void {
    registry.addExtension({
      name,
      factory: ({ model }) =>
        (model as Partial<ICellModel>).type === 'code'
          ? EditorExtensionRegistry.createImmutableExtension(this.#extensionFor(model as ICellModel))
          : null,
    });
  }

  /** What the editor of a cell begins with. */
  #extensionFor(model: ICellModel): Extension {
    const plugin = ViewPlugin.define((view) => {
      const views = this.#views.get(model) ?? new Set();
      this.#views.set(model, views.add(view));
      // Not while the editor is being made.
      queueMicrotask(() => {
        const session = this.#servers.sessionWith(model);
        if (!session || !views.has(view)) return;
        this.#follow(session);
        this.plan(view, () => this.#update(view, model, session));
      });
      return {
        destroy: () => {
          views.delete(view);
          this.#due.delete(view);
          if (views.size === 0) this.#views.delete(model);
        },
      };
    });
    const isOurs = this.#servers.sessionWith(model)?.isOurs;
    return [this.#part.of(isOurs ? this.#extension : []), plugin];
  }

  /** Those of a cell that have the extension. */
  of(model: ICellModel): EditorView[] {
    return [...(this.#views.get(model) ?? [])].filter(
      (view) => this.#part.get(view.state) === this.#extension,
    );
  }

  /** Does something with an editor, now or soon, in place of what was planned for it before. */
  plan(view: EditorView, work: () => void): void {
    this.#due.set(view, work);
    if (!this.#isWorking) this.#work();
  }

  #work(): void {
    const end = performance.now() + slice;
    this.#isWorking = true;
    try {
      for (const [view, work] of this.#due) {
        this.#due.delete(view);
        work();
        if (performance.now() >= end) break;
      }
    } finally {
      this.#isWorking = this.#due.size > 0;
      if (this.#isWorking) setTimeout(() => this.#work());
    }
  }

  #follow(session: Session): void {
    if (this.#followed.has(session)) return;
    this.#followed.add(session);
    session.oursChanged.connect(() => {
      for (const [model, views] of this.#views) {
        if (!session.cells.has(model)) continue;
        for (const view of views) this.plan(view, () => this.#update(view, model, session));
      }
    });
  }

  #update(view: EditorView, model: ICellModel, session: Session): void {
    const content = session.isOurs ? this.#extension : [];
    const isOn = this.#part.get(view.state) === this.#extension;
    if (isOn !== session.isOurs) view.dispatch({ effects: this.#part.reconfigure(content) });
    if (session.isOurs) this.#begun(view, model, session);
  }
}
