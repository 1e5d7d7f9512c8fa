// What the formatter shows of an error whose stack is given, without colours.
import { packSegments } from '../../../../src/compile/position';
import { ErrorFormatter, type FailedRun } from '../../../../src/execution/errors/errors';
import { Labels } from '../../../../src/execution/errors/labels';

export interface Shown {
  /** Sources of the cells, the first is `Cell [1]`. */
  readonly cells?: readonly string[];
  /** Frames of cells that the stack was too short for. */
  readonly deeper?: readonly string[];
}

export function show(thrown: unknown, { cells = [], deeper = [] }: Shown = {}, run?: FailedRun): string {
  const labels = new Labels('/home');
  for (const [index, source] of cells.entries()) {
    const label = `Cell [${index + 1}]`;
    labels.register(index + 1, { name: 'x', label, source, map: { segments: packSegments([]) } });
  }
  const formatter = new ErrorFormatter(labels, {
    keep: () => undefined,
    read: (work) => work(),
    deeperFrames: () => deeper,
    isKernelFile: () => false,
  });
  return formatter
    .format(thrown, run)
    .traceback.join('\n')
    .replace(/\u001b\[[\d;]*m/g, '');
}

/** The error as V8 would have made it. */
export function withStack<E extends Error>(error: E, ...frames: readonly string[]): E {
  const stack = [String(error), ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return Object.defineProperty(error, 'stack', { value: stack, enumerable: false });
}
