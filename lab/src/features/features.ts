// What a person does in a cell with the language server: each feature a file, put together here.
// Rule: a notebook without a server has nothing of it, neither keys nor entries of menus: they go by a class of its panel.

import type { Extension } from '@codemirror/state';
import { tooltips } from '@codemirror/view';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ICompletionProviderManager } from '@jupyterlab/completer';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { NotebookServer, NotebookServers } from '../notebook-server';
import { addCommands } from './commands';
import { CompletionProvider } from './completion';
import { Definitions } from './definitions';
import { Edits } from './edits';
import { Fixes } from './fixes';
import { formatOnSave } from './formatting';
import { Hovers } from './hover';
import { Navigation } from './navigation';
import { Notices } from './notices';
import { Places } from './places';
import { Renames } from './rename';
import type { Settings } from './settings';
import { SignatureHelps } from './signature-help';

export interface FeatureParts {
  readonly app: JupyterFrontEnd;
  readonly servers: NotebookServers;
  readonly tracker: INotebookTracker;
  readonly documents: IDocumentManager;
  readonly rendermime: IRenderMimeRegistry;
  readonly completions: ICompletionProviderManager;
  readonly palette: ICommandPalette | null;
  readonly settings: Settings;
}

/** A notebook with a server that is connected has this class. */
const notebookClass = 'tsk-Notebook';

/** @returns what the editors of cells need */
export function addFeatures(parts: FeatureParts): Extension {
  const { app, servers, tracker, documents, rendermime, completions, settings } = parts;
  const places = new Places(servers, tracker);
  const notices = new Notices();
  const edits = new Edits(documents);
  const navigation = new Navigation(app, documents, notices);
  const definitions = new Definitions({ places, navigation, notices });
  const renames = new Renames({ notices, edits });
  const fixes = new Fixes({ notices, edits });
  const hovers = new Hovers({ places, rendermime, isWanted: () => settings.values.hover });
  const signatureHelps = new SignatureHelps({
    places,
    rendermime,
    isWanted: () => settings.values.parameterHelp,
  });
  addCommands({
    ...parts,
    places,
    navigation,
    definitions,
    renames,
    fixes,
    hovers,
    signatureHelps,
    notices,
  });
  const completion = new CompletionProvider(servers, completions, rendermime);
  completions.registerProvider(completion);
  const begin = (server: NotebookServer) => {
    const { panel } = server;
    const mark = () => panel.toggleClass(notebookClass, server.capabilities !== undefined);
    server.connected.connect(mark);
    mark();
    const all = new DisposableSet();
    all.add(
      new DisposableDelegate(() => {
        server.connected.disconnect(mark);
        panel.removeClass(notebookClass);
      }),
    );
    all.add(formatOnSave(server, app.commands, { onSave: () => settings.values.formatOnSave }));
    all.add(completion.warm(server));
    return all;
  };
  servers.forEach(begin);
  return [
    // Cells cut off what stands out of them.
    tooltips({ parent: document.body }),
    notices.extension,
    navigation.extension,
    definitions.extension,
    renames.extension,
    hovers.extension,
    signatureHelps.extension,
  ];
}
