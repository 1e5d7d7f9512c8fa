// Cells in good form: one, all of a notebook, or all whenever it is saved.
// Rule: a save waits a moment at most and never fails because of it. What has changed meanwhile, what has a mistake in its syntax,
// and what the server leaves as it is stay as they are; so does the cell that is being typed in when JupyterLab saves by itself.
import { getIndentUnit, indentUnit } from '@codemirror/language';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { FormattingOptions, TextEdit } from 'vscode-languageserver-protocol';
import type { NotebookServer } from '../notebook-server';
import { applyEdits, sameLetter } from '../text-edits';
import { obstacleOf } from './obstacles';
import { viewOf } from './places';
import { requests } from './protocol';

/** How long a save waits for the form of its cells, in milliseconds. */
const patience = 1500;

/** How many cells are asked about at a time: each may start the project's formatter. */
const atOnce = 4;

export interface FormattingSettings {
  /** Whether cells get their form when their notebook is saved. */
  onSave(): boolean;
}

/** What became of the cells of a notebook. */
export interface Formatted {
  readonly changed: number;
  /** What the formatter said of cells that it could not read. */
  readonly refused: readonly string[];
}

/**
 * Formats cells: asks about all of them, then changes them, so that no change makes another answer void.
 * @param signal ends the waiting; what is known by then is done
 */
export async function format(
  server: NotebookServer,
  panel: NotebookPanel,
  cells: readonly Cell[],
  signal?: AbortSignal,
): Promise<Formatted> {
  const options = optionsOf(panel);
  const waiting = cells.filter(({ model }) => model.type === 'code' && obstacleOf(model) === undefined);
  const answers: { readonly cell: Cell; readonly source: string; readonly edits: TextEdit[] }[] = [];
  const refused: string[] = [];
  const askOneByOne = async () => {
    for (let cell = waiting.shift(); cell && !signal?.aborted; cell = waiting.shift()) {
      const source = cell.model.sharedModel.getSource();
      const params = { textDocument: { uri: server.uriOf(cell) }, options };
      try {
        const edits = await server.request(requests.formatting, params, signal);
        if (edits?.length) answers.push({ cell, source, edits });
      } catch (error) {
        refused.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const late = new Promise((resolve) => signal?.addEventListener('abort', resolve));
  await Promise.race([Promise.all(Array.from({ length: atOnce }, askOneByOne)), late]);
  const changed = answers.filter(({ cell, source, edits }) => change(server, panel, cell, source, edits));
  return { changed: changed.length, refused };
}

function change(
  server: NotebookServer,
  panel: NotebookPanel,
  cell: Cell,
  before: string,
  edits: TextEdit[],
): boolean {
  if (cell.isDisposed || cell.model.sharedModel.getSource() !== before) return false;
  const after = applyEdits(before, edits);
  if (after === before) return false;
  const view = cell === panel.content.activeCell ? viewOf(cell) : undefined;
  const head = view?.state.selection.main.head;
  server.applyEdit({ changes: { [server.uriOf(cell)]: edits } });
  // A formatter of the project's gives the whole text; the cursor stays at its letter.
  if (view && head !== undefined && view.state.doc.toString() === after)
    view.dispatch({ selection: { anchor: sameLetter(before, head, after) } });
  return true;
}

/** Indentation as the editors of a notebook have it. */
function optionsOf({ content }: NotebookPanel): FormattingOptions {
  const view = content.widgets.map(viewOf).find(Boolean);
  if (!view) return { tabSize: 4, insertSpaces: true };
  const insertSpaces = !view.state.facet(indentUnit).includes('\t');
  return { tabSize: getIndentUnit(view.state), insertSpaces };
}

type Context = NotebookPanel['context'];

/** By document, which several views may show: they are saved as one. */
const watched = new WeakMap<Context, Set<NotebookServer>>();

/** Formats a notebook whenever it is saved, as long as it is wanted. @returns what ends that */
export function formatOnSave(
  server: NotebookServer,
  commands: CommandRegistry,
  settings: FormattingSettings,
): IDisposable {
  const { context } = server.panel;
  const views = watched.get(context) ?? watch(context, commands, settings);
  views.add(server);
  return new DisposableDelegate(() => views.delete(server));
}

function watch(
  context: Context,
  commands: CommandRegistry,
  settings: FormattingSettings,
): Set<NotebookServer> {
  const views = new Set<NotebookServer>();
  watched.set(context, views);
  // Commands to save that are under way: what they save was meant to be, other saves are JupyterLab's own.
  let meant = 0;
  const count = (_: unknown, { id, result }: CommandRegistry.ICommandExecutedArgs) => {
    if (!/^docmanager:save/.test(id)) return;
    meant++;
    const end = () => void meant--;
    result.then(end, end);
  };
  commands.commandExecuted.connect(count);
  context.disposed.connect(() => commands.commandExecuted.disconnect(count));
  const { save } = context;
  context.save = async (...options) => {
    const [server] = [...views].filter(({ capabilities }) => capabilities);
    if (server && settings.onSave()) {
      // What a command did is told in the turn in which it began.
      await Promise.resolve();
      await formatForSaving(server, meant > 0 ? [] : [...views]).catch(() => {});
    }
    return save.apply(context, options);
  };
  return views;
}

/** @param typedIn views in which somebody may be typing: the cell in which they are is left alone */
async function formatForSaving(server: NotebookServer, typedIn: readonly NotebookServer[]): Promise<void> {
  const { panel } = server;
  const typed = typedIn.flatMap(({ panel: { content } }) =>
    content.mode === 'edit' && content.activeCell ? [content.activeCell.model] : [],
  );
  const cells = panel.content.widgets.filter(({ model }) => !typed.includes(model));
  await format(server, panel, cells, AbortSignal.timeout(patience));
}
