// What is wrong with a cell, in its editor: a squiggle under it, a mark in the gutter, the message at the mouse.
// Rule: what an edit touches is no longer said.
import {
  diagnosticCount,
  forEachDiagnostic,
  linter,
  lintGutter,
  type Diagnostic as Shown,
  setDiagnostics,
  setDiagnosticsEffect,
} from '@codemirror/lint';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { Editors } from './editors';
import { spanOf } from './features/positions';
import type { Settings } from './features/settings';
import type { Servers } from './servers';
import type { Session } from './session';

/** By the numbers of the protocol. */
const severities = [undefined, 'error', 'warning', 'info', 'hint'] as const;
const tagClasses = [undefined, 'tsk-unused', 'tsk-deprecated'];

export class Problems {
  readonly editors: Editors;
  readonly #servers: Servers;
  readonly #settings: Settings;

  constructor(servers: Servers, settings: Settings) {
    this.#servers = servers;
    this.#settings = settings;
    this.editors = new Editors(servers, parts, (view, model, session) => this.#show(view, model, session));
    servers.sessionStarted.connect((_, session) => {
      session.diagnosticsChanged.connect((_, uri) => this.#plan(session, uri));
    });
    settings.changed.connect(() => {
      for (const session of this.#servers.sessions)
        for (const { uri } of session.cells.read()) this.#plan(session, uri);
    });
  }

  #plan(session: Session, uri: string): void {
    const model = session.cells.find(uri);
    for (const view of model ? this.editors.of(model) : [])
      this.editors.plan(view, () => this.#show(view, model!, session));
  }

  #show(view: EditorView, model: ICellModel, session: Session): void {
    const isShown = this.#settings.values.diagnostics;
    const items = isShown ? session.diagnosticsOf(session.cells.uriOf(model)) : [];
    if (items.length === 0 && diagnosticCount(view.state) === 0) return;
    const { doc } = view.state;
    view.dispatch(
      setDiagnostics(
        view.state,
        items.map((item) => shown(doc, item)),
      ),
    );
  }
}

/** Takes away what an edit touches: it may be mended, and the next check is near. */
const forgetTouched = EditorState.transactionExtender.of(({ docChanged, changes, startState }) => {
  if (!docChanged) return null;
  const kept: Shown[] = [];
  let isTouched = false;
  forEachDiagnostic(startState, (diagnostic, from, to) => {
    if (changes.touchesRange(from, to)) isTouched = true;
    else kept.push({ ...diagnostic, from: changes.mapPos(from), to: changes.mapPos(to) });
  });
  return isTouched ? { effects: setDiagnosticsEffect.of(kept) } : null;
});

const parts: Extension = [
  linter(null),
  lintGutter({ markerFilter: (all) => all.filter(({ severity }) => severity !== 'hint') }),
  forgetTouched,
];

function shown(doc: Text, { range, severity, tags = [], message, code }: Diagnostic): Shown {
  const classes = tags.flatMap((tag) => tagClasses[tag] ?? []).join(' ');
  return {
    ...spanOf(doc, range),
    severity: severities[severity ?? 1] ?? 'error',
    message: typeof message === 'string' ? message : message.value,
    ...(code !== undefined && { source: typeof code === 'number' ? `TS${code}` : code }),
    ...(classes !== '' && { markClass: classes }),
  };
}
