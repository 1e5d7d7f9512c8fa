// The status bar: how much is wrong with the notebook in front, and the way there.
// Rule: nothing to say, nothing shown. A connection is mentioned only when it was lost and stays away.
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { Settings } from './features/settings';
import type { Servers } from './servers';
import type { Session } from './session';

/** Milliseconds in which a connection may come back before anybody is told. */
const patience = 5000;

export interface StatusParts {
  readonly tracker: INotebookTracker;
  readonly servers: Servers;
  readonly settings: Settings;
  readonly translation: TranslationBundle;
  /** Goes to what is wrong next. */
  goOn(): void;
}

export class Status extends Widget {
  readonly activeStateChanged = new Signal<this, void>(this);
  readonly #parts: StatusParts;
  readonly #button: HTMLButtonElement;
  #late: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;

  constructor(parts: StatusParts) {
    super();
    this.#parts = parts;
    this.addClass('tsk-Status');
    this.#button = document.createElement('button');
    this.#button.className = 'tsk-Status-button';
    // The focus stays where the person types.
    this.#button.addEventListener('mousedown', (event) => event.preventDefault());
    this.#button.addEventListener('click', () => parts.goOn());
    this.node.append(this.#button);
    const refresh = () => this.#schedule();
    parts.tracker.currentChanged.connect(refresh);
    parts.settings.changed.connect(refresh);
    parts.servers.sessionStarted.connect((_, session) => {
      session.diagnosticsChanged.connect(refresh);
      session.oursChanged.connect(refresh);
      session.connectedChanged.connect((_, isConnected) => {
        clearTimeout(this.#late);
        if (!isConnected) this.#late = setTimeout(refresh, patience);
        refresh();
      });
    });
  }

  /** Whether there is anything to say. */
  get isActive(): boolean {
    return this.#button.textContent !== '';
  }

  /** Many cells are told of at once when a notebook is opened. */
  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      if (!this.isDisposed) this.#refresh();
    });
  }

  #refresh(): void {
    const panel: NotebookPanel | null = this.#parts.tracker.currentWidget;
    const session = panel ? this.#parts.servers.sessionOf(panel) : undefined;
    const { translation } = this.#parts;
    const text = session && this.#parts.settings.values.diagnostics ? this.#describe(session) : '';
    this.#button.textContent = text;
    this.#button.title = session?.isLostFor(patience)
      ? translation.__('The kernel does not say what is wrong with the cells at the moment')
      : translation.__('Go to the next problem');
    this.activeStateChanged.emit();
  }

  #describe(session: Session): string {
    const { translation } = this.#parts;
    if (session.isLostFor(patience)) return translation.__('Types: not connected');
    const { errors, warnings } = session.count();
    const parts: string[] = [];
    if (errors > 0) parts.push(translation._n('%1 error', '%1 errors', errors));
    if (warnings > 0) parts.push(translation._n('%1 warning', '%1 warnings', warnings));
    return parts.join(', ');
  }
}
