// The plugins of the extension. Rule: none of them does anything in a notebook of another kernel.
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ICellModel } from '@jupyterlab/cells';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { features } from './features/plugin';
import { type NotebookServers, notebookServersToken } from './notebook-server';
import { Problems } from './problems';
import { Servers } from './servers';

/** For other extensions there is the interface; the plugins here know the class. */
const servers: JupyterFrontEndPlugin<NotebookServers> = {
  id: 'tskernel:servers',
  description: 'Connects notebooks to the language server of their TypeScript kernel.',
  autoStart: true,
  requires: [INotebookTracker],
  provides: notebookServersToken,
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker) => new Servers(tracker),
};

const problems: JupyterFrontEndPlugin<void> = {
  id: 'tskernel:problems',
  description: 'Marks what is wrong in the cells of TypeScript notebooks.',
  autoStart: true,
  requires: [notebookServersToken, IEditorExtensionRegistry],
  activate: (_: JupyterFrontEnd, provided: NotebookServers, registry: IEditorExtensionRegistry) => {
    const parts = new Problems(provided as Servers);
    registry.addExtension({
      name: 'tskernel:problems',
      factory: ({ model }) =>
        (model as Partial<ICellModel>).type === 'code'
          ? EditorExtensionRegistry.createImmutableExtension(parts.extensionFor(model as ICellModel))
          : null,
    });
  },
};

export default [servers, problems, features];
