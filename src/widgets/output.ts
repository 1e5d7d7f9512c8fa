// The output widget: shows what code prints and displays, in its own place instead of below the cell.
// Rule: the page does the capturing. It is told the name of the message whose output it shall take (a cell, or what a
// listener hears), and when to stop.
import { types } from 'node:util';
import type { tskernel } from '../globals/widgets';
import { Widget } from './widget';

type Fields = Pick<tskernel.Output, 'msgId' | 'outputs'>;

/** How many runs are under way, by widget. */
const depths = new WeakMap<object, number>();

export const outputMethods: tskernel.Capture & ThisType<Widget<Fields>> = {
  run(work) {
    return Widget.hostOf(this).capture((name) => (name === undefined ? work() : captured(this, name, work)));
  },

  clear({ wait = false } = {}) {
    const host = Widget.hostOf(this);
    host.capture((name) => {
      // The page's own list is only emptied by the page; where nobody captures, it is emptied here.
      if (name === undefined) this.set('outputs', []);
      else captured(this, name, () => host.emit({ kind: 'clear', wait }));
    });
  },
};

function captured<T>(output: Widget<Fields>, name: string, work: () => T): T {
  begin(output, name);
  let isPending = false;
  try {
    const result = work();
    if (types.isPromise(result)) {
      isPending = true;
      return result.finally(() => end(output)) as typeof result;
    }
    return result;
  } finally {
    if (!isPending) end(output);
  }
}

function begin(output: Widget<Fields>, name: string): void {
  depths.set(output, (depths.get(output) ?? 0) + 1);
  if (output.get('msgId') !== name) output.set('msgId', name);
}

function end(output: Widget<Fields>): void {
  const depth = (depths.get(output) ?? 1) - 1;
  depths.set(output, depth);
  if (depth === 0) output.set('msgId', '');
}
