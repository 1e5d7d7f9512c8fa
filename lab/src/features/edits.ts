// What an answer of the language server changes: in cells at once, each with an undo step of its own; in files after a question.
// Rule: all of it or nothing. A change of a file that JupyterLab cannot reach, of one with changes that the server cannot know, and of
// a cell that cannot be edited is refused before anything is changed.

import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { applyEdits, changesOf, editText } from '../text-edits';
import { isLibrary, nameOf, pathOf, type TextContent } from './files';
import { obstacleOf } from './obstacles';
import type { Place } from './places';

export class Edits {
  readonly #documents: IDocumentManager;

  constructor(documents: IDocumentManager) {
    this.#documents = documents;
  }

  /**
   * Applies an edit that was asked for at a place.
   * @returns whether it was; a person may decline
   * @throws Error with a sentence for the person when it cannot be made
   */
  async apply({ server, panel }: Place, edit: WorkspaceEdit): Promise<boolean> {
    const changes = Object.entries(changesOf(edit)).filter(([, edits]) => edits.length > 0);
    const isCell = (uri: string) => server.cellAt(uri) !== undefined;
    for (const [uri] of changes) {
      const cell = server.cellAt(uri);
      const obstacle = cell && obstacleOf(cell.model);
      if (!obstacle) continue;
      const number = panel.content.widgets.indexOf(cell) + 1;
      throw new Error(`This would change cell ${number}, which ${obstacle}. Nothing was changed.`);
    }
    const files = changes.filter(([uri]) => !isCell(uri));
    const paths = files.map(([uri, edits]) => {
      const path = isLibrary(uri) ? undefined : pathOf(server, uri);
      if (path === undefined)
        throw new Error(`This would change ${nameOf(server, uri)}, which cannot be changed here.`);
      // The server has read the file, not its editor.
      if (this.#documents.findWidget(path, 'Editor')?.context.model.dirty)
        throw new Error(`This would change ${path}, which has changes that are not saved. Save it first.`);
      return { path, edits };
    });
    if (paths.length > 0) {
      const names = paths.map(({ path }) => path);
      const { button } = await showDialog({
        title: 'Change files as well?',
        body: `This also changes ${names.join(', ')}. What is changed there is saved at once.`,
        buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Change' })],
      });
      if (!button.accept) return false;
      for (const { path, edits } of paths) await this.#changeFile(path, edits);
    }
    const cells = Object.fromEntries(changes.filter(([uri]) => isCell(uri)));
    if (Object.keys(cells).length > 0) server.applyEdit({ changes: cells });
    return true;
  }

  /** In its editor where it is open, so that it can be undone there, and on the disk. */
  async #changeFile(path: string, edits: readonly TextEdit[]): Promise<void> {
    const open = this.#documents.findWidget(path, 'Editor');
    if (open) {
      const { model } = (open.content as unknown as TextContent).editor;
      editText(model.sharedModel, edits);
      return open.context.save();
    }
    const { contents } = this.#documents.services;
    const file = await contents.get(path, { type: 'file', format: 'text', content: true });
    const content = applyEdits(file.content as string, edits);
    await contents.save(path, { type: 'file', format: 'text', content });
  }
}
