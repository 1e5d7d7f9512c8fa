// The plugins of the extension. Rule: none of them does anything in a notebook of another kernel.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { features } from './features/plugin';
import { Settings } from './features/settings';
import { goToNextProblem } from './next-problem';
import { type NotebookServers, notebookServersToken } from './notebook-server';
import { Problems } from './problems';
import { Servers } from './servers';
import { Status } from './status';

/** For other extensions there is the interface; the plugins here know the class. */
const servers: JupyterFrontEndPlugin<NotebookServers> = {
  id: 'tskernel:servers',
  description: 'Connects notebooks to the language server of their TypeScript kernel.',
  autoStart: true,
  requires: [INotebookTracker],
  provides: notebookServersToken,
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker) => new Servers(tracker),
};

const nextProblem = 'tskernel:next-problem';

const problems: JupyterFrontEndPlugin<void> = {
  id: 'tskernel:problems',
  description: 'Marks what is wrong in the cells of TypeScript notebooks, counts it, and goes there.',
  autoStart: true,
  requires: [notebookServersToken, INotebookTracker, IEditorExtensionRegistry],
  optional: [ISettingRegistry, IStatusBar, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    provided: NotebookServers,
    tracker: INotebookTracker,
    registry: IEditorExtensionRegistry,
    settingRegistry: ISettingRegistry | null,
    bar: IStatusBar | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
  ) => {
    const all = provided as Servers;
    const settings = new Settings();
    new Problems(all, settings).editors.register(registry, problems.id);
    const translation = (translator ?? nullTranslator).load('tskernel');
    const current = () => {
      const panel = tracker.currentWidget;
      const session = panel && all.sessionOf(panel);
      return panel && session && { panel, session };
    };
    app.commands.addCommand(nextProblem, {
      label: translation.__('Go to Next Problem'),
      caption: translation.__('To the next place where something is wrong with a cell'),
      isEnabled: () => Boolean(current()),
      execute: async () => {
        const found = current();
        if (found) await goToNextProblem(found.panel, found.session);
      },
    });
    palette?.addItem({ command: nextProblem, category: 'TypeScript' });
    if (bar) {
      const goOn = () => void app.commands.execute(nextProblem);
      const item = new Status({ tracker, servers: all, settings, translation, goOn });
      bar.registerStatusItem(problems.id, {
        item,
        align: 'left',
        rank: 99,
        isActive: () => item.isActive,
        activeStateChanged: item.activeStateChanged,
      });
    }
    void settings.follow(settingRegistry, features.id);
  },
};

export default [servers, problems, features];
