// The way to what is wrong next: behind the cursor, in a later cell, then from the top again.
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Position } from 'vscode-languageserver-protocol';
import type { Session } from './session';

interface Place {
  readonly cell: number;
  readonly position: Position;
}

/** Puts the cursor there. Does nothing where nothing is wrong. */
export async function goToNextProblem(panel: NotebookPanel, session: Session): Promise<void> {
  const { content } = panel;
  const found = nextOf(placesOf(session), {
    cell: content.activeCellIndex,
    position: cursorOf(panel),
  });
  if (!found) return;
  const cell = content.widgets[found.cell];
  if (!cell) return;
  content.deselectAll();
  content.activeCellIndex = found.cell;
  // It has an editor once it comes near. While cells are still being made, that scrolling may not come to its end.
  void content.scrollToItem(found.cell);
  await cell.ready;
  content.mode = 'edit';
  const { line, character } = found.position;
  cell.editor?.setCursorPosition({ line, column: character });
  cell.editor?.focus();
  cell.node.scrollIntoView({ block: 'nearest' });
}

function* placesOf(session: Session): Generator<Place> {
  for (const [cell, { uri }] of session.cells.read().entries())
    for (const { range, severity = 1 } of session.diagnosticsOf(uri))
      if (severity <= 2) yield { cell, position: range.start };
}

/** Before everything in the cell where a person has not been in its text. */
function cursorOf({ content }: NotebookPanel): Position {
  const editor = content.mode === 'edit' ? content.activeCell?.editor : undefined;
  if (!editor) return { line: -1, character: 0 };
  const { line, column } = editor.getCursorPosition();
  return { line, character: column };
}

function nextOf(places: Iterable<Place>, from: Place): Place | undefined {
  const sorted = [...places].sort(compare);
  return sorted.find((place) => compare(place, from) > 0) ?? sorted[0];
}

const compare = (a: Place, b: Place): number =>
  a.cell - b.cell || a.position.line - b.position.line || a.position.character - b.position.character;
