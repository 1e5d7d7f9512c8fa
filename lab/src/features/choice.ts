// A list to choose from, at a place of an editor: by keyboard, by mouse, by the first letters.
import type { EditorView } from '@codemirror/view';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

export interface Choice {
  readonly label: string;
  /** What it is in full. */
  readonly caption?: string;
  run(): void;
}

/**
 * Shows a list. The editor has the focus again when it is closed.
 * @param groups separated by lines
 */
export function choose(view: EditorView, offset: number, groups: readonly (readonly Choice[])[]): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  menu.addClass('tsk-Choice');
  let count = 0;
  for (const choices of groups.filter(({ length }) => length > 0)) {
    if (count > 0) menu.addItem({ type: 'separator' });
    for (const { label, caption, run } of choices) {
      const command = `choice:${count++}`;
      commands.addCommand(command, { label, caption: caption ?? '', execute: run });
      menu.addItem({ command });
    }
  }
  menu.aboutToClose.connect(() => {
    // What was chosen runs after this, and may take the focus elsewhere.
    view.focus();
    setTimeout(() => menu.dispose(), 1000);
  });
  const place = view.coordsAtPos(offset) ?? view.dom.getBoundingClientRect();
  // Below what is underlined there.
  menu.open(place.left, place.bottom + 4);
  menu.activateNextItem();
}
