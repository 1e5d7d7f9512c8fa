// The commands: what they are called, and what they do at the cursor of the notebook that is in front.
// Rule: a command that needs a language server is off where there is none. Their keys are in the schema.

import type { EditorView } from '@codemirror/view';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type ICommandPalette, Notification } from '@jupyterlab/apputils';
import type { Definitions } from './definitions';
import type { Fixes } from './fixes';
import { format } from './formatting';
import type { Hovers } from './hover';
import type { Navigation } from './navigation';
import type { Notices } from './notices';
import { obstacleOf } from './obstacles';
import type { Place, Places } from './places';
import type { Renames } from './rename';
import type { Settings } from './settings';
import type { SignatureHelps } from './signature-help';

export interface CommandParts {
  readonly app: JupyterFrontEnd;
  readonly palette: ICommandPalette | null;
  readonly places: Places;
  readonly navigation: Navigation;
  readonly definitions: Definitions;
  readonly renames: Renames;
  readonly fixes: Fixes;
  readonly hovers: Hovers;
  readonly signatureHelps: SignatureHelps;
  readonly notices: Notices;
  readonly settings: Settings;
}

const category = 'TypeScript';

export function addCommands(parts: CommandParts): void {
  const { app, places, navigation, definitions, renames, fixes, hovers, signatureHelps, notices, settings } =
    parts;
  const add = (
    id: string,
    label: string,
    options: { caption?: string; isEnabled?(): boolean; isToggled?(): boolean },
    execute: () => unknown,
  ) => {
    app.commands.addCommand(`tskernel:${id}`, { label, ...options, execute });
    parts.palette?.addItem({ command: `tskernel:${id}`, category });
  };
  /** Something that is done at the cursor. */
  const addAt = (id: string, label: string, caption: string, execute: (place: Place) => unknown) =>
    add(id, label, { caption, isEnabled: () => places.current !== undefined }, () => {
      const place = places.current;
      if (!place) return;
      // From a menu or the palette the focus is elsewhere.
      place.panel.content.mode = 'edit';
      place.view.focus();
      return execute(place);
    });

  addAt('go-to-definition', 'Go to Definition', 'Where the name at the cursor is defined', (place) =>
    definitions.goToDefinition(place),
  );
  add(
    'go-back',
    'Go Back',
    { caption: 'To the place before the last jump', isEnabled: () => navigation.hasWayBack },
    () => navigation.goBack(),
  );
  addAt('list-references', 'List References', 'Where the name at the cursor is used, in all cells', (place) =>
    definitions.listReferences(place),
  );
  addAt('rename', 'Rename Symbol', 'Another name for the name at the cursor, in all cells', (place) =>
    renames.begin(place),
  );
  addAt('list-fixes', 'Quick Fixes…', 'What mends the mistake at the cursor', (place) => fixes.list(place));
  addAt(
    'organize-imports',
    'Organize Imports of Cell',
    'Sorts the imports of the cell and puts them together',
    (place) => fixes.organizeImports(place),
  );
  addAt('show-hover', 'Show Type and Documentation', 'What is known of the name at the cursor', (place) =>
    hovers.show(place),
  );
  addAt('show-parameters', 'Show Parameters', 'The parameters of the call at the cursor', ({ view }) =>
    signatureHelps.show(view),
  );
  addAt('format-cell', 'Format Cell', 'Puts the cell in form', async (place) => {
    const { server, panel, cell, view, offset } = place;
    const { changed, refused } = await format(server, panel, [cell]);
    const obstacle = obstacleOf(cell.model);
    if (obstacle) notices.show(view, offset, `Not formatted: the cell ${obstacle}.`);
    else if (refused[0] !== undefined)
      notices.show(view, offset, `Not formatted: ${refused[0].split('\n')[0]}`);
    else if (changed === 0)
      notices.show(view, view.state.selection.main.head, 'There was nothing to format.');
  });
  add(
    'format-notebook',
    'Format Notebook',
    { caption: 'Puts all cells in form', isEnabled: () => places.notebook !== undefined },
    async () => {
      if (!places.notebook) return;
      const { server, panel } = places.notebook;
      const { changed, refused } = await format(server, panel, panel.content.widgets);
      const left = refused.length > 0 ? ` ${refused.length} could not be read and stay as they were.` : '';
      Notification.info(`${changed} ${changed === 1 ? 'cell was' : 'cells were'} formatted.${left}`, {
        autoClose: 3000,
      });
    },
  );
  add(
    'toggle-format-on-save',
    'Format on Save',
    {
      caption: 'Puts all cells in form whenever the notebook is saved',
      isToggled: () => settings.values.formatOnSave,
    },
    () => settings.set('formatOnSave', !settings.values.formatOnSave),
  );
  app.commands.addCommand('tskernel:close', {
    label: 'Close What Is Shown',
    execute: () => {
      const view = places.current?.view;
      if (view) close(view);
    },
  });

  const closers: readonly { hide(view: EditorView): boolean }[] = [signatureHelps, hovers, renames, notices];
  const close = (view: EditorView) => closers.map((closer) => closer.hide(view));
}
