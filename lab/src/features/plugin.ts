// The features as a plugin of JupyterLab.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Editors } from '../editors';
import { type NotebookServers, notebookServersToken } from '../notebook-server';
import type { Servers } from '../servers';
import { addFeatures } from './features';
import { Settings } from './settings';

export const features: JupyterFrontEndPlugin<void> = {
  id: 'tskernel:plugin',
  description: 'What a person does in a cell with what the language server knows.',
  autoStart: true,
  requires: [
    notebookServersToken,
    INotebookTracker,
    IDocumentManager,
    IRenderMimeRegistry,
    ICompletionProviderManager,
    IEditorExtensionRegistry,
  ],
  optional: [ISettingRegistry, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    servers: NotebookServers,
    tracker: INotebookTracker,
    documents: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    completions: ICompletionProviderManager,
    registry: IEditorExtensionRegistry,
    settingRegistry: ISettingRegistry | null,
    palette: ICommandPalette | null,
  ) => {
    const settings = new Settings();
    void settings.follow(settingRegistry, features.id);
    const extension = addFeatures({
      app,
      servers,
      tracker,
      documents,
      rendermime,
      completions,
      palette,
      settings,
    });
    new Editors(servers as Servers, extension).register(registry, features.id);
  },
};
