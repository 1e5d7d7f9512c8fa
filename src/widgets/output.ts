// The output widget: shows what code prints and displays, in its own place instead of below the cell.
// Rule: the page does the capturing. It is told the name of the cell whose output it shall take, and when to stop.
import { types } from 'node:util';
import type { tskernel } from '../globals/widgets';
import { Widget } from './widget';

type Fields = Pick<tskernel.Output, 'msgId' | 'outputs'>;

/** How many runs are under way, by widget. */
const depths = new WeakMap<object, number>();

export const outputMethods: tskernel.Capture & ThisType<Widget<Fields>> = {
  run(work) {
    const cell = Widget.hostOf(this).cellName();
    if (cell === undefined) return work();
    begin(this, cell);
    let isPending = false;
    try {
      const result = work();
      if (types.isPromise(result)) {
        isPending = true;
        return result.finally(() => end(this)) as typeof result;
      }
      return result;
    } finally {
      if (!isPending) end(this);
    }
  },

  clear({ wait = false } = {}) {
    // The page's own list is only emptied by the page; where nobody captures, it is emptied here.
    const host = Widget.hostOf(this);
    if (host.cellName() === undefined) this.set('outputs', []);
    else outputMethods.run.call(this, () => host.emit({ kind: 'clear', wait }));
  },
};

function begin(output: Widget<Fields>, cell: string): void {
  depths.set(output, (depths.get(output) ?? 0) + 1);
  if (output.get('msgId') !== cell) output.set('msgId', cell);
}

function end(output: Widget<Fields>): void {
  const depth = (depths.get(output) ?? 1) - 1;
  depths.set(output, depth);
  if (depth === 0) output.set('msgId', '');
}
