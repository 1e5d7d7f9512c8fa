// What is wrong with a cell, in its editor: a squiggle under it, a mark in the gutter, the message at the mouse.
// Rule: an editor of a cell that is none of ours is left as it is. What an edit touches is no longer said.

import type { Diagnostic as Shown } from '@codemirror/lint';
import {
  forEachDiagnostic,
  linter,
  lintGutter,
  setDiagnostics,
  setDiagnosticsEffect,
} from '@codemirror/lint';
import { Compartment, EditorState, type Extension, type Text } from '@codemirror/state';
import { type EditorView, ViewPlugin } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { Diagnostic, Position } from 'vscode-languageserver-protocol';
import type { Servers } from './servers';
import type { Session } from './session';

/** By the numbers of the protocol. */
const severities = [undefined, 'error', 'warning', 'info', 'hint'] as const;
const tagClasses = [undefined, 'tsk-unused', 'tsk-deprecated'];

export class Problems {
  readonly #servers: Servers;
  readonly #views = new WeakMap<ICellModel, Set<EditorView>>();
  /** Empty in the editors of cells that are none of ours. */
  readonly #parts = new Compartment();

  constructor(servers: Servers) {
    this.#servers = servers;
    servers.sessionStarted.connect((_, session) => {
      session.diagnosticsChanged.connect((_, uri) => this.#update(session, uri));
      session.oursChanged.connect(() => {
        for (const { uri } of session.cells.read()) this.#update(session, uri);
      });
    });
  }

  /** What an editor of a cell needs. */
  extensionFor(model: ICellModel): Extension {
    const plugin = ViewPlugin.define((view) => {
      const views = this.#views.get(model) ?? new Set();
      this.#views.set(model, views.add(view));
      // Not while the editor is being made.
      queueMicrotask(() => {
        const session = this.#servers.sessionWith(model);
        if (session && views.has(view)) this.#show(session, model, view);
      });
      return { destroy: () => views.delete(view) };
    });
    return [this.#parts.of([]), plugin];
  }

  #update(session: Session, uri: string): void {
    const model = session.cells.find(uri);
    for (const view of (model && this.#views.get(model)) ?? []) this.#show(session, model!, view);
  }

  #show(session: Session, model: ICellModel, view: EditorView): void {
    const isOn = this.#parts.get(view.state) === parts;
    if (isOn !== session.isOurs)
      view.dispatch({ effects: this.#parts.reconfigure(session.isOurs ? parts : []) });
    if (!isOn && !session.isOurs) return;
    const { doc } = view.state;
    const items = session.diagnosticsOf(session.cells.uriOf(model));
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
    from: offsetIn(doc, range.start),
    to: offsetIn(doc, range.end),
    severity: severities[severity ?? 1] ?? 'error',
    message: typeof message === 'string' ? message : message.value,
    ...(code !== undefined && { source: typeof code === 'number' ? `TS${code}` : code }),
    ...(classes !== '' && { markClass: classes }),
  };
}

function offsetIn(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const { from, to } = doc.line(line + 1);
  return Math.min(from + character, to);
}
