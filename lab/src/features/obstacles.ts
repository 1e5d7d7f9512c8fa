// What keeps edits out of a cell: a person has locked it, or JupyterLab's editor would garble it.
// Rule: asked before anything is changed, for every edit that no key of the person's makes.

/** What is read of the model of a cell. */
export interface EditedCell {
  getMetadata(key: string): unknown;
  readonly sharedModel: { getSource(): string };
}

/** @returns why a cell cannot be edited, as what follows its name in a sentence; nothing where it can be */
export function obstacleOf(cell: EditedCell): string | undefined {
  if (cell.getMetadata('editable') === false) return 'is locked';
  // The editor has one character at the end of a line, the model two: what changes one of them changes other places of the other.
  if (cell.sharedModel.getSource().includes('\r'))
    return 'has line ends of Windows, which JupyterLab garbles';
  return undefined;
}
